"""A completed object against its schema, value by value, as the API server does it.

Not a JSON Schema validator: the API server's differs from that standard where it matters (formats
let lists through, integers may be written with a point, null is a type error or nothing at all),
it forgives on update what was wrong before, and of a large schema most objects touch a tenth.
Source: k8s.io/kube-openapi, pkg/validation/validate; k8s.io/apiextensions-apiserver,
pkg/apiserver/schema/listtype.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from hcpc.syntax.tree import Path
from hcpc.verify import messages
from hcpc.verify.crd.correlate import is_unchanged, key_of
from hcpc.verify.crd.defaulting import as_stored
from hcpc.verify.crd.fault import Fault
from hcpc.verify.crd.node import Node
from hcpc.verify.schema import called

_INT64: Final = 2**63
_EXACT: Final = 2.0**53
_EPSILON: Final = 1e-9
_MOST_REMEMBERED: Final = 1024


class _Missing:
    """Stands for an old value that does not exist, or that nothing says which it was."""


MISSING: Final = _Missing()
_HEAD: Final = ("apiVersion", "kind")


def check(node: Node, value: Any, old: Any, found: list[Fault], path: Path = ()) -> None:
    """Add what is wrong with a value to `found`.

    `old` is the value before, `MISSING` where there was none. What is equal to that is forgiven,
    items that a list has twice excepted.
    """
    start = len(found)
    kind = type(value)
    has_type = True
    if kind not in node.accepts and not _fits_type(node, value):
        has_type = False
        found.append(_wrong_type(node, value, path))
    elif kind is str:
        _check_text(node, value, path, found)
    elif kind is dict:
        _check_object(node, value, old, found, path)
    elif kind is list:
        _check_list(node, value, old, found, path)
    elif kind is int and not -_INT64 <= value < _INT64 and not _fits_type(node, float(value)):
        has_type = False
        found.append(_wrong_type(node, float(value), path))
    if has_type and not node.is_plain:
        _check_rest(node, value, found, path)
    if len(found) > start and old is not MISSING and is_unchanged(node.schema, value, old):
        found[start:] = [fault for fault in found[start:] if fault.rule == "duplicate"]


def _check_rest(node: Node, value: Any, found: list[Fault], path: Path) -> None:
    """What few values have: limits of numbers and sizes, enums, alternatives."""
    if node.limits and value is not None:
        found.extend(_beyond_limits(node.schema, value, path))
    if node.enum and not _is_option(node.enum, value):
        message = messages.not_an_option(called(path), node.enum, value)
        found.append(Fault(path, "enum", message, tuple(map(_json_text, node.enum))))
    if value is not None and (node.all_of or node.any_of or node.one_of or node.none_of):
        _check_alternatives(node, value, found, path)


def _fits_type(node: Node, value: Any) -> bool:
    """Whether a value passes for one of the types; for those that `accepts` says nothing of."""
    if value is None:
        return not node.types or node.nullable
    name = _type_name(value)
    numbers = "number" in node.types or "integer" in node.types
    is_whole = name == "number" and "integer" in node.types and _is_whole(float(value))
    fits = name in node.types or is_whole or (name == "integer" and "number" in node.types)
    if not node.format:
        return fits or (not node.types and name != "")
    # A format that is no number's lets texts and lists through, whatever the type.
    return fits or (not numbers and name in {"string", "array"})


def _type_name(value: Any) -> str:
    """A value's type as JSON has it; empty for what JSON cannot hold."""
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer" if -_INT64 <= value < _INT64 else "number"
        case float():
            return "number"
        case str():
            return "string"
        case dict():
            return "object"
        case list():
            return "array"
        case _:
            return ""


def _is_whole(value: float) -> bool:
    """Whether a number counts as an integer. Source: go-openapi/swag, convert.go."""
    if value != value or abs(value) > _EXACT:  # noqa: PLR0124  # not a number is not itself
        return False
    away = abs(value - int(value))
    return away == 0 or away / (abs(value) + abs(int(value))) < _EPSILON


def _wrong_type(node: Node, value: Any, path: Path) -> Fault:
    if not _type_name(value) and value is not None:
        return Fault(path, "type", messages.not_json(called(path), value))
    return Fault(path, "type", messages.wrong_type(called(path), node.types or ("string",), value))


def _check_text(node: Node, value: str, path: Path, found: list[Fault]) -> None:
    if node.max_length is not None and len(value) > node.max_length:
        message = messages.too_long(called(path), node.max_length, len(value))
        found.append(Fault(path, "too-long", message))
    elif node.min_length is not None and len(value) < node.min_length:
        message = messages.too_short(called(path), node.min_length, len(value))
        found.append(Fault(path, "too-short", message))
    elif node.matches and not node.matches(value):
        message = messages.wrong_form(called(path), "", messages.shortened(node.pattern), value)
        found.append(Fault(path, "pattern", message))
    if node.fits_format and not node.fits_format(value):
        message = messages.wrong_format(called(path), node.format, value)
        found.append(Fault(path, "format", message))


def _check_object(
    node: Node, value: dict[str, Any], old: Any, found: list[Fault], path: Path
) -> None:
    before = old if type(old) is dict else None
    for name, item in value.items():
        child = node.child(name)
        if child is None:
            continue
        kind = type(item)
        if kind is str and child.takes_text:
            continue
        if (item if kind is str else id(item)) in child.right:
            continue
        if kind is bool and child.is_plain and bool in child.accepts:
            continue
        known = before is not None and name in before and (path or name not in _HEAD)
        if known and before:
            check(child, item, before[name], found, (*path, name))
            continue
        start = len(found)
        check(child, item, MISSING, found, (*path, name))
        if len(found) == start and (kind is str or item is child.filled is not None):
            _remember(child, item)
    if not value.keys() >= node.required:
        found.extend(
            Fault((*path, name), "missing", messages.missing(name))
            for name in sorted(node.required - value.keys())
        )


def _remember(node: Node, item: Any) -> None:
    """Values repeat from cluster to cluster; what was right once is right again."""
    if len(node.right) >= _MOST_REMEMBERED:
        node.right.clear()
    node.right.add(item if type(item) is str else id(item))


def _check_list(node: Node, value: list[Any], old: Any, found: list[Fault], path: Path) -> None:
    if node.items:
        before = _by_keys(node, old) if node.list_type == "map" and type(old) is list else {}
        for index, item in enumerate(value):
            known = before.get(key_of(node.keys, item), MISSING) if before else MISSING
            check(node.items, item, known, found, (*path, index))
    if node.list_type == "map":
        found.extend(_repeated_keys(node.keys, value, path))
    elif node.list_type == "set" and len(value) > 1:
        found.extend(_repeated(value, path))


def _identity(keys: list[str], item: dict[str, Any]) -> Any:
    """What tells an item of a list from the others, as one hashable value."""
    if len(keys) == 1:
        return _hashable(item[keys[0]]) if keys[0] in item else MISSING
    return _hashable({key: item[key] for key in keys if key in item})


def _by_keys(node: Node, items: list[Any]) -> dict[Any, Any]:
    """The items of a list by their keys, the first one of each."""
    found: dict[Any, Any] = {}
    for item in items:
        if (key := key_of(node.keys, item)) is not None:
            found.setdefault(key, item)
    return found


def _hashable(value: Any) -> Any:
    """What is the same for equal values alone: `1`, `1.0` and `true` are three.

    In lists and maps `1` and `1.0` are one, because these are compared as they are stored.
    """
    if isinstance(value, dict | list):
        return json.dumps(as_stored(value), sort_keys=True)
    return type(value), value


def _repeated(items: list[Any], path: Path) -> Iterator[Fault]:
    seen: dict[Any, int] = {}
    for index, item in enumerate(items):
        key = _hashable(item)
        seen[key] = seen.get(key, 0) + 1
        if seen[key] == 2:  # noqa: PLR2004  # each is told once
            message = messages.duplicate_item(called(path), item)
            yield Fault((*path, index), "duplicate", message)


def _repeated_keys(keys: list[str], items: list[Any], path: Path) -> Iterator[Fault]:
    strange = [at for at, item in enumerate(items) if item is not None and type(item) is not dict]
    if strange:  # then nothing is compared
        at = (*path, strange[0])
        message = messages.wrong_type(called(at), ("object",), items[strange[0]])
        yield Fault(at, "duplicate", message)
        return
    seen: dict[Any, int] = {}
    for index, item in enumerate(items):
        key = _identity(keys, item or {})
        seen[key] = seen.get(key, 0) + 1
        if seen[key] == 2:  # noqa: PLR2004  # as above
            values = [(item or {}).get(name) for name in keys]
            message = messages.duplicate_key(called(path), keys, values)
            yield Fault((*path, index), "duplicate", message)


def _beyond_limits(schema: dict[str, Any], value: Any, path: Path) -> Iterator[Fault]:
    name = called(path)
    match value:
        case bool():
            return
        case int() | float():
            yield from _beyond_range(schema, value, path)
        case dict() | list():
            low, high = ("minItems", "maxItems")
            if isinstance(value, dict):
                low, high = ("minProperties", "maxProperties")
            if len(value) < schema.get(low, 0):
                yield Fault(path, "too-few", messages.too_few(name, schema[low], len(value)))
            if high in schema and len(value) > schema[high]:
                yield Fault(path, "too-many", messages.too_many(name, schema[high], len(value)))
            if schema.get("uniqueItems") and isinstance(value, list):
                yield from _repeated(value, path)
        case _:
            return


def _beyond_range(schema: dict[str, Any], value: float, path: Path) -> Iterator[Fault]:
    # Limits of integers lose what stands behind their point.
    exact = int if type(value) is int and abs(value) < _INT64 else float
    name = called(path)
    if "maximum" in schema:
        limit, excluded = exact(schema["maximum"]), schema.get("exclusiveMaximum", False)
        if value > limit or (excluded and value == limit):
            word = "less than" if excluded else "most"
            yield Fault(path, "range", messages.out_of_range(name, word, limit, value))
    if "minimum" in schema:
        limit, excluded = exact(schema["minimum"]), schema.get("exclusiveMinimum", False)
        if value < limit or (excluded and value == limit):
            word = "more than" if excluded else "least"
            yield Fault(path, "range", messages.out_of_range(name, word, limit, value))
    if "multipleOf" in schema:
        factor = exact(schema["multipleOf"])
        if factor <= 0 or not _is_multiple(value, factor):
            message = messages.not_a_multiple(name, schema["multipleOf"], value)
            yield Fault(path, "range", message)


def _is_multiple(value: float, factor: float) -> bool:
    if type(factor) is int:
        return value % factor == 0
    return _is_whole(1 / factor * value if factor < 1 else value / factor)


def _is_option(options: list[Any], value: Any) -> bool:
    """Whether a value is one of an enum; null never is."""
    for option in options:
        if type(value) is type(option):
            if value is not None and _hashable(value) == _hashable(option):
                return True
        elif (
            isinstance(value, int | float)
            and isinstance(option, int | float)
            and not isinstance(value, bool)
            and not isinstance(option, bool)
            and type(option)(value) == option
        ):
            return True
    return False


def _check_alternatives(node: Node, value: Any, found: list[Fault], path: Path) -> None:
    """Parts of a schema that only ask; here nothing is forgiven for being as it was."""
    for each in node.all_of:
        check(each, value, MISSING, found, path)
    name = called(path)
    if node.any_of:
        tries = _tries(node.any_of, value, path)
        if all(tries):
            found.append(Fault(path, "form", messages.no_alternative(name, _reasons(tries))))
    if node.one_of:
        tries = _tries(node.one_of, value, path)
        fitting = sum(not each for each in tries)
        if not fitting:
            found.append(Fault(path, "form", messages.no_alternative(name, _reasons(tries))))
        elif fitting > 1:
            message = messages.several_alternatives(name, _alternatives(node.one_of))
            found.append(Fault(path, "form", message))
    if node.none_of and not all(_tries(node.none_of, value, path)):
        message = messages.excluded_form(name, _alternatives(node.none_of))
        found.append(Fault(path, "form", message))


def _tries(nodes: list[Node], value: Any, path: Path) -> list[list[Fault]]:
    tries: list[list[Fault]] = []
    for each in nodes:
        faults: list[Fault] = []
        check(each, value, MISSING, faults, path)
        tries.append(faults)
    return tries


def _reasons(tries: list[list[Fault]]) -> list[str]:
    return [faults[0].message for faults in tries]


def _alternatives(nodes: list[Node]) -> list[str]:
    """What alternatives ask for, as far as that can be said in a word: the fields they require."""
    return [
        " and ".join(f"`{name}`" for name in sorted(node.required))
        for node in nodes
        if node.required
    ]


def _json_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
