"""Lists as sets: `sets.contains`, `sets.equivalent`, `sets.intersects`."""

from typing import Any, Final

from hcpc.cel.library.overload import function
from hcpc.cel.operators import contains


def contains_all(within: list[Any], items: list[Any]) -> bool:
    """Whether each of `items` is in `within`."""
    return all(contains(item, within) for item in items)


def equivalent(left: list[Any], right: list[Any]) -> bool:
    """Whether each element of one list is in the other."""
    return contains_all(left, right) and contains_all(right, left)


def intersects(left: list[Any], right: list[Any]) -> bool:
    """Whether any element is in both."""
    return any(contains(item, left) for item in right)


OVERLOADS: Final = (
    function("sets.contains", contains_all, list, list),
    function("sets.equivalent", equivalent, list, list),
    function("sets.intersects", intersects, list, list),
)
