"""What the words of a CRD's schema may say: of which shape each has to be.

Whoever reads a schema later, to check an object, trusts it to have this shape. Words that are not
listed here mean nothing to the checks, and may say anything.
"""

from collections.abc import Callable, Iterator
from functools import partial
from math import isfinite
from typing import Any, Final, TypeAlias, TypeVar

from hcpc.syntax.tree import Path, dotted

RULES: Final = "x-kubernetes-validations"
SIZES: Final = frozenset(
    {"maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties"}
)
_TYPES: Final = frozenset({"", "array", "boolean", "integer", "number", "object", "string"})
_LIST_TYPES: Final = frozenset({"atomic", "map", "set"})
_MAP_TYPES: Final = frozenset({"atomic", "granular"})
_OF_RULES: Final = ("message", "messageExpression", "fieldPath", "reason")
_CALLED: Final = {bool: "true or false", dict: "a mapping", list: "a list", str: "a text"}
_INT64: Final = 2**63
_T = TypeVar("_T", bool, dict[str, Any], list[Any], str)
_Check: TypeAlias = Callable[[Any, Path], object]


class CrdError(Exception):
    """A document or a set that cannot be used; the text says what is wrong with it."""


def shaped(kind: type[_T], value: Any, where: Path) -> _T:
    """The value, which must be of this kind. Raises `CrdError`."""
    if isinstance(value, kind):
        return value
    fault = "is missing" if value is None else f"is not {_CALLED[kind]}"
    raise CrdError(f"`{dotted(where)}` {fault}")


def items(value: Any, where: Path) -> Iterator[tuple[Path, Any]]:
    """The items of what must be a list, each with where it stands."""
    for at, each in enumerate(shaped(list, value, where)):
        yield (*where, at), each


def texts(value: Any, where: Path) -> tuple[str, ...]:
    """What must be a list of texts."""
    return tuple(shaped(str, each, at) for at, each in items(value, where))


def check_schema(schema: Any, where: Path) -> None:
    """Raise `CrdError` for the first word that says what no CRD can say."""
    for word, value in shaped(dict, schema, where).items():
        check = _CHECKS.get(word)
        if check is not None:
            check(value, (*where, word))


def _fields(value: Any, where: Path) -> None:
    for name, below in shaped(dict, value, where).items():
        check_schema(below, (*where, name))


def _schemas(value: Any, where: Path) -> None:
    for at, each in items(value, where):
        check_schema(each, at)


def _additional(value: Any, where: Path) -> None:
    if not isinstance(value, bool):
        check_schema(value, where)


def _rules(value: Any, where: Path) -> None:
    for at, each in items(value, where):
        rule = shaped(dict, each, at)
        shaped(str, rule.get("rule"), (*at, "rule"))
        for word in _OF_RULES:
            if rule.get(word) is not None:
                shaped(str, rule[word], (*at, word))
        shaped(bool, rule.get("optionalOldSelf") or False, (*at, "optionalOldSelf"))


def _size(value: Any, where: Path) -> None:
    if type(value) is not int or not -_INT64 <= value < _INT64:
        raise CrdError(f"`{dotted(where)}` is not a whole number")


def _number(value: Any, where: Path) -> None:
    if type(value) not in {int, float} or not _is_finite(value):
        raise CrdError(f"`{dotted(where)}` is not a number")


def _is_finite(value: float) -> bool:
    try:
        return isfinite(value)
    except OverflowError:
        return False


def _one_of(names: frozenset[str], called: str) -> _Check:
    def check(value: Any, where: Path) -> None:
        if not isinstance(value, str) or value not in names:
            shown = f"`{value}`" if isinstance(value, str) else "it"
            raise CrdError(f"`{dotted(where)}`: {shown} is no {called} that a CRD can have")

    return check


_CHECKS: Final[dict[str, _Check]] = {
    "additionalProperties": _additional,
    "allOf": _schemas,
    "anyOf": _schemas,
    "enum": partial(shaped, list),
    "exclusiveMaximum": partial(shaped, bool),
    "exclusiveMinimum": partial(shaped, bool),
    "format": partial(shaped, str),
    "items": check_schema,
    "maximum": _number,
    "minimum": _number,
    "multipleOf": _number,
    "not": check_schema,
    "nullable": partial(shaped, bool),
    "oneOf": _schemas,
    "pattern": partial(shaped, str),
    "properties": _fields,
    "required": texts,
    "type": _one_of(_TYPES, "type"),
    "uniqueItems": partial(shaped, bool),
    "x-kubernetes-embedded-resource": partial(shaped, bool),
    "x-kubernetes-int-or-string": partial(shaped, bool),
    "x-kubernetes-list-map-keys": texts,
    "x-kubernetes-list-type": _one_of(_LIST_TYPES, "type of a list"),
    "x-kubernetes-map-type": _one_of(_MAP_TYPES, "type of a map"),
    "x-kubernetes-preserve-unknown-fields": partial(shaped, bool),
    RULES: _rules,
    **dict.fromkeys(SIZES, _size),
}
