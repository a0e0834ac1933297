"""Checks across clusters. They see a `Summary` of each, which is remembered between runs."""

from collections.abc import Iterable

from hcpc.diagnostics.sink import Sink
from hcpc.verify.fleet import claims, facts, hosts, names, networks
from hcpc.verify.fleet.summary import Summary

__all__ = ["Summary", "check_fleet", "facts"]


def check_fleet(clusters: Iterable[Summary], sink: Sink) -> None:
    """Report what clusters cannot have, or be, at the same time."""
    ordered = sorted(clusters, key=lambda cluster: cluster.name_span.order)
    sound = names.check(ordered, sink)
    claims.check(sound, sink)
    hosts.check(sound, sink)
    networks.check(sound, sink)
