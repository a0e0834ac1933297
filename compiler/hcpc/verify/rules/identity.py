"""The passthrough may change what an object says, never which object it is.

Name, namespace, kind and owner come from the spec alone: what files, references and other
clusters know an object by must be what is applied.
"""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.cluster import Cluster
from hcpc.spec.messages import dotted
from hcpc.syntax.tree import Path, key_span

FIELDS: tuple[tuple[str, ...], ...] = (
    ("apiVersion",),
    ("kind",),
    ("metadata", "name"),
    ("metadata", "namespace"),
    ("spec", "clusterName"),
)


def check(cluster: Cluster, sink: Sink) -> None:
    """Refuse passthroughs that make another object."""
    _check(cluster, ("hostedCluster",), cluster.spec.get("hostedCluster"), sink)
    for name, pool in cluster.spec["nodePools"].items():
        _check(cluster, ("nodePools", name, "nodePool"), pool.get("nodePool"), sink)


def _check(cluster: Cluster, path: Path, raw: Any, sink: Sink) -> None:
    for field in FIELDS:
        if _has(raw, field):
            sink.report(
                codes.IDENTITY_CHANGED,
                key_span(cluster.tree, (*path, *field)),
                f"`{path[-1]}` cannot set `{dotted(field)}`",
                help="use `name` of the node pool, `namespace` of the cluster, or its document's "
                "name",
            )


def _has(raw: Any, field: tuple[str, ...]) -> bool:
    for step in field:
        if not isinstance(raw, dict) or step not in raw:
            return False
        raw = raw[step]
    return True
