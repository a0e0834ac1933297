"""Values against schemas, with the API server's own idea of what fits.

The expected verdicts are those of k8s.io/apiextensions-apiserver 0.34.
"""

from typing import Any

import pytest
from tests.unit.verify.crd.kinds import refused, rules

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
ITEM: dict[str, Any] = {
    "type": "object",
    "properties": {"name": TEXT, "port": NUMBER, "note": TEXT},
}
BY_NAME = {
    "type": "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name"],
    "items": ITEM,
}
BY_BOTH = {**BY_NAME, "x-kubernetes-list-map-keys": ["name", "port"]}
SET = {"type": "array", "x-kubernetes-list-type": "set", "items": TEXT}
INT_OR_STRING = {"x-kubernetes-int-or-string": True}


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        (TEXT, 1, ["<type>"]),
        (TEXT, True, ["<type>"]),
        (NUMBER, "1", ["<type>"]),
        (NUMBER, True, ["<type>"]),
        (NUMBER, 1.0, []),
        (NUMBER, 1.5, ["<type>"]),
        (NUMBER, 2**63, ["<type>"]),
        ({"type": "number"}, 1, []),
        ({"type": "number"}, 2**63, []),
        ({"type": "boolean"}, 0, ["<type>"]),
        ({"type": "object"}, [], ["<type>"]),
        ({"type": "array", "items": TEXT}, {}, ["<type>"]),
        (INT_OR_STRING, "80%", []),
        (INT_OR_STRING, 80, []),
        (INT_OR_STRING, 8.5, ["<type>"]),
        (INT_OR_STRING, False, ["<type>"]),
        # A format lets texts and lists through, whatever the type is.
        ({"type": "string", "format": "uri"}, ["x"], []),
        ({"type": "array", "items": TEXT, "format": "hostname"}, "example.com", []),
        ({"type": "array", "items": TEXT, "format": "hostname"}, "-", ["<format>"]),
        ({"type": "string", "format": "uri"}, 1, ["<type>"]),
        ({"type": "string", "format": "int32"}, 1, ["<type>"]),
        ({"type": "string", "format": "no-such-format"}, "x", []),
    ],
)
def test_types(schema: dict[str, Any], value: Any, found: list[str]) -> None:
    assert rules(refused(schema, value)) == found


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        ({**TEXT, "maxLength": 3}, "äöü", []),
        ({**TEXT, "maxLength": 3}, "äöüß", ["<too-long>"]),
        ({**TEXT, "maxLength": 2}, "😀😀", []),
        ({**TEXT, "minLength": 1}, "", ["<too-short>"]),
        ({**TEXT, "pattern": "^a$"}, "a\n", ["<pattern>"]),
        ({**TEXT, "pattern": "a"}, "bab", []),
        ({**TEXT, "pattern": r"^\p{L}+$"}, "Größe", []),
        ({**TEXT, "pattern": r"^\d$"}, "٣", ["<pattern>"]),
        ({**TEXT, "pattern": "("}, "x", ["<pattern>"]),
        ({**TEXT, "enum": ["A", "B"]}, "C", ["<enum>"]),
        ({**NUMBER, "enum": [1]}, 1.0, []),
        ({"type": "boolean", "enum": [True]}, False, ["<enum>"]),
        ({**NUMBER, "minimum": 2, "maximum": 3}, 1, ["<range>"]),
        ({**NUMBER, "minimum": 2, "maximum": 3}, 3, []),
        ({**NUMBER, "maximum": 3, "exclusiveMaximum": True}, 3, ["<range>"]),
        ({**NUMBER, "minimum": 3, "exclusiveMinimum": True}, 3, ["<range>"]),
        ({**NUMBER, "multipleOf": 5}, 10, []),
        ({**NUMBER, "multipleOf": 5}, 11, ["<range>"]),
        ({"type": "number", "multipleOf": 0.1}, 0.3, []),
        ({**SET, "maxItems": 1}, ["a", "b"], ["<too-many>"]),
        ({**SET, "minItems": 1}, [], ["<too-few>"]),
        ({"type": "object", "additionalProperties": TEXT, "maxProperties": 1}, {"a": "", "b": ""},
         ["<too-many>"]),
        ({**ITEM, "minProperties": 1}, {}, ["<too-few>"]),
        ({**ITEM, "required": ["name"]}, {}, ["name <missing>"]),
    ],
)  # fmt: skip
def test_limits(schema: dict[str, Any], value: Any, found: list[str]) -> None:
    assert rules(refused(schema, value)) == found


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        (SET, ["a", "b"], []),
        (SET, ["a", "b", "a", "a"], ["2 <duplicate>"]),
        ({**SET, "items": {"x-kubernetes-int-or-string": True}}, [1, "1"], []),
        (BY_NAME, [{"name": "a"}, {"name": "a", "port": 1}], ["1 <duplicate>"]),
        (BY_NAME, [{"port": 1}, {"port": 2}], ["1 <duplicate>"]),
        (BY_BOTH, [{"name": "a", "port": 1}, {"name": "a", "port": 2}], []),
        (BY_BOTH, [{"name": "a", "port": 1}, {"name": "a", "port": 1}], ["1 <duplicate>"]),
        (BY_BOTH, [{"name": "a"}, {"name": "a"}], ["1 <duplicate>"]),
        ({"type": "array", "x-kubernetes-list-type": "atomic", "items": TEXT}, ["a", "a"], []),
    ],
)
def test_lists_whose_items_are_told_apart(
    schema: dict[str, Any], value: Any, found: list[str]
) -> None:
    assert rules(refused(schema, value)) == found


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        (TEXT, None, []),
        ({**ITEM, "required": ["name"]}, {"name": None}, ["name <missing>"]),
        ({**ITEM, "nullable": True}, None, []),
        ({**TEXT, "nullable": True, "enum": ["A"]}, None, ["<enum>"]),
        ({"type": "array", "items": TEXT}, [None], ["0 <type>"]),
        ({"type": "array", "items": {**TEXT, "nullable": True}}, [None], []),
        ({"type": "object", "additionalProperties": TEXT}, {"a": None}, []),
    ],
)
def test_null_is_nothing_or_wrong(schema: dict[str, Any], value: Any, found: list[str]) -> None:
    assert rules(refused(schema, value)) == found


ONE: dict[str, Any] = {"oneOf": [{"required": ["name"]}, {"required": ["port"]}]}
ANY: dict[str, Any] = {"anyOf": [{"required": ["name"]}, {"required": ["port"]}]}


@pytest.mark.parametrize(
    ("schema", "value", "found"),
    [
        ({**ITEM, **ONE}, {"name": "a"}, []),
        ({**ITEM, **ONE}, {"note": "a"}, ["<form>"]),
        ({**ITEM, **ONE}, {"name": "a", "port": 1}, ["<form>"]),
        ({**ITEM, **ANY}, {"name": "a", "port": 1}, []),
        ({**ITEM, **ANY}, {}, ["<form>"]),
        ({**ITEM, "allOf": [{"required": ["name"]}]}, {}, ["name <missing>"]),
        ({**ITEM, "allOf": [{"properties": {"port": {"minimum": 3}}}]}, {"port": 2},
         ["port <range>"]),
        ({**ITEM, "not": {"required": ["name"]}}, {"name": "a"}, ["<form>"]),
        ({**ITEM, "not": {"required": ["name"]}}, {}, []),
    ],
)  # fmt: skip
def test_alternatives(schema: dict[str, Any], value: Any, found: list[str]) -> None:
    assert rules(refused(schema, value)) == found


def test_what_was_wrong_before_is_forgiven_where_it_did_not_change() -> None:
    short = {**ITEM, "properties": {**ITEM["properties"], "note": {**TEXT, "maxLength": 1}}}
    assert rules(refused(short, {"note": "long"})) == ["note <too-long>"]
    assert refused(short, {"note": "long", "port": 2}, {"note": "long", "port": 1}) == []
    changed = refused(short, {"note": "longer"}, {"note": "long"})
    assert rules(changed) == ["note <too-long>"]


def test_items_known_by_keys_are_found_again_wherever_they_are() -> None:
    note = {**TEXT, "maxLength": 1}
    schema = {**BY_NAME, "items": {**ITEM, "properties": {**ITEM["properties"], "note": note}}}
    old = [{"name": "a", "note": "long"}, {"name": "b"}]
    assert refused(schema, [{"name": "b"}, {"name": "a", "note": "long"}], old) == []
    plain = {"type": "array", "items": schema["items"]}
    assert rules(refused(plain, [{"name": "b"}, {"name": "a", "note": "long"}], old)) == [
        "1 note <too-long>"
    ]


def test_lists_that_had_an_item_twice_are_not_looked_at_on_update() -> None:
    assert refused(SET, ["a", "a", "b", "b"], ["a", "a"]) == []
    assert rules(refused(SET, ["a", "a"], ["a"])) == ["1 <duplicate>"]


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        (NUMBER, "many", "`field` must be an integer, not text"),
        (
            {**TEXT, "format": "ipv4"},
            "10.0.0",
            "`field` must be an IPv4 address, not `10.0.0`",
        ),
        (
            {**NUMBER, "maximum": 3, "exclusiveMaximum": True},
            3,
            "`field` must be less than 3, not 3",
        ),
        (
            {**ITEM, **ONE},
            {"name": "a", "port": 1},
            "`field` fits more than one of its alternatives: `name`, `port`",
        ),
        (
            {**ITEM, **ONE},
            {},
            "`field` fits none of its alternatives: `name` is required; or `port` is required",
        ),
        ({**ITEM, "not": {"required": ["name"]}}, {"name": "a"}, "`field` cannot have `name`"),
        ({**NUMBER, "multipleOf": 5}, 11, "`field` must be a multiple of 5, not 11"),
    ],
)
def test_messages(schema: dict[str, Any], value: Any, message: str) -> None:
    assert [fault.message for fault in refused(schema, value)] == [message]


def test_alternatives_forgive_nothing() -> None:
    schema = {**ITEM, "allOf": [{"properties": {"port": {"minimum": 3}}}]}
    old = {"port": 2, "note": "a"}
    assert rules(refused(schema, {"port": 2, "note": "b"}, old)) == ["port <range>"]
    assert refused(schema, old, old) == []


def test_a_number_is_stored_without_its_point() -> None:
    schema = {"type": "object", "properties": {"size": {"type": "integer", "minimum": 8}}}
    assert rules(refused(schema, {"size": 1.0}, {"size": 1.0})) == ["size <range>"]
    assert refused(schema, {"size": 1}, {"size": 1.0}) == []


def test_an_item_that_is_twice_now_is_told_though_nothing_else_changed() -> None:
    old = [{"name": "a"}, {}]
    assert rules(refused(BY_NAME, [{"name": "a"}, {"name": "a"}], old)) == ["1 <duplicate>"]
