"""A rendered tree is read in full and verified, or refused with the file that is wrong."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.sync.trees import config_map, hosted_cluster, indexed, node_pool, text

from hcpc.kube.rendered_index import INDEX, digest
from hcpc.sync.errors import TreeError
from hcpc.sync.records import RenderedTree, SyncData, Wave
from hcpc.sync.tree.tree import ParsedFiles, read_tree

ROOT = Path(__file__).parents[4]
WORK = {
    "apiVersion": "work.open-cluster-management.io/v1",
    "kind": "ManifestWork",
    "metadata": {"name": "a-guest", "namespace": "a"},
    "spec": {"workload": {"manifests": [config_map("delivered")]}},
}
FILES: dict[str, str | bytes] = {
    "kustomization.yaml": "kind: Kustomization\n",
    "operator/configmap-o.yaml": text(config_map("o")),
    "operator/kustomization.yaml": "kind: Kustomization\n",
    "clusters/kustomization.yaml": "kind: Kustomization\n",
    "clusters/a/nodepool-workers.yaml": text(node_pool()),
    "clusters/a/hostedcluster.yaml": text(hosted_cluster()),
    "clusters/a/kustomization.yaml": "kind: Kustomization\n",
    "clusters/a/guest/configmap-motd.yaml": text(config_map("motd")),
    "clusters/a/guest/kustomization.yaml": "kind: Kustomization\n",
    "restore/a/patch-hostedcluster.yaml": text(hosted_cluster()),
    "restore/a/RUNBOOK.md": "# How to\n",
}


def read(files: dict[str, bytes], known: ParsedFiles | None = None) -> RenderedTree:
    return read_tree(files, "mgmt", "c0ffee", known or ParsedFiles())


def refusal(files: dict[str, bytes]) -> str:
    with pytest.raises(TreeError) as raised:
        read(files)
    return str(raised.value)


def with_files(**more: Any) -> dict[str, bytes]:
    """Files by path, with `__` for each `/`."""
    added = {path.replace("__", "/"): content for path, content in more.items()}
    return indexed(FILES | added)


def test_all_that_git_wants_is_there_and_nothing_else() -> None:
    tree = read(indexed(FILES))
    assert [(str(each.ref), each.cluster, each.path) for each in tree.objects] == [
        ("ConfigMap clusters/o", "", "operator/configmap-o.yaml"),
        ("HostedCluster clusters/a", "a", "clusters/a/hostedcluster.yaml"),
        ("NodePool clusters/a-workers", "a", "clusters/a/nodepool-workers.yaml"),
    ]
    [inside] = tree.guests["a"]
    assert (str(inside.ref), inside.cluster) == ("ConfigMap clusters/motd", "a")
    assert (tree.management_cluster, tree.commit, tree.data) == ("mgmt", "c0ffee", SyncData())


def test_the_example_fleet_is_read() -> None:
    roots = [each.parent for each in sorted((ROOT / "rendered").glob("*/clusters"))]
    assert len(roots) > 3
    for root in roots:
        paths = [path for path in root.rglob("*") if path.is_file()]
        files = {str(path.relative_to(root)): path.read_bytes() for path in paths}
        tree = read_tree(files, root.name, "c", ParsedFiles())
        assert {each.wave for each in tree.objects} >= {Wave.HOSTED_CLUSTER, Wave.NODE_POOL}
        assert tree.data.releases


def test_an_index_that_lists_nothing_gives_an_empty_tree() -> None:
    assert read(indexed({})).objects == ()


def test_objects_come_in_the_order_of_waves() -> None:
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "z"}}
    tree = read(with_files(**{"clusters__a__namespace-z.yaml": text(namespace)}))
    waves = [each.wave for each in tree.objects]
    assert waves == sorted(waves)
    assert waves[0] is Wave.NAMESPACE


def test_without_an_index_all_is_refused() -> None:
    assert refusal({}) == (
        f"rendered/mgmt/{INDEX}: it is missing; run `hcpc compile` and commit all that it wrote"
    )


def test_a_file_that_is_missing() -> None:
    files = indexed(FILES)
    del files["clusters/a/hostedcluster.yaml"], files["clusters/a/nodepool-workers.yaml"]
    said = refusal(files)
    assert "rendered/mgmt/clusters/a/hostedcluster.yaml: the index lists it, but it is gone" in said
    assert "1 more" in said


def test_a_file_too_many() -> None:
    files = indexed(FILES) | {"clusters/b/hostedcluster.yaml": b""}
    assert "clusters/b/hostedcluster.yaml: the index does not list it" in refusal(files)


def test_a_file_that_was_edited() -> None:
    files = indexed(FILES)
    files["clusters/a/hostedcluster.yaml"] += b"\n"
    said = refusal(files)
    assert "clusters/a/hostedcluster.yaml: it is not what the compiler wrote" in said


def test_conflict_markers_are_told_as_such() -> None:
    files = indexed(FILES)
    files["clusters/a/hostedcluster.yaml"] = b"<<<<<<< HEAD\na: 1\n=======\n>>>>>>> b\n"
    assert "clusters/a/hostedcluster.yaml: it has git's conflict markers" in refusal(files)
    files = indexed(FILES)
    files[INDEX] = b"<<<<<<< HEAD\n" + files[INDEX]
    assert f"{INDEX}: it has git's conflict markers" in refusal(files)


@given(st.data())
def test_whatever_is_changed_in_a_tree_it_is_refused(data: st.DataObject) -> None:
    files = indexed(FILES)
    path = data.draw(st.sampled_from(sorted(files)))
    content = files[path]
    place = data.draw(st.integers(0, len(content.rstrip()) - 1))
    match data.draw(st.sampled_from(["cut", "flip", "drop"])):
        case "cut":
            files[path] = content[:place]
        case "flip":
            files[path] = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        case _:
            del files[path]
    assert "rendered/mgmt/" in refusal(files)


@pytest.mark.parametrize(
    "path",
    [
        "hosted/a.yaml",
        "extra.yaml",
        "clusters/a.yaml",
        "clusters/a/deep/b.yaml",
        "clusters/a/guest/deep/b.yaml",
        "clusters/a/values.json",
        "operator/deep/b.yaml",
        "README.md",
    ],
)
def test_a_file_in_a_place_that_is_not_known_is_refused(path: str) -> None:
    said = refusal(indexed(FILES | {path: text(config_map("more"))}))
    assert said.startswith(f"rendered/mgmt/{path}: ")
    assert "a newer hcpc may have written it" in said


def test_two_files_with_one_object() -> None:
    said = refusal(with_files(**{"clusters__b__configmap-o.yaml": text(config_map("o"))}))
    assert said == (
        "rendered/mgmt/operator/configmap-o.yaml: it has ConfigMap clusters/o, and so has "
        "clusters/b/configmap-o.yaml"
    )


def test_the_same_object_may_be_inside_of_hosted_clusters_too() -> None:
    inside = {f"clusters__{name}__guest__o.yaml": text(config_map("o")) for name in "ab"}
    assert {*read(with_files(**inside)).guests} == {"a", "b"}


def test_what_a_manifest_work_delivers_is_not_applied_inside() -> None:
    guest = {"clusters__a__guest__configmap-delivered.yaml": text(config_map("delivered"))}
    assert [each.ref.name for each in read(with_files(**guest)).guests["a"]] == [
        "delivered",
        "motd",
    ]
    work = {"clusters__a__delivery__manifestwork-a.yaml": text(WORK)}
    tree = read(with_files(**guest, **work))
    assert [each.ref.name for each in tree.guests["a"]] == ["motd"]
    assert {ref.name for ref in tree.delivered["a"]} == {"delivered"}
    [applied] = [each for each in tree.objects if each.ref.kind == "ManifestWork"]
    assert (applied.cluster, applied.wave) == ("a", Wave.REST)


@pytest.mark.parametrize("inner", [{"kind": "X"}, 1, {**config_map(), "metadata": {"name": []}}])
def test_a_manifest_work_that_cannot_be_read_is_refused(inner: Any) -> None:
    broken = {**WORK, "spec": {"workload": {"manifests": [inner]}}}
    said = refusal(with_files(**{"clusters__a__delivery__manifestwork-a.yaml": text(broken)}))
    assert said == (
        "rendered/mgmt/clusters/a/delivery/manifestwork-a.yaml: "
        "its ManifestWork has objects without a name"
    )


def test_files_are_parsed_once_and_forgotten_when_they_are_gone() -> None:
    known = ParsedFiles()
    files = indexed(FILES)
    first, second = read(files, known), read(files, known)
    for one, other in zip(first.objects, second.objects, strict=True):
        assert one.body is other.body
    hosted = digest(files["clusters/a/hostedcluster.yaml"])
    read(indexed({}), known)
    assert known.objects(hosted, files["clusters/a/hostedcluster.yaml"])[0].body is not (
        first.objects[1].body
    )


def test_a_tree_that_is_refused_forgets_nothing() -> None:
    known = ParsedFiles()
    files = indexed(FILES)
    first = read(files, known)
    with pytest.raises(TreeError):
        read({}, known)
    assert read(files, known).objects[0].body is first.objects[0].body


def test_a_fault_in_a_file_names_the_file() -> None:
    said = refusal(with_files(**{"clusters__a__x.yaml": "a: [\n"}))
    assert said.startswith("rendered/mgmt/clusters/a/x.yaml: it is no YAML: line ")


def test_sync_data_is_read_with_the_tree() -> None:
    head = "apiVersion: hcpc.dev/v1alpha1\nkind: SyncData\nmanagementCluster: mgmt\n"
    tree = read(with_files(**{"sync.yaml": f"{head}releases: {{image: 4.20.1}}\n"}))
    assert tree.data.releases == {"image": "4.20.1"}
    said = refusal(with_files(**{"sync.yaml": "kind: Other\n"}))
    assert said.startswith("rendered/mgmt/sync.yaml: it is no SyncData")


PLACE = "group: hypershift.openshift.io, namespace: clusters"
TOMBSTONES = {
    "itself": f"tombstones: [{{{PLACE}, kind: HostedCluster, name: a, owner: x, reason: y}}]",
    "its pools": f"tombstones: [{{{PLACE}, kind: NodePool, cluster: a, owner: x, reason: y}}]",
    "inside": "guestTombstones: {a: [{kind: ConfigMap, namespace: clusters, name: motd, "
    "owner: x, reason: y}]}",
}


def buried(what: str) -> dict[str, bytes]:
    """The tree, and `sync.yaml` with tombstones."""
    head = "apiVersion: hcpc.dev/v1alpha1\nkind: SyncData\nmanagementCluster: mgmt\n"
    return indexed(FILES | {"sync.yaml": f"{head}{what}\n"})


@pytest.mark.parametrize(
    ("what", "whose"),
    [
        ("itself", "HostedCluster clusters/a, which clusters/a/hostedcluster.yaml wants"),
        ("its pools", "NodePool clusters/a-workers, which clusters/a/nodepool-workers.yaml wants"),
        ("inside", "ConfigMap clusters/motd, which clusters/a/guest/configmap-motd.yaml wants"),
    ],
)
def test_a_tombstone_of_what_the_tree_wants_refuses_it(what: str, whose: str) -> None:
    said = refusal(buried(TOMBSTONES[what]))
    assert said.startswith(f"rendered/mgmt/sync.yaml: it has a tombstone for {whose}; run ")


def test_a_tombstone_of_what_is_elsewhere_or_gone_is_none_of_it() -> None:
    others = {
        each.replace("namespace: clusters", "namespace: old") for each in TOMBSTONES.values()
    } | {
        TOMBSTONES["inside"].replace("{a:", "{b:"),
        TOMBSTONES["itself"].replace("name: a", "name: b"),
        TOMBSTONES["its pools"].replace("cluster: a", "cluster: b"),
    }
    for each in others:
        assert read(buried(each)).objects
