"""What Kubernetes and CEL's list extension add to lists."""

from functools import cmp_to_key
from typing import Any, Final

from hcpc.cel.library.overload import function, member
from hcpc.cel.operators import add, compare, is_alike
from hcpc.cel.same_key import keys_of
from hcpc.cel.steps import Frame, spend
from hcpc.cel.values import Duration, EvaluationError, Uint, no_overload

_SUMMED: Final = frozenset({int, Uint, float, Duration})


def _check_comparable(items: list[Any]) -> None:
    if items:
        compare(items[0], items[0])


def is_sorted(items: list[Any]) -> bool:
    """Whether no element is greater than the next."""
    _check_comparable(items)
    return all(compare(items[at], items[at + 1]) != 1 for at in range(len(items) - 1))


def total(items: list[Any], frame: Frame) -> Any:
    """The sum; 0 of an empty list."""
    if any(type(item) not in _SUMMED for item in items):
        raise no_overload()
    found = items[0] if items else 0
    for item in items[1:]:
        found = add(found, item, frame)
    return found


def least(items: list[Any]) -> Any:
    """The smallest element."""
    return _extreme(items, "min", 1)


def greatest(items: list[Any]) -> Any:
    """The largest element."""
    return _extreme(items, "max", -1)


def _extreme(items: list[Any], name: str, worse: int) -> Any:
    if not items:
        raise EvaluationError(f"{name} called on empty list")
    _check_comparable(items)
    found = items[0]
    for item in items[1:]:
        if compare(found, item) == worse:
            found = item
    return found


def index_of(items: list[Any], item: Any, frame: Frame) -> int:
    """Where `item` is first, or -1."""
    return next((at for at in range(len(items)) if is_alike(items[at], item, frame)), -1)


def last_index_of(items: list[Any], item: Any, frame: Frame) -> int:
    """Where `item` is last, or -1."""
    places = range(len(items) - 1, -1, -1)
    return next((at for at in places if is_alike(items[at], item, frame)), -1)


def portion(items: list[Any], start: int, end: int) -> list[Any]:
    """The elements from `start` to before `end`."""
    if start < 0 or end < 0:
        raise EvaluationError(f"cannot slice({start}, {end}), negative indexes not supported")
    if start > end or end > len(items):
        raise EvaluationError(f"cannot slice({start}, {end}), list is length {len(items)}")
    return list(items[start:end])


def flatten(items: list[Any], depth: int = 1) -> list[Any]:
    """The elements of lists in a list, `depth` levels deep."""
    if depth < 0:
        raise EvaluationError("level must be non-negative")
    found: list[Any] = []
    for item in items:
        if isinstance(item, list) and depth:
            found.extend(flatten(item, depth - 1))
        else:
            found.append(item)
    return found


def sort(items: list[Any], frame: Frame) -> list[Any]:
    """The elements, smallest first; all are of one type."""
    spend(frame, len(items) * len(items).bit_length())
    if items and any(type(item) is not type(items[0]) for item in items):
        raise EvaluationError("list elements must have the same type")
    _check_comparable(items)
    return sorted(items, key=cmp_to_key(compare))


def backwards(items: list[Any]) -> list[Any]:
    """The elements, last first."""
    return list(reversed(items))


def distinct(items: list[Any], frame: Frame) -> list[Any]:
    """Each element once, where it is first."""
    keys = keys_of(items, frame)
    if keys is not None:
        first = dict(zip(reversed(keys), reversed(items), strict=True))
        return [first[key] for key in dict.fromkeys(keys)]
    found: list[Any] = []
    for item in items:
        spend(frame, len(found))
        if not any(is_alike(item, each, frame) for each in found):
            found.append(item)
    return found


_LONGEST: Final = 1_000_000


def numbers(count: int) -> list[int]:
    """0, 1, … before `count`."""
    if count > _LONGEST:
        raise EvaluationError(f"lists.range({count}) is too long")
    return list(range(count))


OVERLOADS: Final = (
    member("isSorted", is_sorted, list),
    member("sum", total, list, counts=True),
    member("min", least, list),
    member("max", greatest, list),
    member("indexOf", index_of, list, object, counts=True),
    member("lastIndexOf", last_index_of, list, object, counts=True),
    member("slice", portion, list, int, int),
    member("flatten", flatten, list),
    member("flatten", flatten, list, int),
    member("sort", sort, list, counts=True),
    member("reverse", backwards, list),
    member("distinct", distinct, list, counts=True),
    function("lists.range", numbers, int),
)
