"""CEL expressions for Flux: when a HostedCluster or NodePool is in progress, failed, or current.

Flux asks them in this order, and takes what none is true of for in progress. An expression that
fails, as where there is no `status` yet, counts as in progress too.
"""

from collections.abc import Iterable
from typing import Any

from hcpc.kube.conditions import (
    BAD_PAUSE,
    BLOCKED,
    CLUSTER_BLOCKING,
    CLUSTER_CHANGING,
    CLUSTER_EXPECTED,
    CLUSTER_NEEDED,
    POOL_AWAITED,
    POOL_BLOCKING,
    POOL_CONFLICTS,
    POOL_FAILED,
    POOL_NEEDED,
    POOL_NEEDED_OF_MACHINES,
    POOL_UPDATES,
    WITHOUT_MACHINES,
)
from hcpc.kube.manifest import HOSTED_CLUSTER, HYPERSHIFT, NODE_POOL

_CONDITIONS = "status.conditions.exists"
_TRUE, _FALSE = "c.status == 'True'", "c.status == 'False'"
_IS_FRESH = (
    "(!has(c.observedGeneration) || c.observedGeneration == 0"
    " || c.observedGeneration >= metadata.generation)"
)
# The user provides the machines of some platforms; of these the operator reports none.
_NO_MACHINES = f"spec.platform.type in {list(WITHOUT_MACHINES)}"
# Left alone on purpose, or on its way out: no reason to say that it failed.
_RESTING = (
    "has(metadata.deletionTimestamp)"
    "\n|| has(spec.pausedUntil) && spec.pausedUntil in ['true', 'True']"
    f"\n|| {_CONDITIONS}(c, c.type == 'ReconciliationActive' && c.status == 'False'"
    f" && !(has(c.reason) && c.reason == '{BAD_PAUSE}'))\n"
)
_BAD_PAUSE = (
    f"{_CONDITIONS}(c, c.type == 'ReconciliationActive' && c.status == 'False'"
    f" && has(c.reason) && c.reason == '{BAD_PAUSE}')"
)


def custom_health_checks() -> list[dict[str, Any]]:
    """What `healthCheckExprs` of a Flux Kustomization holds, for both kinds."""
    kinds = {HOSTED_CLUSTER: _hosted_cluster(), NODE_POOL: _node_pool()}
    return [
        {"apiVersion": HYPERSHIFT, "kind": kind, "inProgress": _RESTING, **expressions}
        for kind, expressions in kinds.items()
    ]


def _hosted_cluster() -> dict[str, str]:
    fresh = _each(CLUSTER_NEEDED, _IS_FRESH)
    good = [name for name, wanted in CLUSTER_NEEDED.items() if wanted == "True"]
    bad = [name for name, wanted in CLUSTER_NEEDED.items() if wanted == "False"]
    history = "has(status.version) && has(status.version.history)"
    installed = f"{history} && status.version.history.exists(h, h.state == 'Completed')"
    settled = (
        f"{history} && size(status.version.history) > 0"
        "\n&& status.version.history[0].state == 'Completed'"
        "\n&& status.version.desired.image == (has(spec.controlPlaneRelease)"
        " ? spec.controlPlaneRelease.image : spec.release.image)"
        f"\n&& !{_some(CLUSTER_CHANGING, 'True')}"
    )
    unexpected = _some(CLUSTER_EXPECTED, "False")
    broken = f"!{_some(('Available',), 'True')}\n|| {settled}\n&& {unexpected}"
    return {
        "failed": f"{_BAD_PAUSE}\n|| {_some(CLUSTER_BLOCKING, 'False', f' && {_IS_FRESH}')}"
        f"\n|| {_with_reason(BLOCKED, f' && {_IS_FRESH}')}"
        f"\n|| {fresh}\n&& ({_some(('Degraded',), 'True')}\n|| {installed}\n&& ({broken}))\n",
        "current": f"{fresh}\n&& {_each(good, _TRUE)}"
        f"\n&& {_each(bad, _FALSE)}\n&& {settled}\n&& !{unexpected}"
        f"\n&& !{_some(('ReconciliationSucceeded',), 'False')}\n",
    }


def _node_pool() -> dict[str, str]:
    fresh = _each(POOL_NEEDED, _IS_FRESH)
    failing = "\n|| ".join((*map(_with_reason, POOL_FAILED), _some(POOL_CONFLICTS, "True")))
    have = _given("status.replicas", "0")
    replicas = _given("spec.replicas", "0")
    least = f"(has(spec.autoScaling) ? {_given('spec.autoScaling.min', '0')} : {replicas})"
    most = f"(has(spec.autoScaling) ? {_given('spec.autoScaling.max', have)} : {replicas})"
    settled = (
        f"!{_some(POOL_UPDATES, 'True')}"
        f"\n&& ({_NO_MACHINES}\n|| {have} >= {least}\n&& {have} <= {most})"
    )
    empty = f"{_NO_MACHINES} || {have} == 0"
    seen = _each(POOL_NEEDED_OF_MACHINES, _IS_FRESH)
    well = f"{_each(POOL_NEEDED_OF_MACHINES, _TRUE)}\n&& !{_some(POOL_AWAITED, 'False')}"
    return {
        "failed": f"{_BAD_PAUSE}\n|| {_some(POOL_BLOCKING, 'False', f' && {_IS_FRESH}')}"
        f"\n|| {fresh}\n&& ({failing}\n|| {settled}\n&& !({empty})\n&& {seen}"
        f"\n&& {_some(('AllNodesHealthy',), 'False')})\n",
        "current": f"{fresh}\n&& {_each(POOL_NEEDED, _TRUE)}\n&& !({failing})\n&& {settled}"
        f"\n&& ({empty}\n|| {seen}\n&& {well})\n",
    }


def _some(names: Iterable[str], status: str, further: str = "") -> str:
    """Whether one of these conditions has a status."""
    return f"{_CONDITIONS}(c, c.type in {_listed(names)} && c.status == '{status}'{further})"


def _with_reason(reason: str, further: str = "") -> str:
    """Whether a condition gives this reason."""
    return f"{_CONDITIONS}(c, has(c.reason) && c.reason == '{reason}'{further})"


def _each(names: Iterable[str], test: str) -> str:
    """Whether each of these conditions is there and passes a test."""
    return f"{_listed(names)}.all(name, {_CONDITIONS}(c, c.type == name && {test}))"


def _listed(names: Iterable[str]) -> str:
    return "[" + ", ".join(f"'{name}'" for name in names) + "]"


def _given(field: str, otherwise: str) -> str:
    return f"(has({field}) ? {field} : {otherwise})"
