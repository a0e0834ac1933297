"""What is filled in where nobody said anything, and why; what was said is never changed."""

import copy
from typing import Any

import pytest

from hcpc.diagnostics.sink import Sink
from hcpc.platforms import registry
from hcpc.platforms.platform import SERVICES
from hcpc.resolve.complete import Filled, complete
from hcpc.resolve.scope import ManagementCluster
from hcpc.source.text import SourceFile
from hcpc.syntax.tree import Mapping

FACTS = {"nodeAddress": "api.mgmt.example.com", "externalDNS": {"domain": "mgmt.example.com"}}


def management(facts: dict[str, Any]) -> ManagementCluster:
    return ManagementCluster("m", Mapping({}, {}, SourceFile("m.yaml", ""), 0, 0), facts, Sink())


def completed(platform: str, facts: dict[str, Any] | None = None, **spec: Any) -> Filled:
    """A spec with one pool, completed; the spec itself must stay as it was."""
    found = registry.platform(platform)
    assert found is not None
    whole = {"release": "4.17.9", "platform": {platform: {}}, "nodePools": {"w": {}}, **spec}
    before = copy.deepcopy(whole)
    filled = complete("demo", whole, found, management(FACTS if facts is None else facts))
    assert whole == before
    return filled


@pytest.mark.parametrize("platform", registry.NAMES)
def test_what_can_never_change_is_pinned_on_every_platform(platform: str) -> None:
    data = completed(platform).data
    assert data["namespace"] == "clusters"
    assert data["availability"] == {"controlPlane": "HighlyAvailable"}
    assert data["networks"] == {
        "type": "OVNKubernetes",
        "cluster": ["10.132.0.0/14"],
        "service": ["172.31.0.0/16"],
    }
    assert data["etcd"] == {"size": "8Gi"}


@pytest.mark.parametrize("platform", registry.NAMES)
def test_a_pool_gets_what_suits_its_platform(platform: str) -> None:
    found = registry.platform(platform)
    assert found is not None
    pool = completed(platform).data["nodePools"]["w"]
    assert (pool["name"], pool["release"]) == ("demo-w", "4.17.9")
    assert pool.get("arch") == (found.arches[0] if found.arches else None)
    assert pool["platform"] == {platform: dict(found.node_pool_defaults)}
    rolling = {"strategy": "RollingUpdate", "maxSurge": 1, "maxUnavailable": 0}
    assert pool["upgrade"] == {
        "type": found.upgrade_type,
        **(rolling if found.upgrade_type == "Replace" else {}),
    }


@pytest.mark.parametrize("platform", registry.NAMES)
def test_every_service_is_published_on_every_platform(platform: str) -> None:
    assert set(SERVICES) <= set(completed(platform).data["publish"])


@pytest.mark.parametrize("platform", registry.NAMES)
def test_every_filled_value_says_why_it_is_there(platform: str) -> None:
    filled = completed(platform)
    written = {("release",), ("platform", platform)}
    for path in _leaves(filled.data):
        reasons = [filled.reasons.get(path[:size]) for size in range(1, len(path) + 1)]
        assert any(reasons) or any(path[: len(known)] == known for known in written), path
    for path in filled.reasons:
        assert _has(filled.data, path)


def _leaves(data: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    if not isinstance(data, dict):
        return [path]
    return [leaf for name, value in data.items() for leaf in _leaves(value, (*path, name))]


def _has(data: Any, path: tuple[str, ...]) -> bool:
    for step in path:
        if not isinstance(data, dict) or step not in data:
            return False
        data = data[step]
    return True


def test_what_was_said_stays_and_has_no_reason() -> None:
    said: dict[str, Any] = {
        "namespace": "pay",
        "availability": {"controlPlane": "SingleReplica"},
        "networks": {"type": "Calico", "cluster": ["10.0.0.0/8"], "machine": ["10.1.0.0/16"]},
        "etcd": {"size": "32Gi", "storageClass": "fast"},
        "publish": {"oauth": {"route": {"hostname": "login.example.com"}}},
        "nodePools": {
            "w": {
                "name": "mine",
                "release": "4.17.8",
                "arch": "arm64",
                "platform": {"aws": {"instanceType": "m7.large"}},
                "upgrade": {"type": "InPlace", "maxUnavailable": "10%"},
            }
        },
    }
    filled = completed("aws", **said)
    data, pool = filled.data, filled.data["nodePools"]["w"]
    assert (data["namespace"], data["availability"]) == ("pay", said["availability"])
    assert data["networks"] == {**said["networks"], "service": ["172.31.0.0/16"]}
    assert data["etcd"] == said["etcd"]
    assert data["publish"]["oauth"] == said["publish"]["oauth"]
    assert pool["name"] == "mine"
    assert (pool["release"], pool["arch"]) == ("4.17.8", "arm64")
    assert pool["upgrade"] == {"type": "InPlace", "maxUnavailable": "10%"}
    assert pool["platform"]["aws"]["instanceType"] == "m7.large"
    assert ("networks", "service") in filled.reasons
    assert not any(path[-1] in {"namespace", "oauth", "name", "arch"} for path in filled.reasons)


V4, V6 = "10.1.0.0/16", "fd10::/48"


@pytest.mark.parametrize(
    ("said", "cluster", "service"),
    [
        ({}, ["10.132.0.0/14"], ["172.31.0.0/16"]),
        ({"cluster": [V4]}, [V4], ["172.31.0.0/16"]),
        ({"cluster": [V6]}, [V6], ["fd02::/112"]),
        ({"cluster": [{"cidr": V6, "hostPrefix": 64}]}, None, ["fd02::/112"]),
        ({"cluster": [V4, V6]}, [V4, V6], ["172.31.0.0/16", "fd02::/112"]),
        ({"cluster": [V6, V4]}, [V6, V4], ["fd02::/112", "172.31.0.0/16"]),
        ({"cluster": [V4, "10.2.0.0/16"]}, None, ["172.31.0.0/16"]),
        ({"service": [V6]}, ["fd01::/48"], [V6]),
        ({"service": [V6, V4]}, ["fd01::/48", "10.132.0.0/14"], [V6, V4]),
        ({"machine": [V6]}, ["fd01::/48"], ["fd02::/112"]),
        ({"machine": [V6], "service": [V4]}, ["10.132.0.0/14"], [V4]),
        ({"cluster": [V6], "service": [V4]}, [V6], [V4]),
    ],
)
def test_networks_are_filled_in_for_the_ip_families_that_were_chosen(
    said: dict[str, Any], cluster: list[str] | None, service: list[str]
) -> None:
    networks = completed("agent", networks=said).data["networks"]
    assert networks["cluster"] == (said["cluster"] if cluster is None else cluster)
    assert networks["service"] == service


def test_an_etcd_that_somebody_else_runs_gets_no_volume() -> None:
    unmanaged = {"unmanaged": {"endpoint": "https://etcd", "clientSecret": {"secret": "s"}}}
    assert completed("agent", etcd=unmanaged).data["etcd"] == unmanaged


def test_publishing_is_in_the_order_of_the_language_whatever_was_written_first() -> None:
    publish: dict[str, Any] = {"oauth": {"route": {}}, "api": {"loadBalancer": {}}}
    assert list(completed("agent", publish=publish).data["publish"]) == list(SERVICES)


def test_node_ports_are_reached_where_the_management_cluster_says() -> None:
    publish = completed("agent").data["publish"]
    assert set(publish) == set(SERVICES)
    assert all(
        strategy == {"nodePort": {"address": "api.mgmt.example.com"}}
        for strategy in publish.values()
    )


def test_node_ports_without_any_address_are_left_for_the_author() -> None:
    assert completed("none", {}).data["publish"]["api"] == {"nodePort": {"address": ""}}


@pytest.mark.parametrize(
    ("upgrade", "expected"),
    [
        ({"type": "Replace", "strategy": "OnDelete"}, {"type": "Replace", "strategy": "OnDelete"}),
        (
            {"maxSurge": 0, "maxUnavailable": 2},
            {"type": "Replace", "strategy": "RollingUpdate", "maxSurge": 0, "maxUnavailable": 2},
        ),
        (
            {"maxUnavailable": 2},
            {"type": "Replace", "strategy": "RollingUpdate", "maxSurge": 1, "maxUnavailable": 2},
        ),
        (
            {"maxSurge": "0%"},
            {"type": "Replace", "strategy": "RollingUpdate", "maxSurge": "0%", "maxUnavailable": 1},
        ),
        (
            {"maxSurge": "10%"},
            {
                "type": "Replace",
                "strategy": "RollingUpdate",
                "maxSurge": "10%",
                "maxUnavailable": 0,
            },
        ),
        ({"type": "InPlace"}, {"type": "InPlace"}),
    ],
)
def test_a_pool_that_replaces_nodes_says_how_in_full(
    upgrade: dict[str, Any], expected: dict[str, Any]
) -> None:
    filled = completed("kubevirt", nodePools={"w": {"upgrade": upgrade}})
    assert filled.data["nodePools"]["w"]["upgrade"] == expected


def test_a_cluster_without_pools_is_complete() -> None:
    assert completed("agent", nodePools={}).data["nodePools"] == {}
