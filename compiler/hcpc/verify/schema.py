"""A manifest against hcpc's own schema of its kind: faults, each with its path in the manifest.

The schemas are the generated `schemas/manifests/*.json`. They say what the CRDs say structurally
(and the unions among it), not what CEL rules or controllers add.
"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from hcpc.kube.loose import value_at
from hcpc.syntax.tree import Path as FaultPath
from hcpc.verify import messages

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator, ValidationError

SCHEMAS = {
    "HostedCluster": "manifests/hostedcluster-v1beta1.json",
    "NodePool": "manifests/nodepool-v1beta1.json",
}

# Keywords of ours: a tree of field names whose leaf `KEYS` lists what no two items may share, and
# the sibling with its values under which a union's member is allowed.
UNIQUE_BY, ITEMS, KEYS = "x-hcpc-unique-by", "[]", "="
WHEN = "x-hcpc-when"


_PACKAGE = Path(__file__).resolve().parents[1]


class SchemaFault(NamedTuple):
    """One thing wrong with a manifest.

    `path` leads to the faulty value; for an unknown or missing field to that field. `rule` is one
    of `RULES`. `candidates` are the names or values that would have been right.
    """

    path: FaultPath
    rule: str
    message: str
    candidates: tuple[str, ...] = ()


# Where one value breaks several rules only the first of them is reported.
RULES = (
    "type",
    "excluded",
    "unknown-field",
    "missing",
    "bad-key",
    "enum",
    "too-short",
    "too-long",
    "too-few",
    "too-many",
    "range",
    "pattern",
    "duplicate",
)


class _Checker(NamedTuple):
    schema: dict[str, Any]
    validator: "Draft202012Validator"
    unique: dict[str, Any]


def schema_path(name: str) -> Path:
    """The file of a schema, by its path below `schemas/`.

    An installed package holds `schemas/` itself; a work tree has it beside the source root. Not
    `importlib.resources`: its import costs more than reading the file.
    """
    installed = _PACKAGE / "schemas" / name
    return installed if installed.exists() else _PACKAGE.parents[1] / "schemas" / name


def read_schema(name: str) -> dict[str, Any]:
    """A schema, by its path below `schemas/`."""
    schema: dict[str, Any] = json.loads(schema_path(name).read_bytes())
    return schema


def check_manifest(kind: str, manifest: dict[str, Any]) -> list[SchemaFault]:
    """What is wrong with a manifest, in the order of its paths.

    Only kinds of `SCHEMAS` are checked; of any other there is nothing to say.
    """
    if kind not in SCHEMAS:
        return []
    checker = _checker(kind)
    try:
        valid = checker.validator.is_valid(manifest)
        faults = list(_duplicate_keys(manifest, checker.unique, ()))
        return [] if valid and not faults else _chosen(faults + _schema_faults(checker, manifest))
    except ValueError as error:  # the library's word for a value that JSON does not know
        return _unreadable(manifest, str(error))


@cache
def _checker(kind: str) -> _Checker:
    from jsonschema_rs import Draft202012Validator  # noqa: PLC0415  # slow to import

    schema = read_schema(SCHEMAS[kind])
    return _Checker(schema, Draft202012Validator(schema), schema[UNIQUE_BY])


def _chosen(faults: list[SchemaFault]) -> list[SchemaFault]:
    """One fault for each place, nothing below a place that should not be there at all."""
    first: dict[FaultPath, SchemaFault] = {}
    for fault in sorted(faults, key=lambda fault: RULES.index(fault.rule)):
        first.setdefault(fault.path, fault)
    barred = {path for path, fault in first.items() if fault.rule == "excluded"}
    kept = [
        fault
        for path, fault in first.items()
        if not any(path[:depth] in barred for depth in range(len(path)))
    ]
    return sorted(kept, key=lambda fault: [(isinstance(s, str), s) for s in fault.path])


def _schema_faults(checker: _Checker, manifest: Any) -> list[SchemaFault]:
    faults: list[SchemaFault] = []
    for error in checker.validator.iter_errors(manifest):
        path = tuple(error.instance_path)
        node, shape = _schema_at(checker.schema, path)
        faults += _faults(error, path, value_at(manifest, path), node, shape)
    return faults


def _faults(
    error: "ValidationError", path: FaultPath, value: Any, node: dict[str, Any], shape: str
) -> Iterator[SchemaFault]:
    from jsonschema_rs import ValidationErrorKind as Kind  # noqa: PLC0415  # loaded by now

    name = called(path)
    match error.kind:
        case Kind.AdditionalProperties(unexpected=unexpected):
            yield from (_unexpected(path, key, node) for key in unexpected)
        case Kind.Required(property=absent):
            yield _missing(path, absent, value, node)
        case Kind.FalseSchema():
            message = messages.excluded(name, *node[WHEN])
            yield SchemaFault(path, "excluded", message)
        case Kind.Type(types=types):
            yield SchemaFault(path, "type", messages.wrong_type(name, types, value))
        case Kind.Enum(options=options):
            message = messages.not_an_option(name, options, value)
            yield SchemaFault(path, "enum", message, tuple(map(str, options)))
        case Kind.Pattern(pattern=pattern):
            message = messages.wrong_form(name, shape, pattern, value)
            yield SchemaFault(path, "pattern", message)
        case Kind.UniqueItems():
            yield from _repeated(path, value)
        case _:
            yield _beyond_limit(error, path, value)


def _beyond_limit(error: "ValidationError", path: FaultPath, value: Any) -> SchemaFault:
    from jsonschema_rs import ValidationErrorKind as Kind  # noqa: PLC0415  # loaded by now

    name = called(path)
    match error.kind:
        case Kind.MinLength(limit=limit):
            return SchemaFault(path, "too-short", messages.too_short(name, limit, len(value)))
        case Kind.MaxLength(limit=limit):
            return SchemaFault(path, "too-long", messages.too_long(name, limit, len(value)))
        case Kind.MinItems(limit=limit) | Kind.MinProperties(limit=limit):
            return SchemaFault(path, "too-few", messages.too_few(name, limit, len(value)))
        case Kind.MaxItems(limit=limit) | Kind.MaxProperties(limit=limit):
            return SchemaFault(path, "too-many", messages.too_many(name, limit, len(value)))
        case Kind.Minimum(limit=limit):
            return SchemaFault(path, "range", messages.out_of_range(name, "least", limit, value))
        case Kind.Maximum(limit=limit):
            return SchemaFault(path, "range", messages.out_of_range(name, "most", limit, value))
        case _:  # no keyword that our schemas use
            return SchemaFault(path, "type", messages.uncheckable(error.message))


def _unexpected(path: FaultPath, key: str, node: dict[str, Any]) -> SchemaFault:
    if "patternProperties" in node:
        return SchemaFault((*path, key), "bad-key", messages.bad_key(called(path), key))
    known = tuple(sorted(node["properties"]))
    return SchemaFault((*path, key), "unknown-field", messages.unknown_field(key), known)


def _missing(path: FaultPath, absent: str, value: Any, node: dict[str, Any]) -> SchemaFault:
    if absent in node.get("required", ()):
        return SchemaFault((*path, absent), "missing", messages.missing(absent))
    tag, _ = node["properties"][absent][WHEN]
    return SchemaFault((*path, absent), "missing", messages.missing(absent, tag, value[tag]))


def _repeated(path: FaultPath, items: list[Any]) -> Iterator[SchemaFault]:
    message = messages.duplicate_item
    for index, item in enumerate(items):
        if item in items[:index]:
            yield SchemaFault((*path, index), "duplicate", message(called(path), item))


def _duplicate_keys(value: Any, unique: dict[str, Any], path: FaultPath) -> Iterator[SchemaFault]:
    """Items of a list that agree in the fields which identify them.

    `unique` is the tree of the schema's `x-hcpc-unique-by`, from here on.
    """
    for step, below in unique.items():
        if step == KEYS:
            yield from _agreeing(value, below, path)
        elif step == ITEMS:
            for index, item in enumerate(value if isinstance(value, list) else ()):
                yield from _duplicate_keys(item, below, (*path, index))
        elif isinstance(value, dict) and step in value:
            yield from _duplicate_keys(value[step], below, (*path, step))


def _agreeing(items: Any, keys: list[str], path: FaultPath) -> Iterator[SchemaFault]:
    seen: list[list[Any]] = []
    for index, item in enumerate(items if isinstance(items, list) else ()):
        if not isinstance(item, dict) or any(key not in item for key in keys):
            continue
        identity = [item[key] for key in keys]
        if identity in seen:
            message = messages.duplicate_key(called(path), keys, identity)
            yield SchemaFault((*path, index), "duplicate", message)
        seen.append(identity)


def _schema_at(schema: dict[str, Any], path: FaultPath) -> tuple[dict[str, Any], str]:
    """The part of a schema that speaks for a place, and the name of its shape if it has one."""
    node: dict[str, Any] = schema
    shape = ""
    for step in path:
        if isinstance(step, int):
            node = node["items"]
        elif step in node.get("properties", ()):
            node = node["properties"][step]
        else:
            node = (
                next(iter(node.get("patternProperties", {}).values()), {})
                or (node["additionalProperties"])
            )
        shape = node.get("$ref", "").rpartition("/")[2]
        if shape:
            node = {**schema["$defs"][shape], **node}
    return node, shape


def called(path: FaultPath) -> str:
    """The last field of a path with the indexes behind it: `services[0]`."""
    names = [depth for depth, step in enumerate(path) if isinstance(step, str)]
    if not names:
        return "manifest"
    return f"{path[names[-1]]}" + "".join(f"[{step}]" for step in path[names[-1] + 1 :])


def _unreadable(manifest: Any, reason: str) -> list[SchemaFault]:
    """Why the validator could not read a manifest: a value that JSON does not know."""
    found: list[SchemaFault] = []
    pending: list[tuple[FaultPath, Any]] = [((), manifest)]
    while pending:
        path, value = pending.pop()
        match value:
            case dict():
                found += [
                    SchemaFault((*path, str(key)), "bad-key", messages.bad_key(called(path), key))
                    for key in value
                    if not isinstance(key, str)
                ]
                pending += [((*path, str(key)), item) for key, item in value.items()]
            case list() | tuple():
                pending += [((*path, index), item) for index, item in enumerate(value)]
            case None | str() | bool() | float():
                pass
            case int() if -(2**63) <= value < 2**63:
                pass
            case _:
                found.append(SchemaFault(path, "type", messages.not_json(called(path), value)))
    return _chosen(found) or [SchemaFault((), "type", messages.uncheckable(reason))]
