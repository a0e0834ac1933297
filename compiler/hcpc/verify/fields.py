"""The field tables of `schemas/manifests`: read, expanded, and compiled to JSON Schemas.

The tables are the source, the `.json` files are generated from them. Nothing here runs during a
compile: that reads the generated schemas (`verify.schema`).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any, TypeAlias

from hcpc.syntax.tree import FieldPath
from hcpc.verify.schema import ITEMS, KEYS, SCHEMAS, UNIQUE_BY, WHEN, schema_path

TABLES = {"HostedCluster": "hostedcluster.fields", "NodePool": "nodepool.fields"}
SHARED = "shapes.fields"

_WIDTH = 100

_SCALARS: dict[str, str | list[str]] = {
    "text": "string",
    "bool": "boolean",
    "int": "integer",
    "int32": "integer",
    "int64": "integer",
    "int-or-text": ["integer", "string"],
}
# The CRDs leave a format's range unchecked, but an object that holds a larger number cannot be
# read by any controller.
_RANGES = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}


class TableError(ValueError):
    """A field table that cannot be read; says which line."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range, both ends included; None is open."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """When a union's member may be there: while the sibling `field` has one of `values`.

    With `needed` it must be there then, too.
    """

    field: str
    values: tuple[str, ...]
    needed: bool


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a table; `type` is a type word or the name of a shape."""

    type: str = "object"
    many: bool = False
    required: bool = False
    immutable: bool = False
    immutable_once_set: bool = False
    nullable: bool = False
    open: bool = False
    preview: bool = False
    distinct: bool = False
    unique_by: tuple[str, ...] = ()
    length: Bounds = Bounds()
    value: Bounds = Bounds()
    items: Bounds = Bounds()
    keys: Bounds = Bounds()
    options: tuple[str | int, ...] = ()
    preview_options: tuple[str | int, ...] = ()
    default: Any = None
    presence: Presence | None = None
    match: str = ""
    key_match: str = ""


Shape: TypeAlias = dict[FieldPath, Field]
_PLAIN = Field()


@dataclass(frozen=True, slots=True)
class Table:
    """The object's own fields by path (`()` is the object itself) and the shapes they name."""

    root: Shape
    shapes: dict[str, Shape]


def _bounds(text: str) -> Bounds:
    low, dots, high = text.partition("..")
    if not dots:
        return Bounds(int(text), int(text))
    return Bounds(int(low) if low else None, int(high) if high else None)


def _options(text: str) -> tuple[str, ...]:
    return tuple("" if option == '""' else option for option in text.split("|"))


def _presence(text: str, *, needed: bool) -> Presence:
    field, _, values = text.partition(":")
    return Presence(field, _options(values), needed)


_FLAGS = {
    "required": "required",
    "immutable": "immutable",
    "immutable-once-set": "immutable_once_set",
    "nullable": "nullable",
    "open": "open",
    "preview": "preview",
    "set": "distinct",
}
_VALUES: dict[str, tuple[str, Any]] = {
    "by": ("unique_by", lambda text: tuple(text.split(","))),
    "len": ("length", _bounds),
    "val": ("value", _bounds),
    "items": ("items", _bounds),
    "keys": ("keys", _bounds),
    "in": ("options", _options),
    "preview-in": ("preview_options", _options),
    "default": ("default", json.loads),
    "iff": ("presence", lambda text: _presence(text, needed=True)),
    "only": ("presence", lambda text: _presence(text, needed=False)),
    "match": ("match", str),
    "key-match": ("key_match", str),
}


@cache
def read_table(kind: str) -> Table:
    """The table of a kind, with the shared shapes."""
    shapes: dict[str, Shape] = {}
    for name in (SHARED, TABLES[kind]):
        text = schema_path(f"manifests/{name}").read_text(encoding="utf-8")
        for shape, own in parse_table(text, name).items():
            shapes.setdefault(shape, {}).update(own)
    root = shapes.pop("")
    for own in (root, *shapes.values()):
        for path, field in own.items():
            if field.type not in {"object", "map", *_SCALARS, *shapes}:
                raise TableError(f"{'.'.join(path)}: no type or shape is called {field.type}")
    return Table(root, shapes)


def parse_table(text: str, name: str) -> dict[str, Shape]:
    """The fields of each shape that a table's text defines; the object's own stand under ""."""
    shapes: dict[str, Shape] = {}
    shape, prefix = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0].startswith("["):
            section = words[0][1:-1]
            shape, prefix = (section, "") if section[0].isupper() else ("", f"{section}.")
            continue
        try:
            _add(shapes.setdefault(shape, {}), prefix + words[0], _field(words[1:]))
        except (TableError, ValueError, LookupError) as error:
            raise TableError(f"{name}:{number}: {error}") from error
    return {shape: _with_parents(own) for shape, own in shapes.items()}


def _field(words: list[str]) -> Field:
    type_name = words[0].removeprefix("[]")
    said: dict[str, Any] = {"type": type_name, "many": words[0].startswith("[]")}
    for word in words[1:]:
        attribute, equals, value = word.partition("=")
        field, read = _VALUES[attribute] if equals else (_FLAGS[attribute], None)
        if field in said:
            raise TableError(f"{attribute} is said twice")
        said[field] = read(value) if read else True
    if type_name.startswith("int") and "options" in said:
        said["options"] = tuple(int(option) for option in said["options"])
    return Field(**said)


def _add(own: Shape, written: str, field: Field) -> None:
    path = () if written == "." else tuple(written.replace("[]", ".[]").split("."))
    if path in own:
        raise TableError(f"{written} is listed twice")
    own[path] = field


def _with_parents(own: Shape) -> Shape:
    """The fields of a shape with the parents that have no line of their own."""
    parents = {path[:depth]: Field() for path in own for depth in range(len(path))}
    named = {path: field for path, field in parents.items() if path[-1:] != (ITEMS,)} | own
    for path in own:
        for depth in range(1, len(path)):
            parent = named.get(path[:depth])
            if parent and parent.many is not (path[depth] == ITEMS):
                raise TableError(f"{'.'.join(path)}: [] must follow a list, and only a list")
    return dict(sorted(named.items()))


def expand(kind: str) -> Iterator[tuple[FieldPath, Field]]:
    """Every field of a kind with its path, shapes written out; `()` is the object itself."""
    table = read_table(kind)
    yield from _expand(table, table.root, ())


def _expand(table: Table, own: Shape, at: FieldPath) -> Iterator[tuple[FieldPath, Field]]:
    for path, field in own.items():
        if at and not path:
            continue  # a shape's own line is part of the field that names the shape
        place = (*at, *path)
        shape = table.shapes.get(field.type)
        yield place, _shaped(field, shape[()]) if shape else field
        if shape:
            yield from _expand(table, shape, (*place, ITEMS) if field.many else place)


def _shaped(field: Field, shape: Field) -> Field:
    """A field of a shape: what its line says, over what the shape's own line says."""
    said = {f.name: getattr(field, f.name) for f in fields(Field)}
    said = {name: value for name, value in said.items() if value != getattr(_PLAIN, name)}
    return replace(shape, **said | {"type": shape.type, "many": field.many or shape.many})


def json_schema(kind: str) -> dict[str, Any]:
    """The strict JSON Schema (draft 2020-12) of a kind's manifests."""
    table = read_table(kind)
    used = sorted(_used_shapes(table, table.root))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": kind,
        "$defs": {name: _node(table.shapes[name], (), table) for name in used},
        UNIQUE_BY: _unique_by(kind),
        **_node(table.root, (), table),
    }


def _unique_by(kind: str) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, field in expand(kind):
        if field.unique_by:
            place = tree
            for step in path:
                place = place.setdefault(step, {})
            place[KEYS] = list(field.unique_by)
    return tree


def _used_shapes(table: Table, own: Shape) -> set[str]:
    named = {field.type for field in own.values() if field.type in table.shapes}
    return named.union(*(_used_shapes(table, table.shapes[name]) for name in named))


def _node(own: Shape, path: FieldPath, table: Table) -> dict[str, Any]:
    """The schema of one field with all that is below it."""
    field = own[path]
    item = _item(own, path, table)
    if field.many:
        node = {"type": "array", "items": item, **_sized("Items", field.items)}
        if field.distinct:
            node["uniqueItems"] = True
    else:
        node = item
    if field.nullable:
        node["type"] = [node["type"], "null"]
    if field.presence:
        node[WHEN] = [field.presence.field, list(field.presence.values)]
    return node


def _item(own: Shape, path: FieldPath, table: Table) -> dict[str, Any]:
    field = own[path]
    if field.type in table.shapes:
        return {"$ref": f"#/$defs/{field.type}", **_limits(field)}
    if field.type == "object":
        return {**_object(own, path, table), **_limits(field)}
    if field.type == "map":
        values = {"type": "string", **_limits(replace(field, keys=Bounds()))}
        size = _sized("Properties", field.keys)
        if field.key_match:
            closed = {"patternProperties": {field.key_match: values}, "additionalProperties": False}
            return {"type": "object", **closed, **size}
        return {"type": "object", "additionalProperties": values, **size}
    return {"type": _SCALARS[field.type], **_limits(field)}


def _limits(field: Field) -> dict[str, Any]:
    low, high = _RANGES.get(field.type, (None, None))
    low = field.value.low if field.value.low is not None else low
    high = field.value.high if field.value.high is not None else high
    limits: dict[str, Any] = {
        **({} if low is None else {"minimum": low}),
        **({} if high is None else {"maximum": high}),
        **_sized("Length", field.length),
        **_sized("Properties", field.keys),
    }
    if field.match:
        limits["pattern"] = field.match
    if field.options:
        return {"enum": [*field.options, *field.preview_options]}
    return limits


def _sized(what: str, bounds: Bounds) -> dict[str, int]:
    sizes = {f"min{what}": bounds.low, f"max{what}": bounds.high}
    return {name: size for name, size in sizes.items() if size}


def _object(own: Shape, path: FieldPath, table: Table) -> dict[str, Any]:
    here = (*path, ITEMS) if own[path].many else path
    members = {below[-1]: below for below in own if below[:-1] == here and below != here}
    node: dict[str, Any] = {
        "type": "object",
        "properties": {name: _node(own, below, table) for name, below in members.items()},
    }
    # The API server fills in defaults before it looks for what is missing.
    required = [n for n, p in members.items() if own[p].required and own[p].default is None]
    if required:
        node["required"] = sorted(required)
    if not own[path].open:
        node["additionalProperties"] = False
    unions = [rule for name, below in members.items() for rule in _union(own, name, below)]
    if unions:
        node["allOf"] = unions
    return node


def _union(own: Shape, name: str, path: FieldPath) -> Iterator[dict[str, Any]]:
    """Rules for a union's member; silent when the discriminator itself is at fault."""
    presence = own[path].presence
    if presence is None:
        return
    tag = own[(*path[:-1], presence.field)]
    allowed = sorted(presence.values)
    others = sorted({*map(str, tag.options), *map(str, tag.preview_options)} - set(allowed))
    needed = {"properties": {presence.field: {"enum": allowed}}, "required": [presence.field]}
    if presence.needed:
        yield {"if": needed, "then": {"required": [name]}}
    barred: dict[str, Any] = {"properties": {presence.field: {"enum": others}}}
    if tag.required or tag.default in allowed:
        barred["required"] = [presence.field]
    yield {"if": barred, "then": {"properties": {name: False}}}


def manifest_schema_files() -> dict[str, str]:
    """The generated schemas: path below `schemas/` → JSON text, the same bytes every time."""
    return {name: _lines(json_schema(kind), depth=6) + "\n" for kind, name in SCHEMAS.items()}


def _lines(value: Any, depth: int) -> str:
    """Compact JSON, the outermost objects with a line for each entry so that people can compare."""
    compact = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if not depth or not isinstance(value, dict) or len(compact) <= _WIDTH:
        return compact
    entries = (f"{json.dumps(key)}:{_lines(value[key], depth - 1)}" for key in sorted(value))
    return "{\n" + ",\n".join(entries) + "\n}"


if __name__ == "__main__":
    for path, text in manifest_schema_files().items():
        schema_path(path).write_text(text, encoding="utf-8")
