"""An object's own metadata, and that of objects inside it, as the API server reads and checks it.

Source: k8s.io/apimachinery, pkg/apis/meta/v1/types.go, pkg/api/validation/objectmeta.go and
pkg/util/validation.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from hcpc.syntax.tree import Path
from hcpc.verify import messages
from hcpc.verify.crd.fault import Fault
from hcpc.verify.crd.structural import MISSING
from hcpc.verify.schema import called

_LONGEST_NAME, _LONGEST_LABEL = 253, 63
_ANNOTATIONS_SIZE: Final = 256 * 1024
_INT64: Final = 2**63
_LABEL = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
_DNS_LABEL = re.compile(_LABEL)
_DNS_LABEL_1035 = re.compile("[a-z](?:[-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_QUALIFIED = re.compile("(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]")
_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:\d{2})", re.ASCII
)

_TYPES: Final = {bool: "boolean", dict: "object", int: "integer", list: "array", str: "string"}
# What metadata may hold: a type, one in a list, fields by name, or any names with values of a type.
_FIELDS: Final[dict[str, Any]] = {
    "annotations": {"": str},
    "creationTimestamp": "time",
    "deletionGracePeriodSeconds": int,
    "deletionTimestamp": "time",
    "finalizers": [str],
    "generateName": str,
    "generation": int,
    "labels": {"": str},
    "managedFields": [
        {
            "apiVersion": str,
            "fieldsType": str,
            "fieldsV1": "any",
            "manager": str,
            "operation": str,
            "subresource": str,
            "time": "time",
        }
    ],
    "name": str,
    "namespace": str,
    "ownerReferences": [
        {
            "apiVersion": str,
            "blockOwnerDeletion": bool,
            "controller": bool,
            "kind": str,
            "name": str,
            "uid": str,
        }
    ],
    "resourceVersion": str,
    "selfLink": str,
    "uid": str,
}
_AT: Final[Path] = ("metadata",)
_IMMUTABLE: Final = ("name", "namespace", "uid")


def check_metadata(body: dict[str, Any], old: dict[str, Any] | None) -> list[Fault]:
    """What is wrong with the metadata of an object that is made, or changed from an old one."""
    metadata = body.get("metadata")
    found = list(_misread(metadata, _FIELDS, _AT))
    if found or not isinstance(metadata, dict):
        return found or [_required("name")]
    if old is None:
        found += _name(metadata)
        if metadata.get("resourceVersion", "0") not in {None, "", "0"}:
            message = "an object that is made cannot have a `resourceVersion`"
            found.append(Fault((*_AT, "resourceVersion"), "metadata", message))
    else:
        found += _changed(metadata, old.get("metadata") or {})
    found += _common(metadata, _AT)
    return found


def check_embedded(value: dict[str, Any], path: Path) -> Iterator[Fault]:
    """What is wrong with the head of an object inside another one."""
    for name, is_right in (("apiVersion", _is_api_version), ("kind", _is_kind)):
        text = value.get(name, MISSING)
        at = (*path, name)
        if text is MISSING:
            yield Fault(at, "missing", messages.missing(name))
        elif not isinstance(text, str):
            yield Fault(at, "type", messages.wrong_type(name, ("string",), text))
        elif not text:
            yield Fault(at, "too-short", messages.too_short(name, 1, 0))
        elif not is_right(text):
            yield Fault(at, "pattern", messages.invalid_name(name, text))
    if "metadata" in value:
        metadata, at = value["metadata"], (*path, "metadata")
        faults = list(_misread(metadata, _FIELDS, at))
        yield from faults
        if not faults and isinstance(metadata, dict):
            yield from _embedded_names(metadata, at)
            yield from _common(metadata, at)


def _embedded_names(metadata: dict[str, Any], path: Path) -> Iterator[Fault]:
    for name in ("name", "generateName"):
        text = metadata.get(name) or "x"
        is_step = name == "name" and text in {".", ".."}
        if is_step or "/" in text or "%" in text:
            yield Fault((*path, name), "pattern", messages.invalid_name(name, text))
    namespace = metadata.get("namespace")
    if namespace and not _is(_DNS_LABEL, namespace, _LONGEST_LABEL):
        message = messages.invalid_name("namespace", namespace)
        yield Fault((*path, "namespace"), "pattern", message)


def _misread(value: Any, form: Any, path: Path) -> Iterator[Fault]:
    """Where a value cannot be read into its form; null is read as nothing."""
    if value is None or form == "any":
        return
    if form == "time":
        if not isinstance(value, str) or not _TIME.fullmatch(value):
            yield Fault(path, "type", messages.wrong_format(called(path), "datetime", value))
        return
    wanted: type = form if isinstance(form, type) else type(form)
    inner: Any = value
    if type(value) is not wanted or (type(value) is int and not -_INT64 <= value < _INT64):
        yield Fault(path, "type", messages.wrong_type(called(path), (_TYPES[wanted],), value))
    elif isinstance(form, list):
        for index, item in enumerate(inner):
            yield from _misread(item, form[0], (*path, index))
    elif isinstance(form, dict):
        yield from _misread_fields(inner, form, path)


def _misread_fields(value: dict[str, Any], form: dict[str, Any], path: Path) -> Iterator[Fault]:
    for name, item in value.items():
        of = form.get(name, form.get(""))
        if of is not None:
            yield from _misread(item, of, (*path, name))
        else:
            message = messages.unknown_field(str(name))
            yield Fault((*path, name), "unknown-field", message, tuple(sorted(form)))


def _name(metadata: dict[str, Any]) -> Iterator[Fault]:
    name, prefix = metadata.get("name"), metadata.get("generateName")
    if prefix:
        masked = f"{prefix[:-2]}a" if len(prefix) > 1 and prefix.endswith("-") else prefix
        if not _is(_SUBDOMAIN, masked, _LONGEST_NAME):
            message = messages.invalid_name("generateName", prefix)
            yield Fault((*_AT, "generateName"), "pattern", message)
    if name and not _is(_SUBDOMAIN, name, _LONGEST_NAME):
        yield Fault((*_AT, "name"), "pattern", messages.invalid_name("name", name))
    if not name and not prefix:
        yield _required("name")
    namespace = metadata.get("namespace")
    if namespace and not _is(_DNS_LABEL, namespace, _LONGEST_LABEL):
        yield Fault((*_AT, "namespace"), "pattern", messages.invalid_name("namespace", namespace))


def _required(name: str) -> Fault:
    return Fault((*_AT, name), "missing", messages.missing(name))


def _changed(metadata: dict[str, Any], old: dict[str, Any]) -> Iterator[Fault]:
    for name in _IMMUTABLE:
        value, before = metadata.get(name) or "", old.get(name) or ""
        is_filled = name in {"uid", "namespace"} and not value
        if before and not is_filled and value != before:
            message = messages.immutable(name, before, value)
            yield Fault((*_AT, name), "transition", message, old=before)


def _common(metadata: dict[str, Any], path: Path) -> Iterator[Fault]:
    """What holds of new and changed metadata alike."""
    labels: dict[str, str | None] = metadata.get("labels") or {}
    for key, value in labels.items():
        at = (*path, "labels", key)
        if not _is_qualified(key):
            yield Fault(at, "bad-key", messages.invalid_key("labels", key))
        elif value and not _is(_QUALIFIED, value, _LONGEST_LABEL):
            yield Fault(at, "pattern", messages.invalid_label(key, value))
    annotations: dict[str, str | None] = metadata.get("annotations") or {}
    for key in annotations:
        if not _is_qualified(key.lower()):
            at = (*path, "annotations", key)
            yield Fault(at, "bad-key", messages.invalid_key("annotations", key))
    size = sum(_octets(key) + _octets(value or "") for key, value in annotations.items())
    if size > _ANNOTATIONS_SIZE:
        message = messages.annotations_too_large(size, _ANNOTATIONS_SIZE)
        yield Fault((*path, "annotations"), "too-long", message)
    yield from _owners(metadata.get("ownerReferences") or [], (*path, "ownerReferences"))
    yield from _finalizers(metadata.get("finalizers") or [], (*path, "finalizers"))


def _owners(owners: list[Any], path: Path) -> Iterator[Fault]:
    controllers = 0
    for index, owner in enumerate(owners):
        of = owner or {}
        for name in ("apiVersion", "kind", "name", "uid"):
            if not of.get(name):
                yield Fault((*path, index, name), "missing", messages.missing(name))
        if of.get("apiVersion") == "v1" and of.get("kind") == "Event":
            yield Fault((*path, index), "metadata", "an Event cannot own anything")
        controllers += bool(of.get("controller"))
        if of.get("controller") and controllers > 1:
            yield Fault((*path, index, "controller"), "metadata", "only one owner is a controller")


def _finalizers(finalizers: list[str | None], path: Path) -> Iterator[Fault]:
    for index, name in enumerate(finalizers):
        if not _is_qualified(name or ""):
            message = messages.invalid_key("finalizers", name or "")
            yield Fault((*path, index), "pattern", message)
    if {"orphan", "foregroundDeletion"} <= set(finalizers):
        message = "`orphan` and `foregroundDeletion` exclude each other"
        yield Fault(path, "metadata", message)


def _octets(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _is(form: re.Pattern[str], text: str, longest: int) -> bool:
    return _octets(text) <= longest and form.fullmatch(text) is not None


def _is_qualified(key: str) -> bool:
    prefix, slash, name = key.rpartition("/")
    if slash and not _is(_SUBDOMAIN, prefix, _LONGEST_NAME):
        return False
    return _is(_QUALIFIED, name, _LONGEST_LABEL)


def _is_api_version(text: str) -> bool:
    return text.count("/") <= 1


def _is_kind(text: str) -> bool:
    return _is(_DNS_LABEL_1035, text.lower(), _LONGEST_LABEL)
