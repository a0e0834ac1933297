"""Each codec on small values: both directions, what it cannot lift, and the way back of a path."""

from typing import Any

import pytest

from hcpc.mapping.codec import (
    CONFIG_MAP,
    COPY,
    SECRET,
    Codec,
    Each,
    Keyed,
    Member,
    Reference,
    Unliftable,
    Wrapped,
    item_at,
    union,
)
from hcpc.syntax.tree import Path

MEMBERS = Wrapped("members")
SHAPE = union("type", {"circle": Member("Circle", "circle"), "none": Member("None", None)})
SPARSE = union("kind", {"round": Member("Circle", "circle", Wrapped("radius"))}, sparse=True)


@pytest.mark.parametrize(
    ("codec", "spec", "manifest"),
    [
        (COPY, "as it is", "as it is"),
        (SECRET, {"secret": "pull"}, {"name": "pull"}),
        (CONFIG_MAP, {"configMap": "ca"}, {"name": "ca"}),
        (Wrapped("cidr"), "10.0.0.0/8", {"cidr": "10.0.0.0/8"}),
        (Each(Wrapped("name")), [], []),
        (Each(Wrapped("name")), ["a", "b"], [{"name": "a"}, {"name": "b"}]),
        (Keyed("name", COPY), {}, []),
        (Keyed("name", COPY), {"a": {"x": 1}}, [{"name": "a", "x": 1}]),
        (Keyed("team", MEMBERS), {"ops": [1, 2]}, [{"team": "ops", "members": [1, 2]}]),
        (SHAPE, {"circle": {"r": 1}}, {"type": "Circle", "circle": {"r": 1}}),
        (SHAPE, {"circle": {}}, {"type": "Circle", "circle": {}}),
        (SHAPE, {"none": {}}, {"type": "None"}),
        (
            SHAPE,
            {"colour": "red", "circle": {"r": 1}},
            {"type": "Circle", "circle": {"r": 1}, "colour": "red"},
        ),
        (SPARSE, {"round": 3}, {"kind": "Circle", "circle": {"radius": 3}}),
        (SPARSE, {"round": {}}, {"kind": "Circle"}),
    ],
)
def test_a_value_is_lowered_and_lifted_again(codec: Codec, spec: Any, manifest: Any) -> None:
    assert codec.lower(spec) == manifest
    assert codec.lift(manifest) == spec


@pytest.mark.parametrize(
    ("codec", "manifest"),
    [
        (SECRET, {}),
        (SECRET, {"name": ""}),
        (SECRET, {"name": 5}),
        (SECRET, {"name": "a", "namespace": "b"}),
        (SECRET, "a"),
        (Wrapped("cidr"), "10.0.0.0/8"),
        (Wrapped("cidr"), {}),
        (Wrapped("cidr"), {"cidr": "10.0.0.0/8", "hostPrefix": 23}),
        (Each(COPY), {}),
        (Each(SECRET), [{"name": "a"}, {}]),
        (Keyed("name", COPY), {"a": {}}),
        (Keyed("name", COPY), ["a"]),
        (Keyed("name", COPY), [{"x": 1}]),
        (Keyed("name", COPY), [{"name": ""}]),
        (Keyed("name", COPY), [{"name": 1}]),
        (Keyed("name", COPY), [{"name": "a", "x": 1}, {"name": "a", "x": 2}]),
        (Keyed("team", MEMBERS), [{"team": "ops"}]),
        (SHAPE, "Circle"),
        (SHAPE, {}),
        (SHAPE, {"type": "Square"}),
        (SHAPE, {"type": ["Circle"]}),
        (SHAPE, {"type": "Circle", "none": {}}),
        (SHAPE, {"type": "None", "circle": {"r": 1}}),
    ],
)
def test_a_value_without_a_spec_form_is_not_lifted(codec: Codec, manifest: Any) -> None:
    with pytest.raises(Unliftable):
        codec.lift(manifest)


NAMES = [{"name": "a"}, {"name": "b", "x": [1, 2]}]
CIRCLE = {"type": "Circle", "circle": {"r": 1}, "colour": "red"}


@pytest.mark.parametrize(
    ("codec", "value", "rest", "spec"),
    [
        (COPY, {"a": [1]}, ("a", 0), ("a", 0)),
        (SECRET, {"name": "a"}, ("name",), ("secret",)),
        (SECRET, {"name": "a"}, (), ()),
        (Wrapped("cidr"), {"cidr": "10.0.0.0/8"}, ("cidr",), ()),
        (Wrapped("mirrors"), {"mirrors": ["a"]}, ("mirrors", 0), (0,)),
        (Each(Wrapped("name")), NAMES, (), ()),
        (Each(Wrapped("name")), NAMES, (1, "name"), (1,)),
        (Keyed("name", COPY), NAMES, (), ()),
        (Keyed("name", COPY), NAMES, (1,), ("b",)),
        (Keyed("name", COPY), NAMES, (1, "name"), ("b",)),
        (Keyed("name", COPY), NAMES, (1, "x", 0), ("b", "x", 0)),
        (SHAPE, CIRCLE, (), ()),
        (SHAPE, CIRCLE, ("type",), ("circle",)),
        (SHAPE, CIRCLE, ("circle", "r"), ("circle", "r")),
        (SHAPE, CIRCLE, ("colour",), ("colour",)),
        (SPARSE, {"kind": "Circle", "circle": {"radius": 3}}, ("circle", "radius"), ("round",)),
    ],
)
def test_a_manifest_path_leads_to_the_spec_path(
    codec: Codec, value: Any, rest: Path, spec: Path
) -> None:
    assert codec.trace(rest, value) == spec


@pytest.mark.parametrize(
    ("codec", "value", "rest"),
    [
        (Each(COPY), "no list", (0,)),
        (Each(Keyed("name", COPY)), [1], (0, 0, "name")),
        (Keyed("name", COPY), NAMES, (7, "name")),
        (Keyed("name", COPY), NAMES, (-1,)),
        (Keyed("name", COPY), NAMES, ("name",)),
        (Keyed("name", COPY), [{"name": {"not": "text"}}], (0, "name")),
        (Keyed("name", COPY), None, (0,)),
        (SHAPE, None, ("circle",)),
        (SHAPE, {"type": "Square"}, ("square", "r")),
    ],
)
def test_a_path_that_leads_nowhere_is_answered_for_by_what_is_above(
    codec: Codec, value: Any, rest: Path
) -> None:
    assert codec.trace(rest, value) in {(), rest[:1]}


@pytest.mark.parametrize(
    ("codec", "phrase"),
    [
        (COPY, ""),
        (SECRET, "name of a Secret"),
        (CONFIG_MAP, "name of a ConfigMap"),
        (Wrapped("cidr"), "wrapped as `{cidr: …}`"),
        (Each(COPY), "a list"),
        (Each(SECRET), "each name of a Secret"),
        (Keyed("name", COPY), "a list, here keyed by `name`"),
        (SHAPE, "sets `type`"),
    ],
)
def test_a_codec_says_in_one_phrase_what_it_does(codec: Codec, phrase: str) -> None:
    assert codec.says == phrase


def test_an_item_is_found_only_where_there_is_one() -> None:
    assert item_at(["a"], 0) == "a"
    assert item_at(["a"], 1) is None
    assert item_at(["a"], -1) is None
    assert item_at(["a"], "0") is None
    assert item_at({0: "a"}, 0) is None


def test_a_reference_lowers_to_a_new_object_each_time() -> None:
    reference = Reference("secret")
    spec = {"secret": "a"}
    assert reference.lower(spec) is not reference.lower(spec)
