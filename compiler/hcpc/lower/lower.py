"""A complete spec to its manifests, manifests to the spec that makes them, and paths back.

Laws: `lift(lower(spec)) == spec` for complete, canonical specs; `lower(lift(manifests)) ==
manifests` for any HostedCluster with its NodePools. What no row says travels in the passthrough.
"""

from collections.abc import Sequence
from typing import Any

from hcpc.kube.manifest import HOSTED_CLUSTER, HYPERSHIFT, NODE_POOL, Manifest
from hcpc.lower.hosted_cluster import HOSTED_CLUSTER_TABLE
from hcpc.lower.node_pool import NODE_POOL_TABLE
from hcpc.mapping.codec import Path
from hcpc.mapping.patch import apply_patch, find_patch

_POOLS, _RAW_CLUSTER, _RAW_POOL = "nodePools", "hostedCluster", "nodePool"


def lower(spec: dict[str, Any]) -> list[Manifest]:
    """The HostedCluster and its NodePools, in the order of the spec."""
    cluster = {k: v for k, v in spec.items() if k not in {_POOLS, _RAW_CLUSTER}}
    body = {"apiVersion": HYPERSHIFT, "kind": HOSTED_CLUSTER}
    body |= HOSTED_CLUSTER_TABLE.lower(cluster)
    manifests = [_manifest(body, spec.get(_RAW_CLUSTER), ())]
    owner = manifests[0].body.get("metadata", {})
    for name, pool in spec.get(_POOLS, {}).items():
        manifests.append(_manifest(_lower_pool(pool, owner), pool.get(_RAW_POOL), (_POOLS, name)))
    return manifests


def _lower_pool(pool: dict[str, Any], owner: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"apiVersion": HYPERSHIFT, "kind": NODE_POOL}
    body |= NODE_POOL_TABLE.lower({k: v for k, v in pool.items() if k != _RAW_POOL})
    body.setdefault("metadata", {})
    body.setdefault("spec", {})
    if "namespace" in owner:
        body["metadata"]["namespace"] = owner["namespace"]
    if "name" in owner:
        body["spec"]["clusterName"] = owner["name"]
    return body


def _manifest(body: dict[str, Any], raw: dict[str, Any] | None, source: Path) -> Manifest:
    if raw:
        body = apply_patch(body, raw)
    metadata = body.get("metadata", {})
    return Manifest(
        str(body.get("kind", "")),
        str(metadata.get("name", "")),
        str(metadata.get("namespace", "")),
        body,
        source,
    )


def lift(hosted_cluster: dict[str, Any], node_pools: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The complete spec that lowers to exactly these objects (which hold no null)."""
    spec: dict[str, Any] = HOSTED_CLUSTER_TABLE.lift(hosted_cluster)
    pools: dict[str, Any] = {}
    prefix = f"{hosted_cluster.get('metadata', {}).get('name', '')}-"
    for pool in node_pools:
        lifted: dict[str, Any] = NODE_POOL_TABLE.lift(pool)
        name = str(pool.get("metadata", {}).get("name", ""))
        key = name.removeprefix(prefix)
        pools[name if not key or key in pools else key] = lifted
    if pools:
        spec[_POOLS] = pools
    lowered = lower(spec)
    if patch := find_patch(lowered[0].body, hosted_cluster):
        spec[_RAW_CLUSTER] = patch
        lowered = lower(spec)
    for manifest, (pool_spec, pool) in zip(
        lowered[1:], zip(pools.values(), node_pools, strict=True), strict=True
    ):
        if patch := find_patch(manifest.body, pool):
            pool_spec[_RAW_POOL] = patch
    return spec


def trace(manifest: Manifest, path: Path, raw: dict[str, Any] | None = None) -> Path:
    """The spec path that answers for a path of a manifest.

    `raw` is the manifest's passthrough: what it says itself, it answers for.
    """
    if raw and _reaches(raw, path):
        field = _RAW_POOL if manifest.source else _RAW_CLUSTER
        return (*manifest.source, field, *path)
    table = NODE_POOL_TABLE if manifest.source else HOSTED_CLUSTER_TABLE
    return (*manifest.source, *table.trace(path, manifest.body))


def manifest_path(spec_path: Path) -> Path:
    """The manifest field that a spec field becomes; empty when no row says so."""
    if spec_path[:1] == (_POOLS,):
        return NODE_POOL_TABLE.manifest_path(spec_path[2:])
    return HOSTED_CLUSTER_TABLE.manifest_path(spec_path)


def _reaches(raw: Any, path: Path) -> bool:
    """Whether a patch itself sets (part of) what stands at a path."""
    for step in path:
        if not isinstance(raw, dict):
            return True
        if step not in raw:
            return False
        raw = raw[step]
    return True
