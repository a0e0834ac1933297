"""A node pool has nodes of an architecture that its platform has."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import (
    DEMO,
    RELEASES,
    SCAFFOLD,
    cluster,
    compiled,
    document,
    small_fleet,
    underlined,
)
from tests.unit.verify.rules.checking import checked

from hcpc.platforms import registry
from hcpc.verify.rules.architecture import check

assert "multi:" in SCAFFOLD[RELEASES]


@pytest.mark.parametrize("arch", ["amd64", "arm64", "ppc64le"])
def test_an_architecture_of_the_platform_is_fine(tmp_path: Path, arch: str) -> None:
    text = cluster("demo", pools=f"{{w: {{replicas: 1, arch: {arch}}}}}")
    assert checked(check, tmp_path, text) == []


def test_every_platform_can_have_its_own_default(tmp_path: Path) -> None:
    platform = registry.platform("none")
    assert platform is not None
    text = document("Cluster", "demo", "platform: {none: {}}\nnodePools: {w: {replicas: 1}}\n")
    assert checked(check, tmp_path, text) == []


def test_an_architecture_the_platform_does_not_have_is_refused(tmp_path: Path) -> None:
    pools = "{a: {replicas: 1}, b: {replicas: 1, arch: ppc64le}}"
    text = document("Cluster", "demo", f"platform: {{none: {{}}}}\nnodePools: {pools}\n")
    (finding,) = checked(check, tmp_path, text)
    assert underlined([finding]) == ["HCP0405 ppc64le"]
    assert "`amd64`, `arm64`" in finding.help


IMAGE = "quay.io/openshift-release-dev/ocp-release"


@pytest.mark.parametrize(
    ("own", "pool", "arch", "expected"),
    [
        ("4.18.5-multi", "4.18.5-multi", "arm64", []),
        ("4.18.5-x86_64", "4.18.5-x86_64", "amd64", []),
        ("4.18.5", "4.18.5", "arm64", []),
        ("4.18.5-x86_64", "4.18.5-x86_64", "arm64", ["its own"]),
        ("4.18.5-x86_64", "4.18.5-aarch64", "arm64", ["its cluster's"]),
        ("4.18.5-multi", "4.18.5-x86_64", "arm64", ["its own"]),
        ("4.18.5-x86_64", "4.17.5-x86_64", "ppc64le", ["its cluster's", "its own"]),
    ],
)
def test_releases_have_images_for_the_nodes(
    tmp_path: Path, own: str, pool: str, arch: str, expected: list[str]
) -> None:
    pools = f'{{w: {{replicas: 1, arch: {arch}, release: "{IMAGE}:{pool}"}}}}'
    text = cluster("demo", f'release: "{IMAGE}:{own}"\n', pools=pools)
    found = checked(check, tmp_path, text)
    assert underlined(found) == [f"HCP0405 {arch}"] * len(expected)
    for finding, words in zip(found, expected, strict=True):
        assert words in finding.message


def test_an_image_of_a_catalog_is_known_by_its_digest(tmp_path: Path) -> None:
    image = f"{IMAGE}@sha256:{'c' * 64}"
    catalog = document(
        "ReleaseCatalog", "all", f"releases: {{4.17.9: {{images: {{arm64: '{image}'}}}}}}\n"
    )
    text = cluster("demo", f"release: '{image}'\n")
    root = small_fleet(tmp_path, {RELEASES: catalog, DEMO: text})
    codes = [found.code for found in compiled(root).findings]
    assert codes == ["HCP0405"]
