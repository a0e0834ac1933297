"""What the API server adds to an object, takes out of it, and does not know."""

import copy
from typing import Any

import pytest

from hcpc.verify.crd.defaulting import complete
from hcpc.verify.crd.node import Node

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "metadata": {"type": "object"},
        "size": {"type": "integer", "default": 3},
        "storage": {
            "type": "object",
            "default": {},
            "properties": {"type": {"type": "string", "default": "Volume"}},
        },
        "maybe": {"type": "string", "nullable": True, "default": "x"},
        "pools": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "count": {"type": "integer", "default": 1},
                },
            },
        },
        "labels": {"type": "object", "additionalProperties": {"type": "string", "default": "none"}},
        "open": {
            "type": "object",
            "x-kubernetes-preserve-unknown-fields": True,
            "properties": {
                "known": {"type": "object", "properties": {"a": {"type": "string", "default": "b"}}}
            },
        },
    },
}
NODE = Node(SCHEMA)


def completed(body: dict[str, Any]) -> dict[str, Any]:
    """The object with defaults, as far as the body or its defaults speak of it."""
    result, unknown = complete(NODE, body)
    assert not unknown
    return {name: value for name, value in result.items() if name in body}


def test_defaults_come_with_their_own_defaults() -> None:
    result, _ = complete(NODE, {})
    assert result == {"size": 3, "storage": {"type": "Volume"}, "maybe": "x"}


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ({"size": None}, {"size": 3}),
        ({"maybe": None}, {"maybe": None}),
        ({"pools": None}, {}),
        ({"pools": [{"name": "a"}, {"name": "b", "count": 2}]},
         {"pools": [{"name": "a", "count": 1}, {"name": "b", "count": 2}]}),
        ({"labels": {"a": None}}, {"labels": {"a": "none"}}),
        ({"open": {"x": {"y": None}, "known": {}}},
         {"open": {"x": {"y": None}, "known": {"a": "b"}}}),
    ],
)  # fmt: skip
def test_null_is_replaced_or_dropped(body: dict[str, Any], result: dict[str, Any]) -> None:
    assert completed(body) == result


def test_the_body_is_not_changed() -> None:
    body = {"pools": [{"name": "a"}], "open": {"x": [1]}, "size": None}
    before = copy.deepcopy(body)
    result, _ = complete(NODE, body)
    result["pools"][0]["name"] = "b"
    assert body == before


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({"sise": 1}, [("sise",)]),
        ({"pools": [{"nmae": "a"}]}, [("pools", 0, "nmae")]),
        ({"storage": {"type": {"deep": 1}}}, [("storage", "type", "deep")]),
        ({"open": {"x": 1, "known": {"b": 1}}}, [("open", "known", "b")]),
        ({"metadata": {"anything": 1}, "apiVersion": "v1", "kind": "K"}, []),
        ({"storage": {"metadata": {}}}, [("storage", "metadata")]),
    ],
)
def test_unknown_fields_are_told(body: dict[str, Any], paths: list[tuple[str | int, ...]]) -> None:
    _, unknown = complete(NODE, body)
    assert [each.path for each in unknown] == paths


def test_an_unknown_field_names_its_neighbours() -> None:
    _, [unknown] = complete(NODE, {"pools": [{"nmae": "a"}]})
    assert unknown.names == ("count", "name")
