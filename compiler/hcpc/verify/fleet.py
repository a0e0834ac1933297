"""Checks across clusters: names that two of them cannot share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import NODE_POOL, control_plane_namespace, object_title
from hcpc.source.text import Span


@dataclass(frozen=True, slots=True)
class Summary:
    """What the rest of the fleet needs to know of a cluster.

    Of a cluster with faults only the name is known; the other fields are empty then. `overlays`
    are the ids of the overlays' steps that were for it, `node_configs` those of the NodeConfigs
    that it uses, and `objects` the titles of what is beside its HostedCluster and NodePools.
    """

    name: str
    name_span: Span
    management_cluster: str = ""
    namespace: str = ""
    platform: str = ""
    release: str = ""
    node_pools: tuple[str, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)
    overlays: tuple[str, ...] = ()
    node_configs: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()


def check_fleet(clusters: Iterable[Summary], sink: Sink) -> None:
    """Report clusters of one name, and objects or control planes in one place."""
    ordered = sorted(clusters, key=lambda cluster: cluster.name_span.order)
    names: dict[str, Summary] = {}
    namespaces: dict[tuple[str, str], Summary] = {}
    objects: dict[tuple[str, str], Summary] = {}
    ids: dict[tuple[str, str], Summary] = {}
    for cluster in ordered:
        first = names.setdefault(cluster.name, cluster)
        if first is not cluster:
            _report_name(cluster, first, sink)
            continue
        if not cluster.management_cluster:
            continue
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
