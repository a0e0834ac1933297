"""The GCP platform."""

from collections.abc import Callable
from typing import Any

import pytest

from hcpc.platforms.gcp import PLATFORM

ACCOUNTS = (
    "cloudController",
    "controlPlane",
    "imageRegistry",
    "network",
    "nodePool",
    "storage",
)
EMAILS = {name: f"sa-{name.lower()}@my-project.iam.gserviceaccount.com" for name in ACCOUNTS}
WORKLOAD: dict[str, Any] = {
    "projectNumber": "123456789012",
    "poolID": "pool-1",
    "providerID": "provider-1",
    "serviceAccountsEmails": EMAILS,
}
CLUSTER: dict[str, Any] = {
    "project": "my-project",
    "region": "europe-west1",
    "networkConfig": {"network": "vpc", "privateServiceConnectSubnet": "psc-1"},
    "workloadIdentity": WORKLOAD,
    "endpointAccess": "PublicAndPrivate",
    "resourceLabels": {"team": "payments", "empty": ""},
}
POOL: dict[str, Any] = {
    "machineType": "n2-standard-4",
    "zone": "europe-west1-b",
    "subnet": "workers",
    "image": "projects/p/global/images/rhcos",
    "bootDisk": {
        "diskSizeGB": 128,
        "diskType": "pd-ssd",
        "encryptionKey": {"kmsKeyName": "projects/p/locations/l/keyRings/r/cryptoKeys/k"},
    },
    "serviceAccount": {
        "email": EMAILS["nodePool"],
        "scopes": ["https://www.googleapis.com/auth/cloud-platform"],
    },
    "provisioningModel": "Spot",
    "onHostMaintenance": "TERMINATE",
    "networkTags": ["workers", "prod"],
    "resourceLabels": {"team": "payments"},
}


def test_a_cluster_says_every_field(
    lower: Callable[..., Any], leaves: Callable[..., set[str]]
) -> None:
    manifest = lower(PLATFORM.cluster, PLATFORM.cluster_codec, CLUSTER)
    assert leaves([manifest]) == {
        "endpointAccess",
        "networkConfig.network.name",
        "networkConfig.privateServiceConnectSubnet.name",
        "project",
        "region",
        "resourceLabels.key",
        "resourceLabels.value",
        "workloadIdentity.poolID",
        "workloadIdentity.projectNumber",
        "workloadIdentity.providerID",
        "workloadIdentity.serviceAccountsEmails.cloudController",
        "workloadIdentity.serviceAccountsEmails.controlPlane",
        "workloadIdentity.serviceAccountsEmails.imageRegistry",
        "workloadIdentity.serviceAccountsEmails.network",
        "workloadIdentity.serviceAccountsEmails.nodePool",
        "workloadIdentity.serviceAccountsEmails.storage",
    }


def test_a_node_pool_says_every_field(
    lower: Callable[..., Any], leaves: Callable[..., set[str]]
) -> None:
    manifest = lower(PLATFORM.node_pool, PLATFORM.node_pool_codec, POOL)
    assert leaves([manifest]) == {
        "bootDisk.diskSizeGB",
        "bootDisk.diskType",
        "bootDisk.encryptionKey.kmsKeyName",
        "image",
        "machineType",
        "networkTags",
        "onHostMaintenance",
        "provisioningModel",
        "resourceLabels.key",
        "resourceLabels.value",
        "serviceAccount.email",
        "serviceAccount.scopes",
        "subnet",
        "zone",
    }


def test_a_network_with_more_than_a_name_is_left_to_the_passthrough() -> None:
    manifest = {"networkConfig": {"network": {"name": "vpc", "project": "shared"}}}
    assert PLATFORM.cluster_codec.lift(manifest) == {}


def test_a_label_without_a_value_is_left_to_the_passthrough() -> None:
    manifest = {"zone": "europe-west1-b", "resourceLabels": [{"key": "team"}]}
    assert PLATFORM.node_pool_codec.lift(manifest) == {"zone": "europe-west1-b"}


PLAIN = ("route", "route", "route", "route")


@pytest.mark.parametrize(
    ("settings", "domain", "expected"),
    [
        ({}, "d.example", PLAIN),
        ({"endpointAccess": "Private"}, "", PLAIN),
        (
            {"endpointAccess": "PublicAndPrivate"},
            "d.example",
            (
                "route api-pay.d.example",
                "route ignition-pay.d.example",
                "route konnectivity-pay.d.example",
                "route oauth-pay.d.example",
            ),
        ),
        ({"endpointAccess": "PublicAndPrivate"}, "", ("loadBalancer", "route", "route", "route")),
    ],
)
def test_services_are_published_by_endpoint_access(
    published: Callable[..., tuple[str, ...]],
    settings: dict[str, Any],
    domain: str,
    expected: tuple[str, ...],
) -> None:
    assert published(PLATFORM, settings, domain) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"project": "other-project"}, {"range "}),
        ({"project": "p"}, {"format project"}),
        ({"region": "europe-west1-b"}, {"format region"}),
        ({"resourceLabels": {}}, {"too_short resourceLabels"}),
        ({"resourceLabels": {"goog-x": "a"}}, {"format resourceLabels.goog-x.[key]"}),
        ({"resourceLabels": {"a": "A"}}, {"format resourceLabels.a"}),
        (
            {"workloadIdentity": WORKLOAD | {"poolID": "gcp-pool"}},
            {"format workloadIdentity.poolID"},
        ),
        ({"workloadIdentity": WORKLOAD | {"projectNumber": 123}}, set()),
        (
            {"workloadIdentity": WORKLOAD | {"projectNumber": "my-project"}},
            {"format workloadIdentity.projectNumber"},
        ),
        (
            {"networkConfig": {"network": "vpc", "privateServiceConnectSubnet": "psc-"}},
            {"format networkConfig.privateServiceConnectSubnet"},
        ),
    ],
)
def test_cluster_rules(
    faults: Callable[..., set[str]], changed: dict[str, Any], expected: set[str]
) -> None:
    assert faults(PLATFORM.cluster, CLUSTER | changed) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"onHostMaintenance": "MIGRATE"}, {"exclusive : provisioningModel, onHostMaintenance"}),
        ({"onHostMaintenance": "MIGRATE", "provisioningModel": "Standard"}, set()),
        ({"networkTags": ["a", "b", "a"]}, {"range networkTags"}),
        ({"zone": "europe-west1"}, {"format zone"}),
        ({"machineType": "n2_standard"}, {"format machineType"}),
        ({"bootDisk": {"diskSizeGB": 19}}, {"greater_than_equal bootDisk.diskSizeGB"}),
        (
            {"bootDisk": {"encryptionKey": {"kmsKeyName": "key"}}},
            {"format bootDisk.encryptionKey.kmsKeyName"},
        ),
        ({"serviceAccount": {"email": "me@example.com"}}, {"format serviceAccount.email"}),
    ],
)
def test_node_pool_rules(
    faults: Callable[..., set[str]], changed: dict[str, Any], expected: set[str]
) -> None:
    assert faults(PLATFORM.node_pool, POOL | changed) == expected
