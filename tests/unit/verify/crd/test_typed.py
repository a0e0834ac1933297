"""Values become what rules see of them."""

from typing import Any

import pytest

from hcpc.cel.values import (
    Broken,
    Duration,
    MapList,
    ObjectMap,
    Opaque,
    SetList,
    Timestamp,
)
from hcpc.verify.crd.typed import converter, escape

DAY = 24 * 3600 * 10**9


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        ("replicas", "replicas"),
        ("namespace", "__namespace__"),
        ("in", "__in__"),
        ("a-b", "a__dash__b"),
        ("a.b/c", "a__dot__b__slash__c"),
        ("a__b", "a__underscores__b"),
        ("a_b", "a_b"),
        ("1a", None),
        ("", None),
        ("ä", None),
        ("a b", None),
    ],
)
def test_names_are_escaped(name: str, escaped: str | None) -> None:
    assert escape(name) == escaped


def made(schema: dict[str, Any], value: Any) -> Any:
    convert = converter(schema)
    return value if convert is None else convert(value)


def test_plain_values_stay_as_they_are() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    assert converter(schema) is None
    assert converter({"x-kubernetes-int-or-string": True}) is None


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "number"}, 1, 1.0),
        ({"type": "string", "format": "date"}, "1970-01-02", Timestamp(DAY)),
        ({"type": "string", "format": "date-time"}, "1970-01-02T00:00:00Z", Timestamp(DAY)),
        ({"type": "string", "format": "date-time"}, "1970-01-02T00:00:00", Timestamp(DAY)),
        ({"type": "string", "format": "date-time"}, "", Timestamp(0)),
        ({"type": "string", "format": "duration"}, "90s", Duration(90 * 10**9)),
        ({"type": "string", "format": "duration"}, "2 days", Duration(2 * DAY)),
        ({"type": "string", "format": "byte"}, "aGk=", b"hi"),
        ({"type": "string", "format": "byte"}, "_-8=", b"\xff\xef"),
        ({"type": "string", "format": "uuid"}, "x", "x"),
        ({"x-kubernetes-preserve-unknown-fields": True}, {"a": 1}, Opaque({"a": 1})),
    ],
)
def test_numbers_and_formats_have_types_of_their_own(
    schema: dict[str, Any], value: Any, expected: Any
) -> None:
    found = made(schema, value)
    assert (type(found), found) == (type(expected), expected)


@pytest.mark.parametrize(
    ("format_name", "text"),
    [
        *((name, "§") for name in ("date", "date-time", "duration", "byte")),
        *(("byte", text) for text in ("a+b=", "a/b=")),  # rules read the alphabet for URLs
    ],
)
def test_a_text_without_its_format_breaks_where_it_is_read(format_name: str, text: str) -> None:
    assert isinstance(made({"type": "string", "format": format_name}, text), Broken)


def test_lists_compare_as_their_type_says() -> None:
    items = {"type": "string"}
    assert type(made({"type": "array", "items": items}, ["a"])) is list
    listed = {"type": "array", "items": items, "x-kubernetes-list-type": "set"}
    assert type(made(listed, ["a"])) is SetList
    keyed = {
        "type": "array",
        "items": {"type": "object", "properties": {"in": items}},
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["in"],
    }
    found = made(keyed, [{"in": "a"}])
    assert isinstance(found, MapList)
    assert (found, found.keys) == ([{"__in__": "a"}], ("__in__",))


def test_what_rules_cannot_name_is_hidden() -> None:
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string", "nullable": True},
            "any": {"x-kubernetes-preserve-unknown-fields": True},
        },
        "x-kubernetes-preserve-unknown-fields": True,
    }
    found = made(schema, {"name": None, "any": 1, "more": 2})
    assert isinstance(found, ObjectMap)
    assert (found, found.hidden) == ({}, {"name": None, "any": 1, "more": 2})


def test_the_head_of_an_object_is_always_seen() -> None:
    convert = converter({"type": "object", "properties": {"spec": {"type": "object"}}}, root=True)
    assert convert is not None
    metadata = {"name": "a", "generateName": "", "labels": {"x": "y"}}
    found = convert({"kind": "A", "metadata": metadata, "spec": {}})
    assert found == {"kind": "A", "metadata": {"name": "a"}, "spec": {}}


def test_a_strict_conversion_looks_at_every_type() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "boolean"}}}
    convert = converter(schema, strict=True)
    assert convert is not None
    found = convert({"a": 1, "b": True})
    assert isinstance(found["a"], Broken)
    assert found["b"] is True
    assert isinstance(convert([]), Broken)
