"""One minor version at a time: no upgrade of OpenShift leaves one out.

The operator does not mind, the cluster's own operators do. Source: OpenShift, update paths.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify.release import minor
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import hosted_clusters
from hcpc.verify.transitions.releases import control_plane


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Warn about a control plane that leaves out a minor version."""
    change = control_plane(hosted_clusters(before, after))
    if change is None:
        return
    (old_major, old), (new_major, new) = minor(change.was), minor(change.now)
    if old_major == new_major and new - old > 1:
        left_out = ", ".join(f"{old_major}.{number}" for number in range(old + 1, new))
        change.pair.tell(
            codes.MINOR_LEFT_OUT,
            change.path,
            f"from `{change.was}` to `{change.now}` leaves out {left_out}",
            sink,
            help=f"go to {old_major}.{old + 1} first, and on when its upgrade is completed",
            was=f"`{change.was}`",
        )
