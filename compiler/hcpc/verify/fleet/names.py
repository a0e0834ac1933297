"""Names and identities that two clusters cannot share, each told at the second of them."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import NODE_POOL, control_plane_namespace, object_title
from hcpc.verify.fleet.summary import Summary


def check(ordered: Iterable[Summary], sink: Sink) -> list[Summary]:
    """Report clusters of one name, and objects or control planes in one place.

    Returns the sound clusters whose names are their own.
    """
    names: dict[str, Summary] = {}
    namespaces: dict[tuple[str, str], Summary] = {}
    objects: dict[tuple[str, str], Summary] = {}
    ids: dict[tuple[str, str], Summary] = {}
    sound: list[Summary] = []
    for cluster in ordered:
        first = names.setdefault(cluster.name, cluster)
        if first is not cluster:
            _report_name(cluster, first, sink)
            continue
        if not cluster.management_cluster:
            continue
        sound.append(cluster)
        for kind, value in cluster.ids.items():
            same = ids.setdefault((kind, value), cluster)
            if same is not cluster:
                _report_id(cluster, same, kind, value, sink)
        namespace = control_plane_namespace(cluster.namespace, cluster.name)
        other = namespaces.setdefault((cluster.management_cluster, namespace), cluster)
        if other is not cluster:
            _report_namespace(cluster, other, namespace, sink)
        pools = [object_title(NODE_POOL, pool, cluster.namespace) for pool in cluster.node_pools]
        for title in (*pools, *cluster.objects):
            owner = objects.setdefault((cluster.management_cluster, title), cluster)
            if owner is not cluster:
                _report_object(cluster, owner, title, sink)
    _check_inside(sound, namespaces, sink)
    _check_beginnings(sound, sink)
    return sound


def _check_inside(
    clusters: Iterable[Summary], control_planes: Mapping[tuple[str, str], Summary], sink: Sink
) -> None:
    """A control plane namespace goes with its cluster, and all that is in it."""
    for cluster in clusters:
        owner = control_planes.get((cluster.management_cluster, cluster.namespace))
        if owner:
            sink.report(
                codes.NAMESPACE_CLASH,
                cluster.name_span,
                f"namespace `{cluster.namespace}` is where the control plane of cluster "
                f"`{owner.name}` runs",
                label=f"`{cluster.name}` would be deleted with it",
                secondary=(Label(owner.name_span, "the other cluster"),),
                help="give the cluster another `namespace`",
            )


def _check_beginnings(clusters: Sequence[Summary], sink: Sink) -> None:
    """The vendor's script for a move takes all Secrets whose names begin like the cluster's."""
    if not any(cluster.moves for cluster in clusters):
        return
    places: dict[tuple[str, str], list[Summary]] = {}
    for cluster in clusters:
        places.setdefault((cluster.management_cluster, cluster.namespace), []).append(cluster)
    for beside in places.values():
        beside.sort(key=lambda cluster: cluster.name)
        for cluster, following in pairwise(beside):
            if cluster.moves and following.name.startswith(cluster.name):
                _report_beginning(cluster, following, sink)


def _report_name(cluster: Summary, first: Summary, sink: Sink) -> None:
    sink.report(
        codes.DUPLICATE_NAME,
        cluster.name_span,
        f"cluster `{cluster.name}` is declared twice",
        secondary=(Label(first.name_span, "first declared here"),),
        help="a cluster's name is unique in the fleet; rename one of them",
    )


def _report_id(cluster: Summary, same: Summary, kind: str, value: str, sink: Sink) -> None:
    sink.report(
        codes.DUPLICATE_NAME,
        cluster.name_span,
        f"clusters `{same.name}` and `{cluster.name}` have the same `{kind}`, `{value}`",
        secondary=(Label(same.name_span, "the other cluster"),),
        help=f"each cluster has its own `{kind}`: write a new one, or leave it to the operator",
    )


def _report_namespace(cluster: Summary, other: Summary, namespace: str, sink: Sink) -> None:
    sink.report(
        codes.NAMESPACE_CLASH,
        cluster.name_span,
        f"clusters `{other.name}` and `{cluster.name}` share control plane namespace `{namespace}`",
        secondary=(Label(other.name_span, "the other cluster"),),
        help="rename one of them, or give it another `namespace`",
    )


def _report_object(cluster: Summary, owner: Summary, title: str, sink: Sink) -> None:
    is_pool = title.startswith(f"{NODE_POOL} ")
    sink.report(
        codes.DUPLICATE_NAME,
        cluster.name_span,
        f"clusters `{owner.name}` and `{cluster.name}` both make {title}",
        secondary=(Label(owner.name_span, "the other cluster"),),
        help=f"give {'the node pool' if is_pool else 'what it is made from'} another "
        f"{'`name`' if is_pool else 'name'}, or one cluster another `namespace`",
    )


def _report_beginning(cluster: Summary, other: Summary, sink: Sink) -> None:
    sink.report(
        codes.NAME_BEGINS_ANOTHER,
        cluster.name_span,
        f"the name of cluster `{other.name}`, in the same namespace, begins with `{cluster.name}`",
        secondary=(Label(other.name_span, "the other cluster"),),
        help="the vendor's script for a move finds Secrets by that beginning and takes those of "
        "both: name each Secret, or give one cluster another `namespace`",
    )
