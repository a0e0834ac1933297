"""A new restart date restarts every component of the control plane.

Source: HyperShift, annotation `restart-date`.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import hosted_clusters, shown

_PATH = ("metadata", "annotations", "hypershift.openshift.io/restart-date")


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Warn about a restart."""
    pair = hosted_clusters(before, after)
    now = pair.now(_PATH)
    if now is not None and now != pair.was(_PATH):
        pair.tell(
            codes.CONTROL_PLANE_RESTARTS,
            _PATH,
            f"the control plane restarts: the restart date becomes {shown(now)}",
            sink,
            help="choose a time for it; with one replica the API is away for a while",
        )
