"""Rounds for tests of what is told of them."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.records import (
    Action,
    Cause,
    Conflict,
    Desired,
    Difference,
    Health,
    HealthState,
    Observed,
    Outcome,
    Plan,
    Result,
    Round,
    Verb,
    Wave,
)

COMMIT = "0123456789abcdef0123456789abcdef01234567"
START = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
HYPERSHIFT = "hypershift.openshift.io"
CLUSTER = ObjectRef(HYPERSHIFT, "HostedCluster", "clusters", "demo")
POOL = ObjectRef(HYPERSHIFT, "NodePool", "clusters", "demo-workers")
SECRET = ObjectRef("", "Secret", "clusters", "pull")
CONFIG = ObjectRef("", "ConfigMap", "clusters", "config")
REPLICAS = Difference(("spec", "replicas"), "3", "2", "kubectl-scale")


def desired(ref: ObjectRef, cluster: str = "demo") -> Desired:
    """An object that git wants."""
    version = f"{ref.group}/v1beta1" if ref.group else "v1"
    return Desired(ref, version, {}, "digest", Wave.REST, cluster, f"clusters/{cluster}/x.yaml")


def observed(ref: ObjectRef, differences: tuple[Difference, ...] = ()) -> Observed:
    """An object that is there."""
    return Observed(ref, "v1", "uid", "7", differences=differences)


def outcome(ref: ObjectRef, result: Result, **more: Any) -> Outcome:
    """What came of an object that git wants, unless an `action` says more."""
    action = more.pop("action", Action(Verb.UNCHANGED, ref, desired=desired(ref)))
    return Outcome(action, result, **more)


CREATED = outcome(CONFIG, Result.CREATED)
CONFIGURED = outcome(POOL, Result.CONFIGURED, differences=(REPLICAS,), drift=True)
UNCHANGED = outcome(SECRET, Result.UNCHANGED)
WAITING = outcome(
    POOL,
    Result.WAITING,
    action=Action(
        Verb.WAIT, POOL, "the control plane runs 4.17.1", Cause.CONTROL_PLANE, desired(POOL)
    ),
)
PAUSED = outcome(
    CLUSTER,
    Result.SKIPPED,
    action=Action(
        Verb.SKIP, CLUSTER, "paused by somebody", Cause.PAUSED, desired(CLUSTER), observed(CLUSTER)
    ),
)
WORK = ObjectRef("work.open-cluster-management.io", "ManifestWork", "demo", "demo-guest")
LEFT_TO_HUB = outcome(
    WORK,
    Result.SKIPPED,
    action=Action(Verb.SKIP, WORK, "left to the hub", Cause.HUB, desired(WORK)),
)
CONFLICT = outcome(
    CLUSTER,
    Result.CONFLICT,
    message="other managers own fields",
    conflicts=(Conflict("argocd", ".spec.release.image"),),
)
FAILED = outcome(CONFIG, Result.FAILED, message="the API server refuses it: too long")
ORPHAN = outcome(
    SECRET,
    Result.SKIPPED,
    action=Action(
        Verb.SKIP, SECRET, "no tombstone names it", Cause.NO_TOMBSTONE, observed=observed(SECRET)
    ),
)
HEALTHY = Health(HealthState.HEALTHY, "all is well")
STUCK = Health(HealthState.PROGRESSING, "waits for nodes", "2026-06-15T09:00:00Z", stuck=True)


def round_of(
    *outcomes: Outcome,
    health: Mapping[ObjectRef, Health] = MappingProxyType({CLUSTER: HEALTHY}),
    prune_stopped: str = "",
    **more: Any,
) -> Round:
    """A round of twelve seconds and 34 requests."""
    facts = {"commit": COMMIT, "calls": {"list": 30, "apply": 4}, **more}
    return Round(
        "mgmt-1",
        START,
        START + timedelta(seconds=12),
        plan=Plan(tuple(each.action for each in outcomes), prune_stopped),
        outcomes=outcomes,
        health=health,
        **facts,
    )
