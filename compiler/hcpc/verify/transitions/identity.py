"""Another namespace or management cluster is another hosted cluster: nothing moves there.

What applies the tree makes a new control plane with an empty etcd, and may delete the old one.
"""

from typing import NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.document import Document
from hcpc.source.text import Span
from hcpc.syntax.tree import Scalar, find
from hcpc.verify.subject import Subject


class _Place(NamedTuple):
    """Where a cluster was and is: the kind of place, both names, and where the new one stands."""

    kind: str
    was: str
    now: str
    span: Span


def is_same(before: Subject, after: Subject) -> bool:
    """Whether both are one object of one API server."""
    return _identity(before.cluster) == _identity(after.cluster)


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Refuse a cluster that becomes another one, unless a Restore takes it there.

    A Restore leads to a management cluster, never to another namespace. It may stand at the base
    or now: it has to go when the move is over.
    """
    old, new = before.cluster, after.cluster
    if old.management_cluster != new.management_cluster and not _is_restored(old, new):
        was, now = old.management_cluster, new.management_cluster
        way = (
            f"put it back; to move it with its state, write a `Restore` that leads to `{now}` and "
            "follow its runbook: only then the spec moves, with a `Tombstone` for the one on "
            f"`{was}`"
        )
        _report(before, _Place("management cluster", was, now, new.name_span), way, sink)
    elif old.namespace != new.namespace:
        span = after.span(after.hosted_cluster, ("metadata", "namespace"))
        place = _Place("namespace", old.namespace, new.namespace, span)
        _report(before, place, "put it back: a hosted cluster keeps it for life", sink)


def _report(before: Subject, place: _Place, way: str, sink: Sink) -> None:
    kind, was, now, span = place
    sink.report(
        codes.CLUSTER_MOVED,
        span,
        f"in {kind} `{now}` this is another hosted cluster than the one in `{was}`",
        label=f"now in `{now}`",
        secondary=(Label(before.cluster.name_span, f"at the base: in `{was}`"),),
        notes=("a new control plane would start with an empty etcd",),
        help=way,
    )


def _identity(cluster: Cluster) -> tuple[str, str, str]:
    return cluster.management_cluster, cluster.namespace, cluster.name


def _is_restored(old: Cluster, new: Cluster) -> bool:
    """Whether a Restore leads to where the cluster is now, by name; one in place leads nowhere."""
    return any(
        _text(document, "cluster") == new.name
        and _text(document, "managementCluster") == new.management_cluster
        and find(document.tree, ("spec", "inPlace")) is None
        for document in (*new.scope.restores, *old.scope.restores)
    )


def _text(document: Document, field: str) -> str:
    found = find(document.tree, ("spec", field))
    return found.text if isinstance(found, Scalar) else ""
