"""`sync.yaml` of a management cluster: what a sync needs to know that no object says.

Versions of release images, what may be deleted, and who answers for findings. No kustomization
leads to it. It is the same on every day.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from hcpc import API_VERSION
from hcpc.diagnostics.waived import Answered
from hcpc.emit.bundle import Files
from hcpc.emit.formats.kustomize import HEADER
from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.kube.manifest import HOSTED_CLUSTER, HYPERSHIFT, NODE_POOL
from hcpc.resolve.tombstones import Tombstone

SYNC_FILE = "sync.yaml"
_HYPERSHIFT = HYPERSHIFT.partition("/")[0]
_GROUPS = {
    "CustomResourceDefinition": "apiextensions.k8s.io",
    HOSTED_CLUSTER: _HYPERSHIFT,
    NODE_POOL: _HYPERSHIFT,
}
"""Of the kinds that a tombstone names without one; those of the others are empty."""


class SyncBundle(NamedTuple):
    """What is said to the sync of a management cluster.

    `releases` are versions by image. All else is sorted.
    """

    management_cluster: str
    releases: Mapping[str, str]
    tombstones: tuple[Tombstone, ...] = ()
    answered: tuple[Answered, ...] = ()


def sync_files(bundle: SyncBundle) -> Files:
    """The file of a management cluster; none where there is nothing to say."""
    parts = {
        "releases": dict(sorted(bundle.releases.items())),
        "tombstones": list(_entries(each for each in bundle.tombstones if not each.buried.inside)),
        "guestTombstones": _inside(bundle.tombstones),
        "waivers": [each._asdict() for each in bundle.answered],
    }
    said = {name: part for name, part in parts.items() if part}
    if not said:
        return {}
    head = {"apiVersion": API_VERSION, "kind": "SyncData"}
    body = {**head, "managementCluster": bundle.management_cluster, **said}
    return {f"{bundle.management_cluster}/{SYNC_FILE}": HEADER + canonical_yaml(body)}


def _inside(tombstones: Iterable[Tombstone]) -> dict[str, list[dict[str, Any]]]:
    """Those for objects inside hosted clusters, by the cluster; a list of their own.

    Nobody can take one of them for an object of the management cluster.
    """
    found: dict[str, list[Tombstone]] = {}
    for each in tombstones:
        if each.buried.inside:
            found.setdefault(each.buried.inside, []).append(each)
    return {cluster: list(_entries(those)) for cluster, those in found.items()}


def _entries(tombstones: Iterable[Tombstone]) -> Iterable[dict[str, Any]]:
    """One entry each; of a hosted cluster another one, for all of its node pools."""
    for each in tombstones:
        kind, namespace, name = each.buried[2:]
        group = each.group or _GROUPS.get(kind)
        place: dict[str, Any] = {"group": group, "kind": kind} if group else {"kind": kind}
        if namespace:
            place["namespace"] = namespace
        why = {"owner": each.owner, "reason": each.reason}
        yield {**place, "name": name, **why}
        if kind == HOSTED_CLUSTER:
            yield {**place, "kind": NODE_POOL, "cluster": name, **why}
