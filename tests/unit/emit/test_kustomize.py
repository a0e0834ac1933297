"""The kustomize layout: a directory per hosted cluster, a kustomization at each level."""

from typing import Any

import yaml

from hcpc.emit.bundle import ClusterBundle
from hcpc.emit.formats.kustomize import HEADER, cluster_files, management_files
from hcpc.kube.manifest import Manifest


def manifest(kind: str, name: str, *source: str) -> Manifest:
    body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}
    return Manifest(kind, name, "clusters", body, source)


BUNDLE = ClusterBundle(
    "m",
    "demo",
    (
        manifest("HostedCluster", "demo"),
        manifest("NodePool", "other-name", "nodePools", "workers"),
        manifest("NodePool", "demo-infra", "nodePools", "infra"),
    ),
)


def read(text: str) -> Any:
    assert text.startswith(HEADER)
    return yaml.safe_load(text)


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
    files = cluster_files(BUNDLE) | management_files("m", ["zoo", "demo"])
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


def test_the_order_of_clusters_does_not_matter() -> None:
    assert management_files("m", ["b", "a"]) == management_files("m", ["a", "b"])
