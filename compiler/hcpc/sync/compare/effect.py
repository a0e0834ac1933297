"""What applying would change: a live object and the answer to its server-side apply dry-run."""

from collections.abc import Iterator, Mapping
from typing import Any

from hcpc.sync.compare.field_sets import is_set, item_keys, owned_fields, owners_of
from hcpc.sync.compare.values import MISSING, is_typed, same
from hcpc.sync.compare.wanted import Place, match_items, merges, not_in
from hcpc.sync.records import Difference

_APART = frozenset({"apiVersion", "kind", "metadata", "status"})
_METADATA = ("annotations", "finalizers", "labels", "ownerReferences")


def has_effect(live: Mapping[str, Any], dry_run: Mapping[str, Any]) -> bool:
    """Whether applying would change anything that counts, or who owns it."""
    return owned_fields(live) != owned_fields(dry_run) or not same(
        _counted(live), _counted(dry_run)
    )


def applied_differences(
    live: Mapping[str, Any], dry_run: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """The fields that applying would change; also those that it would take away."""
    # What the dry-run says tells lists apart too; it has no say in who wrote what is there.
    ahead = [each._replace(manager="", time="") for each in owners_of(dry_run)]
    place = Place((), [*owners_of(live), *ahead], str(live.get("kind", "")), is_typed(live))
    found = _changes(_counted(dry_run), _counted(live), place)
    return tuple(found)


def _counted(body: Mapping[str, Any]) -> dict[str, Any]:
    metadata = body.get("metadata") or {}
    marks = {key: metadata[key] for key in _METADATA if metadata.get(key)}
    rest = {key: value for key, value in body.items() if key not in _APART}
    return {**rest, "metadata": marks}


def _changes(new: Any, old: Any, place: Place) -> Iterator[Difference]:
    if same(new, old):
        return
    if isinstance(new, dict) and isinstance(old, dict):
        for key in sorted({**old, **new}):
            inner = place.field(key, new)
            inner = inner._replace(hidden=inner.hidden or place.field(key, old).hidden)
            yield from _changes(new.get(key, MISSING), old.get(key, MISSING), inner)
    elif isinstance(new, list) and isinstance(old, list):
        yield from _list_changes(new, old, place)
    else:
        yield place.difference(new, old)


def _list_changes(new: list[Any], old: list[Any], place: Place) -> Iterator[Difference]:
    names = item_keys(place.owners)
    if names and merges(new, names) and merges(old, names):
        found = [*_item_changes(new, old, names, place)]
    elif is_set(place.owners):
        found = [*_value_changes(new, old, place)]
    elif len(new) == len(old):
        pairs = enumerate(zip(new, old, strict=True))
        found = [
            change for index, pair in pairs for change in _changes(*pair, place.item(index, new))
        ]
    else:
        found = []
    # Nothing but the order of items is left then, or how many there are.
    yield from found or [place.difference(new, old)]


def _item_changes(
    new: list[Any], old: list[Any], names: tuple[str, ...], place: Place
) -> Iterator[Difference]:
    for item, before in match_items(new, old, names):
        yield from _changes(item, before, place.keyed(_keys(item, names), item))
    for item, after in match_items(old, new, names):
        if after is MISSING:
            yield place.keyed(_keys(item, names), item).difference(MISSING, item)


def _value_changes(new: list[Any], old: list[Any], place: Place) -> Iterator[Difference]:
    for value in not_in(new, old):
        yield place.value(value).difference(value, MISSING)
    for value in not_in(old, new):
        yield place.value(value).difference(MISSING, value)


def _keys(item: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: item[name] for name in names if name in item}
