"""What applying would change, as a dry-run tells: values, what is taken away, and who owns it."""

from typing import Any

from hypothesis import given
from tests.unit.sync.compare.made import THING, Object, entry, live, made, ours
from tests.unit.sync.compare.test_wanted import SPECS, keyed, told

from hcpc.sync.compare import applied_at, applied_differences, has_effect, owned_fields
from hcpc.sync.records import Difference

KEYED = [entry("hcpc", keyed({"name": "a"}, {"name": "b"}), "Apply")]


def changes(old: Any, new: Any, *entries: Object) -> list[str]:
    before = live(made(THING, spec=old), *entries)
    after = live(made(THING, spec=new), *entries)
    return told(applied_differences(before, after))


@given(SPECS)
def test_the_same_object_has_no_effect(spec: Object) -> None:
    body = made(THING, spec=spec)
    before = live(body, ours(body))
    after = live(body, ours(body, "2026-06-15T19:00:00Z"), resourceVersion="8", generation=9)
    assert not has_effect(before, after)
    assert applied_differences(before, after) == ()


@given(SPECS, SPECS)
def test_whatever_is_different_is_told_both_ways(one: Object, other: Object) -> None:
    there = [live(made(THING, spec=spec)) for spec in (one, other)]
    forth = applied_differences(there[0], there[1])
    back = applied_differences(there[1], there[0])
    assert bool(forth) == has_effect(there[0], there[1])
    assert [(each.path, each.wanted, each.live) for each in forth] == [
        (each.path, each.live, each.wanted) for each in back
    ]


def test_a_status_or_a_resource_version_is_no_effect() -> None:
    body = made(THING, spec={})
    assert not has_effect(live(body), live({**body, "status": {"a": 1}}, resourceVersion="9"))


def test_taking_fields_over_is_an_effect_without_differences() -> None:
    body = made(THING, spec={"a": 1})
    before, after = live(body), live(body, ours(body))
    assert has_effect(before, after)
    assert applied_differences(before, after) == ()


def test_metadata_that_counts() -> None:
    body = made(THING, spec={}, labels={"a": "b"})
    with_finalizer = live(body, finalizers=["x"])
    assert has_effect(live(body), with_finalizer)
    assert has_effect(live(body), live(made(THING, spec={})))
    assert told(applied_differences(live(body), with_finalizer)) == [
        'metadata.finalizers: None → ["x"]'
    ]


def test_what_would_go_is_told() -> None:
    assert changes({"a": 1, "b": 2}, {"a": 1}) == ["spec.b: 2 → None"]
    assert changes({"a": [1, 2]}, {"a": [1]}) == ["spec.a: [1, 2] → [1]"]
    assert changes({"a": None}, {}) == ["spec.a: null → None"]
    assert changes({"a": 1}, {"a": True}) == ["spec.a: 1 → true"]


def test_items_with_keys_are_told_by_their_keys() -> None:
    old = {"list": [{"name": "a", "x": 1}, {"name": "b"}]}
    new = {"list": [{"name": "c"}, {"name": "a", "x": 2}]}
    assert changes(old, new, *KEYED) == [
        'spec.list[name="c"]: None → {"name": "c"}',
        'spec.list[name="a"].x: 1 → 2',
        'spec.list[name="b"]: {"name": "b"} → None',
    ]
    turned = {"list": [{"name": "b"}, {"name": "a", "x": 1}]}
    [change] = changes(old, turned, *KEYED)
    assert change.startswith("spec.list: ")


def test_values_of_a_set_are_told_one_by_one() -> None:
    owner = entry("hcpc", {"f:spec": {"f:list": {"v:1": {}}}}, "Apply")
    assert changes({"list": [1, 2]}, {"list": [2, 3]}, owner) == [
        "spec.list[=3]: None → 3",
        "spec.list[=1]: 1 → None",
    ]


def test_the_one_who_wrote_is_taken_from_the_live_object() -> None:
    body = made(THING, spec={"a": 1})
    changed = made(THING, spec={"a": 2})
    before = live(changed, entry("kubectl-edit", {"f:spec": {"f:a": {}}}))
    after = live(body, ours(body, "2027-01-01T00:00:00Z"))
    assert applied_differences(before, after) == (
        Difference(("spec", "a"), "1", "2", "kubectl-edit"),
    )


def test_owned_fields_are_those_of_our_apply_whenever_it_was() -> None:
    body = made(THING, spec={"a": 1})
    mine = ours(body)
    assert owned_fields(live(body)) == ""
    assert owned_fields(live(body, entry("hcpc", mine["fieldsV1"], "Update"))) == ""
    assert owned_fields(live(body, entry("other", mine["fieldsV1"], "Apply"))) == ""
    digest = owned_fields(live(body, mine))
    assert digest
    assert owned_fields(live(body, entry("x", {}), ours(body, "2027-01-01T00:00:00Z"))) == digest
    turned = {**mine, "fieldsV1": dict(reversed(mine["fieldsV1"].items()))}
    assert owned_fields(live(body, turned)) == digest
    assert owned_fields(live(body, ours(made(THING, spec={"b": 1})))) != digest
    assert owned_fields(live(body, {**mine, "apiVersion": "v2"})) != digest


def test_when_we_applied_is_what_the_server_says() -> None:
    body = made(THING, spec={"a": 1})
    assert applied_at(live(body)) == ""
    assert applied_at(live(body, entry("x", {}), ours(body, "2026-06-15T11:00:00Z"))) == (
        "2026-06-15T11:00:00Z"
    )
