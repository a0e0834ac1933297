"""Health of a HostedCluster.

It has no condition `Ready`, and `Available` is True long before the cluster is installed, and all
through an upgrade.
"""

from collections.abc import Mapping
from typing import Any

from hcpc.kube.conditions import (
    BLOCKED,
    CLUSTER_BLOCKING,
    CLUSTER_CHANGING,
    CLUSTER_EXPECTED,
    CLUSTER_NEEDED,
)
from hcpc.kube.loose import mapping, text
from hcpc.sync.health.verdict import Conditions, Verdict, deletion, history
from hcpc.sync.records import HealthState, Observed


def hosted_cluster(observed: Observed) -> Verdict:
    """How a HostedCluster is."""
    conditions = Conditions(observed)
    return (
        deletion(observed)
        or conditions.pause()
        or _blocked(conditions)
        or conditions.unreported(CLUSTER_NEEDED, observed.created)
        or _broken(observed, conditions)
        or _changing(observed, conditions)
        or _unexpected(conditions)
        or _healthy(observed, conditions)
    )


def _blocked(conditions: Conditions) -> Verdict | None:
    blocked = conditions.blocked(CLUSTER_BLOCKING)
    if blocked is not None:
        return blocked
    if conditions.reason("Progressing") != BLOCKED or conditions.is_stale("Progressing"):
        return None
    message = f"blocked: {conditions.message('Progressing')}"
    return Verdict(HealthState.DEGRADED, message, conditions.changed("Progressing"))


def _broken(observed: Observed, conditions: Conditions) -> Verdict | None:
    """That the control plane does not work as it should."""
    if conditions.status("Degraded") == "True":
        return conditions.verdict(HealthState.DEGRADED, "Degraded")
    if conditions.status("Available") == "True":
        return None
    if _is_installed(observed):
        return conditions.verdict(HealthState.DEGRADED, "Available")
    # It is not what became of it, but the whole installation, that takes time.
    message = conditions.told("Available")
    return Verdict(HealthState.PROGRESSING, message, _begun(observed) or observed.created)


def _changing(observed: Observed, conditions: Conditions) -> Verdict | None:
    """That the control plane gets another version."""
    versions = history(observed)
    if not versions:
        message = "the installation has not begun"
        return Verdict(HealthState.PROGRESSING, message, observed.created)
    if versions[0].get("state") != "Completed":
        what = "upgrading to" if _is_installed(observed) else "installing"
        message = f"{what} {text(versions[0].get('version'))}"
        if conditions.status("ClusterVersionSucceeding") == "False":
            message += f"; {conditions.told('ClusterVersionSucceeding')}"
        return Verdict(HealthState.PROGRESSING, message, _begun(observed))
    desired = mapping(mapping(observed.status.get("version")).get("desired"))
    if desired.get("image") != control_plane_release(observed.spec):
        return Verdict(HealthState.PROGRESSING, "the upgrade has not begun")
    name = conditions.first_with(CLUSTER_CHANGING, "True")
    return conditions.verdict(HealthState.PROGRESSING, name) if name else None


def control_plane_release(spec: Mapping[str, Any]) -> str | None:
    """The release image that a HostedCluster asks for; None when it names none."""
    own = spec.get("controlPlaneRelease")
    image = mapping(spec.get("release") if own is None else own).get("image")
    return image if isinstance(image, str) else None


def _unexpected(conditions: Conditions) -> Verdict | None:
    name = conditions.first_with(CLUSTER_EXPECTED, "False")
    if name:
        return conditions.verdict(HealthState.DEGRADED, name)
    for needed, wanted in CLUSTER_NEEDED.items():
        if conditions.status(needed) != wanted:
            return conditions.verdict(HealthState.PROGRESSING, needed)
    if conditions.status("ReconciliationSucceeded") == "False":
        return conditions.verdict(HealthState.PROGRESSING, "ReconciliationSucceeded")
    return None


def _healthy(observed: Observed, conditions: Conditions) -> Verdict:
    message = f"running {text(history(observed)[0].get('version'))}"
    return Verdict(HealthState.HEALTHY, message, conditions.newest_change(CLUSTER_NEEDED))


def _is_installed(observed: Observed) -> bool:
    return any(each.get("state") == "Completed" for each in history(observed))


def _begun(observed: Observed) -> str:
    """When the newest version was begun with."""
    return next((text(each.get("startedTime")) for each in history(observed)), "")
