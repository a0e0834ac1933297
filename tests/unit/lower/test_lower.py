"""A small cluster with its pools: lowered, lifted, and the way back of manifest paths."""

from typing import Any

import pytest

from hcpc.kube.manifest import Manifest
from hcpc.lower.lower import lift, lower, manifest_path, passthrough, trace
from hcpc.syntax.tree import Path

SPEC: dict[str, Any] = {
    "name": "a",
    "namespace": "clusters",
    "release": "quay.io/r:1",
    "pullSecret": {"secret": "pull"},
    "platform": {"none": {}},
    "etcd": {"size": "8Gi"},
    "encryption": {"aescbc": {"activeKey": {"secret": "key"}}},
    "hostedCluster": {"spec": {"autoNode": {"mode": "on"}, "fips": False}},
    "nodePools": {
        "w": {"name": "a-w", "replicas": 2, "autoRepair": True, "upgrade": {"type": "InPlace"}},
        "x": {"name": "x", "nodePool": {"metadata": {"namespace": "other"}}},
    },
}
CLUSTER = {
    "apiVersion": "hypershift.openshift.io/v1beta1",
    "kind": "HostedCluster",
    "metadata": {"name": "a", "namespace": "clusters"},
    "spec": {
        "release": {"image": "quay.io/r:1"},
        "pullSecret": {"name": "pull"},
        "platform": {"type": "None"},
        "etcd": {
            "managementType": "Managed",
            "managed": {
                "storage": {"type": "PersistentVolume", "persistentVolume": {"size": "8Gi"}}
            },
        },
        "secretEncryption": {"type": "aescbc", "aescbc": {"activeKey": {"name": "key"}}},
        "autoNode": {"mode": "on"},
        "fips": False,
    },
}
POOLS = [
    {
        "apiVersion": "hypershift.openshift.io/v1beta1",
        "kind": "NodePool",
        "metadata": {"name": "a-w", "namespace": "clusters"},
        "spec": {
            "clusterName": "a",
            "replicas": 2,
            "management": {"upgradeType": "InPlace", "autoRepair": True},
        },
    },
    {
        "apiVersion": "hypershift.openshift.io/v1beta1",
        "kind": "NodePool",
        "metadata": {"name": "x", "namespace": "other"},
        "spec": {"clusterName": "a"},
    },
]


def test_a_spec_is_lowered_to_a_hosted_cluster_and_its_node_pools() -> None:
    lowered = lower(SPEC)
    assert [manifest.body for manifest in lowered] == [CLUSTER, *POOLS]
    assert [(each.kind, each.name, each.namespace, each.source) for each in lowered] == [
        ("HostedCluster", "a", "clusters", ()),
        ("NodePool", "a-w", "clusters", ("nodePools", "w")),
        ("NodePool", "x", "other", ("nodePools", "x")),
    ]


def test_what_only_the_passthrough_can_say_is_lifted_into_it() -> None:
    lifted = lift(CLUSTER, POOLS)
    assert lifted.pop("fips") is False
    assert lifted == {**SPEC, "hostedCluster": {"spec": {"autoNode": {"mode": "on"}}}}


def test_an_etcd_of_somebody_else_is_unmanaged() -> None:
    unmanaged = {"endpoint": "https://etcd:2379", "clientSecret": {"secret": "etcd"}}
    body = lower({"etcd": {"unmanaged": unmanaged}})[0].body
    assert body["spec"]["etcd"] == {
        "managementType": "Unmanaged",
        "unmanaged": {"endpoint": "https://etcd:2379", "tls": {"clientSecret": {"name": "etcd"}}},
    }


def named(*names: str) -> list[dict[str, Any]]:
    return [{"kind": "NodePool", "metadata": {"name": name}} for name in names]


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        (["a-w", "a-x"], ["w", "x"]),
        (["a-w", "other"], ["w", "other"]),
        (["a-"], ["a-"]),
        (["a-w", "w"], ["a-w", "w"]),
        (["w", "w"], ["0", "1"]),
    ],
)
def test_pools_are_keyed_by_the_shortest_names_that_tell_them_apart(
    names: list[str], keys: list[str]
) -> None:
    spec = lift(CLUSTER, named(*names))
    assert list(spec["nodePools"]) == keys
    assert [manifest.body for manifest in lower(spec)] == [CLUSTER, *named(*names)]


@pytest.mark.parametrize("metadata", [None, "text", 5, ["name"], {"name": {"odd": 1}}])
def test_objects_with_odd_heads_are_lifted_without_loss(metadata: Any) -> None:
    head = {} if metadata is None else {"metadata": metadata}
    cluster, pool = {"kind": "HostedCluster", **head}, {"kind": "NodePool", **head}
    assert [each.body for each in lower(lift(cluster, [pool]))] == [cluster, pool]


def test_a_passthrough_may_put_anything_in_place_of_an_object_s_head() -> None:
    spec = {**SPEC, "hostedCluster": {"metadata": 5}}
    cluster, worker, _ = lower(spec)
    assert (cluster.name, cluster.namespace) == ("", "")
    assert worker.body["metadata"] == {"name": "a-w"}
    assert "clusterName" not in worker.body["spec"]


@pytest.mark.parametrize(
    ("path", "spec"),
    [
        (("kind",), ()),
        (("metadata", "name"), ("name",)),
        (("spec", "etcd", "managementType"), ("etcd",)),
        (("spec", "pullSecret", "name"), ("pullSecret", "secret")),
        (("spec", "platform", "type"), ("platform", "none")),
        (("spec", "autoNode", "mode"), ("hostedCluster", "spec", "autoNode", "mode")),
        (("spec", "fips"), ("hostedCluster", "spec", "fips")),
    ],
)
def test_a_path_of_the_hosted_cluster_leads_to_the_spec(path: Path, spec: Path) -> None:
    assert trace(lower(SPEC)[0], path, SPEC["hostedCluster"]) == spec


@pytest.mark.parametrize(
    ("path", "spec"),
    [
        ((), ("nodePools", "w")),
        (("metadata", "name"), ("nodePools", "w", "name")),
        (("metadata", "namespace"), ("namespace",)),
        (("spec", "clusterName"), ("name",)),
        (("spec", "replicas"), ("nodePools", "w", "replicas")),
        (("spec", "management", "autoRepair"), ("nodePools", "w", "autoRepair")),
        (("spec", "management", "upgradeType"), ("nodePools", "w", "upgrade", "type")),
        (("spec", "elsewhere", 0), ("nodePools", "w")),
    ],
)
def test_a_path_of_a_node_pool_leads_to_its_pool_or_its_cluster(path: Path, spec: Path) -> None:
    assert trace(lower(SPEC)[1], path) == spec


def test_what_a_pool_s_passthrough_says_it_answers_for() -> None:
    raw = SPEC["nodePools"]["x"]["nodePool"]
    pool = lower(SPEC)[2]
    path: Path = ("metadata", "namespace")
    assert trace(pool, path, raw) == ("nodePools", "x", "nodePool", *path)
    assert trace(pool, ("metadata", "name"), raw) == ("nodePools", "x", "name")


def test_a_path_below_a_value_of_the_passthrough_is_the_passthrough_s() -> None:
    raw = {"spec": {"services": [{"service": "OIDC"}]}}
    manifest = Manifest("HostedCluster", "a", "b", raw)
    path: Path = ("spec", "services", 0, "service")
    assert trace(manifest, path, raw) == ("hostedCluster", *path)


@pytest.mark.parametrize(
    ("spec", "manifest"),
    [
        (("release",), ("spec", "release", "image")),
        (("hostedCluster", "spec", "autoNode"), ("spec", "autoNode")),
        (("nodePools",), ()),
        (("nodePools", "w"), ()),
        (("nodePools", "w", "replicas"), ("spec", "replicas")),
        (("nodePools", "w", "nodePool", "spec"), ("spec",)),
        (("elsewhere",), ()),
    ],
)
def test_a_spec_path_leads_to_what_it_becomes(spec: Path, manifest: Path) -> None:
    assert manifest_path(spec) == manifest


def test_the_passthrough_of_a_manifest_is_its_own() -> None:
    cluster, plain, raw = lower(SPEC)
    assert passthrough(SPEC, cluster) == SPEC["hostedCluster"]
    assert passthrough(SPEC, plain) is None
    assert passthrough(SPEC, raw) == SPEC["nodePools"]["x"]["nodePool"]
    assert passthrough({**SPEC, "hostedCluster": "of another kind"}, cluster) is None
