"""Lists and maps of Kubernetes compare and add as their schema says."""

import pytest

from hcpc.cel import EvaluationError
from hcpc.cel.operators import add, equal, same
from hcpc.cel.values import Broken, MapList, ObjectMap, Opaque, SetList


def test_sets_are_equal_in_any_order() -> None:
    assert equal(SetList(["a", "b"]), SetList(["b", "a"]))
    assert equal(SetList(["a", "b"]), ["b", "a"])
    assert not equal(["a", "b"], ["b", "a"])
    assert not equal(SetList([1]), SetList([True]))


def test_lists_with_keys_are_equal_in_any_order() -> None:
    first, second = {"name": "a", "value": 1}, {"name": "b", "value": 2}
    keys = ("name",)
    assert equal(MapList([first, second], keys), MapList([second, first], keys))
    assert not equal(MapList([first], keys), MapList([{**first, "value": 2}], keys))


def test_sets_add_what_they_lack() -> None:
    assert add(SetList(["a", "b"]), ["b", "c"]) == ["a", "b", "c"]
    assert type(add(SetList(["a"]), ["b"])) is SetList


def test_lists_with_keys_replace_elements_with_the_same_key() -> None:
    old = MapList([{"name": "a", "value": 1}, {"name": "b", "value": 2}], ("name",))
    new = [{"name": "c", "value": 3}, {"name": "a", "value": 4}]
    assert add(old, new) == [
        {"name": "a", "value": 4},
        {"name": "b", "value": 2},
        {"name": "c", "value": 3},
    ]


def test_hidden_fields_count_when_objects_are_compared() -> None:
    assert equal(ObjectMap({"a": 1}, {"x": [1]}), ObjectMap({"a": 1}, {"x": [1]}))
    assert not equal(ObjectMap({"a": 1}, {"x": [1]}), ObjectMap({"a": 1}, {"x": [2]}))
    assert not equal(ObjectMap({"a": 1}, {"x": [1]}), {"a": 1})
    assert equal(Opaque({"a": [1]}), Opaque({"a": [1]}))


def test_plain_values_are_alike_to_the_last_type() -> None:
    assert same({"a": [1, "x", None]}, {"a": [1, "x", None]})
    assert not same([1], [1.0])
    assert not same([1], [True])
    assert not same({"a": 1}, {"b": 1})


def test_what_does_not_have_its_format_breaks_where_it_is_used() -> None:
    with pytest.raises(EvaluationError, match="Invalid date"):
        equal(Broken("Invalid date"), "x")
    with pytest.raises(EvaluationError, match="Invalid date"):
        equal("x", Broken("Invalid date"))
