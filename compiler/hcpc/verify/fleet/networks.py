"""Pod networks that a site routes are part of its network: no address may be there twice.

Elsewhere all clusters have the same ones, and that hurts nobody: pods leave their cluster under the
addresses of its machines. Machine networks may be shared in any case.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.verify.fleet.summary import Summary


def check(clusters: Iterable[Summary], sink: Sink) -> None:
    """Report pod networks that overlap a network of another cluster on their management cluster."""
    sites: dict[str, list[Summary]] = {}
    for cluster in clusters:
        if cluster.pod_networks:
            sites.setdefault(cluster.management_cluster, []).append(cluster)
    for site in sites.values():
        _check(site, sink)


class _Range(NamedTuple):
    """Addresses of a cluster, as numbers: sorts by where they begin."""

    version: int
    first: int
    last: int
    of_pods: bool
    number: int
    cidr: str
    cluster: Summary


def _check(clusters: list[Summary], sink: Sink) -> None:
    """In the order of first addresses, a range need only be held against those that last longest.

    Each cluster is told of one overlap: the next one shows when that is mended.
    """
    longest: dict[bool, list[_Range]] = {True: [], False: []}
    told: set[int] = set()
    for each in sorted(_ranges(clusters), key=lambda each: each[:5]):
        for kind in (True, False) if each.of_pods else (True,):
            reaching = (one for one in longest[kind] if _reaches(one, each))
            other = next((one for one in reaching if one.cluster is not each.cluster), None)
            if other and max(other.number, each.number) not in told:
                told.add(max(other.number, each.number))
                first, later = (other, each) if other.number < each.number else (each, other)
                _report(first, later, sink)
        longest[each.of_pods] = _longest([*longest[each.of_pods], each])


def _longest(ranges: list[_Range]) -> list[_Range]:
    """The one that lasts longest, and the next one that is another cluster's."""
    ordered = sorted(ranges, key=lambda each: (-each.version, -each.last))
    other = next((each for each in ordered if each.cluster is not ordered[0].cluster), None)
    return [ordered[0], other] if other else ordered[:1]


def _reaches(one: _Range, other: _Range) -> bool:
    return one.version == other.version and one.last >= other.first


def _ranges(clusters: Iterable[Summary]) -> Iterator[_Range]:
    from ipaddress import ip_network  # noqa: PLC0415  # few fleets pay for it

    for number, cluster in enumerate(clusters):
        for of_pods, networks in ((True, cluster.pod_networks), (False, cluster.machine_networks)):
            for cidr in networks:
                with suppress(ValueError):  # told where it stands
                    network = ip_network(cidr, strict=False)
                    first, last = int(network.network_address), int(network.broadcast_address)
                    yield _Range(network.version, first, last, of_pods, number, cidr, cluster)


def _report(first: _Range, later: _Range, sink: Sink) -> None:
    what = {True: "pods", False: "machines"}
    cluster = later.cluster
    sink.report(
        codes.ROUTED_TWICE,
        cluster.name_span,
        f"network `{later.cidr}` of its {what[later.of_pods]} overlaps `{first.cidr}` of the "
        f"{what[first.of_pods]} of cluster `{first.cluster.name}`",
        secondary=(Label(first.cluster.name_span, "the other cluster"),),
        help=f"management cluster `{cluster.management_cluster}` says `routedPodNetworks`: give "
        "each cluster networks of its own",
    )
