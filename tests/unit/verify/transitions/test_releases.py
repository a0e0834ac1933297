"""Releases: what is said of going back, going too far, and going together."""

from pathlib import Path

import pytest
from tests.unit.verify.transitions.changing import POOLS, catalog, edited, said, subject, told

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.verify.subject import Subject
from hcpc.verify.transitions import (
    Transition,
    downgrade,
    forced_upgrade,
    one_minor,
    together,
    upgrade_edge,
)

CATALOG = catalog(
    v4_16_30="",
    v4_17_9="",
    v4_17_11="",
    v4_17_12=", upgradesFrom: [4.17.11]",
    v4_17_13=", upgradesFrom: []",
    v4_18_6="",
    v4_19_3="",
    v4_23_1="",
    v5_0_2="",
    v5_1_0="",
)
PLACE = "clusters/mgmt-1/demo.yaml"
KEPT = "{workers: {replicas: 2, release: 4.17.9}}"


def at(root: Path, release: str, pools: str = POOLS, more: str = "") -> Subject:
    return subject(
        root / f"{release}{len(pools)}{len(more)}", f"release: {release}\n{more}", pools, CATALOG
    )


def upgraded(check: Transition, root: Path, was: str, now: str) -> list[Diagnostic]:
    return told(check, at(root, was), at(root, now))


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ("4.17.9", "4.16.30", True),
        ("4.17.12", "4.17.9", False),
        ("4.17.9", "4.18.6", False),
        ("5.0.2", "4.23.1", False),
        ("5.1.0", "4.23.1", True),
        ("4.23.1", "5.0.2", False),
        ("5.0.2", "4.19.3", True),
    ],
)
def test_no_minor_version_is_older(was: str, now: str, *, found: bool, tmp_path: Path) -> None:
    findings = upgraded(downgrade.check, tmp_path, was, now)
    assert [each.code for each in findings] == ["HCP1606"] * (2 if found else 0)


def test_a_downgrade_is_told_at_both_releases(tmp_path: Path) -> None:
    before = at(tmp_path, "4.17.9", KEPT)
    (found,) = told(downgrade.check, before, at(tmp_path, "4.16.30", KEPT))
    message = "`4.16.30` is an older minor version than `4.17.9`"
    assert said([found]) == [f"HCP1606 {PLACE}:8:12: {message}"]
    assert [label.text for label in found.secondary] == []
    assert found.notes == ("at the base: `4.17.9`",)


def test_where_releases_are_not_looked_at_no_downgrade_is_told(tmp_path: Path) -> None:
    skip = 'annotations: {hypershift.openshift.io/skip-release-image-validation: "true"}\n'
    after = at(tmp_path, "4.16.30", more=skip)
    assert told(downgrade.check, at(tmp_path, "4.17.9"), after) == []


@pytest.mark.parametrize(
    ("was", "now", "left_out"),
    [
        ("4.17.9", "4.18.6", ""),
        ("4.17.9", "4.19.3", "4.18"),
        ("4.16.30", "4.19.3", "4.17, 4.18"),
        ("4.23.1", "5.0.2", ""),
        ("4.23.1", "5.1.0", ""),
        ("4.19.3", "4.17.9", ""),
    ],
)
def test_no_minor_version_is_left_out(was: str, now: str, left_out: str, tmp_path: Path) -> None:
    findings = upgraded(one_minor.check, tmp_path, was, now)
    expected = [f"HCP1607 {PLACE}:8:12: from `{was}` to `{now}` leaves out {left_out}"]
    assert said(findings) == (expected if left_out else [])


@pytest.mark.parametrize(
    ("was", "now", "message"),
    [
        ("4.17.11", "4.17.12", ""),
        ("4.17.9", "4.17.12", "the catalog knows no upgrade from `4.17.9` to `4.17.12`"),
        ("4.17.9", "4.17.13", "the catalog knows no upgrade from `4.17.9` to `4.17.13`"),
        ("4.17.9", "4.18.6", ""),
        ("4.17.11", "4.17.9", "`4.17.9` is older than `4.17.11`, and no upgrade leads back"),
        ("4.17.9", "4.16.30", ""),
    ],
)
def test_an_upgrade_has_an_edge(was: str, now: str, message: str, tmp_path: Path) -> None:
    findings = upgraded(upgrade_edge.check, tmp_path, was, now)
    assert said(findings) == ([f"HCP1608 {PLACE}:8:12: {message}"] if message else [])


def test_a_missing_edge_shows_those_that_there_are(tmp_path: Path) -> None:
    (found,) = upgraded(upgrade_edge.check, tmp_path, "4.17.9", "4.17.12")
    assert [label.text for label in found.secondary] == ["it can be reached from `4.17.11`"]


@pytest.mark.parametrize(
    ("pools_before", "pools_after", "now", "found"),
    [
        (POOLS, POOLS, "4.18.6", True),
        (POOLS, KEPT, "4.18.6", False),
        (POOLS, POOLS, "4.17.11", False),
        (KEPT, KEPT, "4.18.6", False),
        (POOLS, "{others: {replicas: 2}}", "4.18.6", False),
    ],
)
def test_pools_follow_their_control_plane(
    pools_before: str, pools_after: str, now: str, *, found: bool, tmp_path: Path
) -> None:
    before = at(tmp_path, "4.17.9", pools_before)
    findings = told(together.check, before, at(tmp_path, now, pools_after))
    assert [each.code for each in findings] == ["HCP1609"] * found


def test_what_the_control_plane_runs_counts(tmp_path: Path) -> None:
    before = at(tmp_path, "4.17.9")
    after = at(tmp_path, "4.17.9", more="controlPlane: {release: 4.19.3}\n")
    (found,) = told(one_minor.check, before, after)
    assert said([found])[0].startswith(f"HCP1607 {PLACE}:9:27: ")


FORCED = "hypershift.openshift.io/force-upgrade-to"


@pytest.mark.parametrize(
    ("was", "now", "other", "found"),
    [
        ("x", "x", None, True),
        ("x", "z", None, False),
        (None, "x", None, False),
        ("x", None, None, False),
        ("x", "x", "quay.io/ocp/release:4.18.6", False),
    ],
)
def test_a_forced_upgrade_is_for_one_release(
    was: str | None, now: str | None, other: str | None, *, found: bool, tmp_path: Path
) -> None:
    def side(name: str, image: str | None) -> Subject:
        more = f"annotations: {{{FORCED}: {image}}}\n" if image else ""
        return subject(tmp_path / name, more)

    before, after = side("before", was), side("after", now)
    if other:
        after = edited(after, {"release": {"image": other}})
    findings = told(forced_upgrade.check, before, after)
    assert [each.code for each in findings] == ["HCP1610"] * found
