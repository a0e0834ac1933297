"""Node pools that may lose nodes: scaled to 0, or left to an autoscaler that may take some away.

How many nodes an autoscaled pool has now only the cluster knows. Fewer `replicas` than before, but
more than 0, are what somebody asked for in so many words, and told nowhere.
"""

from collections.abc import Iterator
from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Manifest
from hcpc.mapping.table import get
from hcpc.syntax.tree import FieldPath
from hcpc.verify.durations import seconds
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import Pair, node_pools

_REPLICAS, _SCALING = ("spec", "replicas"), ("spec", "autoScaling")
_MIN, _MAX = (*_SCALING, "min"), (*_SCALING, "max")
_TIMEOUTS = {
    "drainTimeout": ("spec", "nodeDrainTimeout"),
    "volumeDetachTimeout": ("spec", "nodeVolumeDetachTimeout"),
}


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Warn about pools without nodes, lower limits of autoscalers, and a lower size with one."""
    for pair in node_pools(before, after):
        was, now = _most(pair.old), _most(pair.new)
        is_scaled, was_scaled = pair.now(_MAX) is not None, pair.was(_MAX) is not None
        name = f"node pool `{pair.new.name}`"
        least = pair.now(_MIN)
        if now < was and now == 0:
            path = _MAX if is_scaled else _REPLICAS
            _report(pair, path, f"{name} is scaled to 0: all of its nodes go", sink)
        elif now < was and (is_scaled or was_scaled):
            path = _MAX if is_scaled else _REPLICAS
            _report(pair, path, f"{name} has at most {now} nodes, after at most {was}", sink)
        elif is_scaled and not was_scaled and isinstance(least, int) and least < was:
            message = f"the autoscaler may take {name} down to {_nodes(least)}, after {was}"
            _report(pair, _MIN, message, sink)


def _most(pool: Manifest) -> int:
    """How many nodes a pool has at most; a size that is no number is told elsewhere."""
    values: list[Any] = [get(pool.body, path) for path in (_MAX, _REPLICAS)]
    return next((value for value in values if isinstance(value, int)), 0)


def _nodes(count: int) -> str:
    return f"{count} node{'' if count == 1 else 's'}"


def _report(pair: Pair, path: FieldPath, message: str, sink: Sink) -> None:
    endless = " and ".join(f"`{name}`" for name in _endless(pair))
    pair.tell(
        codes.POOL_SHRINKS,
        path,
        message,
        sink,
        help="see that the workloads fit elsewhere"
        + (f", and set {endless}, or a node may wait for ever" if endless else ""),
        was=f"{'at most ' if pair.was(_MAX) is not None else ''}{_nodes(_most(pair.old))}",
    )


def _endless(pair: Pair) -> Iterator[str]:
    """What a node waits for without an end: 0 is none."""
    for name, path in _TIMEOUTS.items():
        said = pair.now(path)
        if not isinstance(said, str) or not seconds(said):
            yield name
