"""Control plane namespaces end at 63 characters."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, underlined
from tests.unit.verify.rules.checking import checked

from hcpc.verify.rules.control_plane_namespace import LIMIT, check


@pytest.mark.parametrize("namespace", ["clusters", "a"])
def test_a_namespace_of_63_characters_is_fine(tmp_path: Path, namespace: str) -> None:
    name = "x" * (LIMIT - len(namespace) - 1)
    text = cluster(name, f"namespace: {namespace}\n")
    assert checked(check, tmp_path, text, name) == []


@pytest.mark.parametrize("excess", [1, 8])
def test_a_longer_one_is_refused_with_the_excess(tmp_path: Path, excess: int) -> None:
    name = "x" * (LIMIT - len("clusters-") + excess)
    (finding,) = checked(check, tmp_path, cluster(name), name)
    assert underlined([finding]) == [f"HCP0401 {name}"]
    assert str(excess) in finding.help
