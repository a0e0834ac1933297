"""Who owns which fields of a live object, as its `managedFields` say.

A set of fields is a tree of mappings: `f:NAME` leads into a field, `k:{…}` to the item of a list
with these keys, `v:…` to a value of a list that is a set, `.` is the thing itself. A tree that
ends is owned whole. https://kubernetes.io/docs/reference/using-api/server-side-apply/
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, NamedTuple

from hcpc.sync.compare.values import MISSING, same
from hcpc.sync.records import FIELD_MANAGER, FieldOwner

APPLY = "Apply"
FieldSet = Mapping[str, Any]
ITEM = "k:"
VALUE = "v:"
_NOTHING: FieldSet = {}


class Owner(NamedTuple):
    """What a manager owns of an object, at the place that is looked at and below it."""

    manager: str
    operation: str
    time: str
    api_version: str
    fields: FieldSet

    @property
    def is_ours(self) -> bool:
        """Whether these are the fields that a sync applied."""
        return self.manager == FIELD_MANAGER and self.operation == APPLY

    @property
    def owns_all_below(self) -> bool:
        """Whether nothing is told of what is inside."""
        return not self.fields


Owners = list[Owner]


def owners_of(live: Mapping[str, Any]) -> Owners:
    """All managers of fields of an object, without those that write its status."""
    metadata = live.get("metadata") or _NOTHING
    return [
        Owner(
            str(entry.get("manager") or ""),
            str(entry.get("operation") or ""),
            str(entry.get("time") or ""),
            str(entry.get("apiVersion") or ""),
            entry.get("fieldsV1") or _NOTHING,
        )
        for entry in metadata.get("managedFields") or ()
        if entry.get("subresource") != "status"
    ]


def owned_fields(live: Mapping[str, Any]) -> str:
    """The digest of the fields that a sync applied, whenever it did; empty when there are none."""
    return digest_of(owners_of(live))


def applied_at(live: Mapping[str, Any]) -> str:
    """When a sync last changed what it applied, by the server's clock; empty if it never did."""
    return next((owner.time for owner in owners_of(live) if owner.is_ours), "")


def digest_of(owners: Owners) -> str:
    """As `owned_fields`, of owners that are read already."""
    for owner in owners:
        if owner.is_ours:
            text = json.dumps([owner.api_version, owner.fields], sort_keys=True)
            return sha256(text.encode()).hexdigest()
    return ""


def others(owners: Owners) -> tuple[FieldOwner, ...]:
    """Everybody but us, once for each operation, with the latest time."""
    latest: dict[tuple[str, str], str] = {}
    for owner in owners:
        if not owner.is_ours:
            key = owner.manager, owner.operation
            latest[key] = max(owner.time, latest.get(key, ""))
    return tuple(FieldOwner(*key, time) for key, time in sorted(latest.items()))


def last_writer(owners: Owners) -> str:
    """Who of the owners wrote last; others before us, when nobody says when."""
    if not owners:
        return ""
    return max(owners, key=lambda each: (each.time, not each.is_ours)).manager


def below(owners: Owners, step: str) -> Owners:
    """The owners of a field inside of the place, or of all that is inside."""
    name = f"f:{step}"
    return [
        owner._replace(fields=owner.fields[name]) if name in owner.fields else owner
        for owner in owners
        if name in owner.fields or owner.owns_all_below
    ]


def below_item(owners: Owners, keys: Mapping[str, Any]) -> Owners:
    """As `below`, of the item of a list that has these keys."""
    found = [owner for owner in owners if owner.owns_all_below]
    for owner in owners:
        for name, fields in owner.fields.items():
            if name.startswith(ITEM) and keys_of(name) == keys:
                found.append(owner._replace(fields=fields))
    return found


def below_value(owners: Owners, value: Any) -> Owners:
    """As `below`, of a value of a list that is a set."""
    return [
        owner
        for owner in owners
        if owner.owns_all_below
        or any(name.startswith(VALUE) and same(value_of(name), value) for name in owner.fields)
    ]


def item_keys(owners: Owners) -> tuple[str, ...]:
    """The names of the fields by which a list knows its items; none for another list."""
    for name in _names(owners):
        if name.startswith(ITEM):
            return tuple(keys_of(name))
    return ()


def our_items(owners: Owners) -> list[dict[str, Any]]:
    """The keys of the items of a list that a sync applied, as the server has filled them in."""
    return [
        keys_of(name)
        for owner in owners
        if owner.is_ours
        for name in owner.fields
        if name.startswith(ITEM)
    ]


def is_set(owners: Owners) -> bool:
    """Whether a list is a set of values."""
    return any(name.startswith(VALUE) for name in _names(owners))


def keys_of(name: str) -> dict[str, Any]:
    """The keys that a step `k:{…}` names."""
    keys = _read(name[len(ITEM) :])
    return keys if isinstance(keys, dict) else {}


def value_of(name: str) -> Any:
    """The value that a step `v:…` names."""
    return _read(name[len(VALUE) :])


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:  # no server writes that, but it is not for us to fall over it
        return MISSING


def _names(owners: Owners) -> Iterable[str]:
    return (name for owner in owners for name in owner.fields)
