"""JSON Patch by example; that it agrees with others' is a property test."""

import copy
from typing import Any

import pytest

from hcpc.overlay.json_patch import (
    Effect,
    Unfit,
    apply_operation,
    pointer_text,
    read_pointer,
)


def apply(
    body: Any, op: str, path: str, value: Any = None, *, source: str = ""
) -> tuple[Any, list[Effect]]:
    return apply_operation(body, op, read_pointer(path), read_pointer(source), value)


# From RFC 6902, appendix A.
EXAMPLES: list[tuple[Any, tuple[Any, ...], Any]] = [
    ({"foo": "bar"}, ("add", "/baz", "qux"), {"baz": "qux", "foo": "bar"}),
    ({"foo": ["bar", "baz"]}, ("add", "/foo/1", "qux"), {"foo": ["bar", "qux", "baz"]}),
    ({"baz": "qux", "foo": "bar"}, ("remove", "/baz"), {"foo": "bar"}),
    ({"foo": ["bar", "qux", "baz"]}, ("remove", "/foo/1"), {"foo": ["bar", "baz"]}),
    ({"baz": "qux"}, ("replace", "/baz", "boo"), {"baz": "boo"}),
    ({"foo": "bar"}, ("add", "/child", {"x": {}}), {"foo": "bar", "child": {"x": {}}}),
    ({"foo": ["bar"]}, ("add", "/foo/-", ["abc", "def"]), {"foo": ["bar", ["abc", "def"]]}),
    ({"foo": "bar"}, ("add", "/foo", None), {"foo": None}),
    ({"/": 9, "~1": 10}, ("test", "/~01", 10), {"/": 9, "~1": 10}),
    ({"a": 1}, ("replace", "", {"b": 2}), {"b": 2}),
    ({"": {"a/b": [1]}}, ("replace", "//a~1b/0", 2), {"": {"a/b": [2]}}),
]


@pytest.mark.parametrize(("body", "operation", "result"), EXAMPLES)
def test_an_operation_does_what_the_standard_says(
    body: Any, operation: tuple[Any, ...], result: Any
) -> None:
    before = copy.deepcopy(body)
    assert apply(body, *operation)[0] == result
    assert body == before


def test_a_value_is_moved_and_copied() -> None:
    body = {"foo": {"bar": 1, "waldo": 2}, "qux": [0, 1, 2, 3]}
    moved, effects = apply(body, "move", "/qux/1", source="/foo/waldo")
    assert moved == {"foo": {"bar": 1}, "qux": [0, 2, 1, 2, 3]}
    assert effects == [Effect(("foo", "waldo"), is_removal=True), Effect(("qux", 1), shift=1)]
    assert apply(body, "move", "/qux/3", source="/qux/1")[0]["qux"] == [0, 2, 3, 1]
    assert apply(body, "copy", "/qux/-", source="/foo")[0]["qux"][-1] == {"bar": 1, "waldo": 2}
    assert apply(body, "move", "/foo", source="/foo") == (body, [])


@pytest.mark.parametrize(
    ("op", "path", "message"),
    [
        ("remove", "/spec/replcas", "there is no `/spec/replcas`"),
        ("replace", "/spec/x", "there is no `/spec/x`"),
        ("add", "/spec/x/y", "there is no `/spec/x`"),
        ("add", "/spec/replicas/y", "`/spec/replicas/y` leads into a single value"),
        ("test", "/spec/replicas", "`/spec/replicas` has another value"),
        ("add", "/list/3", "there is no `/list/3`: the list has 2 items"),
        ("add", "/one/2", "there is no `/one/2`: the list has 1 item"),
        ("replace", "/list/2", "there is no `/list/2`: the list has 2 items"),
        ("replace", "/list/-", "`/list/-` leads into a list, and `-` is no index of an item"),
        ("add", "/list/01", "`/list/01` leads into a list, and `01` is no index of an item"),
        ("add", "/list/-1", "`/list/-1` leads into a list, and `-1` is no index of an item"),
        ("remove", "/list/a", "`/list/a` leads into a list, and `a` is no index of an item"),
        ("remove", "", "the pointer leads to the whole object"),
        ("remove", "/a~1b/~0", "there is no `/a~1b/~0`"),
    ],
)
def test_what_cannot_be_done_is_said(op: str, path: str, message: str) -> None:
    body = {"spec": {"replicas": 1}, "list": [1, 2], "one": [1], "a/b": {}}
    with pytest.raises(Unfit) as unfit:
        apply(body, op, path, 2)
    assert unfit.value.message == message
    assert not unfit.value.is_about_source


def test_what_was_meant_is_said() -> None:
    with pytest.raises(Unfit) as unfit:
        apply({"spec": {"replicas": 1}}, "replace", "/spec/replcas", 2)
    assert unfit.value.label == "did you mean `replicas`?"


def test_a_fault_of_the_source_is_told_from_one_of_the_path() -> None:
    with pytest.raises(Unfit) as unfit:
        apply({}, "copy", "/a", source="/b")
    assert unfit.value.is_about_source


def test_a_value_cannot_be_moved_into_itself() -> None:
    with pytest.raises(Unfit, match="moved into itself"):
        apply({"a": {"b": 1}}, "move", "/a/b", source="/a")


def test_true_is_not_one() -> None:
    with pytest.raises(Unfit):
        apply({"a": True}, "test", "/a", 1)


@pytest.mark.parametrize("text", ["", "/", "/a~1b/~01/~0", "//0"])
def test_a_pointer_is_written_as_it_was_read(text: str) -> None:
    assert pointer_text(read_pointer(text)) == text
