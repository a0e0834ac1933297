"""What a sync must not touch just now: paused, under backup or restore, or asked to be ignored."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from hcpc.kube.manifest import HOSTED_CLUSTER, HYPERSHIFT
from hcpc.kube.object_ref import ObjectRef, group_of
from hcpc.sync.records import Cause, Desired, Inventory, Live, Observed

IGNORED = (
    ("hcpc.dev/reconcile", "disabled"),
    ("kustomize.toolkit.fluxcd.io/reconcile", "disabled"),
)
"""Annotations, with their values, of objects that are left alone."""
PAUSED_BY_BACKUP = "oadp.openshift.io/paused-by"
_GROUP = group_of(HYPERSHIFT)
_NEVER, _EVER = {"false", "False"}, {"true", "True"}


class Rest(NamedTuple):
    """Why an object is left alone."""

    cause: Cause
    reason: str


def resting_clusters(
    desired: tuple[Desired, ...], inventory: Inventory, live: Live, now: datetime
) -> Mapping[str, Rest]:
    """The hosted clusters to leave alone with all that belongs to them, by name."""
    wanted = {each.ref: each for each in desired if each.ref.kind == HOSTED_CLUSTER}
    # A directory may have been renamed: what was applied from the old one belongs to it as well.
    owners = [(ref, each.cluster) for ref, each in wanted.items()]
    owners += [(ref, each.cluster) for ref, each in inventory.items() if ref.kind == HOSTED_CLUSTER]
    found: dict[str, Rest] = {}
    for ref, cluster in owners:
        rest = _rest_of_cluster(ref, wanted.get(ref), live, now)
        if rest is not None:
            found[cluster] = rest
    return found


def _rest_of_cluster(
    ref: ObjectRef, desired: Desired | None, live: Live, now: datetime
) -> Rest | None:
    # Restored clusters are brought back one by one; git has to wait even where none is there yet.
    busy = live.busy.get(f"{ref.namespace}/{ref.name}")
    if busy:
        return Rest(Cause.BUSY, busy)
    observed = live.objects.get(ref)
    return rest_of(observed, desired, now)


def rest_of(observed: Observed | None, desired: Desired | None, now: datetime) -> Rest | None:
    """Why this very object is left alone; None when it is not."""
    annotations: dict[str, str] = {}
    if desired is not None:
        annotations |= desired.body.get("metadata", {}).get("annotations") or {}
    if observed is not None:
        annotations |= observed.annotations
    for name, value in IGNORED:
        if annotations.get(name) == value:
            return Rest(Cause.IGNORED, f"annotation {name} is {value}")
    if PAUSED_BY_BACKUP in annotations:
        who = annotations[PAUSED_BY_BACKUP]
        return Rest(Cause.BUSY, f"paused for a backup by {who or 'OADP'}")
    if observed is not None and observed.ref.group == _GROUP:
        return _pause(observed, desired, now)
    return None


def _pause(observed: Observed, desired: Desired | None, now: datetime) -> Rest | None:
    """A pause that git does not ask for and that we did not leave behind."""
    until = str(observed.spec.get("pausedUntil") or "")
    if not _is_in_force(until, now) or not observed.paused_by:
        return None
    if desired is not None and desired.body.get("spec", {}).get("pausedUntil") == until:
        return None
    how_long = "" if until in _EVER else f" until {until}"
    return Rest(Cause.PAUSED, f"paused{how_long} by {observed.paused_by}, not by git")


def _is_in_force(until: str, now: datetime) -> bool:
    """Whether `pausedUntil` pauses now; what cannot be read was meant to."""
    if not until or until in _NEVER:
        return False
    if until in _EVER:
        return True
    try:
        end = datetime.fromisoformat(until)
    except ValueError:
        return True
    return (end if end.tzinfo else end.replace(tzinfo=UTC)) > now
