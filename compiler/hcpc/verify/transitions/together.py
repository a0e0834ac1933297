"""A control plane and its node pools that go to another minor version in one change.

The operator measures pools by the version that the control plane has completed: until then their
`ValidReleaseImage` condition is false. Source: HyperShift, nodepool controller.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify.release import minor
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import hosted_clusters, node_pools
from hcpc.verify.transitions.releases import control_plane, release_change


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Warn once for a cluster, at the release of its control plane."""
    change = control_plane(hosted_clusters(before, after))
    if change is None or minor(change.now) <= minor(change.was):
        return
    pools = (release_change(pair) for pair in node_pools(before, after))
    if any(pool and minor(pool.now) > minor(change.was) for pool in pools):
        change.pair.tell(
            codes.UPGRADED_TOGETHER,
            change.path,
            f"control plane and node pools go from `{change.was}` to `{change.now}` in one change",
            sink,
            help="keep the `release` of the node pools until the control plane has completed its "
            "own: they are refused until then",
            was=f"`{change.was}`",
        )
