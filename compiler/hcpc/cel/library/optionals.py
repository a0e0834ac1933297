"""Values that may be absent: `optional.of`, `orValue` and their like."""

from typing import Any, Final

from hcpc.cel.library.overload import ANY, function, member
from hcpc.cel.values import NONE, Duration, EvaluationError, Optional, Timestamp

_ZEROS: Final = (False, 0, 0.0, "", b"", None, Duration(0))
_YEAR_ONE: Final = Timestamp(-62135596800 * 10**9)


def of(value: Any) -> Optional:
    """`optional.of(value)`."""
    return Optional(value, present=True)


def none() -> Optional:
    """`optional.none()`."""
    return NONE


def of_non_zero(value: Any) -> Optional:
    """`optional.ofNonZeroValue(value)`: none for what is empty, false or zero."""
    empty = not value if isinstance(value, list | dict) else _is_zero(value)
    return NONE if empty else of(value)


def _is_zero(value: Any) -> bool:
    return value == _YEAR_ONE or any(type(value) is type(zero) and value == zero for zero in _ZEROS)


def has_value(value: Optional) -> bool:
    """`value.hasValue()`."""
    return value.present


def content(value: Optional) -> Any:
    """`value.value()`."""
    if not value.present:
        raise EvaluationError("optional.none() dereference")
    return value.value


def or_value(value: Optional, default: Any) -> Any:
    """`value.orValue(default)`."""
    return value.value if value.present else default


def otherwise(value: Optional, other: Optional) -> Optional:
    """`value.or(other)`."""
    return value if value.present else other


OVERLOADS: Final = (
    function("optional.of", of, ANY),
    function("optional.none", none),
    function("optional.ofNonZeroValue", of_non_zero, ANY),
    member("hasValue", has_value, Optional),
    member("value", content, Optional),
    member("orValue", or_value, Optional, ANY),
    member("or", otherwise, Optional, Optional),
)
