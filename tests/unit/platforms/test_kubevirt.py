"""The KubeVirt platform."""

from collections.abc import Callable
from typing import Any

import pytest

from hcpc.mapping.codec import Unliftable
from hcpc.platforms.kubevirt import PLATFORM

MANUAL: dict[str, Any] = {
    "storageClassMapping": [
        {"guestStorageClassName": "gp3", "infraStorageClassName": "gp3-csi", "group": "a"},
        {"guestStorageClassName": "ceph", "infraStorageClassName": "ocs-rbd"},
    ],
    "volumeSnapshotClassMapping": [
        {
            "guestVolumeSnapshotClassName": "snap",
            "infraVolumeSnapshotClassName": "ocs-snap",
            "group": "a",
        },
    ],
}
CLUSTER: dict[str, Any] = {
    "baseDomainPassthrough": True,
    "generateID": "a1b2c3d4e5",
    "credentials": {
        "infraNamespace": "vms",
        "infraKubeConfigSecret": {"secret": "infra", "key": "kubeconfig"},
    },
    "storageDriver": {"manual": MANUAL},
}
POOL: dict[str, Any] = {
    "compute": {"cores": 4, "memory": "16Gi", "qosClass": "Guaranteed"},
    "rootVolume": {
        "persistent": {
            "size": "64Gi",
            "storageClass": "ocs-rbd",
            "accessModes": ["ReadWriteMany"],
            "volumeMode": "Block",
        },
        "cacheStrategy": {"type": "PVC"},
        "diskImage": {"containerDiskImage": "quay.io/org/disk:1"},
    },
    "additionalNetworks": ["ns1/a", "ns1/b"],
    "attachDefaultNetwork": False,
    "networkInterfaceMultiqueue": "Enable",
    "hostDevices": [{"deviceName": "nvidia.com/gpu", "count": 2}, {"deviceName": "x"}],
    "nodeSelector": {"zone": "a"},
}
MAPPING = MANUAL["storageClassMapping"][0]
SMALL: dict[str, Any] = {"rootVolume": {"persistent": {}}}


def test_every_field_of_the_crds_can_be_said(unsaid: Callable[..., set[str]]) -> None:
    assert unsaid(PLATFORM, clusters=[CLUSTER], pools=[POOL]) == set()


def test_secrets_and_networks_are_objects_in_manifests(lower: Callable[..., Any]) -> None:
    cluster = lower(PLATFORM.cluster, PLATFORM.cluster_codec, CLUSTER)
    pool = lower(PLATFORM.node_pool, PLATFORM.node_pool_codec, POOL)
    secret = {"name": "infra", "key": "kubeconfig"}
    assert cluster["credentials"]["infraKubeConfigSecret"] == secret
    assert pool["additionalNetworks"] == [{"name": "ns1/a"}, {"name": "ns1/b"}]


@pytest.mark.parametrize(
    ("driver", "manifest"),
    [
        ({"default": {}}, {"type": "Default"}),
        ({"none": {}}, {"type": "None"}),
        ({"manual": {}}, {"type": "Manual", "manual": {}}),
        ({"manual": MANUAL}, {"type": "Manual", "manual": MANUAL}),
    ],
)
def test_the_storage_driver_is_named_by_its_key(
    lower: Callable[..., Any], driver: dict[str, Any], manifest: dict[str, Any]
) -> None:
    spec = {"storageDriver": driver}
    lowered = lower(PLATFORM.cluster, PLATFORM.cluster_codec, spec)
    assert lowered == {"storageDriver": manifest}


def test_the_root_volume_has_its_type(lower: Callable[..., Any]) -> None:
    lowered = lower(PLATFORM.node_pool, PLATFORM.node_pool_codec, SMALL)
    assert lowered == {"rootVolume": {"type": "Persistent", "persistent": {}}}


def test_networks_with_more_than_a_name_are_left_to_the_passthrough() -> None:
    manifest = {"compute": {"cores": 2}, "additionalNetworks": [{"name": "a", "mtu": 9000}]}
    assert PLATFORM.node_pool_codec.lift(manifest) == {"compute": {"cores": 2}}


def test_a_driver_of_two_kinds_is_left_to_the_passthrough() -> None:
    manifest = {"generateID": "a", "storageDriver": {"type": "None", "manual": {}}}
    assert PLATFORM.cluster_codec.lift(manifest) == {"generateID": "a"}
    with pytest.raises(Unliftable):
        PLATFORM.cluster_codec.lift([])


def test_the_type_of_a_root_volume_leads_back_to_what_it_follows_from() -> None:
    manifest = PLATFORM.node_pool_codec.lower(POOL)
    trace = PLATFORM.node_pool_codec.trace
    assert trace(("rootVolume", "type"), manifest) == ("rootVolume", "persistent")
    assert trace(("additionalNetworks", 1, "name"), manifest) == ("additionalNetworks", 1)


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("", ("loadBalancer", "route", "route", "route")),
        ("d.example", ("route api-pay.d.example", "route", "route", "route")),
    ],
)
def test_the_api_has_a_name_where_there_is_external_dns(
    published: Callable[..., tuple[str, ...]], domain: str, expected: tuple[str, ...]
) -> None:
    assert published(PLATFORM, {}, domain) == expected


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"attachDefaultNetwork": False}, {"one_of : additionalNetworks"}),
        (
            {"attachDefaultNetwork": False, "additionalNetworks": []},
            {"one_of : additionalNetworks"},
        ),
        ({"attachDefaultNetwork": False, "additionalNetworks": ["ns/a"]}, set()),
        ({"attachDefaultNetwork": True}, set()),
        ({"rootVolume": {}}, {"missing rootVolume.persistent"}),
        (
            {"rootVolume": {"persistent": {}, "cacheStrategy": {}}},
            {"missing rootVolume.cacheStrategy.type"},
        ),
        ({"compute": {"cores": 0}}, {"greater_than_equal compute.cores"}),
        ({"compute": {"memory": "16 GB"}}, {"quantity compute.memory"}),
        (
            {"hostDevices": [{"deviceName": "x", "count": 0}]},
            {"greater_than_equal hostDevices.0.count"},
        ),
        ({"additionalNetworks": ["a"] * 21}, {"too_long additionalNetworks"}),
    ],
)
def test_node_pool_rules(
    faults: Callable[..., set[str]], changed: dict[str, Any], expected: set[str]
) -> None:
    assert faults(PLATFORM.node_pool, SMALL | changed) == expected


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({}, set()),
        ({"storageDriver": {}}, {"one_of storageDriver: default, manual, none"}),
        (
            {"storageDriver": {"default": {}, "none": {}}},
            {"exclusive storageDriver: default, none"},
        ),
        ({"generateID": "a" * 12}, {"too_long generateID"}),
        ({"credentials": {}}, {"missing credentials.infraNamespace"}),
        (
            {"storageDriver": {"manual": {"storageClassMapping": [MAPPING] * 51}}},
            {"too_long storageDriver.manual.storageClassMapping"},
        ),
    ],
)
def test_cluster_rules(
    faults: Callable[..., set[str]], spec: dict[str, Any], expected: set[str]
) -> None:
    assert faults(PLATFORM.cluster, spec) == expected


def test_nodes_have_the_architectures_of_their_hosts() -> None:
    assert PLATFORM.arches == ("amd64", "s390x")
    assert PLATFORM.upgrade_type == "Replace"
