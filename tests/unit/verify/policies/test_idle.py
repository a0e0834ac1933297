"""Waivers that have expired, will soon, or are for nothing."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import DEMO, cluster, compile_and_write, small_fleet, tree
from tests.unit.verify.policies.deciding import (
    BOGUS,
    INVALID,
    POLICY,
    TODAY,
    UNSIZED,
    decided,
    let_off,
    policy,
    told,
    unsized,
    waiver,
    waivers,
)

EXPIRES = date(2027, 1, 31)
FILES = {DEMO: unsized("demo"), POLICY: waivers(waiver(UNSIZED))}


@pytest.mark.parametrize(
    ("days", "codes"),
    [
        (-31, []),
        (-30, ["HCP1706 warning "]),
        (0, ["HCP1706 warning "]),
        (1, [f"{UNSIZED} warning demo", "HCP1705 warning "]),
    ],
)
def test_a_waiver_holds_through_its_last_day(tmp_path: Path, days: int, codes: list[str]) -> None:
    result = decided(tmp_path, FILES, today=EXPIRES + timedelta(days))
    assert told(result) == codes
    assert bool(result.waived) == (days <= 0)


def test_how_long_before_is_up_to_the_policy(tmp_path: Path) -> None:
    for days, codes in ((229, []), (230, ["HCP1706 warning "])):
        said = policy(f"noticeDays: {days}\nwaivers:\n{waiver(UNSIZED)}")
        assert told(decided(tmp_path / str(days), {**FILES, POLICY: said})) == codes


def test_the_words_say_when_and_what_comes_back(tmp_path: Path) -> None:
    soon = decided(tmp_path, FILES, today=EXPIRES - timedelta(1)).findings[0]
    assert soon.message == f"the waiver of `{UNSIZED}` expires on 2027-01-31"
    assert soon.primary.text == "in 1 day"
    today = decided(tmp_path, FILES, today=EXPIRES).findings[0]
    assert today.primary.text == "today"
    over = decided(tmp_path, FILES, today=EXPIRES + timedelta(1)).findings[-1]
    assert over.message == f"the waiver of `{UNSIZED}` expired on 2027-01-31"
    assert over.notes == ("what it was for counts again: 1 finding",)


def test_an_expired_waiver_that_nothing_needs_can_go(tmp_path: Path) -> None:
    (found,) = decided(tmp_path, {POLICY: FILES[POLICY]}, today=date(2028, 1, 1)).findings
    assert (found.code, found.notes, found.help) == (
        "HCP1705",
        ("what it was for is found no more",),
        "remove it",
    )


def test_one_that_holds_makes_up_for_one_that_has_expired(tmp_path: Path) -> None:
    both = waivers(waiver(UNSIZED, expires="2026-01-01"), waiver(UNSIZED))
    result = decided(tmp_path, {**FILES, POLICY: both})
    assert told(result) == ["HCP1705 warning "]
    assert let_off(result.waived) == [f"{UNSIZED} warning demo 2027-01-31"]
    assert result.findings[0].notes == ()


def test_a_waiver_of_nothing_is_told_and_says_why(tmp_path: Path) -> None:
    files = {POLICY: waivers(waiver(UNSIZED), waiver(UNSIZED, "scope: {cluster: gone}"))}
    first, second = decided(tmp_path, files).findings
    assert first.message.endswith("there is no such finding in `clusters`")
    assert second.message.endswith("there is no cluster that fits its scope in `clusters`")


def test_no_waiver_is_idle_while_an_error_may_hide_what_it_is_for(tmp_path: Path) -> None:
    lost = {DEMO: cluster("demo", "etcd: {size: huge}\n"), POLICY: FILES[POLICY]}
    assert told(decided(tmp_path, lost)) == ["HCP0208 error demo"]
    elsewhere = {
        **lost,
        "clusters/lab/policy.yaml": FILES[POLICY],
        POLICY: None,
    }
    assert told(decided(tmp_path, elsewhere)) == ["HCP1707 warning ", "HCP0208 error demo"]


def test_a_policy_says_how_bad_that_is_but_nobody_waives_it(tmp_path: Path) -> None:
    said = policy(f"severities: [{{rule: HCP1707, severity: off}}]\nwaivers:\n{waiver(UNSIZED)}")
    assert told(decided(tmp_path / "off", {POLICY: said})) == []
    result = decided(tmp_path / "waived", {POLICY: waivers(waiver(UNSIZED), waiver("HCP1707"))})
    assert told(result) == ["HCP1707 warning ", "HCP1704 error "]


def test_what_is_remembered_hides_no_expiry_and_the_day_changes_no_byte(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    files = {DEMO: cluster("demo", BOGUS), POLICY: waivers(waiver(INVALID))}
    before = decided(tmp_path / "fleet", files, cache=cache)
    later = decided(tmp_path / "fleet", files, today=date(2027, 2, 1), cache=cache)
    assert told(before) == []
    assert told(later) == [f"{INVALID} error demo", "HCP1705 warning "]
    assert decided(tmp_path / "fleet", files, today=TODAY + timedelta(100)).files == before.files


def test_the_second_run_writes_nothing_although_an_error_is_waived(tmp_path: Path) -> None:
    files = {DEMO: cluster("demo", BOGUS), POLICY: waivers(waiver(INVALID, expires="2099-01-01"))}
    root = small_fleet(tmp_path / "fleet", files)
    compile_and_write(root, tmp_path / "cache")
    written = tree(root / "rendered")
    again = compile_and_write(root, tmp_path / "cache")
    assert tree(root / "rendered") == written
    assert "mgmt-1/clusters/demo/hostedcluster.yaml" in again.kept
    assert len(again.waived) == 1


@pytest.mark.parametrize(
    ("scope", "fits"),
    [
        ("cluster: demo", True),
        ("cluster: dema", False),
        ("managementCluster: mgmt-1", True),
        ("managementCluster: mgmt-2", False),
        ("directory: clusters/mgmt-1", True),
        ("directory: clusters/mgmt-2", False),
        ("clusterLabels: {tier: gold}", False),
    ],
)
def test_a_severity_or_rule_about_nothing_is_told(
    tmp_path: Path, scope: str, *, fits: bool
) -> None:
    entry = f"{{rule: {UNSIZED}, severity: error, scope: {{{scope}}}}}"
    rule = f'{{expression: "true", message: never, scope: {{{scope}}}}}'
    said = policy(f"severities: [{entry}]\nrules: {{ORG1: {rule}}}\n")
    expected = [] if fits else ["HCP1708 warning "] * 2
    assert told(decided(tmp_path, {POLICY: said})) == expected


def test_no_scope_is_judged_while_a_cluster_cannot_be_read(tmp_path: Path) -> None:
    said = policy(f"severities: [{{rule: {UNSIZED}, severity: error, scope: {{cluster: gone}}}}]\n")
    lost = {DEMO: cluster("demo", "etcd: {size: huge}\n"), POLICY: said}
    assert told(decided(tmp_path, lost)) == ["HCP0208 error demo"]
