"""Lists as sets: `sets.contains`, `sets.equivalent`, `sets.intersects`."""

from typing import Any, Final

from hcpc.cel.library.overload import function
from hcpc.cel.operators import contains, is_alike
from hcpc.cel.same_key import keys_of
from hcpc.cel.steps import Frame, spend
from hcpc.cel.values import Broken


def contains_all(within: list[Any], items: list[Any], frame: Frame) -> bool:
    """Whether each of `items` is in `within`."""
    known, wanted = keys_of(within, frame), keys_of(items, frame)
    if known is None or wanted is None:
        return _are_in(items, within, frame)
    return set(known).issuperset(wanted)


def equivalent(left: list[Any], right: list[Any], frame: Frame) -> bool:
    """Whether each element of one list is in the other."""
    one, other = keys_of(left, frame), keys_of(right, frame)
    if one is None or other is None:
        return _are_in(right, left, frame) and _are_in(left, right, frame)
    return set(one) == set(other)


def intersects(left: list[Any], right: list[Any], frame: Frame) -> bool:
    """Whether any element is in both."""
    known, wanted = keys_of(left, frame), keys_of(right, frame)
    if known is None or wanted is None:
        spend(frame, len(left) * len(right))
        return any(is_alike(item, each, frame) for each in left for item in right)
    return not set(known).isdisjoint(wanted)


def _are_in(items: list[Any], within: list[Any], frame: Frame) -> bool:
    return all(type(item) is not Broken and contains(item, within, frame) for item in items)


OVERLOADS: Final = (
    function("sets.contains", contains_all, list, list, counts=True),
    function("sets.equivalent", equivalent, list, list, counts=True),
    function("sets.intersects", intersects, list, list, counts=True),
)
