"""Health of a NodePool: as many nodes as wanted, all of them healthy, none of them to change."""

from typing import NamedTuple

from hcpc.kube.conditions import (
    POOL_AWAITED,
    POOL_BLOCKING,
    POOL_CONFLICTS,
    POOL_FAILED,
    POOL_NEEDED,
    POOL_NEEDED_OF_MACHINES,
    POOL_UPDATES,
    WITHOUT_MACHINES,
)
from hcpc.kube.loose import mapping, number, text
from hcpc.sync.health.verdict import Conditions, Verdict, deletion
from hcpc.sync.records import HealthState, Observed


class Nodes(NamedTuple):
    """How many nodes a pool has, and how many it should: from `least` to `most`."""

    have: int
    least: int
    most: int

    @property
    def are_wanted(self) -> str:
        """How many should be there, in words."""
        return str(self.least) if self.least == self.most else f"{self.least} to {self.most}"


def nodes_of(observed: Observed) -> Nodes | None:
    """The nodes of a NodePool; None on a platform whose machines the user provides."""
    if mapping(observed.spec.get("platform")).get("type") in WITHOUT_MACHINES:
        return None
    have = number(observed.status.get("replicas")) or 0
    scaling = observed.spec.get("autoScaling")
    if scaling is None:
        replicas = number(observed.spec.get("replicas")) or 0
        return Nodes(have, replicas, replicas)
    most = number(mapping(scaling).get("max"))
    least = number(mapping(scaling).get("min")) or 0
    return Nodes(have, least, have if most is None else most)


def node_pool(observed: Observed) -> Verdict:
    """How a NodePool is."""
    conditions = Conditions(observed)
    nodes = nodes_of(observed)
    return (
        deletion(observed)
        or conditions.pause()
        or conditions.blocked(POOL_BLOCKING)
        or conditions.unreported(POOL_NEEDED, observed.created)
        or _failed(conditions)
        or _changing(conditions, nodes)
        or (_troubled(observed, conditions) if nodes and nodes.have else None)
        or _lacking(conditions, POOL_NEEDED)
        or _healthy(observed, conditions, nodes)
    )


def _failed(conditions: Conditions) -> Verdict | None:
    for name in conditions.names():
        if conditions.reason(name) in POOL_FAILED:
            return conditions.verdict(HealthState.DEGRADED, name)
    name = conditions.first_with(POOL_CONFLICTS, "True")
    return conditions.verdict(HealthState.DEGRADED, name) if name else None


def _changing(conditions: Conditions, nodes: Nodes | None) -> Verdict | None:
    """That nodes come, go, or are changed."""
    name = conditions.first_with(POOL_UPDATES, "True")
    if name:
        return conditions.verdict(HealthState.PROGRESSING, name)
    if nodes is None or nodes.least <= nodes.have <= nodes.most:
        return None
    message = f"{nodes.have} nodes are available, wanted are {nodes.are_wanted}"
    waiting = [each for each in POOL_NEEDED_OF_MACHINES if conditions.status(each) == "False"]
    return Verdict(HealthState.PROGRESSING, message, conditions.newest_change(waiting))


def _troubled(observed: Observed, conditions: Conditions) -> Verdict | None:
    """What is wrong with machines that are there, or should be."""
    missing = conditions.unreported(POOL_NEEDED_OF_MACHINES, observed.created)
    if missing is not None:
        return missing
    if conditions.status("AllNodesHealthy") == "False":
        return conditions.verdict(HealthState.DEGRADED, "AllNodesHealthy")
    name = conditions.first_with(POOL_AWAITED, "False")
    if name:
        return conditions.verdict(HealthState.PROGRESSING, name)
    return _lacking(conditions, POOL_NEEDED_OF_MACHINES)


def _lacking(conditions: Conditions, names: tuple[str, ...]) -> Verdict | None:
    name = next((each for each in names if conditions.status(each) != "True"), "")
    return conditions.verdict(HealthState.PROGRESSING, name) if name else None


def _healthy(observed: Observed, conditions: Conditions, nodes: Nodes | None) -> Verdict:
    needed: tuple[str, ...] = POOL_NEEDED
    if nodes is None:
        message = "nodes are not managed"
    elif nodes.have == 0:
        message = "no nodes are wanted"
    else:
        version = text(observed.status.get("version")) or "the release"
        message = f"{nodes.have} nodes run {version}"
        needed = POOL_NEEDED + POOL_NEEDED_OF_MACHINES
    return Verdict(HealthState.HEALTHY, message, conditions.newest_change(needed))
