"""Values of an object as rules see them: what its schema makes of plain JSON.

Numbers become doubles, text of some formats timestamps, durations or bytes; lists that are sets or
have keys compare as such; fields that rules cannot name are hidden. Source: k8s.io/apiserver,
pkg/cel/common.
"""

import re
from base64 import b64decode
from collections.abc import Callable
from typing import Any, Final

from hcpc.cel.parser import RESERVED
from hcpc.cel.values import (
    Broken,
    CelError,
    Duration,
    MapList,
    ObjectMap,
    Opaque,
    SetList,
    Timestamp,
    type_name,
)

Convert = Callable[[Any], Any]
"""Makes a rule's value of a plain one. Where a schema has None instead, values stay as they are."""

_RESERVED: Final = RESERVED | {"true", "false", "null", "in"}
_ESCAPED: Final = re.compile(r"__|[-./]|[^A-Za-z0-9_]", re.ASCII)
_ESCAPES: Final = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
_DATE_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]+)?(Z|[+-][0-9:]{5})?",
    re.ASCII,
)
_UNITS: Final = (
    (("ns", "nano"), 1),
    (("us", "µs", "micro"), 10**3),
    (("ms", "milli"), 10**6),
    (("s", "sec"), 10**9),
    (("m", "min"), 60 * 10**9),
    (("h", "hr", "hour"), 3600 * 10**9),
    (("d", "day"), 24 * 3600 * 10**9),
    (("w", "wk", "week"), 7 * 24 * 3600 * 10**9),
)
_LOOSE: Final = re.compile(r"([0-9]+)\s*([A-Za-zµ]+)", re.ASCII)
_STRING: Final = {"type": "string"}
_HEAD: Final = {
    "apiVersion": _STRING,
    "kind": _STRING,
    "metadata": {"type": "object", "properties": {"name": _STRING, "generateName": _STRING}},
}


def escape(name: str) -> str | None:
    """The name by which rules know a field; None where they cannot name it."""
    if not name or name[0].isdigit() or not name.isascii():
        return None
    if name in _RESERVED:
        return f"__{name}__"
    parts = [_ESCAPES.get(part) for part in _ESCAPED.findall(name)]
    if None in parts:
        return None
    return _ESCAPED.sub(lambda part: _ESCAPES[part[0]], name)


def is_seen(schema: dict[str, Any]) -> bool:
    """Whether rules can name a field of this schema at all."""
    if schema.get("x-kubernetes-int-or-string"):
        return True
    match schema.get("type"):
        case "array":
            return bool(schema.get("items")) and is_seen(schema["items"])
        case "object":
            additional = schema.get("additionalProperties")
            return not isinstance(additional, dict) or is_seen(additional)
        case kind:
            return kind in {"string", "boolean", "number", "integer"}


def converter(
    schema: dict[str, Any], *, root: bool = False, strict: bool = False
) -> Convert | None:
    """What makes values of `schema`; None where they stay as they are.

    `root` tells that the value is a whole object, whose head is always seen. `strict` is for values
    that may be of any type, because the API server took them before the schema was as it is.
    """
    if schema.get("x-kubernetes-int-or-string"):
        return _typed("either a string or integer", int, str) if strict else None
    match schema.get("type"):
        case "object":
            embedded = bool(schema.get("x-kubernetes-embedded-resource"))
            return _of_object(schema, root=root or embedded, strict=strict)
        case "array":
            return _of_array(schema, strict=strict)
        case "number":
            return _to_double
        case "string" if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        case "string":
            return _typed("string", str) if strict else None
        case "integer":  # the schema takes 1.0 for an integer, and rules do not
            return _typed("int", int)
        case "boolean":
            return _typed("bool", bool) if strict else None
        case _:
            return Opaque


def _typed(name: str, *types: type) -> Convert:
    return lambda value: value if type(value) in types else _unfit(name, value)


def _unfit(name: str, value: Any) -> Broken:
    return Broken(f"invalid data, expected {name}, got {type_name(value)}")


def _to_double(value: Any) -> Any:
    if type(value) is int:
        return float(value)
    return value if type(value) is float else _unfit("float", value)


def _item(schema: dict[str, Any], *, strict: bool) -> Convert | None:
    """What makes an element of a list, or a value of a map: these can be null."""
    convert = converter(schema, strict=strict)
    if convert is None:
        return None
    nothing = None if schema.get("nullable") else Broken("invalid data, got null")
    return lambda value: nothing if value is None else convert(value)


def _of_object(schema: dict[str, Any], *, root: bool, strict: bool) -> Convert | None:
    properties: dict[str, Any] = schema.get("properties") or {}
    if root:
        properties = {**properties, **_HEAD}
    additional = schema.get("additionalProperties")
    if not properties and isinstance(additional, dict):
        return _of_map(additional, strict=strict)
    names = {name: escape(name) if is_seen(below) else None for name, below in properties.items()}
    each = {
        name: converter(below, strict=strict)
        for name, below in properties.items()
        if names[name] is not None
    }
    changing = {name: convert for name, convert in each.items() if convert is not None}
    if root:
        changing["metadata"] = _to_metadata
    renamed = any(escaped != name for name, escaped in names.items())
    nullable = any(below.get("nullable") for below in properties.values())
    open_ended = root or strict or bool(schema.get("x-kubernetes-preserve-unknown-fields"))
    if not (changing or renamed or nullable or open_ended):
        return None
    return lambda value: _object(value, names, changing)


def _object(value: Any, names: dict[str, str | None], changing: dict[str, Convert]) -> Any:
    if type(value) is not dict:
        return _unfit("a map", value)
    visible: dict[str, Any] = {}
    hidden: dict[str, Any] = {}
    for name, item in value.items():
        escaped = names.get(name)
        if escaped is None or item is None:
            hidden[name] = item
        elif name in changing:
            visible[escaped] = changing[name](item)
        else:
            visible[escaped] = item
    return ObjectMap(visible, hidden)


def _to_metadata(value: Any) -> Any:
    """Of the head of an object only names are seen, and these only where there are any."""
    if type(value) is not dict:
        return _unfit("a map", value)
    seen = {name: value[name] for name in ("name", "generateName") if value.get(name)}
    return ObjectMap(seen, {name: item for name, item in value.items() if name not in seen})


def _of_map(items: dict[str, Any], *, strict: bool) -> Convert | None:
    each = _item(items, strict=strict)
    if each is None:
        return None

    def convert(value: Any) -> Any:
        if type(value) is not dict:
            return _unfit("a map", value)
        return {name: each(item) for name, item in value.items()}

    return convert


def _of_array(schema: dict[str, Any], *, strict: bool) -> Convert | None:
    each = _item(schema.get("items") or {}, strict=strict)
    keys = tuple(escape(key) or key for key in schema.get("x-kubernetes-list-map-keys") or ())
    kind = schema.get("x-kubernetes-list-type")
    if each is None and kind not in {"set", "map"}:
        return None

    def convert(value: Any) -> Any:
        if type(value) is not list:
            return _unfit("an array", value)
        items = value if each is None else [each(item) for item in value]
        if kind == "set":
            return SetList(items)
        return MapList(items, keys) if kind == "map" else items

    return convert


def _duration(text: str) -> int | None:
    """The nanoseconds that strfmt reads: Go's notation, or words such as `3 days`."""
    from hcpc.cel.library.times import read_duration  # noqa: PLC0415  # few fields have it

    found = read_duration(text)
    if found is not None:
        return found
    total, any_unit = 0, False
    for count, unit in _LOOSE.findall(text):
        for names, nanoseconds in _UNITS:
            if unit.lower() in names or unit.lower().startswith(names[-1]):
                total, any_unit = total + int(count) * nanoseconds, True
    return total if any_unit else None


def _to_duration(value: Any) -> Any:
    found = _duration(value) if type(value) is str else None
    return Broken(f"Invalid duration {value}") if found is None else Duration(found)


def _to_date(value: Any) -> Any:
    return _stamp(value, f"{value}T00:00:00Z", "date")


def _to_date_time(value: Any) -> Any:
    if value == "":
        return Timestamp(0)
    found = _DATE_TIME.fullmatch(value) if type(value) is str else None
    return _stamp(value, value if found and found[1] else f"{value}Z", "date-time")


def _stamp(value: Any, text: str, name: str) -> Any:
    from hcpc.cel.library.times import timestamp  # noqa: PLC0415  # few fields have it

    try:
        return timestamp(text)
    except CelError:
        return Broken(f"Invalid {name} formatted string {value}")


_NOT_FOR_URLS: Final = str.maketrans("+/", "!!")


def _to_bytes(value: Any) -> Any:
    """Bytes of base64 in its alphabet for URLs, though the format asks for the other one.

    So a text with `+` or `/` has the right format, and no rule can read it.
    """
    try:
        # Python takes both alphabets where another is named: made invalid, theirs is not taken.
        return b64decode(value.translate(_NOT_FOR_URLS), altchars=b"-_", validate=True)
    except (AttributeError, ValueError):
        return Broken(f"Invalid byte formatted string {value}")


_FORMATS: Final[dict[str, Convert]] = {
    "byte": _to_bytes,
    "date": _to_date,
    "date-time": _to_date_time,
    "duration": _to_duration,
}
