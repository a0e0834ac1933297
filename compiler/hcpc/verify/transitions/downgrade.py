"""No way back to an older minor version: etcd and the nodes know only forward.

The operator refuses it in the `ValidReleaseImage` condition, long after the merge, unless its
checks are switched off. Source: HyperShift, support/supportedversion, `IsValidReleaseVersion`.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify.release import minor
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import hosted_clusters, node_pools
from hcpc.verify.transitions.releases import control_plane, is_unchecked, release_change


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Refuse releases of an older minor version, of the control plane and of node pools."""
    if is_unchecked(after):
        return
    pools = (release_change(pair) for pair in node_pools(before, after))
    for change in (control_plane(hosted_clusters(before, after)), *pools):
        if change and minor(change.now) < minor(change.was):
            change.pair.tell(
                codes.RELEASE_DOWNGRADE,
                change.path,
                f"`{change.now}` is an older minor version than `{change.was}`",
                sink,
                help="put it back; to run an older version, restore a backup of its time into a "
                "new control plane",
                was=f"`{change.was}`",
            )
