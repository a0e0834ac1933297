"""Numbers as text and back, as Go's `strconv` and `fmt` have it."""

import math
import re
from typing import Final

from hcpc.cel.lexer import INT_MAX, UINT_MAX
from hcpc.cel.values import EvaluationError, Uint

_INTEGER: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)
_DIGITS: Final = re.compile(r"[0-9]+", re.ASCII)
_DOUBLE: Final = re.compile(
    r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?|inf|infinity|nan)",
    re.ASCII | re.IGNORECASE,
)
_SHORTEST: Final = 6
_LEAST: Final = -4


def read_integer(text: str) -> int:
    """`int(text)`."""
    number = int(text) if _INTEGER.fullmatch(text) else None
    if number is None or not -INT_MAX - 1 <= number <= INT_MAX:
        raise EvaluationError(f'type conversion error from "{text}" to int')
    return number


def read_unsigned(text: str) -> Uint:
    """`uint(text)`."""
    number = int(text) if _DIGITS.fullmatch(text) else None
    if number is None or number > UINT_MAX:
        raise EvaluationError(f'type conversion error from "{text}" to uint')
    return Uint(number)


def read_double(text: str) -> float:
    """`double(text)`."""
    found = _DOUBLE.fullmatch(text)
    number = float(text) if found else 0.0
    if not found or (math.isinf(number) and "i" not in text.lower()):
        raise EvaluationError(f'type conversion error from "{text}" to double')
    return number


def general(value: float) -> str:
    """The shortest text that reads back as `value`: Go's `%g`."""
    special = _special(value)
    if special:
        return special
    sign, digits, exponent = _parts(value)
    if exponent < _LEAST or exponent >= _SHORTEST:
        mantissa = digits[0] + (f".{digits[1:]}" if digits[1:] else "")
        return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    return sign + _plain(digits, exponent)


def fixed(value: float) -> str:
    """The shortest text without an exponent that reads back as `value`: Go's `'f', -1`."""
    sign, digits, exponent = _parts(value)
    return _special(value) or sign + _plain(digits, exponent)


def _special(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return ("+Inf" if value > 0 else "-Inf") if math.isinf(value) else ""


def _parts(value: float) -> tuple[str, str, int]:
    """Sign, digits without zeros around them, and the power of ten of the first digit."""
    if math.isnan(value) or math.isinf(value):
        return "", "0", 0
    sign = "-" if math.copysign(1, value) < 0 else ""
    mantissa, _, power = repr(abs(value)).partition("e")
    whole, _, part = mantissa.partition(".")
    digits = (whole + part).lstrip("0")
    leading = len(whole + part) - len(digits)
    exponent = int(power or 0) + len(whole) - 1 - leading
    digits = digits.rstrip("0")
    return (sign, digits, exponent) if digits else (sign, "0", 0)


def _plain(digits: str, exponent: int) -> str:
    if exponent < 0:
        return "0." + "0" * (-exponent - 1) + digits
    whole, part = digits[: exponent + 1].ljust(exponent + 1, "0"), digits[exponent + 1 :]
    return f"{whole}.{part}" if part else whole
