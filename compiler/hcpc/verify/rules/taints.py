"""A node has one taint of a key and an effect: with two, it cannot join its cluster.

Source: Kubernetes, validation of Nodes.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import numbered
from hcpc.mapping.table import get
from hcpc.syntax.tree import FieldPath
from hcpc.verify.subject import Subject

_TAINTS: FieldPath = ("spec", "taints")


def check(subject: Subject, sink: Sink) -> None:
    """Refuse the second taint of a key and an effect."""
    for pool in subject.node_pools:
        seen: dict[tuple[str, str], int] = {}
        for place, taint in numbered(get(pool.body, _TAINTS)):
            key, effect = str(taint.get("key")), str(taint.get("effect"))
            first = seen.setdefault((key, effect), place)
            if first != place:
                sink.report(
                    codes.TAINT_TWICE,
                    subject.span(pool, (*_TAINTS, place)),
                    f"taint `{key}` has effect `{effect}` twice",
                    secondary=(Label(subject.span(pool, (*_TAINTS, first)), "the first one"),),
                    help="nodes with both cannot join the cluster: remove one of them",
                )
