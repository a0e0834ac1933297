"""Which files are units, and what happens when the guess about a file was wrong."""

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
from hcpc.pipeline import Compilation, compile_units
from hcpc.resolve.fleet import holds_only_clusters
from hcpc.run.cache import Cache
from hcpc.run.schedule import Options, run_all
from hcpc.source.text import SourceFile

HERE = "clusters/mgmt-1"


def guess_nothing(file: SourceFile) -> bool:
    """Every file may hold anything."""
    del file
    return False


def guess_wrong(file: SourceFile) -> bool:
    """Every file that names a cluster holds clusters only."""
    return "Cluster" in file.text and "ManagementCluster" not in file.text


STRAYS = {
    f"{HERE}/both.yaml": '{"apiVersion": hcpc.dev/v1alpha1, "kind": "Profile",'
    ' "metadata": {"name": "gold"}, "spec": {"fips": true}}\n---\n'
    + cluster("both", "profiles: [gold]\n"),
    f"{HERE}/quoted.yaml": document("Profile", "silver", "etcd: {size: 9Gi}\n").replace(
        "kind: Profile", "'kind': \"Profile\"  # no Cluster"
    ),
    f"{HERE}/user.yaml": cluster("user", "profiles: [gold, silver]\n"),
    "clusters/second.yaml": document("Fleet", "second") + "---\n" + cluster("lost"),
}


def same(one: Compilation, other: Compilation) -> bool:
    return (one.findings, one.clusters, one.files) == (other.findings, other.clusters, other.files)


def test_units_are_the_files_with_clusters(tmp_path: Path) -> None:
    fleet = fleet_at(small_fleet(tmp_path, STRAYS))
    outcome = run_all(compile_units, fleet, Options("serial"), None)
    assert [result.path for result in outcome.results] == [
        f"{HERE}/both.yaml",
        f"{HERE}/demo.yaml",
        f"{HERE}/user.yaml",
        "clusters/second.yaml",
    ]


def test_a_wrong_guess_gives_the_result_of_parsing_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = small_fleet(tmp_path, STRAYS)
    right = compiled(root)
    monkeypatch.setattr(hcpc.run.schedule, "holds_only_clusters", guess_nothing)
    parsed = compiled(root)
    monkeypatch.setattr(hcpc.run.schedule, "holds_only_clusters", guess_wrong)
    wrong = compiled(root)
    assert same(right, parsed)
    assert same(wrong, parsed)
    assert places(parsed.findings) == [
        "HCP0005 clusters/second.yaml:4:9",
        "HCP0307 clusters/second.yaml:9:9",
    ]
    assert "fips: true" in parsed.files["mgmt-1/clusters/user/hostedcluster.yaml"]


def test_a_wrong_guess_with_a_cache_gives_the_same_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {path: text for path, text in STRAYS.items() if "second" not in path}
    files[f"{HERE}/quoted.yaml"] += "# Cluster\n"
    root, cache = small_fleet(tmp_path / "fleet", files), tmp_path / "cache.json"
    monkeypatch.setattr(hcpc.run.schedule, "holds_only_clusters", guess_wrong)
    runs = [compile_and_write(root, cache) for _ in range(3)]
    assert {run.findings for run in runs} == {()}
    assert {tuple(each.name for each in run.clusters) for run in runs} == {("both", "demo", "user")}
    assert runs[2].kept
    text = (root / "rendered/mgmt-1/clusters/user/hostedcluster.yaml").read_text(encoding="utf-8")
    assert "fips: true" in text
    assert "9Gi" in text
    write(root, {DEMO: cluster("demo", "profiles: [silver]\n")})
    assert compile_and_write(root, cache).findings == ()
    text = (root / "rendered/mgmt-1/clusters/demo/hostedcluster.yaml").read_text(encoding="utf-8")
    assert "9Gi" in text


def test_the_guess_is_right_for_what_people_write() -> None:
    assert holds_only_clusters(SourceFile("a.yaml", cluster("a")))
    assert all(not holds_only_clusters(SourceFile(*each)) for each in list(STRAYS.items())[:2])


def test_results_are_in_the_order_of_files_whether_remembered_or_fresh(tmp_path: Path) -> None:
    files = {f"{HERE}/{name}.yaml": cluster(name) for name in "abc"}
    root, cache = small_fleet(tmp_path / "fleet", files), tmp_path / "cache.json"
    compile_and_write(root, cache)
    write(root, {f"{HERE}/b.yaml": cluster("b", "fips: true\n")})
    options = Options("serial", 1, Cache(cache))
    outcome = run_all(compile_units, fleet_at(root), options, root / "rendered")
    assert [result.path for result in outcome.results] == [*sorted(files), DEMO]
    assert [bool(result.files) for result in outcome.results] == [False, True, False, False]
