"""Values for a schema: the smallest that it should take, others, and such that it should not.

What a rule asks for is guessed from its text; what the API server then says of it is the truth.
"""

import zlib
from collections.abc import Iterator
from typing import Any

from tests.fidelity.pool import GOOD, MISSES, POOL
from tests.fidelity.samples import matches, samples
from tests.fidelity.schema import INT_OR_STRING, OPEN, RULES, Schema, literals

FORMATS = {
    "date-time": "2026-08-01T10:00:00Z",
    "date": "2026-08-01",
    "duration": "5m0s",
    "hostname": "a.example.com",
    "uri": "https://example.com",
    "email": "user@example.com",
    "ipv4": "10.0.0.1",
    "ipv6": "2001:db8::1",
    "cidr": "10.0.0.0/16",
    "mac": "00:00:5e:00:53:01",
    "uuid": "0a1b2c3d-4e5f-4789-abcd-ef0123456789",
    "byte": "YQ==",
    "bsonobjectid": "507f1f77bcf86cd799439011",
    "creditcard": "4111111111111111",
    "datetime": "2026-08-01T10:00:00Z",
    "hexcolor": "#ff0000",
    "isbn": "978-0-321-75104-1",
    "isbn10": "0-321-75104-3",
    "isbn13": "978-0-321-75104-1",
    "rgbcolor": "rgb(1,2,3)",
    "ssn": "123-45-6789",
    "uuid3": "a3bb189e-8bf9-3888-9912-ace4e6543002",
    "uuid4": "6ba7b810-9dad-4d11-80b4-00c04fd430c8",
    "uuid5": "886313e1-3b8a-5372-9b90-0c9aee199e5d",
}
DEEPEST = 12


def kind_of(schema: Schema) -> str:
    """The type that a schema speaks of."""
    if schema.get(INT_OR_STRING):
        return "int-or-string"
    return str(schema.get("type", "object"))


def minimal(schema: Schema, depth: int = 0, nth: int = 0) -> Any:
    """A small value that fits; another one for another `nth`, where there are others."""
    match kind_of(schema):
        case "object":
            return _object(schema, depth, nth)
        case "array":
            least = max(schema.get("minItems", 0), 0 if depth > DEEPEST else 1)
            return [minimal(schema["items"], depth + 1, index) for index in range(least)]
        case "boolean":
            return nth % 2 == 0
        case _:
            options = candidates(schema)
            return options[nth % len(options)] if options else "a"


def _object(schema: Schema, depth: int, nth: int) -> dict[str, Any]:
    if schema.get("x-kubernetes-embedded-resource"):
        metadata = {"name": ("a", "b")[nth % 2]}
        return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}
    properties = schema.get("properties", {})
    names = list(schema.get("required", ()))
    least = schema.get("minProperties", 0)
    names += [name for name in properties if name not in names][: max(0, least - len(names))]
    made = {name: minimal(properties[name], depth + 1, nth) for name in names if name in properties}
    values = schema.get("additionalProperties")
    if isinstance(values, dict) and depth <= DEEPEST:
        made |= {f"key-{each}": minimal(values, depth + 1) for each in range(max(1, least))}
    return made


def candidates(schema: Schema) -> tuple[Any, ...]:
    """Scalars that should fit, the likeliest first."""
    match kind_of(schema):
        case "boolean":
            return (True, False)
        case "integer" | "number":
            return tuple(dict.fromkeys(_numbers(schema)))
        case "int-or-string":
            texts = [text for text in ("1", "50%", "8Gi", *GOOD) if _takes(schema, text)]
            return tuple(dict.fromkeys([*texts[:3], 1, 2]))
        case "string":
            return tuple(text for text in dict.fromkeys(_texts(schema)) if _takes(schema, text))
        case _:
            return ()


def _numbers(schema: Schema) -> Iterator[int | float]:
    if schema.get("type") == "number":
        yield (schema.get("minimum", 0) + schema.get("maximum", 1)) / 2
    if "enum" in schema:
        yield from schema["enum"]
        return
    least: int = schema.get("minimum", 0)
    most: int = schema.get("maximum", 2**31 - 1)
    least += bool(schema.get("exclusiveMinimum"))
    most -= bool(schema.get("exclusiveMaximum"))
    step: int = schema.get("multipleOf", 1)
    default: int = schema.get("default", least)
    for number in (max(least, 1), least, least + step, most, default):
        yield number // step * step


def _texts(schema: Schema) -> Iterator[str]:
    if "enum" in schema:
        yield from (value for value in schema["enum"] if value)
        yield from schema["enum"]
        return
    if "default" in schema:
        yield schema["default"]
    if "format" in schema:
        yield FORMATS.get(schema["format"], "a")
    for expression in (schema.get("pattern"), *_expressions(schema)):
        yield from samples(expression) if expression else ()
    yield from GOOD
    least = schema.get("minLength", 0)
    yield from (text + "a" * (least - len(text)) for text in ("a", *GOOD) if len(text) < least)


def _expressions(schema: Schema) -> list[str]:
    """The regular expressions that rules demand of a text, as far as plain reading shows."""
    texts = [rule["rule"] for rule in schema.get(RULES, ())]
    plain = [text for text in texts if text.startswith("self.matches(") and text.endswith(")")]
    quoted = [literals(text) for text in plain]
    return [found[0].replace("\\\\", "\\") for found in quoted if len(found) == 1]


def _takes(schema: Schema, text: str) -> bool:
    """Whether a text keeps the limits that are easy to read."""
    if "enum" in schema:
        return text in schema["enum"]
    expressions = [schema.get("pattern"), *_expressions(schema)]
    begins = [
        literals(rule["rule"])[0]
        for rule in schema.get(RULES, ())
        if rule["rule"].startswith("self.startsWith(") and literals(rule["rule"])
    ]
    return (
        schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", 10**6)
        and all(matches(expression, text) for expression in expressions if expression)
        and all(text.startswith(begin) for begin in begins)
    )


def others(schema: Schema, value: Any) -> Iterator[Any]:
    """Values of the right type that differ from one that is there."""
    match kind_of(schema):
        case "object":
            yield from _other_objects(schema, value)
        case "array":
            yield from _other_lists(schema, value)
        case _:
            for other in candidates(schema)[:6]:
                if other != value or type(other) is not type(value):
                    yield other


def _other_objects(schema: Schema, value: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for name, inner in schema.get("properties", {}).items():
        if name in value:
            yield {key: each for key, each in value.items() if key != name}
            for other in list(others(inner, value[name]))[:2]:
                yield {**value, name: other}
        else:
            yield {**value, name: minimal(inner)}
    values = schema.get("additionalProperties")
    if isinstance(values, dict):
        yield {**value, "another": minimal(values)}
        yield {key: minimal(values, nth=1) for key in value}


def _other_lists(schema: Schema, value: list[Any]) -> Iterator[list[Any]]:
    for nth in range(1, 4):
        yield [*value, minimal(schema["items"], nth=nth)]
    if len(value) > 1:
        yield value[::-1]
    if value:
        yield value[1:]
        yield value[:-1]
        for other in list(others(schema["items"], value[0]))[:4]:
            yield [other, *value[1:]]


WRONG: dict[str, tuple[Any, ...]] = {
    "string": (7, True, {}, [], None, 1.5),
    "boolean": ("true", None, 0, {}, [True]),
    "integer": ("1", None, 1.5, 1.0, True, {}, 2**31, 2**63 - 1, 2**63, -(2**63), -1, 0, 1e3),
    "number": ("1", None, True, {}, -1, 0, 1e300),
    "int-or-string": (1.5, True, None, {}, [], "", 2**31, 2**63, -1, 0, 1.0),
    "object": ("a", [], None, 3, {}, True),
    "array": ({}, "a", None, [], [None], [[]], 3),
}


def spoiled(schema: Schema, value: Any) -> Iterator[tuple[str, Any]]:
    """Values next to one that fits, each with what was done to it: some fit, some do not."""
    kind = kind_of(schema)
    yield from (("type", wrong) for wrong in WRONG[kind])
    match kind:
        case "string":
            yield from _spoiled_texts(schema, value)
        case "integer" | "number":
            yield from _spoiled_numbers(schema)
        case "int-or-string":
            yield from (("pattern", text) for text in MISSES[:18] + GOOD[:16])
        case "array":
            yield from _spoiled_lists(schema, value)
        case "object":
            yield from _spoiled_objects(schema, value)
        case _:
            return


def _spoiled_texts(schema: Schema, value: Any) -> Iterator[tuple[str, str]]:
    yield from (("value", other) for other in candidates(schema)[:3])
    if "enum" in schema:
        for option in schema["enum"]:
            yield from (("enum", text) for text in (option, option.lower()))
        yield "enum", ""
        return
    for limit in (schema.get("minLength"), schema.get("maxLength")):
        if limit is not None:
            for length in {max(0, limit - 1), limit, limit + 1}:
                for letter in ("a", "é"):
                    yield "length", letter * length
                yield "length", (str(value) * (length // max(1, len(str(value))) + 1))[:length]
    # Others at other places, so that together they are all tried.
    many = 24 if {"pattern", "format"} & schema.keys() else 8
    first = zlib.crc32(repr(sorted(schema)).encode() + str(value).encode()) % len(POOL)
    yield from (("pattern", (POOL * 2)[first + nth]) for nth in range(many))
    yield "pattern", f"{value}\n"


def _spoiled_numbers(schema: Schema) -> Iterator[tuple[str, int | float]]:
    for limit in (schema.get("minimum"), schema.get("maximum"), schema.get("multipleOf")):
        if limit is not None:
            yield from (("limit", limit + step) for step in (-1, 0, 1))
            yield from (("limit", limit + step) for step in (-0.5, 0.5))
    yield from (("enum", option) for option in schema.get("enum", ()))


def _spoiled_lists(schema: Schema, value: list[Any]) -> Iterator[tuple[str, Any]]:
    items = schema["items"]
    if value:
        yield "twice", [*value, value[0]]
        yield "null item", [*value, None]
        if isinstance(value[0], dict):
            keys = schema.get("x-kubernetes-list-map-keys", ())
            for other in list(others(items, value[0]))[:6]:
                yield "alike", [value[0], other]
            for key in keys:
                yield "no key", [{k: v for k, v in value[0].items() if k != key}]
    for limit in (schema.get("minItems"), schema.get("maxItems")):
        if limit is not None and limit <= 600:
            for length in {max(0, limit - 1), limit, limit + 1}:
                yield "items", [minimal(items, nth=nth) for nth in range(length)]


def _spoiled_objects(schema: Schema, value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "unknown field", {**value, "unheardOf": 1}
    for name in value:
        yield "remove", {key: inner for key, inner in value.items() if key != name}
    values = schema.get("additionalProperties")
    if isinstance(values, dict):
        for key in ("", "a b", "é", "a.b/c", "x" * 300):
            yield "key", {**value, key: minimal(values)}
    for limit in (schema.get("minProperties"), schema.get("maxProperties")):
        for size in {max(0, limit - 1), limit, limit + 1} if limit is not None else ():
            yield "properties", dict([*value.items()][:size])
            if isinstance(values, dict) and size <= 600:
                yield "properties", {f"key-{nth}": minimal(values) for nth in range(size)}
    if schema.get(OPEN):
        yield "open", {**value, "anything": {"at": ["all", None, 1.5]}}
