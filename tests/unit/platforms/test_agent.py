"""The Agent platform."""

from collections.abc import Callable
from typing import Any

import pytest

from hcpc.platforms.agent import PLATFORM

CLUSTER: dict[str, Any] = {"namespace": "agents"}
POOL: dict[str, Any] = {
    "selector": {
        "matchLabels": {"size": "large", "example.com/rack": "r1"},
        "matchExpressions": [
            {"key": "zone", "operator": "In", "values": ["a", "b"]},
            {"key": "gpu", "operator": "Exists"},
        ],
    }
}


def test_every_field_of_the_crds_can_be_said(unsaid: Callable[..., set[str]]) -> None:
    assert unsaid(PLATFORM, clusters=[CLUSTER], pools=[POOL]) == set()


def test_manifests_call_fields_otherwise(lower: Callable[..., Any]) -> None:
    cluster = lower(PLATFORM.cluster, PLATFORM.cluster_codec, CLUSTER)
    pool = lower(PLATFORM.node_pool, PLATFORM.node_pool_codec, POOL)
    assert cluster == {"agentNamespace": "agents"}
    assert pool == {"agentLabelSelector": POOL["selector"]}


def test_a_node_pool_may_take_any_agent(lower: Callable[..., Any]) -> None:
    assert lower(PLATFORM.node_pool, PLATFORM.node_pool_codec, {}) == {}


def test_services_are_on_node_ports(published: Callable[..., tuple[str, ...]]) -> None:
    assert published(PLATFORM, CLUSTER, "d.example") == ("nodePort 192.0.2.1",) * 4


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, {"missing namespace"}),
        ({"namespace": "Agents"}, {"name namespace"}),
        ({"namespace": "a" * 64}, {"too_long namespace"}),
        ({"agentNamespace": "agents"}, {"missing namespace", "extra_forbidden agentNamespace"}),
    ],
)
def test_a_cluster_names_its_namespace(
    faults: Callable[..., set[str]], spec: dict[str, Any], expected: set[str]
) -> None:
    assert faults(PLATFORM.cluster, spec) == expected


def test_hosts_are_kept_through_upgrades() -> None:
    assert PLATFORM.upgrade_type == "InPlace"
    assert PLATFORM.arches[0] == "amd64"
