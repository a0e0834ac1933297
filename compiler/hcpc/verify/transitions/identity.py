"""Another namespace or management cluster is another hosted cluster: nothing moves there.

What applies the tree makes a new control plane with an empty etcd, and may delete the old one.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.document import Document
from hcpc.syntax.tree import Scalar, find
from hcpc.verify.subject import Subject

_WAY = "put it back; a `Restore` brings a cluster to another place with its state"


def is_same(before: Subject, after: Subject) -> bool:
    """Whether both are one object of one API server."""
    return _identity(before.cluster) == _identity(after.cluster)


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Refuse a cluster that becomes another one, unless a Restore takes it there."""
    old, new = before.cluster, after.cluster
    where = "namespace", old.namespace, new.namespace
    if old.management_cluster != new.management_cluster:
        if _is_restored_there(new):
            return
        where = "management cluster", old.management_cluster, new.management_cluster
    kind, was, now = where
    span = after.span(after.hosted_cluster, ("metadata", "namespace"))
    if kind == "management cluster":
        span = new.name_span
    sink.report(
        codes.CLUSTER_MOVED,
        span,
        f"in {kind} `{now}` this is another hosted cluster than the one in `{was}`",
        label=f"now in `{now}`",
        secondary=(Label(old.name_span, f"at the base: in `{was}`"),),
        notes=("a new control plane would start with an empty etcd",),
        help=_WAY,
    )


def _identity(cluster: Cluster) -> tuple[str, str, str]:
    return cluster.management_cluster, cluster.namespace, cluster.name


def _is_restored_there(cluster: Cluster) -> bool:
    """Whether a Restore leads to where the cluster is now, by name; one in place leads nowhere."""
    return any(
        _text(document, "cluster") == cluster.name
        and _text(document, "managementCluster") == cluster.management_cluster
        and find(document.tree, ("spec", "inPlace")) is None
        for document in cluster.scope.restores
    )


def _text(document: Document, field: str) -> str:
    found = find(document.tree, ("spec", field))
    return found.text if isinstance(found, Scalar) else ""
