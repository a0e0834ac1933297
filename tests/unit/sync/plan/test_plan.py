"""A plan says for every object what is done with it, and why."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sync_records import (
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

from hcpc.sync.plan.plan import make_plan
from hcpc.sync.records import (
    Action,
    Cause,
    Desired,
    Difference,
    Inventory,
    Limits,
    Live,
    Plan,
    Verb,
)

ALL = (namespace(), config_map(), hosted_cluster(), node_pool())


def plan(*objects: Desired, known: Inventory, there: Live, **other: Any) -> Plan:
    data = other.pop("data", None)
    limits = other.pop("limits", Limits())
    return make_plan(tree(*objects, data=data), known, there, limits, NOW, **other)


def only(made: Plan) -> Action:
    (action,) = made.actions
    return action


def test_an_empty_cluster_gets_everything_wave_by_wave() -> None:
    made = plan(*reversed(ALL), known={}, there=live())
    assert [action.verb for action in made.actions] == [Verb.CREATE] * 4
    kinds = [action.ref.kind for action in made.actions]
    assert kinds == ["Namespace", "ConfigMap", "HostedCluster", "NodePool"]


def test_after_a_perfect_sync_nothing_is_to_do() -> None:
    made = plan(*ALL, known=inventory(*map(owned, ALL)), there=live(*map(observed, ALL)))
    assert {action.verb for action in made.actions} == {Verb.UNCHANGED}
    assert not made.prune_stopped


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"differences": (Difference(("data", "key"), "value", "other"),)}, "somebody changed it"),
        ({"fields": "fewer fields"}, "somebody changed it"),
    ],
)
def test_what_somebody_changed_is_configured(change: dict[str, Any], reason: str) -> None:
    wanted = config_map()
    action = only(
        plan(wanted, known=inventory(owned(wanted)), there=live(observed(wanted, **change)))
    )
    assert (action.verb, action.reason) == (Verb.CONFIGURE, reason)


def test_what_git_changed_is_configured() -> None:
    wanted = config_map()
    known = inventory(owned(wanted, digest="that of before"))
    action = only(plan(wanted, known=known, there=live(observed(wanted))))
    assert (action.verb, action.reason) == (Verb.CONFIGURE, "git changed it")


@pytest.mark.parametrize(
    "known",
    [
        {},
        inventory(owned(config_map(), uid="of one that is gone")),
        inventory(owned(config_map(), uid="")),
    ],
)
def test_what_we_never_applied_is_adopted(known: Inventory) -> None:
    wanted = config_map()
    action = only(plan(wanted, known=known, there=live(observed(wanted, fields=""))))
    assert action.verb is Verb.ADOPT


def test_an_object_made_just_before_a_sync_was_killed_is_ours() -> None:
    wanted = config_map()
    known = inventory(owned(wanted, uid="", digest="", fields=""))
    action = only(plan(wanted, known=known, there=live(observed(wanted))))
    assert action.verb is Verb.CONFIGURE


def test_what_is_being_deleted_is_waited_for() -> None:
    wanted = config_map()
    there = live(observed(wanted, deleting="2026-06-15T11:59:00Z", finalizers=("a.example/b",)))
    action = only(plan(wanted, known=inventory(owned(wanted)), there=there))
    assert (action.verb, action.cause) == (Verb.WAIT, Cause.DELETING)
    assert action.reason == "being deleted; waits for a.example/b; made anew when it is gone"


def test_a_kind_that_cannot_be_read_is_not_touched() -> None:
    wanted, gone = config_map(), config_map("old")
    there = live(unread={"/ConfigMap": "not allowed to list configmaps"})
    made = plan(wanted, known=inventory(owned(gone)), there=there)
    assert {(each.verb, each.cause) for each in made.actions} == {(Verb.SKIP, Cause.UNREAD)}


def manifest_work(directory: str = "delivery/") -> Desired:
    ref = {"name": "one-guest", "namespace": "one"}
    body = {"apiVersion": "work.open-cluster-management.io/v1", "kind": "ManifestWork"}
    path = f"clusters/one/{directory}manifestwork-one-guest.yaml"
    return desired(body | {"metadata": ref}, "one")._replace(path=path)


NO_HUB = live(not_served=frozenset({"work.open-cluster-management.io/ManifestWork"}))


def test_a_delivery_is_left_to_the_hub_where_the_cluster_is_none() -> None:
    wanted = manifest_work()
    for known in ({}, inventory(owned(wanted, uid="", digest=""))):
        action = only(plan(wanted, known=known, there=NO_HUB))
        assert (action.verb, action.cause) == (Verb.SKIP, Cause.HUB)
        assert action.reason == "left to the hub, as this cluster does not know the kind"


def test_a_hub_gets_its_deliveries_and_misses_them() -> None:
    wanted = manifest_work()
    assert only(plan(wanted, known={}, there=live())).verb is Verb.CREATE
    # Where it was applied once this cluster is a hub: that the kind is gone is a fault.
    assert only(plan(wanted, known=inventory(owned(wanted)), there=NO_HUB)).verb is Verb.CREATE
    assert only(plan(manifest_work(""), known={}, there=NO_HUB)).verb is Verb.CREATE


def test_a_deleted_config_map_comes_back() -> None:
    wanted = config_map()
    action = only(plan(wanted, known=inventory(owned(wanted)), there=live()))
    assert (action.verb, action.reason) == (Verb.CREATE, "somebody deleted it")


def test_a_hosted_cluster_that_somebody_deleted_is_not_made_anew_by_itself() -> None:
    wanted = (hosted_cluster(), node_pool())
    known = inventory(*map(owned, wanted))
    made = plan(*wanted, known=known, there=live())
    assert [(each.verb, each.cause) for each in made.actions] == [(Verb.SKIP, Cause.GONE)] * 2
    assert "`--recreate clusters/one`" in made.actions[0].reason


def test_a_hosted_cluster_is_made_anew_when_it_is_asked_for() -> None:
    wanted = (hosted_cluster(), node_pool())
    known = inventory(*map(owned, wanted))
    limits = Limits(recreate=frozenset({"clusters/one"}))
    made = plan(*wanted, known=known, there=live(), limits=limits)
    assert [each.verb for each in made.actions] == [Verb.CREATE] * 2


def test_one_that_ran_before_is_not_made_anew_because_a_sync_once_meant_to() -> None:
    wanted = hosted_cluster()
    bare = inventory(owned(wanted, uid="", digest="", fields=""))
    limits = Limits(ran=frozenset({"clusters/one"}))
    for known in ({}, bare):
        action = only(plan(wanted, known=known, there=live(), limits=limits))
        assert (action.verb, action.cause) == (Verb.SKIP, Cause.GONE)
    again = limits._replace(recreate=frozenset({"clusters/one"}))
    assert only(plan(wanted, known=bare, there=live(), limits=again)).verb is Verb.CREATE


def test_a_hosted_cluster_that_we_deleted_may_come_back() -> None:
    wanted = hosted_cluster()
    action = only(plan(wanted, known=inventory(owned(wanted, doomed=True)), there=live()))
    assert action.verb is Verb.CREATE


def test_a_hosted_cluster_that_could_not_be_made_anew_is_still_lost() -> None:
    wanted = hosted_cluster()
    action = only(plan(wanted, known=inventory(owned(wanted, uid="")), there=live()))
    assert (action.verb, action.cause) == (Verb.SKIP, Cause.GONE)


def test_force_comes_from_the_flag_or_the_object() -> None:
    asking = config_map("asking")
    asking.body["metadata"]["annotations"] = {"hcpc.dev/force-conflicts": "true"}
    made = plan(asking, config_map(), known={}, there=live())
    assert {each.ref.name: each.force for each in made.actions} == {
        "asking": True,
        "one-config": False,
    }
    forced = plan(config_map(), known={}, there=live(), limits=Limits(force_conflicts=True))
    assert only(forced).force


def test_removals_come_last_and_from_the_top() -> None:
    gone = (namespace(), config_map(), hosted_cluster(), node_pool())
    kept = config_map("kept", cluster="")
    kept = kept._replace(ref=kept.ref._replace(namespace="elsewhere"))
    data = tombstones(*(each.ref for each in gone if each.ref.kind != "ConfigMap"))
    made = plan(
        kept,
        known=inventory(*map(owned, gone)),
        there=live(*map(observed, gone)),
        data=data,
    )
    assert [each.ref.kind for each in made.actions] == [
        "ConfigMap",
        "NodePool",
        "HostedCluster",
        "ConfigMap",
        "Namespace",
    ]
    assert [each.verb for each in made.actions] == [
        Verb.CREATE,
        Verb.PRUNE,
        Verb.PRUNE,
        Verb.PRUNE,
        Verb.WAIT,  # until the others are gone
    ]


OBJECTS = (*ALL, hosted_cluster("two"), node_pool("two-a", "two"))
SOME = st.lists(st.sampled_from(range(len(OBJECTS))), unique=True)


def picked(numbers: list[int]) -> list[Desired]:
    return [OBJECTS[number] for number in numbers]


def plan_of(wanted: list[int], known: list[int], there: list[int]) -> Plan:
    return plan(
        *picked(wanted),
        known=inventory(*map(owned, picked(known))),
        there=live(*map(observed, picked(there))),
    )


@given(SOME, SOME, SOME)
def test_the_order_of_the_input_does_not_matter(
    wanted: list[int], known: list[int], there: list[int]
) -> None:
    made = plan_of(wanted, known, there)
    assert made == plan_of(wanted[::-1], known[::-1], there[::-1])


@given(SOME, SOME, SOME)
def test_every_object_has_one_action_and_nothing_protected_is_pruned_without_a_tombstone(
    wanted: list[int], known: list[int], there: list[int]
) -> None:
    made = plan_of(wanted, known, there)
    refs = [each.ref for each in made.actions]
    assert len(refs) == len(set(refs))
    assert set(refs) == {each.ref for each in picked(wanted + known)}
    pruned = {each.ref.kind for each in made.actions if each.verb is Verb.PRUNE}
    assert pruned <= {"ConfigMap"}
    assert not (pruned and not wanted)
