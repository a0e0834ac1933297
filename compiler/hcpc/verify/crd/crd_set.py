"""CRD sets: the kinds that a management cluster has installed, in a compact form that git can keep.

A set is made of CRD documents once, and read in every run. It holds all by which the API server
decides, of served versions only, and none of what is written for people.
"""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from hcpc import API_VERSION
from hcpc.kube.loose import text
from hcpc.syntax.tree import Path, dotted
from hcpc.verify.crd.words import SIZES, CrdError, check_schema, items, shaped, texts

__all__ = [
    "CrdError",
    "CrdKind",
    "CrdSet",
    "compact",
    "kinds_of",
    "read_set",
    "write_set",
]

KIND: Final = "CrdSet"
_CRD = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")
_FOR_PEOPLE = frozenset({"description", "example", "externalDocs", "id", "title", "$schema"})
_SCHEMAS = frozenset({"additionalProperties", "items", "not"})
_LISTS_OF_SCHEMAS = frozenset({"allOf", "anyOf", "oneOf"})
_SETS_KEPT = 16


class CrdKind(NamedTuple):
    """One version of a kind: its names, and what its schema says.

    `has_status` tells that the status is written beside the object; `replicas` is the path of the
    field that `kubectl scale` writes, empty without one. `unchecked` are rules that hcpc could not
    read when the set was made. The schema must never be changed.
    """

    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool
    schema: dict[str, Any]
    has_status: bool = True
    replicas: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def api_version(self) -> str:
        """Group and version as objects have it."""
        return f"{self.group}/{self.version}"


class CrdSet(NamedTuple):
    """The kinds of a set, by `apiVersion` and `kind`."""

    name: str
    kinds: dict[tuple[str, str], CrdKind]


def kinds_of(document: Any) -> list[CrdKind]:
    """The served versions of the CRDs in a document: one, a list of them, or none.

    Raises `CrdError` for a CRD that no API server would have taken.
    """
    if not isinstance(document, dict):
        return []
    if isinstance(listed := document.get("items"), list):
        return [kind for item in listed for kind in kinds_of(item)]
    api_version, kind = document.get("apiVersion"), document.get("kind")
    if kind != _CRD[1]:
        return []
    if api_version != _CRD[0]:
        raise CrdError(
            f"{_title(document)} is of `{text(api_version)}`: only `{_CRD[0]}` has all schemas"
        )
    try:
        return list(_served(_mapping(document.get("spec"), ("spec",))))
    except CrdError as fault:
        raise CrdError(f"{_title(document)} is not whole: {fault}") from None


def _title(document: dict[str, Any]) -> str:
    metadata = document.get("metadata")
    name = text(metadata.get("name")) if isinstance(metadata, dict) else ""
    return f"CustomResourceDefinition `{name or '?'}`"


def _served(spec: dict[str, Any]) -> Iterator[CrdKind]:
    names = _mapping(spec.get("names"), ("spec", "names"))
    for at, each in enumerate(shaped(list, spec.get("versions"), ("spec", "versions"))):
        where: Path = ("spec", "versions", at)
        version = _mapping(each, where)
        if not shaped(bool, version.get("served"), (*where, "served")):
            continue
        subresources = _mapping(version.get("subresources") or {}, (*where, "subresources"))
        within = (*where, "schema")
        schema = _mapping(version.get("schema"), within).get("openAPIV3Schema")
        yield CrdKind(
            shaped(str, spec.get("group"), ("spec", "group")),
            shaped(str, version.get("name"), (*where, "name")),
            shaped(str, names.get("kind"), ("spec", "names", "kind")),
            shaped(str, names.get("plural"), ("spec", "names", "plural")),
            spec.get("scope", "Namespaced") == "Namespaced",
            compact(schema, (*within, "openAPIV3Schema")),
            "status" in subresources,
            _replicas(subresources.get("scale") or {}, (*where, "subresources", "scale")),
        )


def _replicas(scale: Any, where: Path) -> tuple[str, ...]:
    path = _mapping(scale, where).get("specReplicasPath") or ""
    path = shaped(str, path, (*where, "specReplicasPath")).removeprefix(".")
    return tuple(path.split(".")) if path else ()


def compact(schema: Any, where: Path = ()) -> dict[str, Any]:
    """A schema without what is written for people; the schema itself is not changed.

    Raises `CrdError` for what no CRD can have; `where` is where the schema stands.
    """
    kept = _kept(schema, where)
    check_schema(kept, where)
    return kept


def _kept(schema: Any, where: Path) -> dict[str, Any]:
    return {
        word: _compacted(word, value, (*where, word))
        for word, value in _mapping(schema, where).items()
        if word not in _FOR_PEOPLE and (value is not None or word == "default")
    }


def _compacted(word: str, value: Any, where: Path) -> Any:
    """What a word of a schema says, without what is for people below it."""
    if word == "properties":
        fields = _mapping(value, where).items()
        return {name: _kept(below, (*where, name)) for name, below in fields}
    if word in _SCHEMAS and not (word == "additionalProperties" and isinstance(value, bool)):
        return _kept(value, where)
    if word in _LISTS_OF_SCHEMAS:
        return [_kept(below, at) for at, below in items(value, where)]
    if word in SIZES and isinstance(value, float) and value.is_integer():
        return int(value)  # YAML writes `1e3`
    return value if isinstance(value, str | int | float) else _as_json(value, where)


def _as_json(value: Any, where: Path) -> Any:
    """The value as JSON has it: YAML knows more, and names that are no texts."""
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError):
        raise CrdError(f"`{dotted(where)}` is a value that JSON does not have") from None


def _mapping(value: Any, where: Path) -> dict[str, Any]:
    found = shaped(dict, value, where)
    if not all(isinstance(name, str) for name in found):
        raise CrdError(f"`{dotted(where)}` has a name that is not a text")
    return found


def write_set(kinds: Iterable[CrdKind]) -> str:
    """The text of a set: the same for the same kinds, in whatever order they were found."""
    found: dict[tuple[str, str, str], CrdKind] = {}
    for kind in kinds:
        found[kind.group, kind.kind, kind.version] = kind
    document = {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "kinds": [_plain(found[key]) for key in sorted(found)],
    }
    return json.dumps(document, indent=0, sort_keys=True, ensure_ascii=False) + "\n"


def _plain(kind: CrdKind) -> dict[str, Any]:
    return {
        "group": kind.group,
        "version": kind.version,
        "kind": kind.kind,
        "plural": kind.plural,
        "namespaced": kind.namespaced,
        "status": kind.has_status,
        "replicas": list(kind.replicas),
        "unchecked": list(kind.unchecked),
        "schema": kind.schema,
    }


def read_set(name: str, content: bytes) -> CrdSet:
    """A set from its file's content, read once in a process.

    Raises `CrdError` for what `write_set` does not write: a set may have been changed by hand.
    """
    found = _read(name, content)
    if isinstance(found, str):
        raise CrdError(f"not a file that `hcpc schema import` wrote{found}")
    return found


@lru_cache(maxsize=_SETS_KEPT)
def _read(name: str, content: bytes) -> CrdSet | str:
    """The set, or what else there is to say of why it is none."""
    try:
        document = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(document, dict) or document.get("kind") != KIND:
        return ""
    if document.get("apiVersion") != API_VERSION:
        return f": it is not of `{API_VERSION}`"
    kinds: dict[tuple[str, str], CrdKind] = {}
    try:
        for where, each in items(document.get("kinds"), ("kinds",)):
            kind = _kind(shaped(dict, each, where), where)
            if kinds.setdefault((kind.api_version, kind.kind), kind) is not kind:
                return f": it has {kind.kind} of `{kind.api_version}` twice"
    except CrdError as fault:
        return f": {fault}"
    except RecursionError:
        return ": a schema is nested too deeply"
    return CrdSet(name, kinds)


def _no_number(text: str) -> None:
    raise ValueError(text)


def _kind(plain: dict[str, Any], where: Path) -> CrdKind:
    """The kind that `_plain` wrote."""
    check_schema(plain.get("schema"), (*where, "schema"))
    return CrdKind(
        shaped(str, plain.get("group"), (*where, "group")),
        shaped(str, plain.get("version"), (*where, "version")),
        shaped(str, plain.get("kind"), (*where, "kind")),
        shaped(str, plain.get("plural"), (*where, "plural")),
        shaped(bool, plain.get("namespaced"), (*where, "namespaced")),
        plain["schema"],
        shaped(bool, plain.get("status"), (*where, "status")),
        texts(plain.get("replicas"), (*where, "replicas")),
        texts(plain.get("unchecked"), (*where, "unchecked")),
    )
