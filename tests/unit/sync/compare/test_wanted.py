"""Which values of git a live object lacks: what the server or others add is no difference."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.sync.compare.made import (
    CONFIG_MAP,
    LATER,
    SECRET,
    THING,
    Object,
    entry,
    fields,
    live,
    made,
    ours,
)

from hcpc.sync.compare import field_differences, field_path
from hcpc.sync.compare.wanted import match_items
from hcpc.sync.records import Difference, Path

SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-9, 9) | st.text(max_size=4)
KEYS = st.text(alphabet="abcde.-", min_size=1, max_size=3)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)
SPECS = st.dictionaries(KEYS, VALUES, max_size=4)


def told(found: tuple[Difference, ...]) -> list[str]:
    return [f"{field_path(each.path)}: {each.live} → {each.wanted}" for each in found]


def of_spec(spec: Any, there: Any, *entries: Object) -> list[str]:
    body = made(THING, spec=spec)
    return told(field_differences(body, live(made(THING, spec=there), *entries)))


def grown(value: Any, data: st.DataObject) -> Any:
    """A value with what a server would add: fields, everywhere where there are fields."""
    if isinstance(value, dict):
        more = data.draw(st.dictionaries(KEYS, SCALARS, max_size=2))
        return {**more, **{key: grown(each, data) for key, each in value.items()}}
    if isinstance(value, list):
        return [grown(each, data) for each in value]
    return value


def leaves(value: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    if isinstance(value, dict) and value:
        return [leaf for key, each in value.items() for leaf in leaves(each, (*path, key))]
    if isinstance(value, list) and value:
        return [leaf for index, each in enumerate(value) for leaf in leaves(each, (*path, index))]
    return [(path, value)]


def put(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = put(value[path[0]], path[1:], new)
    return changed


@given(SPECS, st.data())
def test_what_the_server_adds_is_no_difference(spec: Object, data: st.DataObject) -> None:
    body = made(THING, spec=spec, labels={"a": "b"})
    there = made(THING, spec=grown(spec, data), labels={"a": "b", "c": "d"}, status={"x": 1})
    assert field_differences(body, live(there)) == ()
    assert field_differences(body, live(there, ours(body))) == ()


@given(SPECS.filter(bool), st.data())
def test_any_value_that_changed_is_found_in_its_place(spec: Object, data: st.DataObject) -> None:
    path, value = data.draw(st.sampled_from(leaves(spec)))
    other = data.draw(SCALARS.filter(lambda each: differs(value, each)))
    changed = put(spec, path, other)
    [found] = field_differences(made(THING, spec=spec), live(made(THING, spec=changed)))
    assert found.path == ("spec", *path)


def differs(value: Any, other: Any) -> bool:
    return json.dumps(value) != json.dumps(other) and (
        value != other or isinstance(value, bool) != isinstance(other, bool)
    )


@given(SPECS.filter(bool), st.data())
def test_any_value_that_is_gone_is_found(spec: Object, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(spec)))
    there = {name: value for name, value in spec.items() if name != key}
    found = field_differences(made(THING, spec=spec), live(made(THING, spec=there)))
    assert [each.path for each in found] == ([] if spec[key] is None else [("spec", key)])
    assert all(each.live is None for each in found)


@pytest.mark.parametrize(
    ("spec", "there", "found"),
    [
        ({"a": 1}, {"a": 1.0}, []),
        ({"a": 1}, {"a": True}, ["spec.a: true → 1"]),
        ({"a": False}, {"a": 0}, ["spec.a: 0 → false"]),
        ({"a": 1}, {"a": "1"}, ['spec.a: "1" → 1']),
        ({"a": "1Gi"}, {"a": "1024Mi"}, ["spec.a: 1024Mi → 1Gi"]),
        ({"a": None}, {}, []),
        ({"a": None}, {"a": None}, []),
        ({"a": None}, {"a": "x"}, ["spec.a: x → null"]),
        ({"a": {}}, {}, ["spec.a: None → {}"]),
        ({"a": {}}, {"a": {"b": 1}}, []),
        ({"a": {}}, {"a": "x"}, ["spec.a: x → {}"]),
        ({"a": []}, {"a": [1]}, ["spec.a: [1] → []"]),
        ({"a": [1, 2]}, {"a": [2, 1]}, ["spec.a[0]: 2 → 1", "spec.a[1]: 1 → 2"]),
        ({"a": [1, 2]}, {"a": [1]}, ["spec.a: [1] → [1, 2]"]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}]}, []),
        ({"a": [{"b": 1}]}, {"a": [{"b": 2, "c": 2}]}, ["spec.a[0].b: 2 → 1"]),
        ({"a": "x"}, {"a": {"b": 1}}, ['spec.a: {"b": 1} → x']),
        ({"a": {"b": {"c": 1}}}, {"a": {}}, ['spec.a.b: None → {"c": 1}']),
    ],
)
def test_values_are_compared_as_kubernetes_does(
    spec: Object, there: Object, found: list[str]
) -> None:
    assert of_spec(spec, there) == found


def test_only_labels_and_annotations_of_metadata_count() -> None:
    body = made(THING, labels={"a": "1"}, annotations={"b": "2"}, spec={})
    body["metadata"] |= {"finalizers": ["x"], "generation": 1}
    there = made(THING, labels={"a": "2"}, annotations={}, spec={})
    assert told(field_differences(body, live(there))) == [
        'metadata.annotations.b: None → "2"',
        'metadata.labels.a: "2" → "1"',
    ]
    same = made(THING, labels={"a": "1", "x": "y"}, annotations={"b": "2"}, spec={})
    assert field_differences(body, live(same)) == ()


def test_a_status_in_git_is_passed_over() -> None:
    body = made(THING, spec={}, status={"ready": True})
    assert field_differences(body, live(made(THING, spec={}))) == ()


@pytest.mark.parametrize("nothing", [None, False, 0, "", {}, []])
def test_built_in_kinds_leave_out_what_is_nothing_to_go(nothing: Any) -> None:
    head = {"apiVersion": "apps/v1", "kind": "Deployment"}
    body = made(head, spec={"a": nothing, "b": [{"c": nothing}]})
    there = live(made(head, spec={"b": [{}]}))
    assert field_differences(body, there) == ()
    other = live(made(head, spec={"a": "x", "b": [{}]}))
    assert told(field_differences(body, other)) == [
        f"spec.a: x → {json.dumps(nothing) if nothing != '' else chr(34) * 2}"
    ]


def test_rules_of_a_role_may_be_null() -> None:
    head = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role"}
    assert field_differences(made(head, rules=[]), live(made(head, rules=None))) == ()


def test_data_and_labels_may_have_empty_texts() -> None:
    body = made(CONFIG_MAP, data={"a": ""}, labels={"b": ""})
    assert told(field_differences(body, live(made(CONFIG_MAP, data={"c": "x"})))) == [
        'data.a: None → ""',
        'metadata.labels.b: None → ""',
    ]
    assert field_differences(made(CONFIG_MAP, data={}), live(made(CONFIG_MAP))) == ()


def test_texts_of_a_secret_are_kept_in_base64() -> None:
    body = made(SECRET, data={"a": "YQ=="}, stringData={"b": "b"})
    there = made(SECRET, data={"a": "YQ==", "b": "Yg=="})
    assert field_differences(body, live(there)) == ()
    changed = made(SECRET, data={"a": "YQ==", "b": "Yw=="})
    [found] = field_differences(body, live(changed))
    assert found == Difference(("data", "b"), "(secret)", "(secret)")


def test_null_stands_for_what_the_server_makes_of_it_as_long_as_it_is_ours() -> None:
    body = made(THING, spec={"a": None})
    there = made(THING, spec={"a": "default"})
    assert field_differences(body, live(there, ours(body))) == ()
    theirs = entry("kubectl-edit", fields({"spec": {"a": "x"}}))
    [found] = field_differences(body, live(there, theirs))
    assert found == Difference(("spec", "a"), "null", "default", "kubectl-edit")


def keyed(*items: Object, names: tuple[str, ...] = ("name",), more: Object | None = None) -> Object:
    """Managed fields of a list in `spec.list` that is merged by keys."""
    steps = {
        "k:" + json.dumps({name: item[name] for name in names}, separators=(",", ":")): {
            ".": {},
            **fields(item),
        }
        for item in items
    }
    return {"f:spec": {"f:list": {**steps, **(more or {})}}}


def test_items_with_keys_are_found_wherever_they_are() -> None:
    mine = [{"name": "a", "x": 1}, {"name": "b", "x": 2}]
    theirs = {"name": "c", "x": 3}
    there = [theirs, {"name": "b", "x": 2, "default": 1}, {"name": "a", "x": 1}]
    owners = [entry("hcpc", keyed(*mine), "Apply"), entry("other", keyed(theirs))]
    assert of_spec({"list": mine}, {"list": there}, *owners) == []
    there[1]["x"] = 9
    assert of_spec({"list": mine}, {"list": there}, *owners) == ['spec.list[name="b"].x: 9 → 2']
    del there[1]
    assert of_spec({"list": mine}, {"list": there}, *owners) == [
        'spec.list[name="b"]: None → {"name": "b", "x": 2}'
    ]


def test_keys_that_git_leaves_to_the_server_match_any() -> None:
    names = ("port", "protocol")
    mine = [{"port": 53}, {"port": 53, "protocol": "UDP", "x": 1}]
    there = [{"port": 53, "protocol": "UDP", "x": 1}, {"port": 53, "protocol": "TCP"}]
    owner = entry("hcpc", keyed(*there, names=names), "Apply")
    assert of_spec({"list": mine}, {"list": there}, owner) == []
    there[0]["x"] = 2
    assert of_spec({"list": mine}, {"list": there}, owner) == [
        'spec.list[port=53,protocol="UDP"].x: 2 → 1'
    ]


def test_without_managed_fields_a_list_is_compared_whole() -> None:
    there = [{"name": "b"}, {"name": "a"}]
    assert of_spec({"list": there[::-1]}, {"list": there}) == [
        "spec.list[0].name: b → a",
        "spec.list[1].name: a → b",
    ]


def test_values_of_a_set_may_come_in_any_order_and_with_others() -> None:
    owned: Object = {"f:spec": {"f:list": {'v:"a/b"': {}, 'v:"\\"é"': {}}}}
    owner = entry("hcpc", owned, "Apply")
    spec = {"list": ["a/b", '"é']}
    assert of_spec(spec, {"list": ["x", '"é', "a/b"]}, owner) == []
    assert of_spec(spec, {"list": ["x", '"é']}, owner) == ['spec.list[="a/b"]: None → a/b']


def test_an_empty_list_that_is_merged_wants_nothing() -> None:
    theirs = entry("other", keyed({"name": "c"}))
    assert of_spec({"list": []}, {"list": [{"name": "c"}]}, theirs) == []
    theirs = entry("other", {"f:spec": {"f:list": {"v:1": {}}}})
    assert of_spec({"list": []}, {"list": [1]}, theirs) == []


@given(st.data())
def test_a_list_with_keys_agrees_however_it_is_shuffled(data: st.DataObject) -> None:
    names = data.draw(st.lists(KEYS, unique=True, min_size=1, max_size=5))
    items = [{"name": name, "spec": data.draw(SPECS)} for name in names]
    cut = data.draw(st.integers(0, len(items)))
    mine, theirs = items[:cut], items[cut:]
    there = data.draw(
        st.permutations([grown(item, data) | {"name": item["name"]} for item in items])
    )
    owners = [entry("hcpc", keyed(*mine), "Apply"), entry("other", keyed(*theirs))]
    assert of_spec({"list": mine}, {"list": there}, *owners) == []


def test_who_wrote_a_value_last_is_named() -> None:
    body = made(THING, spec={"a": 1, "b": {"c": 1}, "list": [1]})
    there = made(THING, spec={"a": 2, "b": {"c": 2}, "list": [2]})
    entries = [
        ours(body),
        entry("one", {"f:spec": {"f:a": {}, "f:list": {}}}, time="2026-06-15T12:00:00Z"),
        entry("two", {"f:spec": {"f:a": {}}}, time="2026-06-15T13:00:00Z"),
        entry("three", {"f:spec": {"f:b": {}}}, time="2026-06-15T13:00:00Z"),
    ]
    found = field_differences(body, live(there, *entries))
    assert [(each.path, each.manager) for each in found] == [
        (("spec", "a"), "two"),
        (("spec", "b", "c"), "three"),
        (("spec", "list", 0), "one"),
    ]


def test_nobody_is_named_where_there_is_nothing() -> None:
    body = made(THING, spec={"a": 1})
    other = entry("other", {"f:spec": {"f:b": {}}}, time=LATER)
    assert field_differences(body, live(made(THING, spec={"b": 1}), other)) == (
        Difference(("spec", "a"), "1", None, ""),
    )


def test_managed_fields_that_make_no_sense_do_not_stop_anything() -> None:
    odd = entry("odd", {"f:spec": {"f:list": {"k:{": {}, "v:[": {}, "i:0": {}, "k:1": {}}}})
    assert of_spec({"list": [1, 2]}, {"list": [1]}, odd)


def test_the_same_item_is_never_taken_twice() -> None:
    wanted = [{"k": 1}, {"k": 1}]
    pairs = match_items(wanted, [{"k": 1, "x": 1}], ("k",))
    assert [isinstance(there, dict) for _, there in pairs] == [True, False]


def test_a_variable_whose_name_tells_is_not_shown() -> None:
    head = {"apiVersion": "apps/v1", "kind": "Deployment"}
    env = {"name": "DB_PASSWORD", "value": "hunter2"}
    body = made(head, spec={"env": [env], "args": ["--password", "hunter2", "--x"]})
    other = {"env": [{**env, "value": "hunter3"}], "args": ["--password", "hunter3", "--y"]}
    found = field_differences(body, live(made(head, spec=other)))
    assert [(each.wanted, each.live) for each in found] == [
        ("(secret)", "(secret)"),
        ("--x", "--y"),
        ("(secret)", "(secret)"),
    ]
