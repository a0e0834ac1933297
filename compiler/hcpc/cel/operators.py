"""What CEL's operators give for two values: equality, order, arithmetic, membership, selection.

Semantics are those of cel-go as Kubernetes runs it: numbers of different types compare by value,
`==` of other types that differ is false, and integers never leave 64 bits.
"""

from collections.abc import Callable
from typing import Any, Final

from hcpc.cel.lexer import INT_MAX, UINT_MAX
from hcpc.cel.steps import Frame, spend, spend_on
from hcpc.cel.values import (
    NONE,
    Broken,
    Cidr,
    Duration,
    EvaluationError,
    Ip,
    MapList,
    ObjectMap,
    Opaque,
    Optional,
    Quantity,
    Semver,
    SetList,
    Timestamp,
    Uint,
    Url,
    no_overload,
)

_NUMBERS: Final = frozenset({int, float, Uint})
_KUBERNETES: Final = frozenset({Cidr, Ip, Quantity, Semver, Url})
_ORDERED: Final = frozenset({bool, str, bytes, Duration, Timestamp})
_FIRST_YEAR: Final = -62135596800 * 10**9
_LAST_YEAR: Final = 253402300800 * 10**9 - 1


def equal(left: Any, right: Any, frame: Frame) -> bool:
    """Whether `left == right`."""
    kind, other = type(left), type(right)
    if kind is Broken or other is Broken:
        raise EvaluationError((left if kind is Broken else right).message)
    if kind is str:
        return other is str and bool(left == right)
    if kind in _NUMBERS:
        return other in _NUMBERS and _compare_numbers(left, right) == 0
    if isinstance(left, list):
        return isinstance(right, list) and _equal_lists(left, right, frame)
    if isinstance(left, dict):
        return isinstance(right, dict) and _equal_maps(left, right, frame)
    if kind is Optional and other is Optional:
        return left.present == right.present and equal(left.value, right.value, frame)
    if kind is Opaque and other is Opaque:
        return same(left.value, right.value, frame)
    if kind is Quantity and other is Quantity:
        return bool(left.nano == right.nano)
    if kind in _KUBERNETES and other is not kind and right is not None:
        raise no_overload()
    return kind is other and bool(left == right)


def same(left: Any, right: Any, frame: Frame) -> bool:
    """Whether two plain values are alike to the last type, as Go's `reflect.DeepEqual` has it."""
    if type(left) is not type(right):
        return False
    if type(left) is dict:
        spend(frame, len(left))
        return len(left) == len(right) and all(
            name in right and same(value, right[name], frame) for name, value in left.items()
        )
    if type(left) is list:
        spend(frame, len(left))
        return len(left) == len(right) and all(
            same(one, other, frame) for one, other in zip(left, right, strict=True)
        )
    return bool(left == right)


def _equal_lists(left: list[Any], right: list[Any], frame: Frame) -> bool:
    if len(left) != len(right):
        return False
    spend(frame, len(left))
    if type(left) is SetList:
        mine = {_key(item) for item in left if type(item) is not Broken}
        return all(_key(item) in mine for item in right)
    if type(left) is MapList:
        by_key = {left.key_of(item): item for item in left}
        keys = [left.key_of(item) for item in right]
        return all(
            key in by_key and equal(by_key[key], item, frame)
            for key, item in zip(keys, right, strict=True)
        )
    return all(equal(one, other, frame) for one, other in zip(left, right, strict=True))


def _key(item: Any) -> tuple[type, Any]:
    return (type(item), item)


def _equal_maps(left: dict[Any, Any], right: dict[Any, Any], frame: Frame) -> bool:
    hidden = left.hidden if type(left) is ObjectMap else {}
    others = right.hidden if type(right) is ObjectMap else {}
    if len(left) + len(hidden) != len(right) + len(others):
        return False
    spend(frame, len(left))
    for name, value in left.items():
        found = find(right, name, frame)
        if not (found.present and equal(value, found.value, frame)):
            return False
    return all(
        name not in others or same(value, others[name], frame) for name, value in hidden.items()
    )


def _compare_numbers(left: Any, right: Any) -> int:
    """-1, 0 or 1; 2 where one of them is no number at all."""
    if (type(left) is float) is not (type(right) is float):
        left, right = float(left), float(right)
    if left == right:
        return 0
    if left < right:
        return -1
    return 1 if left > right else 2


def compare(left: Any, right: Any) -> int:
    """-1, 0 or 1, and 2 where a NaN is in it. Raises EvaluationError for what has no order."""
    kind, other = type(left), type(right)
    if kind in _NUMBERS and other in _NUMBERS:
        return _compare_numbers(left, right)
    if kind is not other or kind not in _ORDERED:
        raise no_overload()
    return int(left > right) - int(left < right)


def checked(number: int) -> int:
    """`number`, if it is one of 64 bits."""
    if not -INT_MAX - 1 <= number <= INT_MAX:
        raise EvaluationError("integer overflow")
    return number


def _unsigned(number: int) -> Uint:
    if not 0 <= number <= UINT_MAX:
        raise EvaluationError("unsigned integer overflow")
    return Uint(number)


def span(nanoseconds: int) -> Duration:
    """A duration, if it is one of 64 bits."""
    if not -INT_MAX - 1 <= nanoseconds <= INT_MAX:
        raise EvaluationError("integer overflow")
    return Duration(nanoseconds)


def moment(nanoseconds: int) -> Timestamp:
    """A timestamp, if it is between the years 1 and 9999."""
    if not _FIRST_YEAR <= nanoseconds <= _LAST_YEAR:
        raise EvaluationError("timestamp overflow")
    return Timestamp(nanoseconds)


def add(left: Any, right: Any, frame: Frame) -> Any:
    """`left + right`."""
    kind, other = type(left), type(right)
    if kind is str and other is str:
        spend_on(frame, left)
        spend_on(frame, right)
        return left + right
    if kind is Timestamp and other is Duration:
        return moment(left.nanoseconds + right.nanoseconds)
    if kind is Duration and other is Timestamp:
        return moment(left.nanoseconds + right.nanoseconds)
    if isinstance(left, list) and isinstance(right, list):
        spend(frame, len(left) + len(right))
        return _join(left, right)
    if kind is not other:
        raise no_overload()
    if kind is int:
        return checked(left + right)
    if kind in {bytes, float}:
        return left + right
    if kind is Uint:
        return _unsigned(int(left) + int(right))
    if kind is Duration:
        return span(left.nanoseconds + right.nanoseconds)
    raise no_overload()


def _join(left: list[Any], right: list[Any]) -> list[Any]:
    """`left + right` of lists; sets and lists with keys merge, the others' elements last."""
    if type(left) is SetList:
        have = {_key(item) for item in left}
        more = SetList(left)
        for item in right:
            if _key(item) not in have:
                have.add(_key(item))
                more.append(item)
        return more
    if type(left) is MapList:
        places = {left.key_of(item): place for place, item in enumerate(left)}
        merged = MapList(left, left.keys)
        for item in right:
            place = places.get(left.key_of(item))
            if place is None:
                merged.append(item)
            else:
                merged[place] = item
        return merged
    return [*left, *right]


def subtract(left: Any, right: Any) -> Any:
    """`left - right`."""
    kind, other = type(left), type(right)
    if kind is Timestamp and other is Duration:
        return moment(left.nanoseconds - right.nanoseconds)
    if kind is not other:
        raise no_overload()
    if kind is int:
        return checked(left - right)
    if kind is float:
        return left - right
    if kind is Uint:
        return _unsigned(int(left) - int(right))
    if kind is Duration or kind is Timestamp:
        return span(left.nanoseconds - right.nanoseconds)
    raise no_overload()


def multiply(left: Any, right: Any) -> Any:
    """`left * right`."""
    kind = type(left)
    if kind is type(right):
        if kind is int:
            return checked(left * right)
        if kind is float:
            return left * right
        if kind is Uint:
            return _unsigned(int(left) * int(right))
    raise no_overload()


def divide(left: Any, right: Any) -> Any:
    """`left / right`; integers lose their fraction towards zero."""
    kind = type(left)
    if kind is not type(right) or kind not in _NUMBERS:
        raise no_overload()
    if kind is float:
        if right == 0:
            return left * float("inf") if right.hex()[0] != "-" else left * float("-inf")
        return left / right
    if right == 0:
        raise EvaluationError("division by zero")
    quotient = abs(int(left)) // abs(int(right))
    if kind is Uint:
        return Uint(quotient)
    return checked(quotient if (left < 0) is (right < 0) else -quotient)


def modulo(left: Any, right: Any) -> Any:
    """`left % right`, with the sign of `left`."""
    kind = type(left)
    if kind is not type(right) or kind not in {int, Uint}:
        raise no_overload()
    if right == 0:
        raise EvaluationError("modulus by zero")
    if left == -INT_MAX - 1 and right == -1:
        raise EvaluationError("integer overflow")
    rest = abs(int(left)) % abs(int(right))
    if kind is Uint:
        return Uint(rest)
    return -rest if left < 0 else rest


def negate(value: Any) -> Any:
    """`-value`."""
    if type(value) is int:
        return checked(-value)
    if type(value) is float:
        return -value
    if type(value) is Duration:
        return span(-value.nanoseconds)
    raise no_overload()


def contains(item: Any, within: Any, frame: Frame) -> bool:
    """`item in within`."""
    if isinstance(within, list):
        spend(frame, len(within))
        return _is_in_list(item, within, frame)
    if isinstance(within, dict):
        return find(within, item, frame).present
    raise no_overload()


def _is_in_list(item: Any, within: list[Any], frame: Frame) -> bool:
    """As the API server has it, what cannot be compared is an error only if nothing is equal."""
    if type(item) is str:
        if item in within:
            return True
        within = [each for each in within if type(each) is Broken]
    error: EvaluationError | None = None
    for each in within:
        try:
            if equal(each, item, frame):
                return True
        except EvaluationError as fault:
            error = error or fault
    if error is not None:
        raise error
    return False


def is_alike(left: Any, right: Any, frame: Frame) -> bool:
    """Whether two values can be compared and are equal."""
    try:
        return equal(left, right, frame)
    except EvaluationError:
        return False


def find(within: dict[Any, Any], key: Any, frame: Frame) -> Optional:
    """What a map holds under `key`, a number of any type being the number that it is."""
    if type(key) is str:
        return Optional(within[key], present=True) if key in within else NONE
    if type(key) not in {bool, *_NUMBERS}:
        return NONE
    spend(frame, len(within))
    for name, value in within.items():
        if type(name) is not str and equal(name, key, frame):
            return Optional(value, present=True)
    return NONE


def at_index(within: Any, index: Any, frame: Frame) -> Any:
    """`within[index]`."""
    if isinstance(within, list):
        place = _place(index)
        if not 0 <= place < len(within):
            raise EvaluationError(f"index out of bounds: {place}")
        return sound(within[place])
    if isinstance(within, dict):
        found = find(within, index, frame)
        if not found.present:
            raise EvaluationError(f"no such key: {shown(index)}")
        return sound(found.value)
    if type(within) is Optional:
        return at_index_if_any(within, index, frame)
    raise no_overload()


def sound(value: Any) -> Any:
    """The value; one without its format breaks where it is used, or taken out of what holds it."""
    if type(value) is Broken:
        raise EvaluationError(value.message)
    return value


def _place(index: Any) -> int:
    if type(index) in {int, Uint}:
        return int(index)
    if type(index) is float and index.is_integer():
        return int(index)
    raise EvaluationError(f"unsupported index: {shown(index)}")


def at_index_if_any(within: Any, index: Any, frame: Frame) -> Optional:
    """`within[?index]`."""
    if type(within) is Optional:
        return at_index_if_any(within.value, index, frame) if within.present else NONE
    if isinstance(within, list):
        place = _place(index)
        return Optional(within[place], present=True) if 0 <= place < len(within) else NONE
    return find(within, index, frame) if isinstance(sound(within), dict) else NONE


def shown(value: Any) -> str:
    """A value as an error tells it."""
    if type(value) is bool:
        return "true" if value else "false"
    return str(value)


def less(left: Any, right: Any) -> bool:
    """`left < right`."""
    return compare(left, right) == -1


def less_or_equal(left: Any, right: Any) -> bool:
    """`left <= right`."""
    return compare(left, right) in {-1, 0}


def greater(left: Any, right: Any) -> bool:
    """`left > right`."""
    return compare(left, right) == 1


def greater_or_equal(left: Any, right: Any) -> bool:
    """`left >= right`."""
    return compare(left, right) in {0, 1}


def unequal(left: Any, right: Any, frame: Frame) -> bool:
    """`left != right`, true too for what `==` cannot compare, as in cel-go."""
    try:
        return not equal(left, right, frame)
    except EvaluationError:
        return True


BINARY: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "<": less,
    "<=": less_or_equal,
    ">": greater,
    ">=": greater_or_equal,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "%": modulo,
}
COUNTED: Final[dict[str, Callable[[Any, Any, Frame], Any]]] = {
    "==": equal,
    "!=": unequal,
    "+": add,
    "in": contains,
}
"""Those that may go through whole lists: they take the steps of a frame."""
