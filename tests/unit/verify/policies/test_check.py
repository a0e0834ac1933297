"""Policy documents by themselves: faulty ones are told, and the rest of them still counts."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import DEMO, document
from tests.unit.verify.policies.deciding import (
    POLICY,
    UNSIZED,
    decided,
    let_off,
    policy,
    told,
    unsized,
    waiver,
    waivers,
)


@pytest.mark.parametrize(
    "spec",
    [
        "",
        "5",
        "[]",
        "{}",
        "{severities: 5}",
        "{severities: []}",
        "{severities: {a: b}}",
        "{severities: [5, null, [], {}]}",
        "{severities: [{rule: HCP0407, severity: loud}]}",
        "{severities: [{rule: HCP0407, severity: error, scope: 5}]}",
        "{rules: [a]}",
        "{rules: {ORG1: null, ORG2: 5, lower: {}}}",
        "{rules: {ORG1: {expression: [], message: {}}}}",
        "{rules: {ORG1: {expression: '', message: ''}}}",
        "{rules: {ORG1: {expression: 'true', message: m, at: 'a..b'}}}",
        "{waivers: {}}",
        "{waivers: [null]}",
        "{waivers: [{rule: 5, owner: 5, reason: 5, expires: 5}]}",
        "{waivers: [{rule: HCP0407, owner: a, reason: b, expires: 2026-13-01}]}",
        "{noticeDays: -1, waivers: []}",
        "{unknown: 1}",
    ],
)
def test_a_faulty_policy_is_told_as_such_and_nothing_else_is(tmp_path: Path, spec: str) -> None:
    head = "apiVersion: hcpc.dev/v1alpha1\nkind: Policy\nmetadata: {name: p}\n"
    result = decided(tmp_path, {POLICY: f"{head}spec: {spec}\n"})
    assert result.findings
    assert {each.primary.span.file.path for each in result.findings} == {POLICY}
    assert {each.severity for each in result.findings} == {"error"}


def test_what_is_sound_of_a_policy_still_counts(tmp_path: Path) -> None:
    said = waivers(waiver(UNSIZED), "- {rule: HCP0501}\n")
    result = decided(tmp_path, {DEMO: unsized("demo"), POLICY: said})
    assert let_off(result.waived) == [f"{UNSIZED} warning demo 2027-01-31"]
    assert {each.code for each in result.findings} == {"HCP0204"}


@pytest.mark.parametrize(
    ("rule", "label"),
    [
        ("HCP1299", "did you mean `HCP12"),
        ("HCP4099", ""),
        ("ORG-TEMA", "did you mean `ORG-TEAM`?"),
        ("ORG9999", ""),
    ],
)
def test_an_unknown_rule_is_told_with_a_near_one(tmp_path: Path, rule: str, label: str) -> None:
    own = 'rules: {ORG-TEAM: {expression: "true", message: never}}\n'
    said = policy(f"{own}severities: [{{rule: {rule}, severity: info}}]\nwaivers:\n{waiver(rule)}")
    first, second = decided(tmp_path, {POLICY: said}).findings
    assert (first.code, second.code) == ("HCP1703", "HCP1703")
    assert first.primary.text.startswith(label)
    assert first.primary.text == second.primary.text
    assert bool(first.help) == (not label)


def test_a_rule_that_stands_in_a_broken_file_is_not_unknown(tmp_path: Path) -> None:
    rule = policy('rules: {ORG-TEAM: {expression: "true", message: never}}\n')
    files = {"clusters/rules.yaml": f"{rule}---\n:: broken", POLICY: waivers(waiver("ORG-TEAM"))}
    assert "HCP1703" not in {each.code for each in decided(tmp_path, files).findings}


def test_a_faulty_rule_is_not_unknown_to_its_waiver(tmp_path: Path) -> None:
    said = policy(f"rules: {{ORG-TEAM: {{message: never}}}}\nwaivers:\n{waiver('ORG-TEAM')}")
    assert told(decided(tmp_path, {POLICY: said})) == ["HCP0204 error "]


def test_off_is_a_word_here_and_no_other_reading_is_told(tmp_path: Path) -> None:
    said = policy(f"severities: [{{rule: {UNSIZED}, severity: off}}]\n")
    assert told(decided(tmp_path, {POLICY: said})) == []
    said = policy(f"severities: [{{rule: {UNSIZED}, severity: error, scope: {{cluster: off}}}}]\n")
    result = decided(tmp_path / "other", {POLICY: said})
    assert {each.code for each in result.findings} == {"HCP0108", "HCP1708"}


def test_two_policies_of_one_name_in_one_directory_are_told(tmp_path: Path) -> None:
    text = policy(f"severities: [{{rule: {UNSIZED}, severity: info}}]\n")
    result = decided(tmp_path, {POLICY: text, "clusters/policy2.yaml": text})
    assert [each.code for each in result.findings] == ["HCP0308"]


def test_a_policy_may_share_a_file_with_others(tmp_path: Path) -> None:
    both = f"{unsized('demo')}---\n{waivers(waiver(UNSIZED))}"
    result = decided(tmp_path, {DEMO: both})
    assert let_off(result.waived) == [f"{UNSIZED} warning demo 2027-01-31"]
    mixed = (
        f"{document('Defaults', 'more', 'cluster: {fips: true}')}---\n{waivers(waiver(UNSIZED))}"
    )
    result = decided(tmp_path / "mixed", {DEMO: unsized("demo"), "clusters/more.yaml": mixed})
    assert result.findings == ()


def test_an_alias_may_name_what_stands_above(tmp_path: Path) -> None:
    said = policy(
        "noticeDays: 30\n"
        f"severities: [&all {{rule: {UNSIZED}, severity: error}}, *all]\n"
        f"waivers:\n- &w {waiver(UNSIZED)[2:]}- *w\n"
    )
    result = decided(tmp_path, {DEMO: unsized("demo"), POLICY: said})
    assert told(result) == []
    assert len(result.waived) == 1


def test_a_secret_in_a_policy_is_told_and_not_shown(tmp_path: Path) -> None:
    token = "ghp_" + "a1B2" * 9
    said = waivers(waiver(UNSIZED, f"ticket: {token}"))
    result = decided(tmp_path, {DEMO: unsized("demo"), POLICY: said})
    assert {each.code for each in result.findings} == {"HCP1004"}
    (waived,) = result.waived
    assert token not in f"{result.findings[0].message} {waived.ticket}"
