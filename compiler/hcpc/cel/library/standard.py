"""CEL's own functions: sizes, parts of text, and conversions between types."""

import math
from typing import Any, Final

from hcpc.cel.lexer import INT_MAX, UINT_MAX
from hcpc.cel.library.formatting import text_of_bytes
from hcpc.cel.library.numbers import general, read_double, read_integer, read_unsigned
from hcpc.cel.library.overload import ANY, function, member
from hcpc.cel.library.times import duration, timestamp, written_duration, written_timestamp
from hcpc.cel.operators import checked, moment
from hcpc.cel.values import (
    CelType,
    Duration,
    EvaluationError,
    Timestamp,
    Uint,
    type_name,
)

_TRUE: Final = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE: Final = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_NANO: Final = 10**9


def starts_with(text: str, start: str) -> bool:
    """`text.startsWith(start)`."""
    return text.startswith(start)


def ends_with(text: str, end: str) -> bool:
    """`text.endsWith(end)`."""
    return text.endswith(end)


def contains(text: str, part: str) -> bool:
    """`text.contains(part)`."""
    return part in text


def boolean(text: str) -> bool:
    """`bool(text)`, of the words that Go takes."""
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    raise EvaluationError(f'type conversion error from "{text}" to bool')


def double_to_int(value: float) -> int:
    """`int(value)`, towards zero."""
    if math.isnan(value) or not -INT_MAX - 1 < value < INT_MAX:
        raise EvaluationError("integer overflow")
    return int(value)


def double_to_uint(value: float) -> Uint:
    """`uint(value)`, towards zero."""
    if math.isnan(value) or not 0 <= value < UINT_MAX:
        raise EvaluationError("unsigned integer overflow")
    return Uint(value)


def to_uint(value: int) -> Uint:
    """`uint(value)`."""
    if value < 0:
        raise EvaluationError("unsigned integer overflow")
    return Uint(value)


def _same(value: Any) -> Any:
    return value


def _bool_text(value: bool) -> str:  # noqa: FBT001  # a rule's argument
    return "true" if value else "false"


def type_of(value: Any) -> CelType:
    """`type(value)`."""
    return CelType(type_name(value))


_SIZES: Final = (str, bytes, list, dict)
OVERLOADS: Final = (
    *(function("size", len, kind) for kind in _SIZES),
    *(member("size", len, kind) for kind in _SIZES),
    member("startsWith", starts_with, str, str),
    member("endsWith", ends_with, str, str),
    member("contains", contains, str, str),
    function("type", type_of, ANY),
    function("dyn", _same, ANY),
    function("bool", _same, bool),
    function("bool", boolean, str),
    function("int", _same, int),
    function("int", lambda value: checked(int(value)), Uint),
    function("int", double_to_int, float),
    function("int", read_integer, str),
    function("int", lambda value: value.nanoseconds // _NANO, Timestamp),
    function("int", lambda value: value.nanoseconds, Duration),
    function("uint", _same, Uint),
    function("uint", to_uint, int),
    function("uint", double_to_uint, float),
    function("uint", read_unsigned, str),
    function("double", _same, float),
    function("double", float, int),
    function("double", float, Uint),
    function("double", read_double, str),
    function("string", _same, str),
    function("string", _bool_text, bool),
    function("string", str, int),
    function("string", lambda value: str(int(value)), Uint),
    function("string", general, float),
    function("string", text_of_bytes, bytes),
    function("string", written_duration, Duration),
    function("string", written_timestamp, Timestamp),
    function("bytes", _same, bytes),
    function("bytes", str.encode, str),
    function("duration", _same, Duration),
    function("duration", duration, str),
    function("timestamp", _same, Timestamp),
    function("timestamp", timestamp, str),
    function("timestamp", lambda value: moment(value * _NANO), int),
)
