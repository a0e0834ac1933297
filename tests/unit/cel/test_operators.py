"""Lists and maps of Kubernetes compare and add as their schema says."""

from typing import Any

import pytest

from hcpc.cel import EvaluationError, compile_rule, operators
from hcpc.cel.steps import MOST
from hcpc.cel.values import Broken, MapList, ObjectMap, Opaque, SetList


def equal(left: Any, right: Any) -> bool:
    return operators.equal(left, right, [MOST])


def same(left: Any, right: Any) -> bool:
    return operators.same(left, right, [MOST])


def add(left: Any, right: Any) -> Any:
    return operators.add(left, right, [MOST])


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


@pytest.mark.parametrize(
    "rule",
    [
        "self[0] != 3",
        "self[?0].orValue(1) != 3",
        "{'a': self}['a'][0] != 3",
        "self.exists(x, x == 3)",
        "3 in self",
    ],
)
def test_what_has_not_its_format_breaks_where_it_is_taken_out(rule: str) -> None:
    with pytest.raises(EvaluationError, match="got null"):
        compile_rule(rule, ["self"]).evaluate(self=[Broken("got null"), 1])


@pytest.mark.parametrize(
    "rule",
    [
        "self.indexOf(1) == 1 && self.lastIndexOf(2) == -1 && self[?0].hasValue()",
        "1 in self && 'a' in self",
        "self.distinct().size() == 3",
        "!sets.contains([1, 'a'], self) && sets.contains(self, [1, 'a'])",
        "sets.intersects(self, [1]) && !sets.intersects([2], self)",
        "!sets.equivalent(self, [1, 'a'])",
    ],
)
def test_what_has_not_its_format_is_equal_to_nothing_beside_it(rule: str) -> None:
    assert compile_rule(rule, ["self"]).evaluate(self=[Broken("got null"), 1, "a"]) is True


def test_a_text_is_not_looked_for_in_vain_beside_what_has_not_its_format() -> None:
    with pytest.raises(EvaluationError, match="got null"):
        compile_rule("'b' in self", ["self"]).evaluate(self=[Broken("got null"), "a"])


def test_a_field_without_its_format_breaks_where_something_is_taken_out_of_it() -> None:
    with pytest.raises(EvaluationError, match="got null"):
        compile_rule("self.?a[?0].orValue(1) != 3", ["self"]).evaluate(
            self={"a": Broken("got null")}
        )
