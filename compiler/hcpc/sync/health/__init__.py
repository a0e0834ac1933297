"""How an object is, by what the cluster says of it: the same judgement as that of `emit`'s checks.

HostedClusters and NodePools have files of their own; anything else is healthy when it is there,
unless it says otherwise.
"""

from collections.abc import Callable
from datetime import datetime

from hcpc.kube.manifest import HOSTED_CLUSTER, HYPERSHIFT, NODE_POOL
from hcpc.kube.object_ref import group_of
from hcpc.sync.health.hosted_cluster import hosted_cluster
from hcpc.sync.health.node_pool import node_pool
from hcpc.sync.health.other import other
from hcpc.sync.health.verdict import Verdict, seconds_between
from hcpc.sync.records import Health, HealthState, Limits, Observed

_GROUP = group_of(HYPERSHIFT)
_KINDS: dict[tuple[str, str], Callable[[Observed], Verdict]] = {
    (_GROUP, HOSTED_CLUSTER): hosted_cluster,
    (_GROUP, NODE_POOL): node_pool,
}


def health_of(observed: Observed, now: datetime, limits: Limits) -> Health:
    """How an object is, and whether it has been on its way for too long."""
    judge = _KINDS.get((observed.ref.group, observed.ref.kind), other)
    state, message, since = judge(observed)
    return Health(state, message, since, is_stuck(state, since, now, limits))


def is_stuck(state: HealthState, since: str, now: datetime, limits: Limits) -> bool:
    """Whether what is on its way since then should have arrived; not known counts as no."""
    taken = seconds_between(since, now)
    return state == HealthState.PROGRESSING and taken is not None and taken > limits.stuck_after
