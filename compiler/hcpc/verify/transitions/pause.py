"""A pause that ends: all that changed in the meantime is done at once.

Source: HyperShift, `pausedUntil` of HostedCluster and NodePool.
"""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import hosted_clusters, node_pools, shown

_PATH = ("spec", "pausedUntil")


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Warn about clusters and node pools that are paused no longer."""
    for pair in (hosted_clusters(before, after), *node_pools(before, after)):
        was = pair.was(_PATH)
        if _is_paused(was) and not _is_paused(pair.now(_PATH)):
            pair.tell(
                codes.PAUSE_ENDS,
                _PATH,
                f"the pause of {pair.new.kind} `{pair.new.name}` ends: it was {shown(was)}",
                sink,
                help="see what changed since it began: all of it is done at once",
            )


def _is_paused(value: Any) -> bool:
    return value is not None and str(value).lower() != "false"
