"""Node pools that leave their cluster, or get another name: their nodes go, with all on them."""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.syntax.tree import key_span
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import subject_of


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Warn about each pool that is no longer there."""
    names = {each.name for each in after.node_pools}
    old_names = {each.name for each in before.node_pools}
    gone = [each for each in before.node_pools if each.name not in names]
    new = [each for each in after.node_pools if each.name not in old_names]
    for pool in gone:
        renamed = len(gone) == len(new) == 1
        notes = (f"`{new[0].name}` is another node pool, with nodes of its own",) if renamed else ()
        path = new[0].source if renamed else ("nodePools",)
        sink.report(
            codes.POOL_REMOVED,
            key_span(after.cluster.tree, path),
            f"node pool `{pool.name}` leaves the cluster, and its nodes with it",
            secondary=(Label(key_span(before.cluster.tree, pool.source), "at the base: here"),),
            notes=notes,
            help="put its name back"
            if renamed
            else "bring it back, or scale it to 0 first and let the workloads move",
            subjects=(subject_of(pool, ()),),
        )
