"""The OpenStack platform."""

from collections.abc import Callable
from typing import Any

import pytest

from hcpc.platforms.openstack import PLATFORM

ID = "3f0c2c1e-7c2b-4b57-9a55-0c9a3d1f4e10"
FILTER: dict[str, Any] = {
    "name": "net",
    "description": "of the site",
    "projectID": "p1",
    "tags": ["a", "b"],
    "tagsAny": ["c"],
    "notTags": ["d"],
    "notTagsAny": ["e"],
}
SUBNET_FILTER = FILTER | {
    "cidr": "10.0.0.0/16",
    "gatewayIP": "10.0.0.1",
    "ipVersion": 6,
    "ipv6AddressMode": "slaac",
    "ipv6RAMode": "slaac",
}
CLUSTER: dict[str, Any] = {
    "identityRef": {"secret": "cloud-credentials", "cloudName": "openstack"},
    "externalNetwork": {"filter": FILTER},
    "disableExternalNetwork": False,
    "ingressFloatingIP": "198.51.100.4",
    "managedSubnets": [
        {
            "dnsNameservers": ["192.0.2.53"],
            "allocationPools": [{"start": "10.0.0.10", "end": "10.0.0.99"}],
        }
    ],
    "network": {"filter": FILTER},
    "subnets": [{"id": ID}, {"filter": SUBNET_FILTER}],
    "router": {"filter": FILTER},
    "networkMTU": 1500,
    "tags": ["fleet"],
}
BY_ID = CLUSTER | {name: {"id": ID} for name in ("externalNetwork", "network", "router")}
POOL: dict[str, Any] = {
    "flavor": "m1.xlarge",
    "imageName": "rhcos",
    "availabilityZone": "nova",
    "additionalPorts": [
        {
            "network": {"filter": FILTER},
            "description": "storage",
            "allowedAddressPairs": [{"ipAddress": "10.1.0.0/24"}],
            "vnicType": "direct",
            "portSecurityPolicy": "Disabled",
        },
        {"network": {"id": ID}},
    ],
}

_TAGS = ("tags", "tagsAny", "notTags", "notTagsAny")
FILTER_FIELDS = {f"filter.{name}" for name in ("name", "description", "projectID", *_TAGS)}
NETWORK_FIELDS = FILTER_FIELDS | {"id"}
SUBNET_FIELDS = NETWORK_FIELDS | {
    "filter.cidr",
    "filter.gatewayIP",
    "filter.ipVersion",
    "filter.ipv6AddressMode",
    "filter.ipv6RAMode",
}


def below(name: str, fields: set[str]) -> set[str]:
    return {f"{name}.{field}" for field in fields}


def test_clusters_say_every_field(
    lower: Callable[..., Any], leaves: Callable[..., set[str]]
) -> None:
    manifests = [lower(PLATFORM.cluster, PLATFORM.cluster_codec, spec) for spec in (CLUSTER, BY_ID)]
    assert manifests[0]["identityRef"] == {"name": "cloud-credentials", "cloudName": "openstack"}
    assert leaves(manifests) == {
        "disableExternalNetwork",
        "identityRef.cloudName",
        "identityRef.name",
        "ingressFloatingIP",
        "managedSubnets.allocationPools.end",
        "managedSubnets.allocationPools.start",
        "managedSubnets.dnsNameservers",
        "networkMTU",
        "tags",
        *below("externalNetwork", NETWORK_FIELDS),
        *below("network", NETWORK_FIELDS),
        *below("router", NETWORK_FIELDS),
        *below("subnets", SUBNET_FIELDS),
    }


def test_a_node_pool_says_every_field(
    lower: Callable[..., Any], leaves: Callable[..., set[str]]
) -> None:
    manifest = lower(PLATFORM.node_pool, PLATFORM.node_pool_codec, POOL)
    assert leaves([manifest]) == {
        "additionalPorts.allowedAddressPairs.ipAddress",
        "additionalPorts.description",
        "additionalPorts.portSecurityPolicy",
        "additionalPorts.vnicType",
        "availabilityZone",
        "flavor",
        "imageName",
        *below("additionalPorts.network", NETWORK_FIELDS),
    }


@pytest.mark.parametrize("domain", ["", "d.example"])
def test_the_api_is_on_a_load_balancer(
    published: Callable[..., tuple[str, ...]], domain: str
) -> None:
    assert published(PLATFORM, CLUSTER, domain) == ("loadBalancer", "route", "route", "route")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"network": {}}, {"one_of network: id, filter"}),
        (
            {"network": {"id": ID, "filter": {"name": "a"}}},
            {"exclusive network: id, filter"},
        ),
        ({"network": {"id": "net"}}, {"format network.id"}),
        ({"network": {"filter": {"tags": ["a,b"]}}}, {"format network.filter.tags.0"}),
        ({"network": {"filter": {"tags": ["a", "a"]}}}, {"range network.filter.tags"}),
        ({"network": {"filter": {"cidr": "10.0.0.0/8"}}}, {"extra_forbidden network.filter.cidr"}),
        ({"ingressFloatingIP": "ingress"}, {"format ingressFloatingIP"}),
        ({"networkMTU": 1499}, {"greater_than_equal networkMTU"}),
        ({"subnets": [{"id": ID}] * 3}, {"too_long subnets"}),
        ({"managedSubnets": [{}, {}]}, {"too_long managedSubnets"}),
        ({"identityRef": {"secret": "a"}}, {"missing identityRef.cloudName"}),
    ],
)
def test_cluster_rules(
    faults: Callable[..., set[str]], changed: dict[str, Any], expected: set[str]
) -> None:
    assert faults(PLATFORM.cluster, CLUSTER | changed) == expected


def test_a_filter_says_something(faults: Callable[..., set[str]]) -> None:
    fields = "name, description, projectID, tags, tagsAny, notTags, notTagsAny"
    spec = CLUSTER | {"router": {"filter": {}}}
    assert faults(PLATFORM.cluster, spec) == {f"one_of router.filter: {fields}"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"availabilityZone": "a:b"}, {"format availabilityZone"}),
        (
            {"additionalPorts": [{"portSecurityPolicy": "On"}]},
            {"literal_error additionalPorts.0.portSecurityPolicy"},
        ),
        ({"additionalPorts": [{}] * 11}, {"too_long additionalPorts"}),
        ({"additionalPorts": [{"portSecurityPolicy": ""}]}, set()),
    ],
)
def test_node_pool_rules(
    faults: Callable[..., set[str]], changed: dict[str, Any], expected: set[str]
) -> None:
    assert faults(PLATFORM.node_pool, POOL | changed) == expected
