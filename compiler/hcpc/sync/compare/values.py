"""Values of JSON, as Kubernetes compares them."""

from collections.abc import Mapping
from typing import Any

from hcpc.kube.object_ref import group_of

MISSING: Any = object()
_APART = frozenset({"apiVersion", "kind", "metadata", "status"})
TEXTS = frozenset({"data", "binaryData", "labels", "annotations"})
"""Fields whose entries are all kept, also those with an empty text."""


def same(one: Any, other: Any) -> bool:
    """Whether two values are one: `1` and `1.0` are, `1` and `true` are not."""
    if isinstance(one, dict):
        return (
            isinstance(other, dict)
            and one.keys() == other.keys()
            and all(same(value, other[key]) for key, value in one.items())
        )
    if isinstance(one, list):
        return isinstance(other, list) and len(one) == len(other) and all(map(same, one, other))
    return bool(one == other) and (type(one) is bool) == (type(other) is bool)


def holds(live: Any, wanted: Any, *, is_typed: bool) -> bool:
    """Whether a live value has all of a wanted one; lists have just the items that are wanted.

    `is_typed`: see `is_typed`.
    """
    kind = type(wanted)
    if kind is dict:
        if type(live) is not dict:
            return is_typed and not wanted and live is None
        for key, value in wanted.items():
            there = live.get(key, MISSING)
            if there is MISSING:
                if not counts_as_missing(value, is_typed=is_typed):
                    return False
            elif not holds(there, value, is_typed=is_typed and key not in TEXTS):
                return False
        return True
    if kind is list:
        if type(live) is not list:
            return is_typed and not wanted and live is None
        if len(live) != len(wanted):
            return False
        return all(
            holds(there, value, is_typed=is_typed)
            for there, value in zip(live, wanted, strict=True)
        )
    return bool(wanted == live) and (kind is bool) == (type(live) is bool)


def counts_as_missing(wanted: Any, *, is_typed: bool) -> bool:
    """Whether a field that is not there is as good as one with this value."""
    return wanted is None or (is_typed and not wanted)


def is_typed(body: Mapping[str, Any]) -> bool:
    """Whether an object is of a kind that is built into Kubernetes.

    Those leave out what has the value that Go gives to nothing: `false`, `0`, `""`, `{}`, `[]`. An
    object of a CRD keeps these.
    """
    group = group_of(str(body.get("apiVersion", "")))
    return "." not in group or group.endswith(".k8s.io")


def sections(body: Mapping[str, Any]) -> dict[str, Any]:
    """All of an object that counts: its labels and annotations, and all but its status."""
    found = {key: value for key, value in body.items() if key not in _APART}
    metadata = body.get("metadata") or {}
    found["metadata"] = {key: metadata.get(key) or {} for key in ("labels", "annotations")}
    return found
