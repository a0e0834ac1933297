"""Tombstones against the whole fleet: what they name is gone, from where they say.

A tombstone of what the fleet still has would make git say two things at once. Those that stand let
hosted clusters and node pools leave.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL, object_title
from hcpc.resolve.document import Document
from hcpc.resolve.scope import Environment, sees
from hcpc.resolve.tombstones import Buried, Tombstone
from hcpc.source.text import Span
from hcpc.verify.fleet import Summary

_Key: TypeAlias = tuple[str, str, str]
"""A management cluster, the hosted cluster inside which an object lies, and the object's title."""


def check_tombstones(
    tombstones: Sequence[Tombstone],
    environment: Environment,
    clusters: Sequence[Summary],
    sink: Sink,
) -> None:
    """Report tombstones of what is still there, of what is nowhere, and of what has one already.

    Of the objects that belong to no hosted cluster none is of a kind that a tombstone can name.
    """
    if not tombstones:
        return
    concerned = {each.buried.management_cluster for each in tombstones}
    there = dict(_there(each for each in clusters if each.management_cluster in concerned))
    first: dict[Buried, Tombstone] = {}
    for each in tombstones:
        if _is_in_reach(each, environment, sink):
            _check_inside(each, clusters, sink)
        other = first.setdefault(each.buried, each)
        if other is not each:
            _report_twice(each, other, sink)
        elif _key(each.buried) in there:
            _report_alive(each, there[_key(each.buried)], sink)


def let_go(
    findings: Sequence[Diagnostic], tombstones: Iterable[Tombstone], clusters: Iterable[Summary]
) -> Sequence[Diagnostic]:
    """Findings, of which those about node pools that leave are mere notes where a tombstone stands.

    What is remembered of a cluster does not depend on tombstones: they are heeded afterwards.
    """
    pools = {each.buried: each for each in tombstones if each.buried.kind == NODE_POOL}
    if not pools or all(each.code != codes.POOL_REMOVED.id for each in findings):
        return findings
    homes = {each.name: each.management_cluster for each in clusters}
    return [_let_pool_go(each, pools, homes) for each in findings]


def lets_go(tombstone: Tombstone) -> Label:
    """What shows that something leaves on purpose."""
    return Label(tombstone.place, "this lets it go")


def _let_pool_go(
    found: Diagnostic, pools: Mapping[Buried, Tombstone], homes: Mapping[str, str]
) -> Diagnostic:
    if found.code != codes.POOL_REMOVED.id:
        return found
    kind, namespace, name = found.subjects[0].split("/")[:3]
    stones = [
        pools.get(Buried(homes.get(cluster, ""), "", kind, namespace, name))
        for cluster in found.clusters
    ]
    known = [each for each in stones if each]
    if not known or len(known) < len(stones):
        return found
    return found._replace(
        severity=Severity.INFO, secondary=(*found.secondary, lets_go(known[0])), notes=(), help=""
    )


def _there(clusters: Iterable[Summary]) -> Iterator[tuple[_Key, Span]]:
    """What the fleet has, each with the name of the cluster that it is of."""
    for cluster in clusters:
        where, namespace, span = cluster.management_cluster, cluster.namespace, cluster.name_span
        yield (where, "", object_title(HOSTED_CLUSTER, cluster.name, namespace)), span
        pools = [object_title(NODE_POOL, pool, namespace) for pool in cluster.node_pools]
        for title in (*pools, *cluster.objects):
            yield (where, "", title), span
        for title in cluster.guest_objects:
            yield (where, cluster.name, title), span


def _key(buried: Buried) -> _Key:
    return buried.management_cluster, buried.inside, _title(buried)


def _title(buried: Buried) -> str:
    return object_title(buried.kind, buried.name, buried.namespace)


def _is_in_reach(each: Tombstone, environment: Environment, sink: Sink) -> bool:
    """Whether its management cluster is one that a document in its directory may speak of."""
    name, here = each.buried.management_cluster, each.document.directory
    owners = {each.name: each for each in environment.documents if each.kind == "ManagementCluster"}
    owner = owners.get(name)
    if owner is None:
        if not any(name in file.text for file in environment.unread):
            _report_unknown(each, owners, sink)
        return False
    if not (sees(here, owner.directory) or sees(owner.directory, here)):
        _report_elsewhere(each, owner, sink)
        return False
    return True


def _check_inside(each: Tombstone, clusters: Iterable[Summary], sink: Sink) -> None:
    """An object inside a hosted cluster can be deleted as long as there is one."""
    inside, where = each.buried.inside, each.buried.management_cluster
    if not inside:
        return
    beside = {c.name for c in clusters if c.management_cluster in {where, ""}}
    if inside not in beside:
        label = did_you_mean(inside, beside)
        sink.report(
            codes.TOMBSTONE_ASTRAY,
            each.span("object", "inside"),
            f"there is no hosted cluster `{inside}` on `{where}`",
            label=label,
            help="" if label else "with a hosted cluster goes all that is inside it",
            subjects=(inside,),
        )


def _report_alive(each: Tombstone, place: Span, sink: Sink) -> None:
    management_cluster, inside, kind, *_ = each.buried
    where = f"inside `{inside}`" if inside else f"on `{management_cluster}`"
    label = "it is here" if kind == HOSTED_CLUSTER else "this cluster has it"
    sink.report(
        codes.TOMBSTONE_OF_LIVING,
        each.place,
        f"{_title(each.buried)} is still in the fleet, {where}",
        secondary=(Label(place, label),),
        help="remove its spec if it shall go, or the tombstone if it shall stay",
    )


def _report_unknown(each: Tombstone, names: Iterable[str], sink: Sink) -> None:
    name = each.buried.management_cluster
    label = did_you_mean(name, names)
    hint = "a management cluster stays in the fleet until nothing is left on it to delete"
    sink.report(
        codes.TOMBSTONE_ASTRAY,
        each.span("managementCluster"),
        f"there is no management cluster `{name}`",
        label=label,
        help="" if label else hint,
        subjects=(name,),
    )


def _report_elsewhere(each: Tombstone, owner: Document, sink: Sink) -> None:
    sink.report(
        codes.TOMBSTONE_ASTRAY,
        each.span("managementCluster"),
        f"management cluster `{owner.name}` is out of this document's reach",
        label="it owns another directory",
        secondary=(Label(owner.name_span, "it is here"),),
        help=f"move the tombstone to `{owner.directory or '.'}`, or to a directory above it",
    )


def _report_twice(each: Tombstone, other: Tombstone, sink: Sink) -> None:
    sink.report(
        codes.TOMBSTONE_TWICE,
        each.place,
        f"{_title(each.buried)} has a tombstone already",
        secondary=(Label(other.place, "the first one"),),
        help="keep one of them",
    )
