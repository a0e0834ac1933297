"""The kustomize layout: a directory per hosted cluster, a kustomization at each level."""

from pathlib import Path

from tests.unit.emit.small_bundle import BUNDLE, manifest, read
from tests.unit.resolve.small_fleet import write

from hcpc.emit.bundle import ManagementBundle
from hcpc.emit.formats.kustomize import cluster_files, management_files
from hcpc.emit.leaving import unlisted_clusters


def test_every_object_has_a_file_of_its_own_named_after_the_spec() -> None:
    files = cluster_files(BUNDLE)
    assert sorted(files) == [
        "m/clusters/demo/hostedcluster.yaml",
        "m/clusters/demo/kustomization.yaml",
        "m/clusters/demo/nodepool-infra.yaml",
        "m/clusters/demo/nodepool-workers.yaml",
    ]
    for each in BUNDLE.manifests:
        assert each.body in [read(text) for text in files.values()]


def test_every_kustomization_names_what_lies_beside_it() -> None:
    files = cluster_files(BUNDLE) | management_files(ManagementBundle("m", ("zoo", "demo")))
    resources = {path: read(text)["resources"] for path, text in files.items() if "kust" in path}
    assert resources == {
        "m/kustomization.yaml": ["clusters"],
        "m/clusters/kustomization.yaml": ["demo", "zoo"],
        "m/clusters/demo/kustomization.yaml": [
            "hostedcluster.yaml",
            "nodepool-workers.yaml",
            "nodepool-infra.yaml",
        ],
    }


def test_a_hosted_cluster_lies_where_removals_look_for_one(tmp_path: Path) -> None:
    write(tmp_path, cluster_files(BUNDLE))
    assert list(unlisted_clusters(tmp_path, set(), set())) == ["m/clusters/demo/hostedcluster.yaml"]


def test_the_order_of_clusters_does_not_matter() -> None:
    first, second = (ManagementBundle("m", names) for names in (("b", "a"), ("a", "b")))
    assert management_files(first) == management_files(second)


def test_what_belongs_inside_the_hosted_cluster_is_named_by_no_other_kustomization() -> None:
    inside = BUNDLE._replace(guest=(manifest("Namespace", "tools"),))
    files = cluster_files(inside)
    assert read(files["m/clusters/demo/guest/kustomization.yaml"])["resources"] == [
        "namespace-tools.yaml"
    ]
    assert (
        files["m/clusters/demo/kustomization.yaml"]
        == (cluster_files(BUNDLE)["m/clusters/demo/kustomization.yaml"])
    )


def test_a_management_cluster_without_hosted_clusters_has_its_operator_alone() -> None:
    files = management_files(ManagementBundle("m", (), (manifest("ConfigMap", "flags"),)))
    assert sorted(files) == [
        "m/kustomization.yaml",
        "m/operator/configmap-flags.yaml",
        "m/operator/kustomization.yaml",
    ]
    assert read(files["m/kustomization.yaml"])["resources"] == ["operator"]
    assert management_files(ManagementBundle("m", ())) == {}
