"""What a restore changes of a cluster's own files, as patches that kustomize lays over them.

The snapshot goes in, pauses are set or lifted, and what must not travel goes out: annotations that
tell of the old object, and whatever makes backups. The key that the state was encrypted with, and
all that makes the cluster the same one, stays as it is.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL, Manifest
from hcpc.payloads.restore_steps import Plan

_PREFIX = "hypershift.openshift.io/"
_STAYS: dict[str, tuple[str, ...]] = {
    HOSTED_CLUSTER: (
        "kubectl.kubernetes.io/last-applied-configuration",
        *(
            f"{_PREFIX}{name}"
            for name in (
                "HasBeenAvailable",
                "cluster-scheduled",
                "etcd-snapshot-url",
                "force-upgrade-to",
                "management-platform",
                "recommended-cluster-size",
                "restart-date",
                "restored-from-backup",
            )
        ),
    ),
    NODE_POOL: (
        "kubectl.kubernetes.io/last-applied-configuration",
        *(
            f"{_PREFIX}{name}"
            for name in (
                "canonical-data-plane-images",
                "nodePoolCurrentConfig",
                "nodePoolCurrentConfigVersion",
                "nodePoolMaxUnavailable",
                "nodePoolPlatformMachineTemplate",
                "nodePoolTaints",
                "nodePoolTargetConfigVersion",
                "nodePoolUpgradeInProgressFalse",
                "nodePoolUpgradeInProgressTrue",
                "nodepool-supports-kubevirt-topology-spread-constraints",
            )
        ),
    ),
}
"""Annotations that say what happened to the old object, and would mislead the new one's operator.

Source: HyperShift, api/hypershift/v1beta1.
"""


def patches(plan: Plan, manifests: Iterable[Manifest]) -> Iterator[Manifest]:
    """The patches for a cluster's objects, each named and placed as the object it is for."""
    kept = {id(each) for each in plan.objects}
    for each in manifests:
        if id(each) not in kept:
            yield _patch(each, {"$patch": "delete"}, {})
        elif each.kind == HOSTED_CLUSTER:
            yield _patch(each, {"spec": _of_hosted_cluster(plan, each)}, _dropped(each))
        elif each.kind == NODE_POOL:
            is_paused = plan.method != "inPlace" and plan.settings.get("pauseNodePools", True)
            spec = {"pausedUntil": "true"} if is_paused else _without_pause(each)
            if plan.method == "inPlace":
                spec = {}
            patch = _patch(each, {"spec": spec} if spec else {}, _dropped(each))
            if spec or _dropped(each):
                yield patch


def _of_hosted_cluster(plan: Plan, each: Manifest) -> dict[str, Any]:
    if plan.method == "inPlace":
        return {"pausedUntil": "true"}
    storage: dict[str, Any] = {"restoreSnapshotURL": [plan.url]}
    if "storageClass" in plan.settings:
        storage["persistentVolume"] = {"storageClassName": plan.settings["storageClass"]}
    return {"etcd": {"managed": {"storage": storage}}, **_without_pause(each)}


def _without_pause(each: Manifest) -> dict[str, Any]:
    return {"pausedUntil": None} if "pausedUntil" in each.body.get("spec", {}) else {}


def _dropped(each: Manifest) -> dict[str, None]:
    """The annotations that must not travel, each with the null that removes it."""
    present = each.body["metadata"].get("annotations", {})
    return {name: None for name in _STAYS[each.kind] if name in present}


def _patch(each: Manifest, change: dict[str, Any], annotations: dict[str, None]) -> Manifest:
    metadata: dict[str, Any] = {"name": each.name}
    if each.namespace:
        metadata["namespace"] = each.namespace
    if annotations:
        metadata["annotations"] = annotations
    body = {"apiVersion": each.body["apiVersion"], "kind": each.kind, "metadata": metadata}
    return Manifest(each.kind, each.name, each.namespace, {**body, **change}, each.source)
