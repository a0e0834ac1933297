"""What is to be done: a pure function of what git wants, the inventory knows and the cluster has.

Nothing here reads or writes anything. Whether an object that may differ does differ is for the API
server to say, when the plan is carried out.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL
from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.plan.control_plane import hosted_cluster_of, waits_for_control_plane
from hcpc.sync.plan.guard import Matter, being_deleted, removals
from hcpc.sync.plan.left_alone import Rest, rest_of, resting_clusters
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
    decide = decider(tree, inventory, live, limits, now)
    objects = sorted(tree.objects, key=lambda each: (each.wave, each.ref))
    actions = [decide(each) for each in objects]
    stopped = inventory_fault
    if not (tree.objects or tree.data.tombstones):
        stopped = stopped or "git wants no object at all, which is taken for a mistake"
    resting = resting_clusters(tree.objects, inventory, live, now)
    matter = Matter(tree, inventory, live, limits, now, resting, elsewhere)
    removed, stopped = removals(matter, stopped)
    return Plan((*actions, *removed), stopped)


def decider(
    tree: RenderedTree, inventory: Inventory, live: Live, limits: Limits, now: datetime
) -> Callable[[Desired], Action]:
    """What is done with one object that git wants, whatever is done with others."""
    resting = resting_clusters(tree.objects, inventory, live, now)
    wanted = {each.ref: each for each in tree.objects}
    return _Applier(tree, inventory, live, limits, now, resting, wanted).decide


class _Applier(NamedTuple):
    """What bears on whether an object is applied."""

    tree: RenderedTree
    inventory: Inventory
    live: Live
    limits: Limits
    now: datetime
    resting: Mapping[str, Rest]
    wanted: Mapping[ObjectRef, Desired]

    def decide(self, desired: Desired) -> Action:
        """What is done with an object that git wants."""
        observed = self.live.objects.get(desired.ref)
        owned = self.inventory.get(desired.ref)
        force = self.limits.force_conflicts or _asks_for_force(desired)
        action = Action(
            Verb.UNCHANGED,
            desired.ref,
            desired=desired,
            observed=observed,
            owned=owned,
            force=force,
        )
        return self._left_out(action, desired, observed) or self._judged(action, desired)

    def _left_out(
        self, action: Action, desired: Desired, observed: Observed | None
    ) -> Action | None:
        """For an object that is not touched."""
        unread = self.live.unread.get(f"{desired.ref.group}/{desired.ref.kind}")
        if unread:
            return action._replace(verb=Verb.SKIP, cause=Cause.UNREAD, reason=unread)
        if self._is_for_the_hub(desired):
            return action._replace(verb=Verb.SKIP, cause=Cause.HUB, reason=FOR_THE_HUB)
        rest = self.resting.get(desired.cluster) if desired.cluster else None
        rest = rest or rest_of(observed, desired, self.now)
        if rest is not None:
            return action._replace(verb=Verb.SKIP, cause=rest.cause, reason=rest.reason)
        if observed is not None and observed.deleting:
            reason = f"{being_deleted(observed)}; made anew when it is gone"
            return action._replace(verb=Verb.WAIT, cause=Cause.DELETING, reason=reason)
        return None

    def _is_for_the_hub(self, desired: Desired) -> bool:
        """Of what a hub delivers, where this cluster is none and never was."""
        owned = self.inventory.get(desired.ref)
        kind = f"{desired.ref.group}/{desired.ref.kind}"
        return is_delivery(desired.path) and kind in self.live.not_served and not _was_here(owned)

    def _judged(self, action: Action, desired: Desired) -> Action:
        """For an object that may be touched."""
        action = _compared(action, desired)
        if action.verb is Verb.CREATE:
            lost = self._lost_cluster(action)
            if lost:
                return action._replace(verb=Verb.SKIP, cause=Cause.GONE, reason=lost)
        if action.verb is Verb.UNCHANGED or desired.ref.kind != NODE_POOL:
            return action
        waits = waits_for_control_plane(desired, self.tree, self.live, self.wanted)
        if waits:
            return action._replace(verb=Verb.WAIT, cause=Cause.CONTROL_PLANE, reason=waits)
        return action

    def _lost_cluster(self, action: Action) -> str:
        """Of a HostedCluster that has run and that somebody else deleted, or a pool of one."""
        desired = action.desired
        assert desired is not None
        ref = hosted_cluster_of(desired) if desired.ref.kind == NODE_POOL else desired.ref
        owned = self.inventory.get(ref)
        name = f"{ref.namespace}/{ref.name}"
        ran = owned is None and name in self.limits.ran
        if ref.kind != HOSTED_CLUSTER or not (ran or _was_here(owned)):
            return ""
        if ref in self.live.objects or name in self.limits.recreate:
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
