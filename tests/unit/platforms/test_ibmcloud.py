"""The IBM Cloud platform."""

from collections.abc import Callable
from typing import Any

import pytest

from hcpc.mapping.patch import apply_patch, find_patch
from hcpc.platforms.ibmcloud import PLATFORM

KEY: dict[str, Any] = {
    "correlationID": "c1",
    "crkID": "k1",
    "instanceID": "i1",
    "keyVersion": 0,
    "url": "https://kms.example.com",
}
UNMANAGED: dict[str, Any] = {
    "region": "us-south",
    "auth": {"unmanaged": {"credentials": {"secret": "kms-key"}}},
    "keyList": [KEY, KEY | {"crkID": "k2", "keyVersion": 1}],
}
MANAGED = UNMANAGED | {"auth": {"managed": {}}}


def test_clusters_and_node_pools_say_every_field_of_the_crd(
    lower: Callable[..., Any], unsaid: Callable[..., set[str]]
) -> None:
    spec = {"providerType": "UPI"}
    cluster = lower(PLATFORM.cluster, PLATFORM.cluster_codec, spec)
    pool = lower(PLATFORM.node_pool, PLATFORM.node_pool_codec, spec)
    assert unsaid("hostedclusters", "platform.ibmcloud", [cluster]) == set()
    assert unsaid("nodepools", "platform.ibmcloud", [pool]) == set()


def test_kms_says_every_field_of_the_crd_but_an_empty_one(
    lower: Callable[..., Any], unsaid: Callable[..., set[str]]
) -> None:
    assert PLATFORM.kms is not None
    manifests = [
        lower(PLATFORM.kms.model, PLATFORM.kms.codec, spec) for spec in (MANAGED, UNMANAGED)
    ]
    assert manifests[0]["auth"] == {"type": "Managed"}
    assert manifests[1]["auth"] == {
        "type": "Unmanaged",
        "unmanaged": {"credentials": {"name": "kms-key"}},
    }
    left = unsaid("hostedclusters", "secretEncryption.kms.ibmcloud", manifests)
    assert left == {"auth.managed"}


def test_the_empty_field_travels_in_the_passthrough() -> None:
    assert PLATFORM.kms is not None
    manifest = {"region": "us-south", "auth": {"type": "Managed", "managed": {}}, "keyList": []}
    lifted = PLATFORM.kms.codec.lift(manifest)
    assert lifted["auth"] == {"managed": {}}
    lowered = PLATFORM.kms.codec.lower(lifted)
    patch = find_patch(lowered, manifest)
    assert patch == {"auth": {"managed": {}}}
    assert apply_patch(lowered, patch) == manifest


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"auth": {}}, {"one_of auth: managed, unmanaged"}),
        (
            {"auth": {"managed": {}, "unmanaged": {"credentials": {"secret": "a"}}}},
            {"exclusive auth: managed, unmanaged"},
        ),
        ({"keyList": [KEY | {"url": "http://kms.example.com"}]}, {"format keyList.0.url"}),
        ({"keyList": [KEY | {"keyVersion": -1}]}, {"greater_than_equal keyList.0.keyVersion"}),
        ({"keyList": [KEY | {"keyVersion": 2**31}]}, {"less_than_equal keyList.0.keyVersion"}),
        ({"keyList": [KEY] * 100}, set()),
        ({"keyList": [KEY] * 101}, {"too_long keyList"}),
    ],
)
def test_kms_rules(
    faults: Callable[..., set[str]], changed: dict[str, Any], expected: set[str]
) -> None:
    assert PLATFORM.kms is not None
    assert faults(PLATFORM.kms.model, UNMANAGED | changed) == expected


def test_services_are_on_node_ports(published: Callable[..., tuple[str, ...]]) -> None:
    assert published(PLATFORM, {}, "d.example") == ("nodePort 192.0.2.1",) * 4


def test_no_architecture_is_the_default() -> None:
    assert PLATFORM.arches == ()
