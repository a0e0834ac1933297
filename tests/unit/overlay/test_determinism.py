"""Overlays give the same wherever and however often a fleet is compiled."""

from pathlib import Path

import pytest
from tests.unit.overlay.overlaying import FUNCTION, HOSTED_CLUSTER, OVERLAY, merge, patches
from tests.unit.resolve.small_fleet import (
    cluster,
    compile_and_write,
    compiled,
    document,
    small_fleet,
    write,
)

LIBRARY = "lib/site.libsonnet"
FILES: dict[str, str | bytes | None] = {
    OVERLAY: patches(merge("{kind: NodePool}", "{metadata: {labels: {of: '${cluster.name}'}}}"))
    + "---\n"
    + document("Overlay", "fn", "fromFile: site.jsonnet\n"),
    FUNCTION: "function(cluster, manifests) [m + (import '../lib/site.libsonnet')(cluster) "
    "for m in manifests]",
    LIBRARY: "function(cluster) { metadata+: { annotations+: { who: cluster.name } } }",
    **{f"clusters/mgmt-1/c{number}.yaml": cluster(f"c{number}") for number in range(80)},
}


@pytest.mark.parametrize("broken", ["", "error 'no ' + cluster.platform"])
def test_every_executor_gives_the_same(tmp_path: Path, broken: str) -> None:
    files = FILES | ({LIBRARY: f"function(cluster) {broken}"} if broken else {})
    root = small_fleet(tmp_path, files)
    serial, processes = compiled(root), compiled(root, executor="processes")
    assert bool(serial.findings) == bool(broken)
    assert processes.findings == serial.findings
    assert processes.files == serial.files


def test_a_changed_library_compiles_again(tmp_path: Path) -> None:
    root, cache = tmp_path / "fleet", tmp_path / "cache"
    small_fleet(root, FILES)
    compile_and_write(root, cache)
    assert not any("hostedcluster" in path for path in compile_and_write(root, cache).files)
    write(root, {LIBRARY: "function(cluster) { metadata+: { annotations+: { who: 'all' } } }"})
    changed = compile_and_write(root, cache)
    assert "who: all" in changed.files[HOSTED_CLUSTER]
    assert "who: all" in (root / "rendered" / HOSTED_CLUSTER).read_text()


def test_a_finding_in_a_library_is_remembered(tmp_path: Path) -> None:
    root, cache = tmp_path / "fleet", tmp_path / "cache"
    small_fleet(root, FILES | {LIBRARY: "function(cluster) error 'no'"})
    first, second = (compile_and_write(root, cache) for _ in range(2))
    assert first.findings == second.findings
    assert first.findings[0].primary.span.location == f"{LIBRARY}:1:19"
