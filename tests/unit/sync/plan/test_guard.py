"""What is ours, no longer wanted, and spoken against by nothing may go; all else stays."""

from typing import Any

import pytest
from tests.sync_records import (
    HYPERSHIFT,
    NOW,
    config_map,
    desired,
    hosted_cluster,
    inventory,
    live,
    namespace,
    node_pool,
    observed,
    owned,
    tombstones,
    tree,
)

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.plan.plan import make_plan
from hcpc.sync.records import (
    Action,
    Cause,
    Desired,
    Limits,
    Observed,
    Owned,
    Plan,
    SyncData,
    Tombstone,
    Verb,
)

KEPT = config_map("kept", cluster="")
LIMITS = Limits()


def removals(
    *gone: Owned,
    there: tuple[Observed, ...] = (),
    wanted: tuple[Desired, ...] = (KEPT,),
    limits: Limits = LIMITS,
    data: SyncData | None = None,
    **other: Any,
) -> Plan:
    seen = live(*there, *map(observed, wanted), **other.pop("of_live", {}))
    known = inventory(*gone, *map(owned, wanted))
    made = make_plan(tree(*wanted, data=data), known, seen, limits, NOW, **other)
    refs = {each.ref for each in gone}
    return made._replace(actions=tuple(each for each in made.actions if each.ref in refs))


def removal(gone: Desired, **other: Any) -> Action:
    of_object = other.pop("of_object", {})
    made = removals(owned(gone), there=(observed(gone, **of_object),), **other)
    return made.actions[0]


def named(ref: ObjectRef) -> SyncData:
    return tombstones(ref)


def test_a_config_map_goes_by_itself() -> None:
    assert removal(config_map()).verb is Verb.PRUNE


SECRET = desired(
    {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s", "namespace": "clusters"}}, ""
)
CLAIM = desired(
    {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": "clusters"},
    },
    "",
)
PROTECTED = [hosted_cluster(), node_pool(), namespace("old"), SECRET, CLAIM]


@pytest.mark.parametrize("gone", PROTECTED, ids=lambda gone: str(gone.ref.kind))
def test_protected_kinds_need_a_tombstone(gone: Desired) -> None:
    without = removal(gone)
    assert (without.verb, without.cause) == (Verb.SKIP, Cause.NO_TOMBSTONE)
    another = gone.ref._replace(name="another")
    assert removal(gone, data=named(another)).cause is Cause.NO_TOMBSTONE
    assert removal(gone, data=named(gone.ref)).verb is Verb.PRUNE


def test_a_tombstone_names_the_namespace_too() -> None:
    gone = hosted_cluster()
    elsewhere = gone.ref._replace(namespace="elsewhere")
    assert removal(gone, data=named(elsewhere)).cause is Cause.NO_TOMBSTONE


@pytest.mark.parametrize(("cluster", "verb"), [("one", Verb.PRUNE), ("two", Verb.SKIP)])
def test_a_tombstone_may_be_that_of_all_node_pools_of_a_cluster(cluster: str, verb: Verb) -> None:
    every = ObjectRef(HYPERSHIFT, "NodePool", "clusters", "")
    data = SyncData(tombstones=(Tombstone(every, "moved", cluster=cluster),))
    assert removal(node_pool(), data=data).verb is verb


def test_what_is_gone_is_forgotten() -> None:
    (action,) = removals(owned(config_map())).actions
    assert (action.verb, action.cause) == (Verb.FORGET, Cause.GONE)


@pytest.mark.parametrize(
    "known", [{"uid": "of one that is gone"}, {"uid": "", "fields": "", "digest": ""}]
)
def test_an_object_of_somebody_else_with_the_same_name_stays(known: dict[str, str]) -> None:
    gone = config_map()
    there = observed(gone, fields="")
    (action,) = removals(owned(gone, **known), there=(there,)).actions
    assert (action.verb, action.cause) == (Verb.FORGET, Cause.NOT_OURS)


def test_what_was_made_by_a_sync_that_was_killed_is_ours() -> None:
    gone = config_map()
    (action,) = removals(owned(gone, uid="", fields=""), there=(observed(gone),)).actions
    assert action.verb is Verb.PRUNE


def test_what_is_being_deleted_is_waited_for() -> None:
    action = removal(config_map(), of_object={"deleting": "now", "finalizers": ("a", "b")})
    assert (action.verb, action.reason) == (Verb.WAIT, "being deleted; waits for a, b")


@pytest.mark.parametrize(
    "annotation",
    [
        ("argocd.argoproj.io/sync-options", "Prune=false"),
        ("argocd.argoproj.io/sync-options", "Validate=true, Prune=confirm"),
        ("kustomize.toolkit.fluxcd.io/prune", "disabled"),
        ("client.lifecycle.config.k8s.io/deletion", "detach"),
        ("hcpc.dev/prune", "disabled"),
    ],
)
def test_annotations_keep_an_object(annotation: tuple[str, str]) -> None:
    action = removal(config_map(), of_object={"annotations": dict([annotation])})
    assert (action.verb, action.cause) == (Verb.SKIP, Cause.NO_PRUNE)


def test_nothing_goes_when_pruning_is_switched_off() -> None:
    action = removal(config_map(), limits=Limits(prune=False))
    assert (action.verb, action.cause) == (Verb.SKIP, Cause.NO_PRUNE)


def test_nothing_goes_when_a_part_of_the_inventory_cannot_be_read() -> None:
    made = removals(
        owned(config_map()), there=(observed(config_map()),), inventory_fault="shard 3 is cut off"
    )
    assert made.actions[0].verb is Verb.SKIP
    assert made.prune_stopped == "shard 3 is cut off"


def test_nothing_goes_when_git_wants_nothing() -> None:
    gone = config_map()
    made = removals(owned(gone), there=(observed(gone),), wanted=())
    assert made.actions[0].cause is Cause.EMPTY_TREE
    assert "git wants no object at all" in made.prune_stopped


def test_the_last_cluster_may_go_with_a_tombstone() -> None:
    gone = hosted_cluster()
    assert removal(gone, wanted=(), data=named(gone.ref)).verb is Verb.PRUNE


def test_of_a_kind_that_is_not_served_nothing_is_forgotten_without_a_word_of_git() -> None:
    gone = thing("example.com/v1", "Policy")
    away = {"unread": {"example.com/Policy": "no"}, "not_served": frozenset({"example.com/Policy"})}
    kept = removals(owned(gone), of_live=away).actions[0]
    assert (kept.verb, kept.cause) == (Verb.SKIP, Cause.UNREAD)
    assert removals(owned(gone), of_live=away, data=named(gone.ref)).actions[0].verb is Verb.FORGET
    unread = {"unread": away["unread"]}
    named_only = removals(owned(gone), of_live=unread, data=named(gone.ref)).actions[0]
    assert named_only.verb is Verb.SKIP


def test_a_hosted_cluster_is_never_forgotten_for_want_of_its_kind() -> None:
    gone = hosted_cluster()
    kind = f"{HYPERSHIFT}/HostedCluster"
    away = {"unread": {kind: "no"}, "not_served": frozenset({kind})}
    kept = removals(owned(gone), of_live=away, data=named(gone.ref)).actions[0]
    assert (kept.verb, kept.cause) == (Verb.SKIP, Cause.UNREAD)


def many(count: int) -> list[Desired]:
    return [config_map(f"old-{number}", cluster="") for number in range(count)]


@pytest.mark.parametrize(
    ("count", "kept", "limits", "goes"),
    [
        (30, 1000, Limits(), True),
        (31, 1000, Limits(), False),
        (10, 0, Limits(), True),
        (11, 0, Limits(), False),
        (11, 60, Limits(), True),
        (3, 100, Limits(prune_count=2), False),
        (1, 100, Limits(prune_percent=0), False),
        (1, 100, Limits(prune_count=0), False),
    ],
)
def test_a_budget_stops_a_mass_delete(count: int, kept: int, limits: Limits, goes: bool) -> None:  # noqa: FBT001  # what is expected
    gone = many(count)
    wanted = (KEPT, *(config_map(f"new-{number}", cluster="") for number in range(kept)))
    made = removals(
        *map(owned, gone), there=tuple(map(observed, gone)), wanted=wanted, limits=limits
    )
    assert {each.verb for each in made.actions} == {Verb.PRUNE if goes else Verb.SKIP}
    assert bool(made.prune_stopped) is not goes
    if not goes:
        assert {each.cause for each in made.actions} == {Cause.BUDGET}
        assert f"{count} objects would be deleted" in made.prune_stopped


def test_a_hosted_cluster_with_a_wanted_node_pool_stays() -> None:
    gone, pool = hosted_cluster(), node_pool()
    action = removal(gone, wanted=(pool,), data=named(gone.ref))
    assert (action.cause, action.reason) == (
        Cause.IN_USE,
        "git still wants NodePool clusters/one-workers of it",
    )


def test_a_hosted_cluster_with_a_node_pool_of_somebody_else_stays() -> None:
    gone, pool = hosted_cluster(), node_pool("theirs")
    action = removal(gone, data=named(gone.ref), of_live={"pools": (observed(pool),)})
    assert (action.verb, action.cause) == (Verb.SKIP, Cause.IN_USE)
    assert "NodePool clusters/theirs of it is not ours" in action.reason


def test_a_hosted_cluster_stays_while_a_node_pool_of_it_has_no_tombstone() -> None:
    gone, pool = hosted_cluster(), node_pool()
    made = removals(
        owned(gone),
        owned(pool),
        there=(observed(gone), observed(pool)),
        data=named(gone.ref),
    )
    assert {each.ref.kind: each.cause for each in made.actions} == {
        "NodePool": Cause.NO_TOMBSTONE,
        "HostedCluster": Cause.IN_USE,
    }


def test_a_namespace_goes_last() -> None:
    gone, inside = namespace(), config_map()
    data = named(gone.ref)
    kept = KEPT._replace(ref=KEPT.ref._replace(namespace="elsewhere"))
    made = removals(
        owned(inside),
        owned(gone),
        there=(observed(inside), observed(gone)),
        wanted=(kept,),
        data=data,
    )
    assert [(each.ref.kind, each.verb) for each in made.actions] == [
        ("ConfigMap", Verb.PRUNE),
        ("Namespace", Verb.WAIT),
    ]


def test_a_namespace_with_a_hosted_cluster_of_somebody_else_stays() -> None:
    gone = namespace()
    theirs = observed(hosted_cluster("theirs"))
    kept = KEPT._replace(ref=KEPT.ref._replace(namespace="elsewhere"))
    action = removal(
        gone,
        wanted=(kept,),
        data=named(gone.ref),
        of_live={"control_planes": {"clusters/theirs": theirs}},
    )
    assert (action.verb, action.cause) == (Verb.SKIP, Cause.IN_USE)


def test_a_config_map_waits_until_no_node_pool_refers_to_it() -> None:
    gone, pool = config_map(), node_pool(config=[{"name": "one-config"}])
    action = removal(gone, wanted=(pool,))
    assert (action.verb, action.cause) == (Verb.WAIT, Cause.IN_USE)
    assert action.reason == "NodePool clusters/one-workers still refers to it"


def test_nothing_of_a_paused_cluster_goes() -> None:
    cluster, gone = hosted_cluster(), config_map()
    paused = observed(cluster, spec={"pausedUntil": "true"}, paused_by="kubectl-edit")
    made = removals(
        owned(gone), owned(cluster), there=(observed(gone), paused), data=named(cluster.ref)
    )
    assert {each.cause for each in made.actions} == {Cause.PAUSED}


def thing(api_version: str, kind: str, cluster: str = "one") -> Desired:
    metadata = {"name": "thing", "namespace": "clusters"}
    return desired({"apiVersion": api_version, "kind": kind, "metadata": metadata}, cluster)


WORK = thing("work.open-cluster-management.io/v1", "ManifestWork")


def test_what_may_take_more_with_it_needs_leave() -> None:
    assert removal(WORK).cause is Cause.NO_TOMBSTONE
    assert removal(WORK, data=named(WORK.ref)).verb is Verb.PRUNE


def test_leave_for_a_hosted_cluster_is_leave_for_what_belongs_to_it() -> None:
    data = named(hosted_cluster().ref)
    assert removal(WORK, data=data).verb is Verb.PRUNE
    assert removal(WORK._replace(cluster="two"), data=data).cause is Cause.NO_TOMBSTONE
    assert removal(SECRET._replace(cluster="one"), data=data).cause is Cause.NO_TOMBSTONE


def test_a_project_is_a_namespace() -> None:
    project = thing("project.openshift.io/v1", "Project")
    assert removal(project, data=named(hosted_cluster().ref)).cause is Cause.NO_TOMBSTONE


def test_an_object_that_another_inventory_has_is_left_to_it() -> None:
    gone = hosted_cluster()
    elsewhere = {observed(gone).uid: "mgmt-2"}
    action = removal(gone, data=named(gone.ref), elsewhere=elsewhere)
    assert (action.verb, action.reason) == (Verb.FORGET, "the inventory of mgmt-2 has it now")


def test_an_object_that_git_wants_by_another_group_stays() -> None:
    old = thing("authorization.openshift.io/v1", "RoleBinding")
    new = thing("rbac.authorization.k8s.io/v1", "RoleBinding")
    same = {"uid": observed(new).uid}
    made = removals(
        owned(old, **same),
        there=(observed(old, **same),),
        wanted=(KEPT, new),
        data=named(old.ref),
    )
    (action,) = made.actions
    assert (action.verb, action.cause) == (Verb.FORGET, Cause.NOT_OURS)


def test_an_object_of_which_nothing_is_ours_any_more_stays() -> None:
    action = removal(config_map(), of_object={"fields": ""})
    assert (action.verb, action.cause) == (Verb.SKIP, Cause.NOT_OURS)


def test_a_deletion_says_by_whose_leave() -> None:
    gone = hosted_cluster()
    data = SyncData(tombstones=(Tombstone(gone.ref, "moved", owner="team-a"),))
    assert (
        removal(gone, data=data).reason == "git no longer wants it, and lets it go (team-a: moved)"
    )
