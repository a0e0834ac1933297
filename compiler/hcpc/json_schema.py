"""JSON Schemas of all kinds, generated from the models, for editors and other tools.

A spec is made of layers, so nothing inside it is required of a single file; what is missing in
the end is found by `hcpc lint`.
"""

import json
from typing import Any

from hcpc.platforms import registry
from hcpc.spec.document import KINDS, model_of
from hcpc.spec.management_cluster import PARTS, part_model
from hcpc.spec.types import Form

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_WHOLE = {"Fleet", "Policy", "ReleaseCatalog", "Tombstone"}
_ANNOTATIONS = frozenset({"default", "description", "title"})


def schema_files() -> dict[str, str]:
    """Texts by file name: `hcpc.json` for documents of any kind, and one that refers to it each."""
    schemas = {kind: _schema(kind) for kind in sorted(KINDS)}
    files: dict[str, Any] = {"hcpc.json": _any_kind(schemas)}
    for kind in schemas:
        files[f"{kind.lower()}.json"] = {
            "$schema": _DIALECT,
            "$ref": f"hcpc.json#/$defs/{kind}",
            "title": kind,
        }
    return {
        name: json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
        for name, schema in files.items()
    }


def _schema(kind: str) -> dict[str, Any]:
    schema: dict[str, Any] = model_of(kind).model_json_schema(by_alias=True)
    definitions: dict[str, Any] = schema.setdefault("$defs", {})
    if "ClusterSpec" in definitions:
        _add_platforms(definitions)
    if "ManagementClusterSpec" in definitions:
        properties = definitions["ManagementClusterSpec"]["properties"]
        for name in PARTS:
            part = _member(part_model(name), definitions)
            properties[name] |= {"anyOf": [part, {"type": "null"}]}
    if kind not in _WHOLE:
        for name, definition in definitions.items():
            if name != "Metadata":
                definition.pop("required", None)
        schema["required"] = [name for name in schema["required"] if name != "spec"]
        for definition in definitions.values():
            _allow_references(definition)
    _tidy(schema)
    return {**schema, "title": kind}


def _add_platforms(definitions: dict[str, Any]) -> None:
    """Put the platforms' own models where specs name a platform."""
    clusters: dict[str, Any] = {}
    pools: dict[str, Any] = {}
    providers: dict[str, Any] = {}
    for name in registry.NAMES:
        platform = registry.platform(name)
        assert platform is not None
        clusters[name] = _member(platform.cluster, definitions)
        pools[name] = _member(platform.node_pool, definitions)
        if platform.kms:
            providers[name] = _member(platform.kms.model, definitions)
    for owner, field, members in (
        ("ClusterSpec", "platform", clusters),
        ("NodePool", "platform", pools),
        ("Encryption", "kms", providers),
    ):
        properties = definitions[owner]["properties"]
        description = properties[field].get("description", "")
        properties[field] = {"description": description, **_one_of(members)}


def _member(model: type[Form], definitions: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = model.model_json_schema(by_alias=True)
    prefix = f"{model.__module__.rpartition('.')[2]}."
    text = json.dumps({name: schema[name] for name in schema if name != "$defs"})
    inner = json.dumps(schema.get("$defs", {}))
    for name in sorted(schema.get("$defs", {}), key=len, reverse=True):
        pointer = f'"#/$defs/{name}"'
        text = text.replace(pointer, f'"#/$defs/{prefix}{name}"')
        inner = inner.replace(pointer, f'"#/$defs/{prefix}{name}"')
    for name, definition in json.loads(inner).items():
        definitions[f"{prefix}{name}"] = definition
    own: dict[str, Any] = json.loads(text)
    own.pop("required", None)
    return own


def _one_of(members: dict[str, Any]) -> dict[str, Any]:
    # A layer may take an inherited platform away with null, so null is as good as a mapping.
    return {
        "additionalProperties": False,
        "properties": {n: {"anyOf": [s, {"type": "null"}]} for n, s in members.items()},
        "type": "object",
    }


def _any_kind(schemas: dict[str, Any]) -> dict[str, Any]:
    definitions: dict[str, Any] = {}
    cases = []
    for kind, schema in schemas.items():
        definitions |= schema.pop("$defs", {})
        definitions[kind] = schema
        cases.append(
            {
                "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
                "then": {"$ref": f"#/$defs/{kind}"},
            }
        )
    return {
        "$schema": _DIALECT,
        "title": "A document of a fleet",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata"],
        "properties": {"kind": {"enum": sorted(schemas)}},
        "allOf": cases,
        "$defs": definitions,
    }


def _allow_references(schema: Any) -> None:
    """Numbers, flags and enums may also be a text with a reference; texts are texts anyway."""
    if not isinstance(schema, dict):
        return
    for field in (schema.get("properties") or {}).values():
        _allow_references(field)
    for inner in (schema.get("items"), schema.get("additionalProperties")):
        _allow_references(inner)
    if "anyOf" in schema:
        for arm in schema["anyOf"]:
            _allow_references(arm)
    elif schema.get("type") in {"integer", "boolean"} or {"enum", "const"} & schema.keys():
        own = {name: schema.pop(name) for name in list(schema) if name not in _ANNOTATIONS}
        schema["anyOf"] = [own, {"type": "string", "pattern": r"\$\{"}]


def _tidy(schema: Any) -> None:
    """Drop the titles that repeat a field's own name."""
    if isinstance(schema, dict):
        for name, value in schema.items():
            if name == "properties" and isinstance(value, dict):
                for field in value.values():
                    if isinstance(field, dict):
                        field.pop("title", None)
            _tidy(value)
    elif isinstance(schema, list):
        for item in schema:
            _tidy(item)
