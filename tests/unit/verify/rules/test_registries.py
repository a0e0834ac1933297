"""Registries that nodes may use, and mirrors."""

from pathlib import Path

import pytest
from tests.unit.verify.rules.raw import raw, told

from hcpc.verify.rules.registries import check

IMAGES = "quay.io/openshift-release-dev/ocp-release"


def allowed(*entries: str) -> str:
    return f"registries: {{allowed: [{', '.join(f'{entry!r}' for entry in entries)}]}}\n"


@pytest.mark.parametrize(
    ("entry", "is_covered"),
    [
        ("quay.io", True),
        ("quay.io/openshift-release-dev", True),
        (IMAGES, True),
        ("*.io", True),
        ("quay.io/openshift", False),
        ("*.quay.io", False),
        ("docker.io", False),
    ],
)
def test_nodes_can_pull_the_release(entry: str, tmp_path: Path, *, is_covered: bool) -> None:
    assert told(check, tmp_path, allowed(entry)) == ([] if is_covered else ["HCP1422 allowed"])


def test_nodes_can_pull_from_mirrors(tmp_path: Path) -> None:
    mirror = "imageSources: {quay.io/x: [mirror.example.com:5000/x]}\n"
    assert told(check, tmp_path, mirror) == []
    assert told(check, tmp_path, allowed("quay.io") + mirror) == ["HCP1422 allowed"]
    assert told(check, tmp_path, allowed("quay.io", "mirror.example.com:5000") + mirror) == []
    assert told(check, tmp_path, allowed("quay.io", "*.example.com") + mirror) == []


def test_registries_are_allowed_or_blocked(tmp_path: Path) -> None:
    both = raw("spec.configuration.image.registrySources.blockedRegistries", ["docker.io"])
    assert told(check, tmp_path, allowed("quay.io") + both) == ['HCP0211 "blockedRegistries"']
    assert told(check, tmp_path, both) == []


def test_a_repository_is_no_mirror_of_itself(tmp_path: Path) -> None:
    spec = "imageSources: {quay.io/x: [mirror.example.com/x, quay.io/x]}\n"
    assert told(check, tmp_path, spec) == ["HCP1425 quay.io/x"]
