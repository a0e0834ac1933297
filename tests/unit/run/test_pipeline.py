"""The whole way from files to files: every cluster for itself, every fault in one run."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import (
    DEFAULTS,
    DEMO,
    FLEET,
    MANAGEMENT,
    SCAFFOLD,
    cluster,
    compiled,
    document,
    places,
    small_fleet,
)

from hcpc.pipeline import Options, compile_fleet

HERE = "clusters/mgmt-1"


def test_the_scaffold_gives_its_files_and_nothing_is_written(tmp_path: Path) -> None:
    result = compiled(small_fleet(tmp_path))
    assert result.findings == ()
    assert not result.has_errors
    assert sorted(result.files) == [
        "mgmt-1/clusters/demo/hostedcluster.yaml",
        "mgmt-1/clusters/demo/kustomization.yaml",
        "mgmt-1/clusters/demo/nodepool-workers.yaml",
        "mgmt-1/clusters/kustomization.yaml",
        "mgmt-1/kustomization.yaml",
        "mgmt-1/sync.yaml",
    ]
    assert result.target == tmp_path / "rendered"
    assert not (tmp_path / "rendered").exists()


def test_a_summary_says_what_a_cluster_is(tmp_path: Path) -> None:
    (found,) = compiled(small_fleet(tmp_path)).clusters
    assert (found.name, found.management_cluster, found.namespace) == ("demo", "mgmt-1", "clusters")
    assert (found.platform, found.release, found.node_pools) == (
        "agent",
        "4.17.9",
        ("demo-workers",),
    )
    assert found.name_span.location == f"{DEMO}:5:9"


def test_a_cluster_that_gives_neither_manifests_nor_an_error_is_a_fault_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hcpc.pipeline.resolve_cluster", lambda *_: None)
    root = small_fleet(tmp_path)
    for emit in (True, False):
        with pytest.raises(RuntimeError, match="cluster `demo` gave no manifests and no error"):
            compile_fleet(root, Options("serial"), emit=emit)


def test_without_emit_there_are_findings_and_no_files(tmp_path: Path) -> None:
    root = small_fleet(tmp_path, {DEMO: cluster("demo", "etcd: {size: huge}\n")})
    result = compile_fleet(root, Options("serial"), emit=False)
    assert places(result.findings) == [f"HCP0208 {DEMO}:8:16"]
    assert {name for name in result.files if "demo" in name} == set()


def test_several_clusters_and_shared_documents_may_stand_in_one_file(tmp_path: Path) -> None:
    everything = "---\n".join(text for path, text in SCAFFOLD.items() if path != FLEET)
    spread = compiled(small_fleet(tmp_path / "spread"))
    files = dict.fromkeys(SCAFFOLD) | {FLEET: SCAFFOLD[FLEET], "clusters/all.yaml": everything}
    together = compiled(small_fleet(tmp_path / "together", files))
    assert together.findings == ()
    assert together.files == spread.files


def test_the_order_of_documents_in_a_file_does_not_matter(tmp_path: Path) -> None:
    profile = document("Profile", "gold", "fips: true\n")
    user = cluster("demo", "profiles: [gold]\n")
    results = [
        compiled(small_fleet(tmp_path / str(number), {DEMO: f"{one}---\n{other}"}))
        for number, (one, other) in enumerate([(profile, user), (user, profile)])
    ]
    assert results[0].files == results[1].files
    assert results[0].findings == results[1].findings == ()


def test_one_broken_cluster_hides_no_other(tmp_path: Path) -> None:
    files: dict[str, str | bytes | None] = {
        f"{HERE}/bad.yaml": cluster("bad", "etcd: {size: huge}\n"),
        f"{HERE}/worse.yaml": "kind: Cluster\nmetadata: [\n",
        f"{HERE}/worst.yaml": b"\xff",
        f"{HERE}/good.yaml": cluster("good", pools="{w: {}}"),
    }
    result = compiled(small_fleet(tmp_path, files))
    assert places(result.findings) == [
        f"HCP0208 {HERE}/bad.yaml:8:16",
        f"HCP0407 {HERE}/good.yaml:7:15",
        f"HCP0101 {HERE}/worse.yaml:2:11",
        f"HCP0001 {HERE}/worst.yaml:1:1",
    ]
    assert [each.name for each in result.clusters] == ["bad", "demo", "good"]
    assert "mgmt-1/clusters/good/hostedcluster.yaml" in result.files
    assert not any("bad" in path for path in result.files)


def test_one_broken_document_of_a_file_hides_no_other(tmp_path: Path) -> None:
    text = "\n---\n".join(
        [cluster("one"), "a: [", cluster("two"), "kind: Nothing", cluster("three")]
    )
    result = compiled(small_fleet(tmp_path, {DEMO: text}))
    assert [each.name for each in result.clusters] == ["one", "three", "two"]
    assert [found.code for found in result.findings] == ["HCP0101", "HCP0201"]


@pytest.mark.parametrize("raw", ["{kind: ../../Secret}", "{kind: null}", "{kind: 5}"])
def test_an_object_of_another_kind_is_refused_and_has_no_file(tmp_path: Path, raw: str) -> None:
    pools = f"{{w: {{replicas: 1, nodePool: {raw}}}}}"
    files = {DEMO: cluster("demo", f"hostedCluster: {raw}\n", pools=pools)}
    result = compiled(small_fleet(tmp_path, files))
    assert {"HCP0502"} <= {found.code for found in result.findings}
    assert not any("demo" in path for path in result.files)


def test_without_a_fleet_there_is_a_finding_and_nothing_else(tmp_path: Path) -> None:
    result = compiled(small_fleet(tmp_path, {FLEET: "a: ["}))
    assert result.has_errors
    assert (result.clusters, result.files, result.kept) == ((), {}, {})


def test_a_fleet_without_clusters_is_fine(tmp_path: Path) -> None:
    result = compiled(small_fleet(tmp_path, {DEMO: None}))
    assert (result.clusters, result.files, result.findings) == ((), {}, ())


def test_clusters_go_to_the_management_cluster_that_owns_their_directory(tmp_path: Path) -> None:
    files = {
        "clusters/mgmt-2/m.yaml": SCAFFOLD[MANAGEMENT].replace("mgmt-1", "mgmt-2"),
        "clusters/mgmt-2/deep/er/b.yaml": cluster("b"),
        f"{HERE}/a.yaml": cluster("a"),
    }
    files["clusters/mgmt-2/m.yaml"] = SCAFFOLD[MANAGEMENT].replace("mgmt-1", "mgmt-2")
    result = compiled(small_fleet(tmp_path, files))
    owners = {path.split("/")[0]: set[str]() for path in result.files}
    for path in result.files:
        if path.endswith("hostedcluster.yaml"):
            owners[path.split("/")[0]].add(path.split("/")[2])
    assert owners == {"mgmt-1": {"a", "demo"}, "mgmt-2": {"b"}}
    listed = result.files["mgmt-1/clusters/kustomization.yaml"]
    assert listed.index("- a\n") < listed.index("- demo\n")


def test_two_clusters_of_a_name_are_reported_across_files(tmp_path: Path) -> None:
    files = {"clusters/mgmt-1/z.yaml": cluster("demo")}
    (finding,) = compiled(small_fleet(tmp_path, files)).findings
    assert places([finding]) == ["HCP0308 clusters/mgmt-1/z.yaml:4:9"]


def test_findings_are_in_the_order_of_files_and_places(tmp_path: Path) -> None:
    files = {
        DEFAULTS: SCAFFOLD[DEFAULTS].replace("baseDomain", "baseDomian"),
        f"{HERE}/b.yaml": cluster("b", "etcd: {size: huge}\nfips: maybe\n"),
        f"{HERE}/a.yaml": cluster("a", "fips: maybe\n"),
        "clusters/z.yaml": "kind: [\n",
    }
    findings = compiled(small_fleet(tmp_path, files)).findings
    assert len(findings) == 5
    assert list(findings) == sorted(findings, key=lambda found: found.order)
