"""`text.format(arguments)`: Go's verbs for CEL's values."""

import re
from collections.abc import Callable
from typing import Any, Final

from hcpc.cel.library.numbers import general
from hcpc.cel.library.times import written_duration, written_timestamp
from hcpc.cel.values import (
    CelType,
    Duration,
    EvaluationError,
    Timestamp,
    Uint,
    type_name,
)

_CLAUSE: Final = re.compile(r"%(?:\.([0-9]+))?(.?)", re.DOTALL)
_PRECISION: Final = 6
_PRINTED: Final = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_INTEGERS: Final = frozenset({int, Uint})


def text_of_bytes(value: bytes) -> str:
    """`string(value)` of UTF-8."""
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise EvaluationError("invalid UTF-8 in bytes, cannot convert to string") from None


def format_text(text: str, arguments: list[Any]) -> str:
    """`text` with each verb replaced by the argument that belongs to it."""
    left = iter(arguments)

    def clause(found: re.Match[str]) -> str:
        precision, verb = found[1], found[2]
        if verb == "%" and precision is None:
            return "%"
        write = _VERBS.get(verb)
        if write is None:
            raise EvaluationError(
                f'could not parse formatting clause: unrecognized clause "{verb}"'
            )
        try:
            value = next(left)
        except StopIteration:
            raise EvaluationError("not enough arguments to format") from None
        return write(value, _PRECISION if precision is None else int(precision))

    return _CLAUSE.sub(clause, text)


def _string(value: Any, _: int = 0) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_nested, value))}]"
    if isinstance(value, dict):
        entries = sorted((_nested(key), _nested(each)) for key, each in value.items())
        return "{" + ", ".join(f"{key}:{each}" for key, each in entries) + "}"
    write = _SCALARS.get(type(value))
    if write is None:
        raise _refused("string", value)
    return write(value)


def _nested(value: Any) -> str:
    """A value inside a list or a map: as it would stand in an expression."""
    kind = type(value)
    if kind is str:
        return _quoted(value)
    if kind is float:
        return general(value) if _is_special(value) else f"{value:.{_PRECISION}f}"
    text = _string(value)
    if kind is bytes:
        return "b" + _quoted(text)
    if kind is Duration:
        return f'duration("{text}")'
    return f'timestamp("{text}")' if kind is Timestamp else text


_SCALARS: Final[dict[type, Callable[[Any], str]]] = {
    type(None): lambda _: "null",
    bool: lambda value: "true" if value else "false",
    str: str,
    bytes: text_of_bytes,
    float: general,
    int: str,
    Uint: lambda value: str(int(value)),
    Duration: written_duration,
    Timestamp: written_timestamp,
    CelType: lambda value: value.name,
}


def _quoted(text: str) -> str:
    """Go's `%q`."""
    return '"' + "".join(map(_printable, text)) + '"'


def _printable(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    if character.isprintable():
        return character
    if character in _PRINTED:
        return _PRINTED[character]
    code = ord(character)
    if code < 0x80:  # noqa: PLR2004  # ASCII
        return "\\v" if character == "\v" else f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004  # two bytes


def _integer(value: Any, _: int) -> str:
    if type(value) in _INTEGERS:
        return str(int(value))
    raise _refused("decimal", value)


def _fixed(value: Any, precision: int) -> str:
    """Kubernetes' formatter writes English: `1,234.50`."""
    number = _double(value, "fixed-point")
    return general(number).lstrip("+") if _is_special(number) else f"{number:,.{precision}f}"


def _scientific(value: Any, _precision: int) -> str:
    """Digits, a cross and raised digits of the exponent, and never another precision."""
    number = _double(value, "scientific")
    if _is_special(number):
        return general(number).lstrip("+")
    mantissa, _, exponent = f"{number:.{_PRECISION}e}".partition("e")
    return f"{mantissa}×10{exponent.lstrip('+').translate(_RAISED)}"  # noqa: RUF001  # as it is


def _is_special(number: float) -> bool:
    return number != number or number in {float("inf"), float("-inf")}  # noqa: PLR0124  # NaN


def _double(value: Any, clause: str) -> float:
    if type(value) is float:
        return value
    if type(value) is str and value in {"NaN", "Infinity", "-Infinity"}:
        return float(value)
    raise _refused(clause, value)


def _binary(value: Any, _: int) -> str:
    if type(value) in {bool, *_INTEGERS}:
        return f"{int(value):b}"
    raise _refused("binary", value)


def _octal(value: Any, _: int) -> str:
    if type(value) in _INTEGERS:
        return f"{int(value):o}"
    raise _refused("octal", value)


def _hexadecimal(value: Any, _: int) -> str:
    if type(value) in _INTEGERS:
        return f"{int(value):x}"
    if type(value) is str:
        return value.encode().hex()
    if type(value) is bytes:
        return value.hex()
    raise _refused("hex", value)


def _refused(clause: str, value: Any) -> EvaluationError:
    return EvaluationError(
        f"error during formatting: {clause} clause cannot take {type_name(value)}"
    )


_VERBS: Final[dict[str, Callable[[Any, int], str]]] = {
    "s": _string,
    "d": _integer,
    "f": _fixed,
    "e": _scientific,
    "b": _binary,
    "o": _octal,
    "x": _hexadecimal,
    "X": lambda value, precision: _hexadecimal(value, precision).upper(),
}
