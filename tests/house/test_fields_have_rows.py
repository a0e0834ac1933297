"""Every field that a spec may have has a row, and every row a field on both sides.

A spec is made for each field of the models, with that field and nothing else; it is lowered and
the way is followed back. No value here needs to be valid, only to be in the right place.
"""

import typing
from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import BaseModel

from hcpc.lower.hosted_cluster import HOSTED_CLUSTER_TABLE
from hcpc.lower.lower import lift, lower, trace
from hcpc.lower.node_pool import NODE_POOL_TABLE
from hcpc.mapping.codec import Codec, Each, Keyed, Union
from hcpc.mapping.table import Table
from hcpc.platforms import registry
from hcpc.spec.cluster import ClusterSpec
from hcpc.spec.payload_fields import PAYLOAD_FIELDS
from hcpc.syntax.tree import Path
from hcpc.verify.schema import SCHEMAS, read_schema

Field = tuple[Path, Any]

# What is gone before a spec is lowered, and the passthrough, which has no rows.
NO_ROWS = {"profiles", "nodePoolDefaults", "hostedCluster", "nodePool", *PAYLOAD_FIELDS}
# A field beside a union's arms says something only with one of them.
ARM: dict[str, Any] = {"mappingMethod": {"htpasswd": {}}}
TABLES = {"HostedCluster": HOSTED_CLUSTER_TABLE, "NodePool": NODE_POOL_TABLE}


def alternatives(annotation: Any) -> list[Any]:
    """The types that a field may have, None aside."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return alternatives(arguments[0])
    if origin in {typing.Union, UnionType}:
        return [found for each in arguments for found in alternatives(each)]
    return [] if annotation is type(None) else [annotation]


def fields(annotation: Any, at: Path) -> Iterator[Field]:
    """Each field below a type at a path: the rest of its path, and what has it and no other."""
    types = alternatives(annotation)
    for each in types:
        arguments = get_args(each)
        if isinstance(each, type) and issubclass(each, BaseModel):
            found = list(fields_of(each, at))
            # Where text may stand as well, an object is told by all that it has.
            whole = {name: value for _, tree in found for name, value in tree.items()}
            yield from ((path, whole) for path, _ in found) if types[1:] else found
        elif get_origin(each) is list:
            yield from (((0, *path), [tree]) for path, tree in fields(arguments[0], (*at, 0)))
        elif get_origin(each) is dict and arguments[1] is not Any:
            inner = fields(arguments[1], (*at, "key"))
            yield from ((("key", *path), {"key": tree}) for path, tree in inner)
        else:
            yield (), {} if get_origin(each) is dict else "text"


def fields_of(model: type[BaseModel], at: Path) -> Iterator[Field]:
    if not model.model_fields:
        yield (), {}
    for name, info in model.model_fields.items():
        alias = info.alias or name
        if alias in NO_ROWS:
            continue
        if alias == "config":  # a complete spec has no names of NodeConfigs any more
            yield from (((alias, 0, "configMap"), {alias: [{"configMap": "text"}]}),)
            continue
        members = platform_models((*at, alias))
        for member, inner in members.items():
            for path, tree in fields(inner, (*at, alias, member)):
                yield (alias, member, *path), {alias: {member: tree}}
        if not members:
            for path, tree in fields(info.annotation, (*at, alias)):
                yield (alias, *path), {alias: tree, **ARM.get(alias, {})}


def platform_models(path: Path) -> dict[str, type[BaseModel]]:
    """The models that stand by platform where specs say `platform` or `kms`."""
    platforms = {name: found for name in registry.NAMES if (found := registry.platform(name))}
    match path:
        case ("platform",):
            return {name: platform.cluster for name, platform in platforms.items()}
        case ("nodePools", _, "platform"):
            return {name: platform.node_pool for name, platform in platforms.items()}
        case ("encryption", "kms"):
            return {name: each.kms.model for name, each in platforms.items() if each.kms}
        case _:
            return {}


def leaves(value: Any, at: Path = ()) -> Iterator[Path]:
    if not value or not isinstance(value, dict | list):
        yield at
        return
    for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield from leaves(inner, (*at, step))


def all_fields() -> dict[Path, Any]:
    """A spec for each field, by the field's path."""
    return dict(fields_of(ClusterSpec, ()))


def test_every_field_is_lowered_and_its_manifest_field_leads_back_to_it() -> None:
    astray = [path for path, spec in all_fields().items() if path not in sources(spec)]
    assert len(all_fields()) > 500
    assert astray == []


def sources(spec: dict[str, Any]) -> set[Path]:
    return {trace(manifest, path) for manifest in lower(spec) for path in leaves(manifest.body)}


def test_every_field_is_lifted_from_what_it_becomes() -> None:
    lost = [path for path, spec in all_fields().items() if not survives(spec)]
    assert lost == []


def survives(spec: dict[str, Any]) -> bool:
    """Whether lowering and lifting give the spec again."""
    for pool in spec.get("nodePools", {}).values():
        # A pool is known by its name, an upgrade's settings by its type.
        name = pool.setdefault("name", "key")
        pool.get("upgrade", {}).setdefault("type", "Replace")
        spec = {"nodePools": {name: pool}}
    hosted_cluster, *node_pools = [manifest.body for manifest in lower(spec)]
    return lift(hosted_cluster, node_pools) == spec


def test_every_field_becomes_one_that_the_api_knows() -> None:
    unknown = {
        (path, found)
        for path, spec in all_fields().items()
        for manifest in lower(spec)
        for found in leaves(manifest.body)
        if not is_known(manifest.kind, found, at(manifest.body, found))
    }
    assert unknown == set()


def at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def is_known(kind: str, path: Path, value: Any) -> bool:
    """Whether the schema has a place at a path, for an object where the value is one."""
    root = schema(kind)
    level = root
    for step in path:
        inner = level.get("items") if isinstance(step, int) else None
        inner = inner or level.get("properties", {}).get(step) or any_key(level)
        if inner is None:
            return False
        level = resolved(root, inner)
    types = level.get("type")
    return isinstance(value, dict) == ("object" in (types if isinstance(types, list) else [types]))


def any_key(level: dict[str, Any]) -> Any:
    """The schema of a mapping's values, or None where only named fields are allowed."""
    patterns = level.get("patternProperties", {}).values()
    return next(iter(patterns), level.get("additionalProperties")) or None


def resolved(root: dict[str, Any], level: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in level:
        level = root["$defs"][level["$ref"].rpartition("/")[2]]
    return level


@cache
def schema(kind: str) -> dict[str, Any]:
    return read_schema(SCHEMAS[kind])


def test_a_field_that_the_api_does_not_know_is_told_apart() -> None:
    assert is_known("HostedCluster", ("spec", "services", 0, "service"), "OIDC")
    assert is_known("NodePool", ("metadata", "labels", "anything"), "text")
    assert is_known("NodePool", ("spec", "platform", "agent"), {})
    assert not is_known("HostedCluster", ("spec", "services", 0, "sevice"), "OIDC")
    assert not is_known("HostedCluster", ("spec", "pullSecret"), "text")
    assert not is_known("NodePool", ("spec", "management", "replace", "maxSurge"), 1)
    assert not is_known("NodePool", ("spec", "arch"), {})


def rows(codec: Codec, at: Path, to: Path, known: set[Path]) -> Iterator[tuple[Path, Path]]:
    """Every row of a codec and below: its spec path and its manifest path, from the top."""
    match codec:
        case Table():
            for entry in codec.rows:
                spec, manifest = (*at, *entry.spec), (*to, *entry.manifest)
                yield spec, manifest
                yield from rows(entry.codec, spec, manifest, known)
        case Each():
            yield from rows(codec.item, (*at, 0), (*to, 0), known)
        case Keyed():
            yield from rows(codec.item, (*at, "key"), (*to, 0), known)
        case Union():
            for name in sorted({str(path[len(at)]) for path in known if path[: len(at)] == at}):
                member = codec.arms(name)
                if member:
                    below = (*to, member.field) if member.field else to
                    yield from rows(member.codec, (*at, name), below, known)
        case _:  # it has one value, or is tested as a whole
            pass


@cache
def all_rows(kind: str) -> tuple[tuple[Path, Path], ...]:
    prefix = ("nodePools", "key") if kind == "NodePool" else ()
    return tuple(rows(TABLES[kind], prefix, (), set(all_fields())))


@pytest.mark.parametrize("kind", TABLES)
def test_every_row_begins_at_a_field_of_the_models(kind: str) -> None:
    known = {path[:size] for path in all_fields() for size in range(len(path) + 1)}
    missing = {spec for spec, _ in all_rows(kind)} - known
    assert missing == ({("name",)} if kind == "HostedCluster" else set())  # the document's own


@pytest.mark.parametrize("kind", TABLES)
def test_no_two_rows_end_at_the_same_manifest_field(kind: str) -> None:
    found: dict[Path, Path] = {}
    clashes = [
        (spec, other)
        for spec, manifest in all_rows(kind)
        if (other := found.setdefault(manifest, spec)) != spec
    ]
    assert len(found) > 10
    assert clashes == []
