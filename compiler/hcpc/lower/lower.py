"""A complete spec to its manifests, manifests to the spec that makes them, and paths back.

Laws: `lift(lower(spec)) == spec` for complete, canonical specs; `lower(lift(manifests)) ==
manifests` for any HostedCluster with its NodePools. What no row says travels in the passthrough.
"""

from collections.abc import Sequence
from typing import Any

from hcpc.kube.manifest import HOSTED_CLUSTER, HYPERSHIFT, NODE_POOL, Manifest
from hcpc.lower.hosted_cluster import HOSTED_CLUSTER_TABLE
from hcpc.lower.node_pool import NODE_POOL_TABLE
from hcpc.mapping.patch import apply_patch, find_patch
from hcpc.mapping.table import get, put
from hcpc.spec.passthrough import RAW_CLUSTER, RAW_POOL
from hcpc.syntax.tree import Path

_POOLS = "nodePools"
INHERITED = {"namespace": ("metadata", "namespace"), "name": ("spec", "clusterName")}
"""Where NodePools say what they have from their cluster, by its field."""


def lower(spec: dict[str, Any]) -> list[Manifest]:
    """The HostedCluster and its NodePools, in the order of the spec."""
    cluster = {k: v for k, v in spec.items() if k not in {_POOLS, RAW_CLUSTER}}
    body = {"apiVersion": HYPERSHIFT, "kind": HOSTED_CLUSTER}
    body |= HOSTED_CLUSTER_TABLE.lower(cluster)
    manifests = [_manifest(body, spec.get(RAW_CLUSTER), ())]
    for name, pool in spec.get(_POOLS, {}).items():
        body = _lower_pool(pool, manifests[0].body)
        manifests.append(_manifest(body, pool.get(RAW_POOL), (_POOLS, name)))
    return manifests


def _lower_pool(pool: dict[str, Any], owner: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"apiVersion": HYPERSHIFT, "kind": NODE_POOL}
    body |= NODE_POOL_TABLE.lower({k: v for k, v in pool.items() if k != RAW_POOL})
    for field, path in INHERITED.items():
        found = get(owner, ("metadata", field))
        if found is not None:
            put(body, path, found)
    return body


def _manifest(body: dict[str, Any], raw: dict[str, Any] | None, source: Path) -> Manifest:
    if raw:
        body = apply_patch(body, raw)
    name, namespace = (get(body, ("metadata", field)) for field in ("name", "namespace"))
    return Manifest(str(body.get("kind", "")), str(name or ""), str(namespace or ""), body, source)


def lift(hosted_cluster: dict[str, Any], node_pools: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The complete spec that lowers to exactly these objects (which hold no null)."""
    spec: dict[str, Any] = HOSTED_CLUSTER_TABLE.lift(hosted_cluster)
    pools = [NODE_POOL_TABLE.lift(pool) for pool in node_pools]
    if pools:
        names = [get(each, ("metadata", "name")) for each in (hosted_cluster, *node_pools)]
        spec[_POOLS] = dict(zip(_keys(*map(str, names)), pools, strict=True))
    lowered = lower(spec)
    if patch := find_patch(lowered[0].body, hosted_cluster):
        spec[RAW_CLUSTER] = patch
    for manifest, lifted, pool in zip(lowered[1:], pools, node_pools, strict=True):
        if patch := find_patch(manifest.body, pool):
            lifted[RAW_POOL] = patch
    return spec


def _keys(cluster: str, *pools: str) -> Sequence[str]:
    """The pools' names less the cluster's; where not unique the whole names, or else numbers."""
    short = [name.removeprefix(f"{cluster}-") or name for name in pools]
    numbers = [str(number) for number in range(len(pools))]
    return next(keys for keys in (short, pools, numbers) if len(set(keys)) == len(keys))


def passthrough(spec: dict[str, Any], manifest: Manifest) -> dict[str, Any] | None:
    """What the spec of a manifest's cluster lays on top of the manifest, if anything."""
    holder, field = spec, RAW_CLUSTER
    if manifest.source:
        holder, field = spec[_POOLS][manifest.source[1]], RAW_POOL
    raw = holder.get(field)
    return raw if isinstance(raw, dict) else None


def trace(manifest: Manifest, path: Path, raw: dict[str, Any] | None = None) -> Path:
    """The spec path that answers for a path of a manifest.

    `raw` is the manifest's `passthrough`: what it says itself, it answers for.
    """
    if raw and _reaches(raw, path):
        field = RAW_POOL if manifest.source else RAW_CLUSTER
        return (*manifest.source, field, *path)
    if not manifest.source:
        return HOSTED_CLUSTER_TABLE.trace(path, manifest.body)
    for field, inherited in INHERITED.items():
        if path == inherited:
            return (field,)
    return (*manifest.source, *NODE_POOL_TABLE.trace(path, manifest.body))


def manifest_path(spec_path: Path) -> Path:
    """The manifest field that a spec field becomes; empty when no row says so."""
    of_pool = spec_path[:1] == (_POOLS,)
    path = spec_path[2:] if of_pool else spec_path
    if path[:1] == (RAW_POOL if of_pool else RAW_CLUSTER,):
        return path[1:]
    return (NODE_POOL_TABLE if of_pool else HOSTED_CLUSTER_TABLE).manifest_path(path)


def _reaches(raw: Any, path: Path) -> bool:
    """Whether a patch itself sets (part of) what stands at a path."""
    for step in path:
        if not isinstance(raw, dict):
            return True
        if step not in raw:
            return False
        raw = raw[step]
    return True
