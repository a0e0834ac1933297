"""Releases: forced upgrades, fixes of the control plane, and tags."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import RELEASES, SCAFFOLD, cluster
from tests.unit.verify.rules.checking import checked
from tests.unit.verify.rules.raw import told

from hcpc.verify.rules.control_plane_release import check

FORCED = "hypershift.openshift.io/force-upgrade-to"
IMAGE = SCAFFOLD[RELEASES].split("multi: ")[1].strip()


def tagged(version: str) -> str:
    return f"quay.io/example/release:{version}"


def codes_of(root: Path, spec: str) -> list[str]:
    found = checked(check, root, cluster("demo", spec))
    return [each.code for each in found if each.code != "HCP1436"]


@pytest.mark.parametrize(("image", "count"), [(IMAGE, 0), (tagged("4.17.9"), 1)])
def test_an_upgrade_is_forced_to_the_release(image: str, count: int, tmp_path: Path) -> None:
    spec = f'annotations: {{{FORCED}: "{image}"}}\n'
    assert codes_of(tmp_path, spec) == ["HCP1433"] * count


def test_the_release_of_the_control_plane_counts_first(tmp_path: Path) -> None:
    own = f"controlPlane: {{release: {tagged('4.17.10')}}}\n"
    assert codes_of(tmp_path, f'{own}annotations: {{{FORCED}: "{tagged("4.17.10")}"}}\n') == []
    assert codes_of(tmp_path, f'{own}annotations: {{{FORCED}: "{IMAGE}"}}\n') == ["HCP1433"]


@pytest.mark.parametrize(
    ("version", "is_fine"),
    [
        ("4.17.9", True),
        ("4.17.10", True),
        ("4.17.8", False),
        ("4.17.9-rc.1", False),
        ("4.18.1", False),
        ("4.16.30", False),
    ],
)
def test_the_control_plane_is_the_same_version_or_a_fix_of_it(
    version: str, tmp_path: Path, *, is_fine: bool
) -> None:
    spec = f"controlPlane: {{release: {tagged(version)}}}\n"
    assert codes_of(tmp_path, spec) == ([] if is_fine else ["HCP1435"])


def test_of_images_without_a_version_nothing_is_known(tmp_path: Path) -> None:
    unknown = f"controlPlane: {{release: quay.io/x/y@sha256:{'a' * 64}}}\n"
    assert told(check, tmp_path, unknown) == []


def test_releases_are_named_by_digest(tmp_path: Path) -> None:
    spec = f"release: {tagged('4.17.9')}\ncontrolPlane: {{release: {tagged('4.17.9')}}}\n"
    expected = [f"HCP1436 {tagged('4.17.9')}"] * 2
    assert told(check, tmp_path, spec) == expected
    assert told(check, tmp_path) == []
