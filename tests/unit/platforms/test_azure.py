"""The Azure platform."""

from collections.abc import Callable
from typing import Any

import pytest

from hcpc.platforms.azure import PLATFORM

ID = "3f0c2c1e-7c2b-4b57-9a55-0c9a3d1f4e10"
GROUP = f"/subscriptions/{ID}/resourceGroups/my.group-1"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet-1"
SUBNET = f"{NETWORK}/subnets/workers"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/pull-images"
DISK_KEYS = f"{GROUP}/providers/Microsoft.Compute/diskEncryptionSets/set_1"
PARTS = (
    "cloudProvider",
    "controlPlaneOperator",
    "disk",
    "file",
    "imageRegistry",
    "ingress",
    "network",
    "nodePoolManagement",
)
WORKLOAD: dict[str, Any] = {name: {"clientID": ID} for name in PARTS}
IN_VAULT = {"clientID": ID, "credentialsSecretName": "creds-1", "objectEncoding": "utf-8"}
MANAGED: dict[str, Any] = {
    "controlPlane": dict.fromkeys(PARTS, IN_VAULT)
    | {"managedIdentitiesKeyVault": {"name": "vault", "tenantID": ID}},
    "dataPlane": {
        "diskMSIClientID": ID,
        "fileMSIClientID": ID,
        "imageRegistryMSIClientID": ID,
    },
}
BASE: dict[str, Any] = {
    "location": "westeurope",
    "subscriptionID": ID,
    "tenantID": ID,
    "resourceGroup": "my.group-1",
    "vnetID": NETWORK,
    "subnetID": SUBNET,
    "securityGroupID": f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg",
    "authentication": {"workloadIdentities": WORKLOAD},
}
LINKED: dict[str, Any] = BASE | {
    "cloud": "AzurePublicCloud",
    "topology": "Private",
    "private": {"privateLink": {"natSubnetID": SUBNET, "additionalAllowedSubscriptions": [ID]}},
    "containerRegistry": {"credentials": {"managedIdentity": {"resourceID": IDENTITY}}},
}
SERVED: dict[str, Any] = BASE | {
    "authentication": {"managedIdentities": MANAGED},
    "topology": "PublicAndPrivate",
    "private": {"swift": {"podNetworkInstance": "pod-net"}},
}
POOL: dict[str, Any] = {
    "vmSize": "Standard_D4s_v5",
    "image": {
        "azureMarketplace": {
            "publisher": "azureopenshift",
            "offer": "aro4",
            "sku": "aro_417",
            "version": "417.94.20240701",
            "imageGeneration": "Gen2",
        }
    },
    "osDisk": {
        "sizeGiB": 120,
        "diskStorageAccountType": "Premium_LRS",
        "encryptionSetID": DISK_KEYS,
        "persistence": "Persistent",
    },
    "subnetID": SUBNET,
    "availabilityZone": "1",
    "encryptionAtHost": "Enabled",
    "diagnostics": {"userManaged": {"storageAccountURI": "https://logs.example.com/"}},
}
PLAIN_POOL: dict[str, Any] = {
    "vmSize": "Standard_D4s_v5",
    "image": {"imageID": "/images/rhcos"},
    "osDisk": {},
    "subnetID": SUBNET,
}
KEY = {"keyVaultName": "vault", "keyName": "etcd", "keyVersion": "2"}
KMS: dict[str, Any] = {
    "activeKey": KEY,
    "backupKey": KEY | {"keyVersion": "1"},
    "keyVaultType": "ManagedHSM",
    "keyVaultAccess": "Private",
    "kms": IN_VAULT,
}
WORKLOAD_KMS: dict[str, Any] = {"activeKey": KEY, "workloadIdentity": {"clientID": ID}}


def without(mapping: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if name not in names}


def test_every_field_of_the_crds_can_be_said(unsaid: Callable[..., set[str]]) -> None:
    pools, kms = [POOL, PLAIN_POOL], [KMS, WORKLOAD_KMS]
    assert unsaid(PLATFORM, clusters=[BASE, LINKED, SERVED], pools=pools, kms=kms) == set()


def test_unions_get_their_tags(lower: Callable[..., Any]) -> None:
    linked = lower(PLATFORM.cluster, PLATFORM.cluster_codec, LINKED)
    assert linked["azureAuthenticationConfig"] == {
        "azureAuthenticationConfigType": "WorkloadIdentities",
        "workloadIdentities": WORKLOAD,
    }
    assert linked["private"]["type"] == "PrivateLink"
    assert linked["containerRegistry"]["credentials"] == {
        "type": "ManagedIdentity",
        "managedIdentity": {"resourceID": IDENTITY},
    }
    served = lower(PLATFORM.cluster, PLATFORM.cluster_codec, SERVED)
    assert served["private"] == {"type": "Swift", "swift": {"podNetworkInstance": "pod-net"}}
    assert served["azureAuthenticationConfig"]["azureAuthenticationConfigType"] == (
        "ManagedIdentities"
    )


@pytest.mark.parametrize(
    ("image", "manifest"),
    [
        ({"imageID": "i"}, {"type": "ImageID", "imageID": "i"}),
        ({"azureMarketplace": {}}, {"type": "AzureMarketplace"}),
        (
            {"azureMarketplace": {"imageGeneration": "Gen1"}},
            {"type": "AzureMarketplace", "azureMarketplace": {"imageGeneration": "Gen1"}},
        ),
    ],
)
def test_an_image_is_named_by_its_key(
    lower: Callable[..., Any], image: dict[str, Any], manifest: dict[str, Any]
) -> None:
    lowered = lower(PLATFORM.node_pool, PLATFORM.node_pool_codec, PLAIN_POOL | {"image": image})
    assert lowered["image"] == manifest


@pytest.mark.parametrize(
    ("diagnostics", "manifest"),
    [
        ({"managed": {}}, {"storageAccountType": "Managed"}),
        ({"disabled": {}}, {"storageAccountType": "Disabled"}),
        (
            POOL["diagnostics"],
            {
                "storageAccountType": "UserManaged",
                "userManaged": {"storageAccountURI": "https://logs.example.com/"},
            },
        ),
    ],
)
def test_diagnostics_are_named_by_their_key(
    lower: Callable[..., Any], diagnostics: dict[str, Any], manifest: dict[str, Any]
) -> None:
    spec = PLAIN_POOL | {"diagnostics": diagnostics}
    lowered = lower(PLATFORM.node_pool, PLATFORM.node_pool_codec, spec)
    assert lowered["diagnostics"] == manifest


@pytest.mark.parametrize(
    "image",
    [
        {"imageID": "i"},
        {"type": "ImageID", "imageID": "i", "azureMarketplace": {"imageGeneration": "Gen1"}},
        {"type": "Gallery"},
    ],
)
def test_an_image_without_a_spec_form_is_left_to_the_passthrough(image: dict[str, Any]) -> None:
    lifted = PLATFORM.node_pool_codec.lift({"vmSize": "Standard_D4s_v5", "image": image})
    assert lifted == {"vmSize": "Standard_D4s_v5"}


def test_a_manifest_path_leads_back_to_the_spec() -> None:
    manifest = PLATFORM.cluster_codec.lower(LINKED)
    trace = PLATFORM.cluster_codec.trace
    config = "azureAuthenticationConfig"
    assert trace((config, "azureAuthenticationConfigType"), manifest) == (
        "authentication",
        "workloadIdentities",
    )
    assert trace((config, "workloadIdentities", "disk", "clientID"), manifest) == (
        "authentication",
        "workloadIdentities",
        "disk",
        "clientID",
    )


ALL_NAMED = (
    "route api-pay.d.example",
    "route ignition-pay.d.example",
    "route konnectivity-pay.d.example",
    "route oauth-pay.d.example",
)


@pytest.mark.parametrize(
    ("settings", "domain", "expected"),
    [
        (SERVED, "d.example", ALL_NAMED),
        (LINKED, "d.example", (ALL_NAMED[0], "route", "route", ALL_NAMED[3])),
        (SERVED, "", ("loadBalancer", "route", "route", "route")),
        (LINKED, "", ("loadBalancer", "route", "route", "route")),
    ],
)
def test_services_are_published_by_kind_of_identity(
    published: Callable[..., tuple[str, ...]],
    settings: dict[str, Any],
    domain: str,
    expected: tuple[str, ...],
) -> None:
    assert published(PLATFORM, settings, domain) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (BASE | {"authentication": {}}, {"one_of authentication: {both}"}),
        (
            BASE
            | {"authentication": {"workloadIdentities": WORKLOAD, "managedIdentities": MANAGED}},
            {"exclusive authentication: {both}"},
        ),
        (BASE | {"topology": "Private"}, {"one_of : private"}),
        (without(LINKED, "topology"), {"one_of : topology"}),
        (LINKED | {"topology": "Public"}, {"exclusive : topology, private"}),
        (BASE | {"topology": "Public"}, set()),
        (
            LINKED
            | {"authentication": {"workloadIdentities": without(WORKLOAD, "controlPlaneOperator")}},
            {"one_of : authentication.workloadIdentities.controlPlaneOperator"},
        ),
        (
            SERVED
            | {"authentication": {"workloadIdentities": without(WORKLOAD, "controlPlaneOperator")}},
            set(),
        ),
        (
            LINKED | {"private": {"privateLink": {}}},
            {"one_of private.privateLink: natSubnetID, additionalAllowedSubscriptions"},
        ),
        (LINKED | {"private": {}}, {"one_of private: privateLink, swift"}),
        (
            LINKED | {"private": {"privateLink": {"additionalAllowedSubscriptions": [ID, ID]}}},
            {"range private.privateLink.additionalAllowedSubscriptions"},
        ),
        (BASE | {"resourceGroup": "group."}, {"format resourceGroup"}),
        (BASE | {"subnetID": f"{SUBNET}/extra"}, {"format subnetID"}),
        (BASE | {"subnetID": f"{NETWORK}./subnets/a"}, {"format subnetID"}),
        (BASE | {"subnetID": f"{NETWORK}/subnets/a-"}, {"format subnetID"}),
        (BASE | {"subnetID": SUBNET.replace(ID, "sub")}, set()),
    ],
)
def test_cluster_rules(
    faults: Callable[..., set[str]], spec: dict[str, Any], expected: set[str]
) -> None:
    both = "managedIdentities, workloadIdentities"
    assert faults(PLATFORM.cluster, spec) == {each.replace("{both}", both) for each in expected}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"image": {}}, {"one_of image: imageID, azureMarketplace"}),
        (
            {"image": {"imageID": "i", "azureMarketplace": {}}},
            {"exclusive image: imageID, azureMarketplace"},
        ),
        (
            {"image": {"azureMarketplace": {"publisher": "redhat", "offer": "rhcos"}}},
            {"one_of image.azureMarketplace: sku"},
        ),
        ({"availabilityZone": 3}, set()),
        ({"availabilityZone": "4"}, {"format availabilityZone"}),
        (
            {"diagnostics": {"managed": {}, "disabled": {}}},
            {"exclusive diagnostics: managed, disabled"},
        ),
        ({"diagnostics": {}}, {"one_of diagnostics: managed, userManaged, disabled"}),
        (
            {"diagnostics": {"userManaged": {"storageAccountURI": "http://x.example"}}},
            {"format diagnostics.userManaged.storageAccountURI"},
        ),
        ({"osDisk": {"encryptionSetID": DISK_KEYS + "/x"}}, {"format osDisk.encryptionSetID"}),
        ({"osDisk": {"sizeGiB": 15}}, {"greater_than_equal osDisk.sizeGiB"}),
        ({"subnetID": SUBNET.replace(ID, "sub")}, {"format subnetID"}),
        ({"vmSize": "Standard D4"}, {"format vmSize"}),
    ],
)
def test_node_pool_rules(
    faults: Callable[..., set[str]], changed: dict[str, Any], expected: set[str]
) -> None:
    assert faults(PLATFORM.node_pool, PLAIN_POOL | changed) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (without(KMS, "kms"), {"one_of : kms, workloadIdentity"}),
        (KMS | WORKLOAD_KMS, {"exclusive : kms, workloadIdentity"}),
        (KMS | {"backupKey": KEY | {"keyVaultName": "other"}}, {"range : activeKey, backupKey"}),
        (KMS | {"keyVaultAccess": ""}, set()),
        (KMS | {"kms": IN_VAULT | {"clientID": "x"}}, {"format kms.clientID"}),
    ],
)
def test_kms_rules(
    faults: Callable[..., set[str]], spec: dict[str, Any], expected: set[str]
) -> None:
    assert PLATFORM.kms is not None
    assert faults(PLATFORM.kms.model, spec) == expected
