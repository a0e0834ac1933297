"""Feature sets that block upgrades are chosen once and for all.

The API refuses another value, but not that the field goes with all around it; the cluster has the
features all the same. Source: OpenShift, the FeatureGate API.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import hosted_clusters, shown

ONE_WAY = ("CustomNoUpgrade", "DevPreviewNoUpgrade", "TechPreviewNoUpgrade")
_OTHER_DISTRIBUTION = "OKD"
PATH = ("spec", "configuration", "featureGate", "featureSet")


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Refuse the way back from such a set."""
    pair = hosted_clusters(before, after)
    was, now = pair.was(PATH), pair.now(PATH)
    if (was in ONE_WAY and now != was) or (was == _OTHER_DISTRIBUTION and not now):
        pair.tell(
            codes.FEATURE_SET_LEFT,
            PATH,
            f"there is no way back from feature set {shown(was)}",
            sink,
            help="put it back; for a cluster without it, make a new one and move the workloads",
        )
