"""Keys of values, so that long lists can be hashed: equal values have equal keys, and no others.

Not every value has one. Lists and maps of Kubernetes are equal in ways of their own, some values
break when they are compared, and a number beyond 2^53 may be equal to two that are not equal.
"""

from collections.abc import Hashable
from typing import Any, Final

from hcpc.cel.steps import Frame, spend
from hcpc.cel.values import CelType, Duration, ObjectMap, Timestamp, Uint

_NUMBERS: Final = frozenset({int, float, Uint})
_ALONE: Final = frozenset({bool, bytes, type(None), CelType, Duration, Timestamp})
_EXACT: Final = 2**53


def keys_of(items: list[Any], frame: Frame) -> list[Hashable] | None:
    """The keys of a list's elements; None where one of them has none."""
    spend(frame, len(items))
    found: list[Hashable] = []
    for item in items:
        key = item if type(item) is str else _key(item, frame)
        if key is None:
            return None
        found.append(key)
    return found


def _key(value: Any, frame: Frame) -> Hashable | None:
    kind = type(value)
    if kind in _NUMBERS:
        return (float, value) if -_EXACT < value < _EXACT else None
    if kind in _ALONE:
        return kind, value
    if kind is list:
        keys = keys_of(value, frame)
        return None if keys is None else (list, *keys)
    if kind is dict or (kind is ObjectMap and not value.hidden):
        keys = keys_of([*value.values()], frame)
        if keys is None or not all(type(name) is str for name in value):
            return None
        return dict, frozenset(zip(value, keys, strict=True))
    return None
