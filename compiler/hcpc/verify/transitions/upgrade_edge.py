"""Upgrades that nobody has tested: the release catalog knows no edge between the two.

The operator does not ask the upgrade graph. A release without `upgradesFrom` says nothing about it.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import listed
from hcpc.verify.release import minor, precedence
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import hosted_clusters
from hcpc.verify.transitions.releases import ReleaseChange, control_plane


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Warn about a control plane that goes where no edge leads."""
    change = control_plane(hosted_clusters(before, after))
    if change is None or minor(change.now) < minor(change.was):
        return
    release = after.cluster.scope.releases.get(change.now)
    edges = release.upgrades_from if release else None
    if edges is not None and change.was not in edges:
        assert release is not None
        known = (
            f"it can be reached from {listed(edges)}" if edges else "it can be reached from none"
        )
        change.pair.tell(
            codes.NO_UPGRADE_EDGE,
            change.path,
            f"the catalog knows no upgrade from `{change.was}` to `{change.now}`",
            sink,
            help="go there over a release that has an edge, or add the edge to the catalog",
            was=f"`{change.was}`",
            secondary=(Label(release.span, known),),
        )
    elif edges is None and _is_older(change):
        change.pair.tell(
            codes.NO_UPGRADE_EDGE,
            change.path,
            f"`{change.now}` is older than `{change.was}`, and no upgrade leads back",
            sink,
            help="put it back, or go forward to a release without what went wrong",
            was=f"`{change.was}`",
        )


def _is_older(change: ReleaseChange) -> bool:
    return precedence(change.now) < precedence(change.was)
