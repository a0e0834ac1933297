"""Pools of several clusters that pick hosts in one namespace; see `rules/contested_hosts.py`."""

from collections.abc import Iterable
from typing import NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.verify.fleet.summary import Summary


class Taker(NamedTuple):
    """A pool of a cluster, and what it asks of hosts."""

    cluster: Summary
    pool: str
    arch: str
    asked: frozenset[str]


def takes_from(asked: frozenset[str], arch: str, others: frozenset[str], other_arch: str) -> bool:
    """Whether a pool may take all hosts that another one picks.

    Two pools that pick alike share their hosts on purpose, if these can serve both; if not, it is
    told of one of them.
    """
    return asked < others or (asked == others and arch > other_arch)


def check(clusters: Iterable[Summary], sink: Sink) -> None:
    """Warn of a pool that takes hosts which another cluster picks, once for each such pool."""
    groups: dict[tuple[str, str], list[Taker]] = {}
    for cluster in clusters:
        for pool, namespace, arch, asked in cluster.picks:
            group = groups.setdefault((cluster.management_cluster, namespace), [])
            group.append(Taker(cluster, pool, arch, frozenset(asked)))
    for group in groups.values():
        if group[0].cluster is not group[-1].cluster:
            _check(group, sink)


def _check(takers: list[Taker], sink: Sink) -> None:
    alike: dict[tuple[frozenset[str], str], list[Taker]] = {}
    by_label: dict[str, list[tuple[frozenset[str], str]]] = {}
    for taker in takers:
        alike.setdefault((taker.asked, taker.arch), []).append(taker)
    for kind in alike:
        for label in kind[0]:
            by_label.setdefault(label, []).append(kind)
    for (asked, arch), group in alike.items():
        near = min((by_label[label] for label in asked), key=len) if asked else list(alike)
        picky = [each for kind in near if takes_from(asked, arch, *kind) for each in alike[kind]]
        for taker in group if picky else ():
            other = next((each for each in picky if each.cluster is not taker.cluster), None)
            if other:
                _report(taker, other, sink)


def _report(taker: Taker, other: Taker, sink: Sink) -> None:
    sink.report(
        codes.CONTESTED_HOSTS,
        taker.cluster.name_span,
        f"node pool `{taker.pool}` also takes hosts that `{other.pool}` of cluster "
        f"`{other.cluster.name}` picks",
        secondary=(Label(other.cluster.name_span, "the other cluster"),),
        help=f"give `{taker.pool}` a selector that leaves them out, or its cluster a namespace of "
        "its own",
    )
