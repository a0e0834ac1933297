"""CRD sets: the kinds that a management cluster has installed, in a compact form that git can keep.

A set is made of CRD documents once, and read in every run. It holds all by which the API server
decides, of served versions only, and none of what is written for people.
"""

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple

from hcpc import API_VERSION

KIND: Final = "CrdSet"
_CRD = ("apiextensions.k8s.io/v1", "CustomResourceDefinition")
_FOR_PEOPLE = frozenset({"description", "example", "externalDocs", "id", "title", "$schema"})
_TYPES = frozenset({"", "array", "boolean", "integer", "number", "object", "string"})
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
            f"{_title(document)} is of `{api_version}`: only `{_CRD[0]}` has all schemas"
        )
    try:
        return list(_served(document["spec"]))
    except (AttributeError, KeyError, TypeError) as lacking:
        raise CrdError(f"{_title(document)} is not whole: {lacking} is missing") from None


def _title(document: dict[str, Any]) -> str:
    metadata = document.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return f"CustomResourceDefinition `{name or '?'}`"


def _served(spec: dict[str, Any]) -> Iterator[CrdKind]:
    names = spec["names"]
    for version in spec["versions"]:
        if not version["served"]:
            continue
        subresources = version.get("subresources") or {}
        scale = subresources.get("scale") or {}
        path = scale.get("specReplicasPath", "").removeprefix(".")
        yield CrdKind(
            spec["group"],
            version["name"],
            names["kind"],
            names["plural"],
            spec.get("scope", "Namespaced") == "Namespaced",
            compact(version["schema"]["openAPIV3Schema"]),
            "status" in subresources,
            tuple(path.split(".")) if path else (),
        )


def compact(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema without what is written for people; the schema itself is not changed.

    Raises `CrdError` for a type that no CRD can have.
    """
    result: dict[str, Any] = {}
    for word, value in schema.items():
        match word, value:
            case _ if word in _FOR_PEOPLE:
                continue
            case "properties", dict():
                result[word] = {name: compact(below) for name, below in value.items()}
            case (("items" | "additionalProperties" | "not"), dict()):
                result[word] = compact(value)
            case "type", _ if value not in _TYPES:
                raise CrdError(f"`{value}` is no type that a CRD can have")
            case (("allOf" | "anyOf" | "oneOf"), list()):
                result[word] = [compact(each) for each in value]
            case _:
                result[word] = value
    return result


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
