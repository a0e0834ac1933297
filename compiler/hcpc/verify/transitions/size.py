"""Node pools that may lose nodes: scaled to 0, or with a lower limit than before.

How many nodes a pool has now only the cluster knows.
"""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Manifest
from hcpc.mapping.table import get
from hcpc.syntax.tree import FieldPath
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import Pair, node_pools

_DRAIN = ("spec", "nodeDrainTimeout")
_NO_DRAIN = ", and set `drainTimeout`, or a node may wait for ever"
_REPLICAS, _MAX = ("spec", "replicas"), ("spec", "autoScaling", "max")


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Warn about pools without nodes, and about autoscalers whose new limit is lower."""
    for pair in node_pools(before, after):
        was, now = _most(pair.old), _most(pair.new)
        scaled = pair.now(_MAX) is not None or pair.was(_MAX) is not None
        if now < was and (now == 0 or scaled):
            _report(pair, was, now, sink)


def _most(pool: Manifest) -> int:
    """How many nodes a pool has at most; a size that is no number is told elsewhere."""
    values: list[Any] = [get(pool.body, path) for path in (_MAX, _REPLICAS)]
    return next((value for value in values if isinstance(value, int)), 0)


def _report(pair: Pair, was: int, now: int, sink: Sink) -> None:
    path: FieldPath = _MAX if pair.now(_MAX) is not None else _REPLICAS
    message = f"node pool `{pair.new.name}` has at most {now} nodes, after at most {was}"
    if now == 0:
        message = f"node pool `{pair.new.name}` is scaled to 0: all of its nodes go"
    pair.tell(
        codes.POOL_SHRINKS,
        path,
        message,
        sink,
        help="see that the workloads fit elsewhere" + ("" if pair.now(_DRAIN) else _NO_DRAIN),
        was=f"at most {was} nodes",
    )
