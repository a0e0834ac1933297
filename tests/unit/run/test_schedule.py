"""Which files are units, and in which order their results come."""

from pathlib import Path

import pytest
from tests.unit.resolve.resolving import fleet_at
from tests.unit.resolve.small_fleet import (
    DEMO,
    cluster,
    compile_and_write,
    compiled,
    document,
    places,
    small_fleet,
    write,
)

import hcpc.run.schedule
from hcpc.diagnostics.sink import Sink
from hcpc.pipeline import Compilation, compile_units
from hcpc.resolve.fleet import Fleet
from hcpc.resolve.scope import Environment
from hcpc.run.cache import Cache
from hcpc.run.schedule import Options, run_all

HERE = "clusters/mgmt-1"


MIXED = {
    f"{HERE}/both.yaml": '{"apiVersion": hcpc.dev/v1alpha1, "kind": "Profile",'
    ' "metadata": {"name": "gold"}, "spec": {"fips": true}}\n---\n'
    + cluster("both", "profiles: [gold]\n"),
    f"{HERE}/quoted.yaml": document("Profile", "silver", "etcd: {size: 9Gi}\n").replace(
        "kind: Profile", "'kind': \"Profile\"  # no Cluster"
    ),
    f"{HERE}/user.yaml": cluster("user", "profiles: [gold, silver]\n"),
    "clusters/second.yaml": document("Fleet", "second") + "---\n" + cluster("lost"),
}


def nothing(_fleet: Fleet, _environment: Environment, _sink: Sink) -> None:
    """A check of shared documents that finds nothing."""


def same(one: Compilation, other: Compilation) -> bool:
    return (one.findings, one.clusters, one.files) == (other.findings, other.clusters, other.files)


def test_units_are_the_files_with_clusters(tmp_path: Path) -> None:
    fleet = fleet_at(small_fleet(tmp_path, MIXED))
    outcome = run_all(compile_units, nothing, fleet, Options("serial"), None)
    assert [result.path for result in outcome.results] == [
        f"{HERE}/both.yaml",
        f"{HERE}/demo.yaml",
        f"{HERE}/user.yaml",
        "clusters/second.yaml",
    ]


def test_files_of_clusters_only_give_what_parsing_them_for_layers_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = small_fleet(tmp_path, MIXED)
    told_by_text = compiled(root)
    monkeypatch.setattr(hcpc.run.schedule, "holds_only_clusters", lambda _: False)
    parsed = compiled(root)
    assert same(told_by_text, parsed)
    assert places(parsed.findings) == [
        "HCP0005 clusters/second.yaml:4:9",
        "HCP0307 clusters/second.yaml:9:9",
    ]
    assert "fips: true" in parsed.files["mgmt-1/clusters/user/hostedcluster.yaml"]


def test_results_are_in_the_order_of_files_whether_remembered_or_fresh(tmp_path: Path) -> None:
    files = {f"{HERE}/{name}.yaml": cluster(name) for name in "abc"}
    root, cache = small_fleet(tmp_path / "fleet", files), tmp_path / "cache.json"
    compile_and_write(root, cache)
    write(root, {f"{HERE}/b.yaml": cluster("b", "fips: true\n")})
    options = Options("serial", 1, Cache(cache))
    outcome = run_all(compile_units, nothing, fleet_at(root), options, root / "rendered")
    assert [result.path for result in outcome.results] == [*sorted(files), DEMO]
    assert [bool(result.files) for result in outcome.results] == [False, True, False, False]
