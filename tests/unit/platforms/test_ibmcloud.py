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


def test_every_field_of_the_crds_can_be_said_but_an_empty_one(
    unsaid: Callable[..., set[str]],
) -> None:
    spec = {"providerType": "UPI"}
    left = unsaid(PLATFORM, clusters=[spec], pools=[spec], kms=[MANAGED, UNMANAGED])
    assert left == {"HostedCluster secretEncryption.kms.ibmcloud.auth.managed"}


def test_who_manages_the_keys_is_a_union(lower: Callable[..., Any]) -> None:
    assert PLATFORM.kms is not None
    managed, unmanaged = (
        lower(PLATFORM.kms.model, PLATFORM.kms.codec, spec) for spec in (MANAGED, UNMANAGED)
    )
    assert managed["auth"] == {"type": "Managed"}
    assert unmanaged["auth"] == {
        "type": "Unmanaged",
        "unmanaged": {"credentials": {"name": "kms-key"}},
    }


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
