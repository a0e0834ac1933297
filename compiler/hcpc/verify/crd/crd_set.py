"""CRD sets: the kinds that a management cluster has installed, in a compact form that git can keep.

A set is made of CRD documents once, and read in every run. It holds all by which the API server
decides, of served versions only, and none of what is written for people.
"""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar

from hcpc import API_VERSION
from hcpc.kube.loose import text
from hcpc.syntax.tree import Path, dotted

KIND: Final = "CrdSet"
_CRD = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")
_FOR_PEOPLE = frozenset({"description", "example", "externalDocs", "id", "title", "$schema"})
_TYPES = frozenset({"", "array", "boolean", "integer", "number", "object", "string"})
_SCHEMAS = frozenset({"additionalProperties", "items", "not"})
_LISTS_OF_SCHEMAS = frozenset({"allOf", "anyOf", "oneOf"})
_TEXTS = frozenset({"format", "pattern", "x-kubernetes-list-type", "x-kubernetes-map-type"})
_LISTS_OF_TEXTS = frozenset({"required", "x-kubernetes-list-map-keys"})
_RULES = "x-kubernetes-validations"
_OF_RULES = ("rule", "message", "messageExpression", "fieldPath", "reason")
_CALLED: Final = {bool: "true or false", dict: "a mapping", list: "a list", str: "a text"}
_SETS_KEPT = 16
_T = TypeVar("_T", bool, dict[str, Any], list[Any], str)


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


class CrdError(Exception):
    """A document or a set that cannot be used; the text says what is wrong with it."""


def kinds_of(document: Any) -> list[CrdKind]:
    """The served versions of the CRDs in a document: one, a list of them, or none.

    Raises `CrdError` for a CRD that no API server would have taken.
    """
    if not isinstance(document, dict):
        return []
    if isinstance(items := document.get("items"), list):
        return [kind for item in items for kind in kinds_of(item)]
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
    for at, each in enumerate(_shaped(list, spec.get("versions"), ("spec", "versions"))):
        where: Path = ("spec", "versions", at)
        version = _mapping(each, where)
        if not _shaped(bool, version.get("served"), (*where, "served")):
            continue
        subresources = _mapping(version.get("subresources") or {}, (*where, "subresources"))
        within = (*where, "schema")
        schema = _mapping(version.get("schema"), within).get("openAPIV3Schema")
        yield CrdKind(
            _shaped(str, spec.get("group"), ("spec", "group")),
            _shaped(str, version.get("name"), (*where, "name")),
            _shaped(str, names.get("kind"), ("spec", "names", "kind")),
            _shaped(str, names.get("plural"), ("spec", "names", "plural")),
            spec.get("scope", "Namespaced") == "Namespaced",
            compact(schema, (*within, "openAPIV3Schema")),
            "status" in subresources,
            _replicas(subresources.get("scale") or {}, (*where, "subresources", "scale")),
        )


def _replicas(scale: Any, where: Path) -> tuple[str, ...]:
    path = _mapping(scale, where).get("specReplicasPath") or ""
    path = _shaped(str, path, (*where, "specReplicasPath")).removeprefix(".")
    return tuple(path.split(".")) if path else ()


def compact(schema: Any, where: Path = ()) -> dict[str, Any]:
    """A schema without what is written for people; the schema itself is not changed.

    Raises `CrdError` for what no CRD can have; `where` is where the schema stands.
    """
    return {
        word: _compacted(word, value, (*where, word))
        for word, value in _mapping(schema, where).items()
        if word not in _FOR_PEOPLE and (value is not None or word == "default")
    }


def _compacted(word: str, value: Any, where: Path) -> Any:
    """What a word of a schema says, which has the shape that this word wants."""
    if word == "properties":
        fields = _mapping(value, where).items()
        return {name: compact(below, (*where, name)) for name, below in fields}
    if word in _SCHEMAS and not (word == "additionalProperties" and isinstance(value, bool)):
        return compact(value, where)
    if word in _LISTS_OF_SCHEMAS:
        return [compact(below, at) for at, below in _items(value, where)]
    if word == "type" and (not isinstance(value, str) or value not in _TYPES):
        shown = f"`{value}`" if isinstance(value, str) else "it"
        raise CrdError(f"`{dotted(where)}`: {shown} is no type that a CRD can have")
    if word in _TEXTS:
        return _shaped(str, value, where)
    if word in _LISTS_OF_TEXTS:
        return [_shaped(str, each, at) for at, each in _items(value, where)]
    if word == _RULES:
        return [_rule(each, at) for at, each in _items(value, where)]
    return value if isinstance(value, str | int | float) else _as_json(value, where)


def _as_json(value: Any, where: Path) -> Any:
    """The value as JSON has it: YAML knows more, and names that are no texts."""
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError):
        raise CrdError(f"`{dotted(where)}` is a value that JSON does not have") from None


def _rule(value: Any, where: Path) -> dict[str, Any]:
    rule = _mapping(value, where)
    for word in _OF_RULES:
        if rule.get(word) is not None:
            _shaped(str, rule[word], (*where, word))
    return rule


def _items(value: Any, where: Path) -> Iterator[tuple[Path, Any]]:
    """The items of a list, each with where it stands."""
    for at, each in enumerate(_shaped(list, value, where)):
        yield (*where, at), each


def _mapping(value: Any, where: Path) -> dict[str, Any]:
    found = _shaped(dict, value, where)
    if not all(isinstance(name, str) for name in found):
        raise CrdError(f"`{dotted(where)}` has a name that is not a text")
    return found


def _shaped(kind: type[_T], value: Any, where: Path) -> _T:
    """The value, which must be of this kind."""
    if isinstance(value, kind):
        return value
    fault = "is missing" if value is None else f"is not {_CALLED[kind]}"
    raise CrdError(f"`{dotted(where)}` {fault}")


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


@lru_cache(maxsize=_SETS_KEPT)
def read_set(name: str, content: bytes) -> CrdSet:
    """A set from its file's content, read once in a process; raises `CrdError`."""
    try:
        document = json.loads(content)
        if (document["apiVersion"], document["kind"]) != (API_VERSION, KIND):
            raise CrdError(f"not a {KIND} of `{API_VERSION}`")
        kinds = [
            CrdKind(
                each["group"],
                each["version"],
                each["kind"],
                each["plural"],
                each["namespaced"],
                each["schema"],
                each["status"],
                tuple(each["replicas"]),
                tuple(each["unchecked"]),
            )
            for each in document["kinds"]
        ]
    except (ValueError, KeyError, TypeError, RecursionError) as fault:
        raise CrdError("not a file that `hcpc schema import` wrote") from fault
    return CrdSet(name, {(kind.api_version, kind.kind): kind for kind in kinds})
