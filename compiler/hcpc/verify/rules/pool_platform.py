"""A node pool is on the platform of its cluster, and what it says there has to fit the cluster.

What that is only the platform knows: its file says it under `pool_faults`.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping
from hcpc.kube.manifest import Manifest
from hcpc.mapping.table import get
from hcpc.platforms import registry
from hcpc.platforms.platform import Pool
from hcpc.syntax.tree import FieldPath
from hcpc.verify.release import RELEASE, minor, release_of
from hcpc.verify.subject import Subject

_PLATFORM: FieldPath = ("spec", "platform")
_TYPE: FieldPath = (*_PLATFORM, "type")


def check(subject: Subject, sink: Sink) -> None:
    """Report pools of another platform, and what their own finds in the others."""
    cluster = subject.cluster
    platform = registry.platform(cluster.platform)
    assert platform is not None
    kind = subject.value(_TYPE)
    if kind != platform.manifest_type:  # told of the cluster
        return
    member = platform.member or ""
    own = mapping(subject.value((*_PLATFORM, member)))
    control_plane = _minor(subject, subject.hosted_cluster)
    annotations = mapping(subject.value(("metadata", "annotations")))
    for pool in subject.node_pools:
        own_kind = get(pool.body, _TYPE)
        if own_kind != kind and registry.name_of(str(own_kind)):  # others the schema tells
            sink.report(
                codes.PLATFORM_MISMATCH,
                subject.span(pool, _TYPE),
                f"node pool `{pool.source[1]}` is not on its cluster's platform, `{kind}`",
                secondary=(Label(subject.span(subject.hosted_cluster, _TYPE), "the cluster's"),),
            )
        if own_kind != kind:
            continue
        settings = mapping(get(pool.body, (*_PLATFORM, member)))
        judged = Pool(own, settings, annotations, control_plane, _minor(subject, pool))
        for fault in platform.pool_faults(judged):
            sink.report(
                fault.code,
                subject.span(pool, (*_PLATFORM, member, *fault.path)),
                fault.message,
                help=fault.help,
            )


def _minor(subject: Subject, manifest: Manifest) -> tuple[int, int]:
    image = get(manifest.body, RELEASE)
    return minor(release_of(image, subject.cluster.scope).version)
