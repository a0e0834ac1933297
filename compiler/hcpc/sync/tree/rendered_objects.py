"""The objects of one rendered file: bytes → objects that can be applied, each with its digest.

What no API server could take under a fixed name is refused here, in words; what it would refuse
for other reasons is for itself to say.
"""

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from hcpc.kube.manifest import HOSTED_CLUSTER, HYPERSHIFT, NODE_POOL
from hcpc.kube.object_ref import ObjectRef, group_of, object_ref
from hcpc.sync.errors import TreeError
from hcpc.sync.records import Wave
from hcpc.syntax.plain import UnreadableError, plain_documents

_HYPERSHIFT = group_of(HYPERSHIFT)
_WAVES = {
    ("", "Namespace"): Wave.NAMESPACE,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): Wave.CRD,
    ("", "ConfigMap"): Wave.CONFIG,
    ("", "Secret"): Wave.CONFIG,
    ("", "ServiceAccount"): Wave.CONFIG,
    (_HYPERSHIFT, HOSTED_CLUSTER): Wave.HOSTED_CLUSTER,
    (_HYPERSHIFT, NODE_POOL): Wave.NODE_POOL,
}
_CONFIG_GROUPS = frozenset({"external-secrets.io", "rbac.authorization.k8s.io"})
_NAMESPACED = frozenset({(_HYPERSHIFT, HOSTED_CLUSTER), (_HYPERSHIFT, NODE_POOL)})
LARGEST = 4 << 20
"""Bytes of a file; no API server takes a larger object."""
_SHORT = 128  # longer texts are seldom the same in two objects


class RenderedObject(NamedTuple):
    """An object of a file. `digest` is the same for all texts that mean the same object."""

    ref: ObjectRef
    api_version: str
    body: dict[str, Any]
    digest: str
    wave: Wave


def rendered_objects(content: bytes) -> tuple[RenderedObject, ...]:
    """The objects in a YAML file, those of lists taken apart. Raises TreeError without the file."""
    documents = rendered_documents(content)
    return tuple(_rendered(body) for document in documents for body in _bodies(document))


def rendered_documents(content: bytes) -> list[Any]:
    """The documents of a file that the compiler wrote. Raises TreeError without the file."""
    if len(content) > LARGEST:
        raise TreeError(f"it has {len(content)} bytes, and may have {LARGEST}")
    try:
        return plain_documents(content.decode(), aliases=False)
    except UnicodeDecodeError:
        raise TreeError("it is not UTF-8") from None
    except UnreadableError as fault:
        raise TreeError(f"it is no YAML: {fault}") from None


def wave_of(ref: ObjectRef) -> Wave:
    """In which wave an object of a kind is applied."""
    if ref.group in _CONFIG_GROUPS:
        return Wave.CONFIG
    return _WAVES.get((ref.group, ref.kind), Wave.REST)


def _bodies(document: Any) -> Iterator[dict[str, Any]]:
    if document is None:  # only comments
        return
    if not isinstance(document, dict):
        raise TreeError("it holds something that is no object")
    kind = document.get("kind")
    if isinstance(kind, str) and kind.endswith("List") and "items" in document:
        items = document["items"]
        if not isinstance(items, list):
            raise TreeError(f"the items of its {kind} are no list")
        for item in items:
            yield from _bodies(item)
        return
    yield document


def _rendered(body: dict[str, Any]) -> RenderedObject:
    api_version, kind = _text(body, "apiVersion"), _text(body, "kind")
    metadata = body.get("metadata")
    if not api_version or not kind:
        raise TreeError("it holds an object without an apiVersion or a kind")
    if api_version.count("/") > 1 or not all(map(_is_segment, api_version.split("/"))):
        raise TreeError(f"its {kind} has `{api_version}` for an apiVersion")
    if not isinstance(metadata, dict) or metadata.get("generateName"):
        raise TreeError(f"its {kind} has no fixed name: give it `metadata.name`")
    if not (name := _text(metadata, "name")):
        raise TreeError(f"its {kind} has no name")
    namespace = metadata.get("namespace", "")
    if not isinstance(namespace, str):
        raise TreeError(f"{kind} {name} has a namespace that is no text")
    for what, value in (("name", name), ("namespace", namespace)):
        if value and not _is_segment(value):
            raise TreeError(f"its {kind} has a {what} that none can have: {value!a}")
    if not namespace and (group_of(api_version), kind) in _NAMESPACED:
        raise TreeError(f"{kind} {name} has no namespace")
    body, text = _as_json(body, f"{kind} {name}")
    ref = object_ref(body)
    return RenderedObject(ref, api_version, body, sha256(text.encode()).hexdigest(), wave_of(ref))


def _is_segment(value: str) -> bool:
    """Whether a text can be a step of a path, as Kubernetes demands of names.

    Any other one would lead a request to another object.
    """
    return value not in {"", ".", ".."} and value.isprintable() and not {"/", "%"} & {*value}


def _text(mapping: dict[str, Any], key: str) -> str:
    value = mapping.get(key)
    return value if isinstance(value, str) else ""


def _as_json(body: dict[str, Any], title: str) -> tuple[dict[str, Any], str]:
    """An object as the API server reads it, and its canonical text.

    Raises TreeError for what JSON has not. Numbers without a fraction become whole ones, as all
    tools of Kubernetes write them. Equal texts are kept once for all objects: a fleet repeats its
    words.
    """
    try:
        text = json.dumps(body, allow_nan=False, ensure_ascii=False)
        read = json.loads(text, parse_float=_number, object_pairs_hook=_interned)
    except (TypeError, ValueError, RecursionError):
        raise TreeError(f"{title} has values that JSON has not") from None
    if read != body:
        raise TreeError(f"{title} has keys that are no texts")
    return read, json.dumps(read, sort_keys=True, separators=(",", ":"))


def _number(text: str) -> int | float:
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _interned(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {
        sys.intern(key): sys.intern(value) if type(value) is str and len(value) < _SHORT else value
        for key, value in pairs
    }
