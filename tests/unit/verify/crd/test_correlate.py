"""Old and new values belong together as the API server has it, and unchanged means unchanged."""

from typing import Any

from hcpc.verify.crd.correlate import Place, is_unchanged, old_item

KEYED = {
    "type": "array",
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["name", "port"],
    "items": {"type": "object", "properties": {"name": {}, "port": {}, "value": {}}},
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "list": {"type": "array", "items": {"type": "string"}},
        "keyed": KEYED,
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "open": {"type": "object", "x-kubernetes-preserve-unknown-fields": True},
    },
}
A, B = {"name": "a", "port": 1, "value": 1}, {"name": "b", "port": 1, "value": 2}


def test_elements_are_found_by_all_their_keys() -> None:
    assert old_item(KEYED, [A, B], {"name": "b", "port": 1}) is B
    assert old_item(KEYED, [A, B], {"name": "b", "port": 2}) is None
    assert old_item(KEYED, [A, B], {"name": "b"}) is None
    assert old_item(KEYED, [A, B], "b") is None
    assert old_item({"type": "array"}, [A, B], A) is None


def test_order_counts_only_where_elements_have_no_keys() -> None:
    assert is_unchanged(SCHEMA, {"keyed": [A, B]}, {"keyed": [B, A]})
    assert not is_unchanged(SCHEMA, {"list": ["a", "b"]}, {"list": ["b", "a"]})
    assert is_unchanged(SCHEMA, {"list": ["a", "b"]}, {"list": ["a", "b"]})


def test_types_count() -> None:
    assert not is_unchanged({"type": "number"}, 1, 1.0)
    assert not is_unchanged(SCHEMA, {"list": [1]}, {"list": [True]})


def test_a_field_without_a_schema_is_never_unchanged() -> None:
    assert is_unchanged(SCHEMA, {"labels": {"a": "b"}}, {"labels": {"a": "b"}})
    assert is_unchanged(SCHEMA, {"open": {}}, {"open": {}})
    assert not is_unchanged(SCHEMA, {"open": {"a": 1}}, {"open": {"a": 1}})


def test_what_has_no_old_value_is_judged_by_what_is_above() -> None:
    body, old = {"list": ["a", "b"]}, {"list": ["a", "b"]}
    place = Place(SCHEMA, body, old).field("list")
    assert place.is_unchanged
    element = place.element(SCHEMA["properties"]["list"], "a")
    assert element.old is None
    assert element.is_unchanged


def test_a_new_object_has_no_old_values_anywhere() -> None:
    assert Place.NEW.field("list").element(KEYED, A) is Place.NEW
    assert not Place.NEW.is_unchanged


def test_kind_and_version_are_never_forgiven() -> None:
    schema = {"type": "object", "properties": {"kind": {"type": "string"}}}
    place = Place(schema, {"kind": "A"}, {"kind": "A"})
    assert place.is_unchanged
    assert not place.field("kind").is_unchanged
