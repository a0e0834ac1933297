"""Kubernetes' quantities: `1.5Gi`, `200m`, `3e2`. Source: k8s.io/apimachinery, api/resource."""

import re
from typing import Final

from hcpc.cel.lexer import INT_MAX
from hcpc.cel.library.overload import function, member
from hcpc.cel.values import EvaluationError, Quantity

_FORM: Final = re.compile(
    r"(?P<sign>[+-]?)(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?"
    r"(?P<suffix>[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?",
    re.ASCII,
)
_DECIMAL: Final = {
    "n": -9,
    "u": -6,
    "m": -3,
    "": 0,
    "k": 3,
    "M": 6,
    "G": 9,
    "T": 12,
    "P": 15,
    "E": 18,
}
_BINARY: Final = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_FINEST: Final = -9
_NANO: Final = 10**9
_LARGEST: Final = INT_MAX * _NANO
_DIGITS: Final = 18
_BINARY_DIGITS: Final = 14
_WIDEST: Final = 1000
"""Exponents beyond this keep a server busy for minutes; here they count as this one."""


def parse(text: str) -> Quantity:
    """`quantity(text)`."""
    found = _parsed(text)
    if found is None:
        raise EvaluationError(
            "quantities must match the regular expression "
            "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        )
    return found


def is_quantity(text: str) -> bool:
    """`isQuantity(text)`; a suffix without digits is nothing, but a quantity."""
    return _parsed(text) is not None


def _parsed(text: str) -> Quantity | None:
    found = _FORM.fullmatch(text)
    if found is None or not text:
        return None
    whole, part = found["whole"].lstrip("0") or "0", found["part"] or ""
    suffix = found["suffix"] or ""
    twos = _BINARY.get(suffix, 0)
    power = 0 if twos else _DECIMAL.get(suffix)
    if power is None:
        power = max(-_WIDEST, min(_WIDEST, int(suffix[1:])))
    room = (
        _BINARY_DIGITS - len(whole) - twos * 3 // 10 if twos else _DIGITS - len(whole) - len(part)
    )
    scale = power - len(part)
    is_small = room >= 0 and scale >= _FINEST and not (twos and found["part"])
    nano = _rounded_up(int(whole + part) * 2**twos, scale - _FINEST)
    if twos and not is_small:
        nano = min(nano, _LARGEST)
    return Quantity(-nano if found["sign"] == "-" else nano, scale if is_small else None)


def _rounded_up(number: int, exponent: int) -> int:
    """`number` times ten to the power of `exponent`."""
    if exponent >= 0:
        return number * int(10**exponent)
    return -(-number // int(10**-exponent))


def compare(left: Quantity, right: Quantity) -> int:
    """-1, 0 or 1."""
    return (left.nano > right.nano) - (left.nano < right.nano)


def is_less(left: Quantity, right: Quantity) -> bool:
    """`left.isLessThan(right)`."""
    return left.nano < right.nano


def is_greater(left: Quantity, right: Quantity) -> bool:
    """`left.isGreaterThan(right)`."""
    return left.nano > right.nano


def sign(value: Quantity) -> int:
    """-1, 0 or 1."""
    return (value.nano > 0) - (value.nano < 0)


def is_integer(value: Quantity) -> bool:
    """Whether Kubernetes counts the quantity in whole numbers of 64 bits."""
    return value.scale is not None and value.scale >= 0 and abs(value.nano) <= _LARGEST


def as_integer(value: Quantity) -> int:
    """`value.asInteger()`."""
    if not is_integer(value):
        raise EvaluationError("cannot convert value to integer")
    return value.nano // _NANO


def as_float(value: Quantity) -> float:
    """`value.asApproximateFloat()`."""
    scale = _FINEST if value.scale is None else value.scale
    if scale == 0 or (value.nano % _NANO == 0 and value.scale is None):
        return float(value.nano // _NANO)
    return float(value.nano // 10 ** (scale - _FINEST)) * float(f"1e{scale}")


def _operate(left: Quantity, right: Quantity | int, factor: int) -> Quantity:
    other = Quantity(right * _NANO, 0) if isinstance(right, int) else right
    nano = left.nano + factor * other.nano
    if left.scale is None or other.scale is None:
        return Quantity(nano, None)
    if not left.nano or not other.nano:
        return Quantity(nano, other.scale if not left.nano else left.scale)
    scale = min(left.scale, other.scale)
    unit = 10 ** (scale - _FINEST)
    fits = all(abs(each) // unit <= INT_MAX for each in (left.nano, other.nano, nano))
    return Quantity(nano, scale if fits else None)


def plus(left: Quantity, right: object) -> Quantity:
    """`left.add(right)` of a quantity or an integer."""
    return _operate(left, _operand(right), 1)


def minus(left: Quantity, right: object) -> Quantity:
    """`left.sub(right)` of a quantity or an integer."""
    return _operate(left, _operand(right), -1)


def _operand(value: object) -> Quantity | int:
    if isinstance(value, Quantity) or type(value) is int:
        return value
    raise EvaluationError("no such overload")


OVERLOADS: Final = (
    function("quantity", parse, str),
    function("isQuantity", is_quantity, str),
    member("compareTo", compare, Quantity, Quantity),
    member("isLessThan", is_less, Quantity, Quantity),
    member("isGreaterThan", is_greater, Quantity, Quantity),
    function("sign", sign, Quantity),
    member("add", plus, Quantity, object),
    member("sub", minus, Quantity, object),
    member("isInteger", is_integer, Quantity),
    member("asInteger", as_integer, Quantity),
    member("asApproximateFloat", as_float, Quantity),
)
