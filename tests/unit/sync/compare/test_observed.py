"""A live object is reduced to what a sync looks at."""

import pytest
from tests.unit.sync.compare.made import (
    CONFIG_MAP,
    LATER,
    NODE_POOL,
    OURS,
    SECRET,
    THING,
    Object,
    entry,
    fields,
    live,
    made,
    ours,
    wanted,
)

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.compare import observe, owned_fields
from hcpc.sync.records import FieldOwner, Observed

POOL = made(NODE_POOL, spec={"replicas": 1}, labels={"a": "b"})


def test_what_matters_is_kept() -> None:
    body = {**POOL, "status": {"version": "4.20.1"}}
    there = live(body, ours(POOL), finalizers=["f"], deletionTimestamp=LATER)
    assert observe(there, wanted(POOL)) == Observed(
        ObjectRef("hypershift.openshift.io", "NodePool", "clusters", "a"),
        "hypershift.openshift.io/v1beta1",
        uid="u",
        resource_version="7",
        generation=2,
        created=OURS,
        deleting=LATER,
        finalizers=("f",),
        labels={"a": "b"},
        fields=owned_fields(there),
        spec={"replicas": 1},
        status={"version": "4.20.1"},
    )


def test_specs_of_other_kinds_are_not_kept() -> None:
    found = observe(live(made(THING, spec={"a": 1}, status={"b": 2})), None)
    assert (found.spec, found.status) == ({}, {})


def test_an_object_without_anything_is_observed() -> None:
    found = observe({**CONFIG_MAP, "metadata": {"name": "a"}}, None)
    assert found == Observed(ObjectRef("", "ConfigMap", "", "a"), "v1", "", "")


def test_items_of_lists_have_the_type_of_what_is_wanted() -> None:
    body = made(CONFIG_MAP, data={"a": "b"})
    bare = {key: value for key, value in live(body).items() if key not in CONFIG_MAP}
    assert observe(bare, wanted(body)).ref == wanted(body).ref
    with pytest.raises(KeyError):
        observe(bare, None)


def test_kubectls_copy_of_the_object_is_not_kept() -> None:
    last = {"kubectl.kubernetes.io/last-applied-configuration": "canary", "b": "c"}
    found = observe(live(made(SECRET, annotations=last)), None)
    assert found.annotations == {"b": "c"}


def test_all_others_are_named_with_their_last_time() -> None:
    there = live(
        POOL,
        ours(POOL),
        entry("b", {"f:spec": {}}, time=OURS),
        entry("b", {"f:data": {}}, time=LATER),
        entry("b", {"f:data": {}}, "Apply", time=OURS),
        entry("hcpc", {}, time=OURS),
        entry("operator", {"f:status": {}}, subresource="status"),
        entry("autoscaler", {"f:spec": {}}, subresource="scale"),
    )
    assert observe(there, None).others == (
        FieldOwner("autoscaler", "Update", LATER),
        FieldOwner("b", "Apply", OURS),
        FieldOwner("b", "Update", LATER),
        FieldOwner("hcpc", "Update", OURS),
    )


def foreign(body: Object, *entries: Object) -> tuple[str, ...]:
    return observe(live(body, *entries), wanted(body)).foreign


def test_fields_that_others_added_are_named_at_their_root() -> None:
    body = made(THING, spec={"a": {"b": 1}}, data={"k": "v"})
    theirs = {"a": {"b": 1, "c": {"d": 1, "e": 2}}, "f": [1]}
    other = entry(
        "other",
        {
            "f:spec": {".": {}, **fields(theirs)},
            "f:data": {"f:x": {}},
            "f:status": {"f:y": {}},
            "f:metadata": {
                "f:finalizers": {'v:"z"': {}},
                "f:labels": {".": {}, "f:example.com/team": {}},
                "f:annotations": {"f:note": {}},
            },
        },
    )
    assert foreign(body, ours(body), other) == (
        "other: data.x",
        "other: metadata.annotations.note",
        "other: metadata.labels[example.com/team]",
        "other: spec.a.c",
        "other: spec.f",
    )


def test_what_is_ours_too_or_in_the_status_is_not_foreign() -> None:
    body = made(THING, spec={"a": 1})
    removed_in_git = made(THING, spec={"a": 1, "old": 2})
    other = entry("other", fields({"spec": {"a": 1, "old": 2}}))
    status = entry("operator", fields({"spec": {"x": 1}}), subresource="status")
    assert foreign(body, ours(removed_in_git), other, status) == ()


def test_items_of_lists_that_are_merged() -> None:
    items: Object = {
        'k:{"name":"a"}': {".": {}, "f:name": {}},
        'k:{"name":"b"}': {".": {}, "f:name": {}},
    }
    inner: Object = {'k:{"name":"a"}': {"f:more": {}}}
    body = made(THING, spec={"list": [{"name": "a"}], "set": ["x"]})
    one = entry("one", {"f:spec": {"f:list": items, "f:set": {'v:"x"': {}, 'v:"y"': {}}}})
    two = entry("two", {"f:spec": {"f:list": inner}})
    assert foreign(body, one, two) == (
        'one: spec.list[name="b"]',
        'one: spec.set[="y"]',
        'two: spec.list[name="a"].more',
    )


def test_what_the_operator_writes_on_every_object_is_not_told() -> None:
    written = {
        "hypershift.openshift.io/nodePoolCurrentConfig": "x",
        "kubectl.kubernetes.io/last-applied-configuration": "x",
        "hypershift.openshift.io/disable-profiling": "x",
    }
    other = entry("operator", {"f:metadata": {"f:annotations": fields(written)}})
    assert foreign(POOL, ours(POOL), other) == (
        "operator: metadata.annotations[hypershift.openshift.io/disable-profiling]",
    )


def test_at_most_twenty_are_told() -> None:
    many = fields({"spec": {f"field{number:02}": 1 for number in range(50)}})
    found = foreign(POOL, ours(POOL), entry("other", many))
    assert len(found) == 20
    assert found[0] == "other: spec.field00"


def test_nothing_is_foreign_or_different_where_git_wants_nothing() -> None:
    found = observe(live(POOL, entry("other", fields({"spec": {"x": 1}}))), None)
    assert (found.foreign, found.differences) == ((), ())


def test_a_pause_is_told_with_who_set_it() -> None:
    paused = made(NODE_POOL, spec={"pausedUntil": "true"})
    field: Object = {"f:spec": {"f:pausedUntil": {}}}
    assert observe(live(POOL, ours(POOL)), None).paused_by == ""
    assert observe(live(paused, ours(paused)), None).paused_by == ""
    assert observe(live(paused, ours(POOL)), None).paused_by == "somebody"
    assert observe(live(paused), None).paused_by == "somebody"
    edited = entry("kubectl-edit", field)
    assert observe(live(paused, ours(paused), edited), None).paused_by == "kubectl-edit"
    assert observe(live(paused, ours(POOL), edited), wanted(POOL)).paused_by == "kubectl-edit"
