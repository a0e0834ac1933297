"""The passthrough may change what an object says, never which object it is.

Name, namespace, kind and owner come from the spec alone: what files, references and other
clusters know an object by must be what is applied.
"""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.cluster import Cluster
from hcpc.spec.passthrough import RAW_CLUSTER, RAW_POOL
from hcpc.syntax.tree import Path, dotted, key_span
from hcpc.verify.subject import Subject

_OURS = "remove it, hcpc sets it"
_NAMESPACE = "use `namespace` of the cluster"
FIELDS: dict[str, dict[tuple[str, ...], str]] = {
    RAW_CLUSTER: {
        ("apiVersion",): _OURS,
        ("kind",): _OURS,
        ("metadata", "name"): "rename the cluster itself",
        ("metadata", "namespace"): _NAMESPACE,
    },
    RAW_POOL: {
        ("apiVersion",): _OURS,
        ("kind",): _OURS,
        ("metadata", "name"): "use `name` of the node pool",
        ("metadata", "namespace"): _NAMESPACE,
        ("spec", "clusterName"): "move the node pool into the other cluster",
    },
}
"""What neither passthrough may set, and what to do instead."""


def check(subject: Subject, sink: Sink) -> None:
    """Refuse passthroughs that make another object."""
    cluster = subject.cluster
    _check(cluster, (RAW_CLUSTER,), cluster.spec.get(RAW_CLUSTER), sink)
    for name, pool in cluster.spec["nodePools"].items():
        _check(cluster, ("nodePools", name, RAW_POOL), pool.get(RAW_POOL), sink)


def _check(cluster: Cluster, path: Path, raw: Any, sink: Sink) -> None:
    for field, remedy in FIELDS[str(path[-1])].items():
        touched = _touched(raw, field)
        if touched:
            sink.report(
                codes.IDENTITY_CHANGED,
                key_span(cluster.tree, (*path, *touched)),
                f"`{path[-1]}` cannot set `{dotted(touched)}`",
                help=remedy,
            )


def _touched(raw: Any, field: tuple[str, ...]) -> tuple[str, ...]:
    """The part of a field's path that a patch replaces or removes; empty when it does not."""
    for depth, step in enumerate(field, start=1):
        if not isinstance(raw, dict) or step not in raw:
            return ()
        raw = raw[step]
        if not isinstance(raw, dict):
            return field[:depth]
    return field
