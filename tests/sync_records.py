"""Small records of a sync for tests: objects as git wants them, and as the cluster has them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from hcpc.kube.object_ref import ObjectRef, object_ref
from hcpc.sync.records import (
    Desired,
    Inventory,
    Live,
    Observed,
    Owned,
    RenderedTree,
    SyncData,
    Tombstone,
    Wave,
)

HYPERSHIFT = "hypershift.openshift.io"
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
APPLIED = "2026-06-15T11:00:00Z"
_WAVES = {
    "Namespace": Wave.NAMESPACE,
    "ConfigMap": Wave.CONFIG,
    "Secret": Wave.CONFIG,
    "HostedCluster": Wave.HOSTED_CLUSTER,
    "NodePool": Wave.NODE_POOL,
}


def hosted_cluster(name: str = "one", image: str = "image-1", **spec: Any) -> Desired:
    """A HostedCluster in namespace `clusters`."""
    body = _body(f"{HYPERSHIFT}/v1beta1", "HostedCluster", name, {"release": {"image": image}})
    body["spec"] |= spec
    return desired(body, name)


def node_pool(
    name: str = "one-workers", cluster: str = "one", image: str = "image-1", **spec: Any
) -> Desired:
    """A NodePool in namespace `clusters`."""
    own = {"clusterName": cluster, "release": {"image": image}, **spec}
    return desired(_body(f"{HYPERSHIFT}/v1beta1", "NodePool", name, own), cluster)


def config_map(name: str = "one-config", cluster: str = "one") -> Desired:
    """A ConfigMap in namespace `clusters`."""
    body = _body("v1", "ConfigMap", name, {})
    del body["spec"]
    return desired(body | {"data": {"key": "value"}}, cluster)


def namespace(name: str = "clusters") -> Desired:
    """A Namespace."""
    return desired({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}, "")


def desired(body: dict[str, Any], cluster: str) -> Desired:
    """An object as git wants it."""
    ref = object_ref(body)
    wave = _WAVES.get(ref.kind, Wave.REST)
    path = f"clusters/{cluster}/{ref.kind.lower()}-{ref.name}.yaml"
    return Desired(ref, body["apiVersion"], body, f"digest of {ref}", wave, cluster, path)


def owned(wanted: Desired, **other: Any) -> Owned:
    """How the inventory knows an object that was applied as git wants it."""
    return Owned(
        wanted.ref,
        wanted.api_version,
        uid=f"uid of {wanted.ref}",
        digest=wanted.digest,
        fields=f"fields of {wanted.ref}",
        applied=APPLIED,
        cluster=wanted.cluster,
        wave=wanted.wave,
    )._replace(**other)


def observed(wanted: Desired, **other: Any) -> Observed:
    """How the cluster has an object that was applied as git wants it."""
    return Observed(
        wanted.ref,
        wanted.api_version,
        uid=f"uid of {wanted.ref}",
        resource_version="7",
        fields=f"fields of {wanted.ref}",
        spec=wanted.body.get("spec", {}),
    )._replace(**other)


def tree(*objects: Desired, data: SyncData | None = None) -> RenderedTree:
    """A rendered tree of management cluster `mgmt`."""
    return RenderedTree("mgmt", "c0ffee", objects, data=data or SyncData())


def tombstones(*refs: ObjectRef) -> SyncData:
    """Leave to delete objects by name."""
    return SyncData(tombstones=tuple(Tombstone(ref, "no longer needed") for ref in refs))


def inventory(*entries: Owned) -> Inventory:
    """An inventory."""
    return {each.ref: each for each in entries}


def live(*objects: Observed, **other: Any) -> Live:
    """A cluster with these objects."""
    found = {each.ref: each for each in objects}
    return Live(
        found,
        control_planes=_of_kind(objects, "HostedCluster"),
        pools=tuple(_of_kind(objects, "NodePool").values()),
    )._replace(**other)


def _of_kind(objects: Iterable[Observed], kind: str) -> Mapping[str, Observed]:
    return {
        f"{each.ref.namespace}/{each.ref.name}": each for each in objects if each.ref.kind == kind
    }


def _body(api_version: str, kind: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "clusters"}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, "spec": spec}
