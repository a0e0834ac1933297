"""Pools that pick hosts, and another pool of the cluster that may take these away.

A pool takes every free host that has the labels it asks for. Two that ask for the same share their
hosts on purpose; one that asks for less than another takes what that one waits for.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Manifest
from hcpc.syntax.tree import key_span
from hcpc.verify.fleet.facts import picks
from hcpc.verify.fleet.hosts import takes_from
from hcpc.verify.subject import Subject


def check(subject: Subject, sink: Sink) -> None:
    """Warn of each pool that takes hosts of another."""
    pools = {pool.source[1]: pool for pool in subject.node_pools}
    taken = picks(subject)
    for name, _, arch, asked in taken:
        for other, _, other_arch, other_asked in taken:
            if takes_from(frozenset(asked), arch, frozenset(other_asked), other_arch):
                _report(subject, pools[name], pools[other], sink)
                break


def _report(subject: Subject, pool: Manifest, other: Manifest, sink: Sink) -> None:
    tree = subject.cluster.tree
    sink.report(
        codes.CONTESTED_HOSTS,
        key_span(tree, pool.source),
        f"node pool `{pool.source[1]}` also takes hosts that `{other.source[1]}` picks",
        secondary=(Label(key_span(tree, other.source), "the pool that picks"),),
        help=f"give `{pool.source[1]}` a selector that leaves them out",
    )
