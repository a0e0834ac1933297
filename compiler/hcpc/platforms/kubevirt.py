"""KubeVirt: nodes are virtual machines on the management cluster or on another one.

Facts: the API is on a load balancer, or on a named route where there is external DNS; the other
services are on routes below the management cluster's own ingress domain. The storage driver is
fixed once the cluster exists, down to the order of its mappings, so these stay lists.
"""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from hcpc.diagnostics import codes
from hcpc.kube.frozen import NEW_CLUSTER, frozen
from hcpc.kube.loose import mapping
from hcpc.kube.manifest import HOSTED_CLUSTER
from hcpc.mapping.codec import Codec, Each, Member, Wrapped, union
from hcpc.mapping.table import Table, derived, get, row
from hcpc.platforms.platform import (
    Platform,
    Pool,
    PoolFault,
    Problem,
    Recovery,
    Surroundings,
    behind_load_balancer,
    machine_kinds,
    on_named_routes,
    table_of,
)
from hcpc.spec.types import (
    DnsLabel,
    Form,
    Labels,
    NonEmpty,
    Nothing,
    Positive,
    SecretRef,
    Short,
    Size,
    one_of,
)
from hcpc.syntax.tree import FieldPath


class KubeConfigSecret(SecretRef):
    """A Secret and its key with a kubeconfig."""

    key: Short = Field(description="Key in the Secret.")


class Credentials(Form):
    """Access to another cluster that runs the virtual machines; fixed once set."""

    infra_namespace: DnsLabel = Field(description="Namespace of the virtual machines there.")
    infra_kube_config_secret: KubeConfigSecret | None = None


class StorageClass(Form):
    """A storage class of the infrastructure under the name it has inside the hosted cluster."""

    infra_storage_class_name: Short = Field(description="Its name in the infrastructure.")
    guest_storage_class_name: Short = Field(description="Its name inside.")
    group: Short | None = Field(
        None, description="Ties storage classes to volume snapshot classes."
    )


class VolumeSnapshotClass(Form):
    """A volume snapshot class of the infrastructure under the name it has inside."""

    infra_volume_snapshot_class_name: Short = Field(description="Its name in the infrastructure.")
    guest_volume_snapshot_class_name: Short = Field(description="Its name inside.")
    group: Short | None = Field(
        None, description="Ties volume snapshot classes to storage classes."
    )


class Manual(Form):
    """Which classes of the infrastructure are handed on."""

    storage_class_mapping: Annotated[list[StorageClass], Field(max_length=50)] | None = None
    volume_snapshot_class_mapping: (
        Annotated[list[VolumeSnapshotClass], Field(max_length=50)] | None
    ) = None


class StorageDriver(Form):
    """How pods get volumes: exactly one way."""

    default: Nothing | None = Field(None, description="The infrastructure's default class.")
    manual: Manual | None = None
    none: Nothing | None = Field(None, description="No volumes.")

    _one = one_of("default", "manual", "none")


class KubeVirtCluster(Form):
    """`platform.kubevirt` of a cluster."""

    base_domain_passthrough: bool | None = Field(
        None, description="Take the base domain from the management cluster's ingress; fixed."
    )
    generate_id: Annotated[NonEmpty, Field(max_length=11)] | None = Field(
        None, alias="generateID", description="Kept in git, it survives a restore; fixed."
    )
    credentials: Credentials | None = None
    storage_driver: StorageDriver | None = Field(None, description="Fixed once the cluster exists.")


class Compute(Form):
    """Size of a virtual machine."""

    cores: Positive | None = Field(None, description="Processor cores; 2 when absent.")
    memory: Size | None = Field(None, description="8Gi when absent.")
    qos_class: Literal["Burstable", "Guaranteed"] | None = Field(
        None, description="Whether memory and processors are reserved; `Burstable` when absent."
    )


class Persistent(Form):
    """A volume claim."""

    size: Size | None = Field(None, description="32Gi when absent.")
    storage_class: Short | None = Field(None, description="On the infrastructure.")
    access_modes: (
        Annotated[
            list[Literal["ReadWriteOnce", "ReadWriteMany", "ReadOnly", "ReadWriteOncePod"]],
            Field(max_length=10),
        ]
        | None
    ) = Field(None, description="Access modes of the claim.")
    volume_mode: Literal["Filesystem", "Block"] | None = Field(
        None, description="A file system or a block device."
    )


class CacheStrategy(Form):
    """Whether boot images are kept for the next machine."""

    type: Literal["None", "PVC"] = Field(description="`PVC` keeps the image in a claim of its own.")


class DiskImage(Form):
    """A boot image in place of the release's."""

    container_disk_image: Annotated[NonEmpty, Field(max_length=2048)] | None = Field(
        None, description="Reference of the image."
    )


class RootVolume(Form):
    """The root volume of a virtual machine."""

    persistent: Persistent
    cache_strategy: CacheStrategy | None = None
    disk_image: DiskImage | None = None


class HostDevice(Form):
    """A device of the host that is passed through."""

    device_name: Short = Field(description="Name as the infrastructure permits it.")
    count: Positive | None = Field(None, description="How many of them; 1 when absent.")


class KubeVirtNodePool(Form):
    """`platform.kubevirt` of a node pool."""

    compute: Compute | None = Field(None, description="2 cores and 8Gi when absent.")
    root_volume: RootVolume | None = Field(
        None, description="The disk of each machine; 32Gi when absent."
    )
    additional_networks: Annotated[list[Short], Field(max_length=20)] | None = Field(
        None, description="Network attachment definitions, as `namespace/name`."
    )
    attach_default_network: bool | None = Field(
        None, description="Whether machines are on the pod network; yes when absent."
    )
    network_interface_multiqueue: Literal["Enable", "Disable"] | None = Field(
        None, description="Several queues for each network interface; `Enable` when absent."
    )
    host_devices: Annotated[list[HostDevice], Field(max_length=10)] | None = None
    node_selector: Labels | None = Field(
        None, description="Which nodes of the infrastructure run the machines."
    )

    @model_validator(mode="after")
    def _some_network(self) -> Self:
        if self.attach_default_network is False and not self.additional_networks:
            fields = ["additionalNetworks"]
            raise PydanticCustomError("one_of", "one of these is needed", {"fields": fields})
        return self


_CREDENTIALS = table_of(
    Credentials,
    row(
        "infraKubeConfigSecret",
        "infraKubeConfigSecret",
        Table((row("secret", "name"), row("key", "key"))),
    ),
)
_STORAGE_DRIVER = union(
    "type",
    {
        "default": Member("Default", None),
        "manual": Member("Manual", "manual"),
        "none": Member("None", None),
    },
)
_ROOT_VOLUME = Table(
    (
        row("persistent", "persistent"),
        row("cacheStrategy", "cacheStrategy"),
        row("diskImage", "diskImage"),
    ),
    (derived("persistent", "type", lambda _: "Persistent", "`Persistent`"),),
)
_CLUSTER: Codec = table_of(
    KubeVirtCluster,
    row("credentials", "credentials", _CREDENTIALS),
    row("storageDriver", "storageDriver", _STORAGE_DRIVER),
)
_NODE_POOL: Codec = table_of(
    KubeVirtNodePool,
    row("rootVolume", "rootVolume", _ROOT_VOLUME),
    row("additionalNetworks", "additionalNetworks", Each(Wrapped("name"))),
)


def _publish(around: Surroundings) -> dict[str, dict[str, Any]]:
    if not around.external_dns_domain:
        return behind_load_balancer(around)
    return on_named_routes(around, ("api",))


_PATCH = "kubevirt-vm-jsonpatch"
_PATCHED: FieldPath = ("metadata", "annotations", f"hypershift.openshift.io/{_PATCH}")
_OWN: FieldPath = ("spec", "platform", "kubevirt")
_DOMAIN: FieldPath = ("spec", "dns", "baseDomain")
_OPERATIONS: dict[str, tuple[str, ...]] = {
    "add": ("value",),
    "copy": ("from",),
    "move": ("from",),
    "remove": (),
    "replace": ("value",),
    "test": ("value",),
}
_UNTIL_PINNED = "write down that of the running cluster: without it, a restored one is another"


def _problems(body: dict[str, Any], version: tuple[int, int]) -> Iterator[Problem]:
    """Source: HyperShift, hostedcluster controller, and its validating webhook."""
    del version
    patch = get(body, _PATCHED)
    if isinstance(patch, str) and (fault := _patch_fault(patch)):
        yield Problem(
            codes.SETTING_UNFIT,
            _PATCHED,
            f"`{_PATCH}` is no JSON patch: {fault}",
            'write a list such as `[{"op": "add", "path": "/spec/…", "value": …}]`',
        )
    if body.get("kind") != HOSTED_CLUSTER:
        return
    settings = get(body, _OWN)
    own = settings if isinstance(settings, dict) else {}
    if not own.get("generateID"):
        message = "the operator makes up a `generateID`, which git does not know"
        yield Problem(codes.LEFT_TO_OPERATOR, (*_OWN, "generateID"), message, _UNTIL_PINNED)
    if own.get("baseDomainPassthrough") is True and not get(body, _DOMAIN):
        yield Problem(
            codes.LEFT_TO_OPERATOR,
            _DOMAIN,
            "the operator fills in the base domain, which git does not know",
            "write down the domain of the management cluster's ingress",
        )


def _patch_fault(text: str) -> str:
    """Why a text is no patch of RFC 6902; empty when it is one."""
    try:
        patch = json.loads(text)
    except ValueError:
        return "it is not JSON"
    if not isinstance(patch, list):
        return "it is not a list of operations"
    for operation in patch:
        op = operation.get("op") if isinstance(operation, dict) else None
        needs = _OPERATIONS.get(op) if isinstance(op, str) else None
        if needs is None:
            return f"`op` is one of {', '.join(_OPERATIONS)}"
        absent = [name for name in ("path", *needs) if name not in operation]
        if absent:
            return f"`{op}` needs `{absent[0]}`"
    return ""


def _pool_faults(pool: Pool) -> Iterator[PoolFault]:
    """Source: HyperShift, nodepool controller, `validateKubevirtPlatform`."""
    settings = pool.pool
    if settings.get("attachDefaultNetwork") is False and not settings.get("additionalNetworks"):
        yield PoolFault(
            codes.POOL_UNFIT,
            ("attachDefaultNetwork",),
            "machines have no network at all",
            "name `additionalNetworks`, or leave the default network attached",
        )


_FROZEN = (
    frozen("baseDomainPassthrough", NEW_CLUSTER, False),  # noqa: FBT003  # a value of the field
    frozen(
        "generateID",
        "it is part of the names of the cluster's machines and volumes",
        added="free",
        removed="refused",
    ),
    frozen("credentials.infraNamespace", NEW_CLUSTER),
    frozen("credentials.infraKubeConfigSecret", NEW_CLUSTER),
    frozen("storageDriver", NEW_CLUSTER, {"type": "Default"}, {}),
)

PLATFORM = Platform(
    manifest_type="KubeVirt",
    member="kubevirt",
    cluster=KubeVirtCluster,
    node_pool=KubeVirtNodePool,
    node_pool_defaults={"rootVolume": {"persistent": {"size": "32Gi"}}},
    publish=_publish,
    arches=("amd64", "s390x"),
    processors=lambda pool: mapping(pool.get("compute")).get("cores", 2),
    pool_faults=_pool_faults,
    cluster_codec=_CLUSTER,
    node_pool_codec=_NODE_POOL,
    recovery=Recovery(
        resources=(*machine_kinds("kubevirt")[:2], "datavolumes.cdi.kubevirt.io"),
        unsaved="hypershift.openshift.io/is-kubevirt-rhcos",
        pinned=("generateID",),
        only_here="the vendor restores virtual machines on the same management cluster only",
    ),
    inner_networks=("100.66.0.0/16", "fd99::/64"),
    problems=_problems,
    annotations={
        "allow-unsupported-kubevirt-rhcos-variants": "bool",
        "capi-provider-kubevirt-image": "",
        _PATCH: "",
        "nodepool-supports-kubevirt-topology-spread-constraints": "written",
    },
    frozen=_FROZEN,
)
