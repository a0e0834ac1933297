"""What is to be done: a pure function of what git wants, the inventory knows and the cluster has.

Nothing here reads or writes anything. Whether an object that may differ does differ is for the API
server to say, when the plan is carried out.
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL
from hcpc.sync.plan.control_plane import hosted_cluster_of, waits_for_control_plane
from hcpc.sync.plan.guard import being_deleted, removals
from hcpc.sync.plan.left_alone import rest_of
from hcpc.sync.plan.matter import Matter, matter_of
from hcpc.sync.records import (
    Action,
    Cause,
    Desired,
    Inventory,
    Limits,
    Live,
    Observed,
    Owned,
    Plan,
    RenderedTree,
    Verb,
)
from hcpc.sync.tree.tree import is_delivery

FOR_THE_HUB = "left to the hub, as this cluster does not know the kind"
FORCE = ("hcpc.dev/force-conflicts", "true")
"""The annotation of an object whose fields are taken from other managers."""


def make_plan(
    tree: RenderedTree,
    inventory: Inventory,
    live: Live,
    limits: Limits,
    now: datetime,
    *,
    inventory_fault: str = "",
    elsewhere: Mapping[str, str] = MappingProxyType({}),
) -> Plan:
    """What a sync does, in order. The same input gives the same plan.

    `inventory_fault` says why a part of the inventory cannot be read: then nothing is deleted.
    Nor is anything when git wants nothing at all, and has no tombstone. `elsewhere` says of uids
    which other inventory has them too.
    """
    matter = matter_of(tree, inventory, live, limits, now, elsewhere)
    objects = sorted(tree.objects, key=lambda each: (each.wave, each.ref))
    actions = [decide(each, matter) for each in objects]
    stopped = inventory_fault
    if not (tree.objects or tree.data.tombstones):
        stopped = stopped or "git wants no object at all, which is taken for a mistake"
    removed, stopped = removals(matter, stopped)
    return Plan((*actions, *removed), stopped)


def decide(desired: Desired, matter: Matter) -> Action:
    """What is done with one object that git wants, whatever is done with others."""
    observed = matter.live.objects.get(desired.ref)
    owned = matter.inventory.get(desired.ref)
    force = matter.limits.force_conflicts or _asks_for_force(desired)
    action = Action(
        Verb.UNCHANGED,
        desired.ref,
        desired=desired,
        observed=observed,
        owned=owned,
        force=force,
    )
    left_out = _left_out(action, desired, observed, matter)
    return left_out or _judged(action, desired, matter)


def _left_out(
    action: Action, desired: Desired, observed: Observed | None, matter: Matter
) -> Action | None:
    """For an object that is not touched."""
    unread = matter.live.unread.get(f"{desired.ref.group}/{desired.ref.kind}")
    if unread:
        return action._replace(verb=Verb.SKIP, cause=Cause.UNREAD, reason=unread)
    if _is_for_the_hub(desired, matter):
        return action._replace(verb=Verb.SKIP, cause=Cause.HUB, reason=FOR_THE_HUB)
    rest = matter.resting.get(desired.cluster) if desired.cluster else None
    rest = rest or rest_of(observed, desired, matter.now)
    if rest is not None:
        return action._replace(verb=Verb.SKIP, cause=rest.cause, reason=rest.reason)
    if observed is not None and observed.deleting:
        reason = f"{being_deleted(observed)}; made anew when it is gone"
        return action._replace(verb=Verb.WAIT, cause=Cause.DELETING, reason=reason)
    return None


def _is_for_the_hub(desired: Desired, matter: Matter) -> bool:
    """Of what a hub delivers, where this cluster is none and never was."""
    owned = matter.inventory.get(desired.ref)
    kind = f"{desired.ref.group}/{desired.ref.kind}"
    return is_delivery(desired.path) and kind in matter.live.not_served and not _was_here(owned)


def _judged(action: Action, desired: Desired, matter: Matter) -> Action:
    """For an object that may be touched."""
    action = _compared(action, desired)
    if action.verb is Verb.CREATE:
        lost = _lost_cluster(action, matter)
        if lost:
            return action._replace(verb=Verb.SKIP, cause=Cause.GONE, reason=lost)
    if action.verb is Verb.UNCHANGED or desired.ref.kind != NODE_POOL:
        return action
    waits = waits_for_control_plane(desired, matter.tree, matter.live, matter.wanted)
    if waits:
        return action._replace(verb=Verb.WAIT, cause=Cause.CONTROL_PLANE, reason=waits)
    return action


def _lost_cluster(action: Action, matter: Matter) -> str:
    """Of a HostedCluster that has run and that somebody else deleted, or a pool of one."""
    desired = action.desired
    assert desired is not None
    ref = hosted_cluster_of(desired) if desired.ref.kind == NODE_POOL else desired.ref
    owned = matter.inventory.get(ref)
    name = f"{ref.namespace}/{ref.name}"
    # An intent that came to nothing knows no more of it than no entry does.
    is_unknown = owned is None or not (owned.uid or owned.digest)
    ran = is_unknown and name in matter.limits.ran
    if ref.kind != HOSTED_CLUSTER or not (ran or _was_here(owned)):
        return ""
    if ref in matter.live.objects or name in matter.limits.recreate:
        return ""
    if ran:
        return (
            f"{ref} has run before, as the status branch knows, and is no longer there; a new "
            f"one would start with an empty etcd: restore it, or let it be made anew with "
            f"`--recreate {name}`"
        )
    return (
        f"{ref} was deleted, and not by this sync; a new one would start with an empty etcd: "
        f"restore it, or let it be made anew with `--recreate {name}`"
    )


def _compared(action: Action, desired: Desired) -> Action:
    """What git wants, beside what is there."""
    observed, owned = action.observed, action.owned
    if observed is None:
        reason = "somebody deleted it" if _was_here(owned) else ""
        return action._replace(verb=Verb.CREATE, reason=reason)
    if not _is_ours(owned, observed):
        reason = "another object has its name now" if owned is not None and owned.uid else ""
        return action._replace(verb=Verb.ADOPT, reason=reason)
    assert owned is not None
    if owned.uid and owned.digest == desired.digest:
        if owned.fields == observed.fields and not observed.differences:
            return action
        return action._replace(verb=Verb.CONFIGURE, reason="somebody changed it")
    return action._replace(verb=Verb.CONFIGURE, reason="git changed it" if owned.uid else "")


def _was_here(owned: Owned | None) -> bool:
    """Whether we have applied it, and have not set out to delete it.

    One that we are about to make anew has no uid, but the digest of what was there.
    """
    return owned is not None and bool(owned.uid or owned.digest) and not owned.doomed


def _is_ours(owned: Owned | None, observed: Observed) -> bool:
    """Whether the very object that is there is one that we applied."""
    if owned is None:
        return False
    # Without a uid it was about to be created when a sync ended too early.
    return owned.uid == observed.uid if owned.uid else bool(observed.fields)


def _asks_for_force(desired: Desired) -> bool:
    annotations = desired.body.get("metadata", {}).get("annotations") or {}
    return bool(annotations.get(FORCE[0]) == FORCE[1])
