"""The PowerVS platform."""

from collections.abc import Callable
from typing import Any

import pytest

from hcpc.platforms.powervs import PLATFORM

CREDENTIALS = (
    "kubeCloudControllerCreds",
    "nodePoolManagementCreds",
    "ingressOperatorCloudCreds",
    "storageOperatorCloudCreds",
    "imageRegistryOperatorCloudCreds",
)
CLUSTER: dict[str, Any] = {
    "accountID": "a1",
    "cisInstanceCRN": "crn:v1:bluemix:public:internet-svcs:global:a/1:2::",
    "resourceGroup": "group",
    "region": "osa",
    "zone": "osa21",
    "serviceInstanceID": "s1",
    "subnet": {"id": "n1", "name": "net"},
    "vpc": {"name": "vpc", "region": "jp-osa", "zone": "jp-osa-1", "subnet": "sub"},
} | {name: {"secret": name.lower()} for name in CREDENTIALS}
POOL: dict[str, Any] = {
    "systemType": "s922",
    "processorType": "shared",
    "processors": "0.5",
    "memoryGiB": 32,
    "storageType": "tier1",
    "image": {"id": "i1", "name": "rhcos"},
    "imageDeletePolicy": "retain",
}


def test_every_field_of_the_crds_can_be_said(unsaid: Callable[..., set[str]]) -> None:
    assert unsaid(PLATFORM, clusters=[CLUSTER], pools=[POOL]) == set()


def test_credentials_are_objects_in_manifests(lower: Callable[..., Any]) -> None:
    manifest = lower(PLATFORM.cluster, PLATFORM.cluster_codec, CLUSTER)
    assert manifest["storageOperatorCloudCreds"] == {"name": "storageoperatorcloudcreds"}


def test_an_empty_reference_is_left_to_the_passthrough() -> None:
    manifest = {"region": "osa", "nodePoolManagementCreds": {"name": ""}}
    assert PLATFORM.cluster_codec.lift(manifest) == {"region": "osa"}


@pytest.mark.parametrize("processors", [1, 2, "0.5", "1.25"])
def test_processors_are_a_number_as_it_is_written(
    lower: Callable[..., Any], processors: int | str
) -> None:
    pool = {"processors": processors}
    assert lower(PLATFORM.node_pool, PLATFORM.node_pool_codec, pool) == pool


@pytest.mark.parametrize("processors", [0, -1, True, "half", ".5", ""])
def test_other_processors_are_refused(faults: Callable[..., set[str]], processors: object) -> None:
    assert faults(PLATFORM.node_pool, {"processors": processors}) == {"format processors"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"cisInstanceCRN": "v1:bluemix"}, {"format cisInstanceCRN"}),
        ({"vpc": {}}, {"missing vpc.name", "missing vpc.region"}),
        ({"subnet": {}}, set()),
        (
            {"nodePoolManagementCreds": {"name": "x"}},
            {
                "missing nodePoolManagementCreds.secret",
                "extra_forbidden nodePoolManagementCreds.name",
            },
        ),
    ],
)
def test_a_cluster_is_refused_where_the_api_would(
    faults: Callable[..., set[str]], changed: dict[str, Any], expected: set[str]
) -> None:
    assert faults(PLATFORM.cluster, CLUSTER | changed) == expected


@pytest.mark.parametrize("domain", ["", "d.example"])
def test_the_api_is_on_a_load_balancer(
    published: Callable[..., tuple[str, ...]], domain: str
) -> None:
    assert published(PLATFORM, CLUSTER, domain) == ("loadBalancer", "route", "route", "route")


def test_nodes_are_power_machines_and_nothing_else() -> None:
    assert PLATFORM.arches == ("ppc64le",)
    assert PLATFORM.upgrade_type == "Replace"
