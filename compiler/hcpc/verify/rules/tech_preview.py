"""Only technology preview CRDs have some fields and platforms; others drop them without a word."""

from collections.abc import Iterator

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.mapping.table import get
from hcpc.platforms import registry
from hcpc.resolve.operator_setup import FLAGS, TECH_PREVIEW, knows_flags, tech_preview
from hcpc.resolve.scope import ManagementCluster
from hcpc.source.text import Span
from hcpc.syntax.tree import FieldPath, key_span, nearest_span
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
    for name, span in _used(subject):
        sink.report(
            codes.NO_TECH_PREVIEW,
            span,
            f"`{name}` is technology preview, which `{management.name}` has not installed",
            label="the API server would drop it",
            secondary=(Label(_told(management), "no technology preview"),),
            help=f"remove it, or install the CRDs with the flag `{TECH_PREVIEW}`",
        )


def _used(subject: Subject) -> Iterator[tuple[str, Span]]:
    """Names of fields and platforms, with the places that answer for them."""
    cluster, manifest = subject.cluster, subject.hosted_cluster
    platform = registry.platform(cluster.platform)
    if platform and platform.tech_preview:
        yield cluster.platform, key_span(cluster.tree, ("platform", cluster.platform))
    for path in OF_CLUSTER:
        if subject.value(path) is not None:
            yield path[-1], subject.key_span(manifest, path)
    for pool in subject.node_pools:
        for path in OF_POOL:
            if get(pool.body, path) is not None:
                place = subject.place(pool, path)
                yield str(place.path[-1] if place.path else path[-1]), place.key


def _told(management: ManagementCluster) -> Span:
    if knows_flags(management):
        return key_span(management.tree, FLAGS)
    return nearest_span(management.tree, ("hypershift", "techPreview"))
