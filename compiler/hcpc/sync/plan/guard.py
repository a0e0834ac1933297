"""What may be deleted: what is ours, what git no longer wants, and what nothing speaks against.

Decides and explains; deletes nothing. Whatever is not sure to be right is left where it is.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL
from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.plan.left_alone import rest_of
from hcpc.sync.plan.matter import Matter
from hcpc.sync.records import (
    Action,
    Cause,
    Limits,
    Observed,
    Owned,
    Tombstone,
    Verb,
    Wave,
)

_RBAC = "rbac.authorization.k8s.io"
EXPENDABLE = frozenset(
    {
        ("", "ConfigMap"),
        ("", "ServiceAccount"),
        ("external-secrets.io", "ExternalSecret"),
        ("monitoring.coreos.com", "PodMonitor"),
        ("monitoring.coreos.com", "PrometheusRule"),
        ("monitoring.coreos.com", "ServiceMonitor"),
        ("networking.k8s.io", "NetworkPolicy"),
        ("operators.coreos.com", "OperatorGroup"),
        ("operators.coreos.com", "Subscription"),
        (_RBAC, "ClusterRole"),
        (_RBAC, "ClusterRoleBinding"),
        (_RBAC, "Role"),
        (_RBAC, "RoleBinding"),
        ("velero.io", "Schedule"),
    }
)
"""Groups and kinds that go when they are gone from git: nothing goes with them that git has not."""
IRREPLACEABLE = frozenset(
    {
        ("hypershift.openshift.io", HOSTED_CLUSTER),
        ("hypershift.openshift.io", NODE_POOL),
        ("", "Namespace"),
        ("project.openshift.io", "Project"),
        ("", "Secret"),
        ("", "PersistentVolume"),
        ("", "PersistentVolumeClaim"),
        ("apiextensions.k8s.io", "CustomResourceDefinition"),
    }
)
"""Groups and kinds that go only with a tombstone of their own.

All other kinds may also go with the hosted cluster that they belong to.
"""
KEPT = {
    "argocd.argoproj.io/sync-options": ("Prune=false", "Prune=confirm"),
    "kustomize.toolkit.fluxcd.io/prune": ("disabled",),
    "client.lifecycle.config.k8s.io/deletion": ("detach",),
    "hcpc.dev/prune": ("disabled",),
}
"""Annotations, with their values, of objects that are never deleted."""
FEW = 10
"""As many may go whatever share of the inventory they are: a hosted cluster has about that many."""
REMOVING = frozenset({Verb.PRUNE, Verb.RELEASE})
"""What ends that an object is ours, in the cluster too."""


def removals(matter: Matter, stopped: str) -> tuple[list[Action], str]:
    """What becomes of each object that we own and that git no longer wants, waves downwards.

    `stopped` says why nothing may be deleted. The second of the two says so too, also when it only
    turns out here.
    """
    gone = [owned for ref, owned in matter.inventory.items() if ref not in matter.wanted]
    gone.sort(key=lambda owned: (-owned.wave, owned.ref))
    judge = judge_of(matter)
    actions = [judge(owned) for owned in gone]
    doomed = [each for each in actions if each.verb in REMOVING]
    if not doomed:
        return actions, ""
    cause = Cause.EMPTY_TREE if not matter.wanted else Cause.NO_PRUNE
    stopped = stopped or ("" if matter.limits.prune else "pruning is switched off")
    if not stopped:
        cause = Cause.BUDGET
        stopped = over_budget(len(doomed), len(matter.inventory), matter.limits)
    if stopped:
        return [held_back(each, cause, stopped) for each in actions], stopped
    return actions, ""


def over_budget(count: int, owned: int, limits: Limits) -> str:
    """Why so many of so many owned objects may not be deleted at once; empty when they may."""
    share = owned * limits.prune_percent // 100
    most = min(limits.prune_count, max(share, FEW if limits.prune_percent else 0))
    if count <= most:
        return ""
    return (
        f"{count} objects would be deleted, and one sync may delete {most} "
        f"({limits.prune_count}, or {limits.prune_percent} % of the "
        f"{owned} it owns): nothing is deleted"
    )


def held_back(action: Action, cause: Cause, reason: str) -> Action:
    """The same action, unless it deletes: then it is skipped."""
    if action.verb not in REMOVING:
        return action
    return action._replace(verb=Verb.SKIP, cause=cause, reason=reason)


def judge_of(matter: Matter) -> Callable[[Owned], Action]:
    """What becomes of one object that git no longer wants, whatever becomes of others."""
    heirs = _heirs(matter)
    return lambda owned: _decide(owned, matter, heirs)


def _decide(owned: Owned, matter: Matter, heirs: Mapping[str, str]) -> Action:
    """What becomes of one object that git no longer wants."""
    unread = matter.live.unread.get(f"{owned.ref.group}/{owned.ref.kind}")
    observed = matter.live.objects.get(owned.ref)
    action = Action(Verb.PRUNE, owned.ref, "git no longer wants it", owned=owned, observed=observed)
    if unread and _is_gone_with_its_kind(owned.ref, matter):
        reason = "git lets it go, and the cluster no longer serves its kind"
        return action._replace(verb=Verb.FORGET, cause=Cause.GONE, reason=reason)
    if unread:
        return action._replace(verb=Verb.SKIP, cause=Cause.UNREAD, reason=unread)
    if observed is None:
        return action._replace(verb=Verb.FORGET, cause=Cause.GONE, reason="it is gone")
    foreign = _foreign(owned, observed, heirs)
    if foreign:
        return action._replace(verb=Verb.FORGET, cause=Cause.NOT_OURS, reason=foreign)
    if observed.deleting:
        return action._replace(verb=Verb.WAIT, cause=Cause.DELETING, reason=being_deleted(observed))
    for objection in _objections(owned, observed, matter):
        return action._replace(verb=objection.verb, cause=objection.cause, reason=objection.reason)
    if owned.adopted and not _is_named(owned, observed, matter):
        reason = "git no longer wants it; others made it, so only what is ours of it goes"
        return action._replace(verb=Verb.RELEASE, reason=reason)
    stone = tombstone_of(owned.ref, _cluster_of(observed), matter.tree.data.tombstones)
    if stone is not None:
        leave = f"{stone.owner}: {stone.reason}" if stone.owner else stone.reason
        return action._replace(reason=f"git no longer wants it, and lets it go ({leave})")
    return action


def _is_gone_with_its_kind(ref: ObjectRef, matter: Matter) -> bool:
    """Whether an object need not be known any more whose kind the cluster does not serve.

    Its definition may be back in a moment. So somebody has to say that the object may go, and of
    hosted clusters and node pools nobody can.
    """
    kind = f"{ref.group}/{ref.kind}"
    if kind not in matter.live.not_served or ref.kind in {HOSTED_CLUSTER, NODE_POOL}:
        return False
    return has_tombstone(ref, "", matter.tree.data.tombstones)


def _foreign(owned: Owned, observed: Observed, heirs: Mapping[str, str]) -> str:
    """Why an object is nothing to us any more; empty when it is ours."""
    if (owned.uid and owned.uid != observed.uid) or not (owned.uid or observed.fields):
        return "another object has its name, which is not ours"
    if owned.adopted and not observed.fields:
        return "others made it, and nothing of it is ours any more"
    return heirs.get(observed.uid, "")


def _is_named(owned: Owned, observed: Observed, matter: Matter) -> bool:
    return has_tombstone(owned.ref, _cluster_of(observed), matter.tree.data.tombstones)


def _heirs(matter: Matter) -> dict[str, str]:
    """Objects, by uid, that somebody wants by another name, and who.

    Some kinds are served by two groups, so one object has two names.
    """
    found = {uid: f"the inventory of {name} has it now" for uid, name in matter.elsewhere.items()}
    for each in matter.tree.objects:
        there = matter.live.objects.get(each.ref)
        if there is not None:
            found[there.uid] = f"git wants it as {each.ref} of {each.api_version}"
    return found


def being_deleted(observed: Observed) -> str:
    """What an object that is being deleted waits for."""
    waits = ", ".join(observed.finalizers)
    return f"being deleted; waits for {waits}" if waits else "being deleted"


class _Objection(NamedTuple):
    cause: Cause
    reason: str
    verb: Verb = Verb.SKIP


def _objections(owned: Owned, observed: Observed, matter: Matter) -> Iterator[_Objection]:
    """What speaks against deleting an object, the weightiest first."""
    kept = kept_by(observed)
    if kept:
        yield _Objection(Cause.NO_PRUNE, kept)
    rest = matter.resting.get(owned.cluster) if owned.cluster else None
    rest = rest or rest_of(observed, None, matter.now)
    if rest is not None:
        yield _Objection(rest.cause, rest.reason)
    if not observed.fields:
        yield _Objection(Cause.NOT_OURS, "nothing of it is ours any more")
    if not _may_go(owned, observed, matter.tree.data.tombstones):
        yield _Objection(
            Cause.NO_TOMBSTONE, f"a {owned.ref.kind} goes only when a tombstone in git names it"
        )
    match owned.ref.kind:
        case "HostedCluster":
            yield from _pools_in_the_way(owned.ref, matter)
        case "Namespace":
            yield from _still_in(owned.ref.name, matter)
        case _ if owned.wave <= Wave.CONFIG:
            yield from _users(owned.ref, matter)


def kept_by(observed: Observed) -> str:
    """Which annotation keeps an object from ever being deleted; empty when none does."""
    for name, values in KEPT.items():
        told = {value.strip() for value in observed.annotations.get(name, "").split(",")}
        for value in values:
            if value in told:
                return f"annotation {name} is {value}"
    return ""


def _may_go(owned: Owned, observed: Observed, tombstones: Iterable[Tombstone]) -> bool:
    """Whether git being without an object is leave enough to delete it, or there is leave."""
    kind = (owned.ref.group, owned.ref.kind)
    if kind in EXPENDABLE or has_tombstone(owned.ref, _cluster_of(observed), tombstones):
        return True
    return kind not in IRREPLACEABLE and any(
        (each.ref.kind, each.ref.name) == (HOSTED_CLUSTER, owned.cluster) for each in tombstones
    )


def has_tombstone(ref: ObjectRef, cluster: str, tombstones: Iterable[Tombstone]) -> bool:
    """Whether git lets an object go."""
    return tombstone_of(ref, cluster, tombstones) is not None


def tombstone_of(ref: ObjectRef, cluster: str, tombstones: Iterable[Tombstone]) -> Tombstone | None:
    """The one that lets an object go; `cluster` is that which a NodePool says it is of.

    One tombstone may stand for every node pool of a hosted cluster, which it names instead.
    """
    for each in tombstones:
        named = ref._replace(name="") if each.cluster else ref
        if each.ref == named and each.cluster in {"", cluster}:
            return each
    return None


def _cluster_of(observed: Observed) -> str:
    return str(observed.spec.get("clusterName") or "")


def _pools_in_the_way(ref: ObjectRef, matter: Matter) -> Iterator[_Objection]:
    """The node pools that would go with a hosted cluster, and may not."""
    for pool in matter.live.pools:
        if pool.ref.namespace != ref.namespace or _cluster_of(pool) != ref.name:
            continue
        if pool.ref in matter.wanted:
            yield _Objection(Cause.IN_USE, f"git still wants {pool.ref} of it")
        elif pool.ref not in matter.inventory:
            yield _Objection(Cause.IN_USE, f"{pool.ref} of it is not ours, and would go with it")
        elif not has_tombstone(pool.ref, ref.name, matter.tree.data.tombstones):
            reason = f"{pool.ref} of it has no tombstone, and would go with it"
            yield _Objection(Cause.IN_USE, reason)


def _still_in(namespace: str, matter: Matter) -> Iterator[_Objection]:
    """What is in a namespace, and would go with it."""
    for each in matter.tree.objects:
        if each.ref.namespace == namespace:
            yield _Objection(Cause.IN_USE, f"git still wants {each.ref} in it")
    for known in (*matter.live.control_planes.values(), *matter.live.pools):
        if known.ref.namespace == namespace and known.ref not in matter.inventory:
            yield _Objection(Cause.IN_USE, f"{known.ref} in it is not ours, and would go with it")
    for ref in matter.inventory:
        if ref.namespace == namespace and ref in matter.live.objects:
            yield _Objection(Cause.IN_USE, f"{ref} has to go first", Verb.WAIT)


def _users(ref: ObjectRef, matter: Matter) -> Iterator[_Objection]:
    """The hosted clusters and node pools that refer to an object, as the cluster has them."""
    for user in (*matter.live.control_planes.values(), *matter.live.pools):
        if user.ref.namespace == ref.namespace and ref.name in set(_names_in(user.spec)):
            yield _Objection(Cause.IN_USE, f"{user.ref} still refers to it", Verb.WAIT)


def _names_in(value: Any) -> Iterator[str]:
    """Whatever is called `name` somewhere below."""
    match value:
        case Mapping():
            for key, each in value.items():
                if key == "name" and isinstance(each, str):
                    yield each
                else:
                    yield from _names_in(each)
        case list() | tuple():
            for each in value:
                yield from _names_in(each)
        case _:
            pass
