"""A forced upgrade is for one release: left behind, its annotation hides what blocks the next one.

Source: HyperShift, hostedcluster controller, `isUpgrading`.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify.release import CONTROL_PLANE_RELEASE, RELEASE
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import hosted_clusters

_FORCED = ("metadata", "annotations", "hypershift.openshift.io/force-upgrade-to")
_IMAGES = (CONTROL_PLANE_RELEASE, RELEASE)


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Warn about the annotation where it was there, with the same releases, already."""
    pair = hosted_clusters(before, after)
    if pair.was(_FORCED) is None or pair.was(_FORCED) != pair.now(_FORCED):
        return
    if all(pair.was(path) == pair.now(path) for path in _IMAGES):
        pair.tell(
            codes.FORCE_LEFT_BEHIND,
            _FORCED,
            "the upgrade was forced at the base already: its annotation is left behind",
            sink,
            help="remove it when the upgrade is completed",
        )
