"""A live object → `Observed`: what a sync needs of it, and nothing that would fill its memory."""

import sys
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from hcpc.kube.manifest import HOSTED_CLUSTER, HYPERSHIFT, NODE_POOL
from hcpc.kube.object_ref import ObjectRef, group_of
from hcpc.sync.compare.field_sets import Owners, below, digest_of, last_writer, others, owners_of
from hcpc.sync.compare.foreign import foreign_fields
from hcpc.sync.compare.wanted import field_differences, wanted_sections
from hcpc.sync.masking import LAST_APPLIED
from hcpc.sync.records import Desired, Observed

_WHOLE: Final = frozenset({HOSTED_CLUSTER, NODE_POOL})
_HYPERSHIFT: Final = group_of(HYPERSHIFT)
_NONE: Final[Mapping[str, Any]] = MappingProxyType({})
_LONG: Final = 128
_SOMEBODY: Final = "somebody"
"""Whoever wrote a field of which the managed fields tell no owner."""


def observe(live: dict[str, Any], desired: Desired | None) -> Observed:
    """What matters of a live object, compared with the one in git if that wants it.

    Items of a list of a built-in kind come without apiVersion and kind: those of `desired` stand
    in, and without one KeyError is raised. Annotations come without kubectl's copy of the object.
    """
    api_version, kind = _type(live, desired)
    metadata: Mapping[str, Any] = live.get("metadata") or _NONE
    ref = ObjectRef(group_of(api_version), kind, metadata.get("namespace") or "", metadata["name"])
    if desired is not None and desired.ref == ref:
        ref = desired.ref
    owners = owners_of(live)
    seen = Observed(
        ref,
        sys.intern(api_version),
        metadata.get("uid") or "",
        metadata.get("resourceVersion") or "",
        metadata.get("generation") or 0,
        metadata.get("creationTimestamp") or "",
        metadata.get("deletionTimestamp") or "",
        tuple(metadata.get("finalizers") or ()),
        _texts(metadata.get("labels")),
        _texts(metadata.get("annotations")),
        digest_of(owners),
        others(owners),
    )
    if desired is not None:
        seen = seen._replace(
            foreign=foreign_fields(wanted_sections(desired.body), owners),
            differences=field_differences(desired.body, live),
        )
    if kind not in _WHOLE or ref.group != _HYPERSHIFT:
        return seen
    spec = _shared(live.get("spec") or {})
    paused_by = _paused_by(owners) if "pausedUntil" in spec else ""
    return seen._replace(paused_by=paused_by, spec=spec, status=_shared(live.get("status") or {}))


def _paused_by(owners: Owners) -> str:
    """Who wrote `spec.pausedUntil` last, if others did; a field may have several owners."""
    found = below(below(owners, "spec"), "pausedUntil")
    if not found:
        return _SOMEBODY
    return last_writer([owner for owner in found if not owner.is_ours])


def _type(live: Mapping[str, Any], desired: Desired | None) -> tuple[str, str]:
    if desired is None:
        return live["apiVersion"], live["kind"]
    return live.get("apiVersion", desired.api_version), live.get("kind", desired.ref.kind)


def _texts(marks: Any) -> Mapping[str, str]:
    if not isinstance(marks, dict) or not marks:
        return _NONE
    return {_shared(key): _shared(value) for key, value in marks.items() if key != LAST_APPLIED}


def _shared(value: Any) -> Any:
    """The same value, with equal short texts kept only once: a fleet repeats its words."""
    if type(value) is str:
        return sys.intern(value) if len(value) < _LONG else value
    if type(value) is dict:
        return {_shared(key): _shared(each) for key, each in value.items()}
    if type(value) is list:
        return [_shared(each) for each in value]
    return value
