"""Health of any other object: healthy when it is there, unless it says otherwise itself."""

from hcpc.kube.loose import text
from hcpc.sync.health.verdict import BEING_DELETED, Conditions, Verdict, deletion
from hcpc.sync.records import HealthState, Observed

_TELLING = ("Ready", "Available")
"""Conditions by which many kinds say that they are what they should be."""


def other(observed: Observed) -> Verdict:
    """How an object is that is neither a HostedCluster nor a NodePool."""
    gone = deletion(observed)
    if gone is not None:
        return gone
    if observed.ref.kind == "Namespace" and text(observed.status.get("phase")) == "Terminating":
        return Verdict(HealthState.PROGRESSING, BEING_DELETED)
    conditions = Conditions(observed)
    for name in _TELLING:
        if name not in conditions:
            continue
        if conditions.is_stale(name):
            return Verdict(HealthState.PROGRESSING, f"condition {name} is about an older spec")
        if conditions.status(name) != "True":  # that it never will be is for a deadline to say
            return conditions.verdict(HealthState.PROGRESSING, name)
    return Verdict(HealthState.HEALTHY, "it is there", conditions.newest_change(_TELLING))
