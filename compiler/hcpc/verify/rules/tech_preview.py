"""Only technology preview CRDs have some fields and platforms; others drop them without a word."""

from collections.abc import Iterator
from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.platforms import registry
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.operator_setup import FLAGS, TECH_PREVIEW, knows_flags, tech_preview
from hcpc.resolve.scope import ManagementCluster
from hcpc.source.text import Span
from hcpc.spec.passthrough import RAW_CLUSTER, RAW_POOL
from hcpc.syntax.tree import FieldPath, Path, key_span, nearest_span
from hcpc.verify.subject import Subject

OF_CLUSTER: tuple[FieldPath, ...] = (
    ("spec", "configuration", "apiServer", "tlsAdherence"),
    ("spec", "etcd", "managed", "backup"),
    ("spec", "etcd", "managed", "scheduling"),
    ("spec", "etcd", "managed", "shards"),
    ("spec", "etcd", "unmanaged", "shards"),
    ("spec", "operatorConfiguration", "clusterVersionOperator"),
)
"""Fields of a HostedCluster that only the passthrough reaches."""
OF_POOL: tuple[FieldPath, ...] = (("spec", "osImageStream"),)
"""Fields of a NodePool; `osStream` becomes the one."""


def check(subject: Subject, sink: Sink) -> None:
    """Refuse them where the management cluster is known not to have those CRDs."""
    cluster = subject.cluster
    management = cluster.scope.management_cluster
    assert management is not None
    if tech_preview(management) is not False:
        return
    for path in _used(cluster):
        sink.report(
            codes.NO_TECH_PREVIEW,
            key_span(cluster.tree, path),
            f"`{path[-1]}` is technology preview, which `{management.name}` has not installed",
            label="the API server would drop it",
            secondary=(Label(_told(management), "no technology preview"),),
            help=f"remove it, or install the CRDs with the flag `{TECH_PREVIEW}`",
        )


def _used(cluster: Cluster) -> Iterator[Path]:
    platform = registry.platform(cluster.platform)
    if platform and platform.tech_preview:
        yield ("platform", cluster.platform)
    for path in OF_CLUSTER:
        if _has(cluster.spec.get(RAW_CLUSTER), path):
            yield (RAW_CLUSTER, *path)
    for name, pool in cluster.spec["nodePools"].items():
        if "osStream" in pool:
            yield ("nodePools", name, "osStream")
        for path in OF_POOL:
            if _has(pool.get(RAW_POOL), path):
                yield ("nodePools", name, RAW_POOL, *path)


def _has(raw: Any, path: FieldPath) -> bool:
    for step in path:
        raw = raw.get(step) if isinstance(raw, dict) else None
    return raw is not None


def _told(management: ManagementCluster) -> Span:
    if knows_flags(management):
        return key_span(management.tree, FLAGS)
    return nearest_span(management.tree, ("hypershift", "techPreview"))
