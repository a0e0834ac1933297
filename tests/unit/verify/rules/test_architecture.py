"""A node pool has nodes of an architecture that its platform has."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import (
    RELEASES,
    SCAFFOLD,
    cluster,
    document,
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
