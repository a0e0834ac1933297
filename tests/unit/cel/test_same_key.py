"""Equal values have equal keys, and no others; where that cannot be said, a value has none."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpc.cel.library.lists import distinct
from hcpc.cel.library.sets import contains_all, equivalent, intersects
from hcpc.cel.operators import contains, equal
from hcpc.cel.same_key import keys_of
from hcpc.cel.steps import MOST
from hcpc.cel.values import (
    Broken,
    CelType,
    Duration,
    MapList,
    ObjectMap,
    Opaque,
    Optional,
    Quantity,
    SetList,
    Timestamp,
    Uint,
)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, Uint(1), 1.0, -0.0, 2**53, 2**53 + 1, float(2**53), float("nan")]),
    st.sampled_from(["", "a", "1", b"", b"a", b"1"]),
    st.sampled_from([Duration(1), Timestamp(1), CelType("int")]),
)
VALUES = st.recursive(
    SCALARS,
    lambda below: st.one_of(
        st.lists(below, max_size=2),
        st.dictionaries(st.sampled_from(["a", "b"]), below, max_size=2),
        st.dictionaries(st.sampled_from(["a", "b"]), below, max_size=2).map(
            lambda fields: ObjectMap(fields, {})
        ),
    ),
    max_leaves=4,
)
LISTS = st.lists(VALUES, max_size=6)


def key(value: Any) -> Any:
    keys = keys_of([value], [MOST])
    return None if keys is None else keys[0]


@given(VALUES, VALUES)
def test_values_are_equal_exactly_when_their_keys_are(left: Any, right: Any) -> None:
    one, other = key(left), key(right)
    if one is not None and other is not None:
        assert (one == other) is equal(left, right, [MOST])
        assert one != other or hash(one) == hash(other)


@pytest.mark.parametrize(
    "value",
    [
        2**53,
        float("nan"),
        float("inf"),
        Broken("no"),
        SetList(["a"]),
        MapList([{"a": 1}], ("a",)),
        ObjectMap({"a": 1}, {"b": 2}),
        Opaque(1),
        Optional(1, present=True),
        Quantity(1, 1),
        {1: "a"},
        [2**53],
        {"a": [2**53]},
    ],
)
def test_what_is_equal_in_a_way_of_its_own_has_no_key(value: Any) -> None:
    assert key(value) is None


@given(LISTS, LISTS)
def test_lists_with_keys_and_without_give_the_same(left: list[Any], right: list[Any]) -> None:
    def every(within: list[Any], items: list[Any]) -> bool:
        return all(contains(item, within, [MOST]) for item in items)

    kept: list[Any] = []
    for item in left:
        if not contains(item, kept, [MOST]):
            kept.append(item)
    found = distinct(left, [MOST])
    assert [(type(item), id(item)) for item in found] == [(type(i), id(i)) for i in kept]
    assert contains_all(left, right, [MOST]) is every(left, right)
    assert equivalent(left, right, [MOST]) is (every(left, right) and every(right, left))
    assert intersects(left, right, [MOST]) is any(contains(i, left, [MOST]) for i in right)
