"""Releases, and the minor versions that a management cluster's operator knows."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, underlined
from tests.unit.verify.rules.agreeing import found

IMAGE = "quay.io/openshift-release-dev/ocp-release"


def supported(*versions: str) -> str:
    return f"supportedVersions: [{', '.join(versions)}]\n"


def told(root: Path, facts: str, *clusters: str) -> list[str]:
    """What this rule underlines, whatever others say of tags and annotations."""
    return [each for each in underlined(found(root, facts, *clusters)) if "HCP0812" in each]


@pytest.mark.parametrize(
    ("release", "versions", "expected"),
    [
        ("4.17.9", ["4.16", "4.17"], []),
        ("4.17.9", ["4.18"], ["HCP0812 4.17.9"]),
        ("4.17.9", ["4.1", "4.7"], ["HCP0812 4.17.9"]),
        (f"{IMAGE}:4.20.1-multi", ["4.20"], []),
        (f"{IMAGE}:4.20.1-multi", ["4.2"], [f"HCP0812 {IMAGE}:4.20.1-multi"]),
        (f"{IMAGE}:5.0.3", ["4.23"], []),
        (f"{IMAGE}:4.24.0", ["5.1"], []),
        (f"{IMAGE}:5.2.0", ["5.1", "4.23"], [f"HCP0812 {IMAGE}:5.2.0"]),
        (f"registry.example.com:4161/release@sha256:{'0' * 64}", ["4.20"], []),
        (f"{IMAGE}:latest", ["4.20"], []),
    ],
)
def test_a_release_of_a_minor_version_that_is_known(
    release: str, versions: list[str], expected: list[str], tmp_path: Path
) -> None:
    text = cluster("demo", f"release: {release}\n")
    assert told(tmp_path, supported(*versions), text) == expected


def test_without_a_word_every_release_is_fine(tmp_path: Path) -> None:
    assert found(tmp_path, "", cluster("demo")) == ()


def test_a_release_of_a_shared_layer_is_told_once(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, supported("4.18"), cluster("one"), cluster("two"))
    assert finding.clusters == ("one", "two")
    assert finding.secondary[0].text == "it supports `4.18`"


def test_pools_and_the_control_plane_are_looked_at_too(tmp_path: Path) -> None:
    old = f"{IMAGE}:4.14.3"
    text = cluster(
        "demo",
        f"controlPlane: {{release: {old}}}\n",
        pools=f"{{a: {{replicas: 1, release: {old}}}, b: {{replicas: 1}}}}",
    )
    assert told(tmp_path, supported("4.17"), text) == [f"HCP0812 {old}"] * 2


def test_a_cluster_that_skips_the_operators_check_is_not_checked(tmp_path: Path) -> None:
    text = cluster(
        "demo", 'annotations: {hypershift.openshift.io/skip-release-image-validation: "true"}\n'
    )
    assert told(tmp_path, supported("4.18"), text) == []


def test_the_passthrough_does_not_get_around_it(tmp_path: Path) -> None:
    image = f"{IMAGE}:4.16.1@sha256:{'0' * 64}"
    raw = f'hostedCluster: {{spec: {{release: {{image: "{image}"}}}}}}\n'
    assert told(tmp_path, supported("4.17"), cluster("demo", raw)) == [f'HCP0812 "{image}"']


@pytest.mark.parametrize("version", ["4.17.1", "4", "3.11", "4.017"])
def test_a_supported_version_is_a_minor_version(version: str, tmp_path: Path) -> None:
    assert underlined(found(tmp_path, supported(version))) == [f"HCP0213 {version}"]
