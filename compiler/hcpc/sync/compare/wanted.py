"""Which values that git gives are not in a live object, and who wrote what is there instead.

Lists are compared whole, item by item, unless the managed fields show that the API server merges
them: then items are found by their keys, and neither those of others nor the order matter.
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from hcpc.sync.compare.field_sets import (
    Owners,
    below,
    below_item,
    below_value,
    is_set,
    item_keys,
    last_writer,
    our_items,
    owners_of,
)
from hcpc.sync.compare.paths import item_step, value_step
from hcpc.sync.compare.values import (
    MISSING,
    TEXTS,
    counts_as_missing,
    holds,
    is_typed,
    same,
    sections,
)
from hcpc.sync.masking import hides, is_private, shown, shown_pair
from hcpc.sync.records import Difference, Path


class Place(NamedTuple):
    """Where in an object a comparison is, and what holds there.

    `is_typed` tells that empty values may be left out; `hidden` that nothing here may be shown.
    """

    path: Path
    owners: Owners
    kind: str
    is_typed: bool
    hidden: bool = False

    def field(self, name: str, parent: Any) -> "Place":
        """The place of a field of a mapping."""
        return self._replace(
            path=(*self.path, name),
            owners=below(self.owners, name),
            is_typed=self.is_typed and name not in TEXTS,
            hidden=self.hidden or hides(parent, name),
        )

    def item(self, index: int, parent: Any) -> "Place":
        """The place of an item of a list; who owns the list owns it."""
        hidden = self.hidden or hides(parent, index)
        return self._replace(path=(*self.path, index), hidden=hidden)

    def keyed(self, keys: dict[str, Any], live: Any) -> "Place":
        """The place of an item of a list that is merged by keys; `live` is the item there."""
        full = {name: live.get(name) for name in keys} if isinstance(live, dict) else keys
        owners = below_item(self.owners, full)
        return self._replace(path=(*self.path, item_step(keys)), owners=owners)

    def value(self, value: Any) -> "Place":
        """The place of a value of a list that is a set."""
        owners = below_value(self.owners, value)
        return self._replace(path=(*self.path, value_step(value)), owners=owners)

    def difference(self, wanted: Any, live: Any) -> Difference:
        """What is wrong here; MISSING is no value."""
        one: str | None = None
        other: str | None = None
        if wanted is MISSING:
            other = shown(live, self.path, self.kind, hidden=self.hidden)
        elif live is MISSING:
            one = shown(wanted, self.path, self.kind, hidden=self.hidden)
        else:
            one, other = shown_pair(wanted, live, self.path, self.kind, hidden=self.hidden)
        private = any(is_private(each, self.path, self.kind) for each in (wanted, live))
        return Difference(self.path, one, other, last_writer(self.owners), private)


def field_differences(wanted: Mapping[str, Any], live: Mapping[str, Any]) -> tuple[Difference, ...]:
    """The values that an object in git gives and that the live one has not."""
    asked, there = wanted_sections(wanted), sections(live)
    typed = is_typed(wanted)
    if holds(there, asked, is_typed=typed):
        return ()
    place = Place((), owners_of(live), str(wanted.get("kind", "")), typed)
    return tuple(_differences(asked, there, place))


def wanted_sections(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """All of an object in git that counts, as the API server would keep it."""
    asked = sections(wanted)
    texts = asked.pop("stringData", None)
    if not isinstance(texts, dict) or wanted.get("kind") != "Secret":
        return asked if texts is None else {**asked, "stringData": texts}
    encoded = {key: base64.b64encode(str(text).encode()).decode() for key, text in texts.items()}
    return {**asked, "data": {**(asked.get("data") or {}), **encoded}}


def match_items(
    wanted: list[Any],
    live: list[Any],
    names: tuple[str, ...],
    ours: Iterable[Mapping[str, Any]] = (),
) -> list[tuple[Any, Any]]:
    """Each wanted item with the live one of the same keys, or MISSING.

    The server fills in keys that git leaves out: which ones it took is seen by the keys of `ours`.
    Where nothing is ours yet, any will do. No item is taken twice.
    """
    free: dict[int, Any] = dict(enumerate(live))
    by_keys = {_key_texts(item, names): index for index, item in enumerate(live)}
    filled = {_key_texts(keys, names) for keys in ours}
    found: dict[int, Any] = {}
    for place, item in enumerate(wanted):
        index = by_keys.get(_key_texts(item, names), -1)
        if index in free:
            found[place] = free.pop(index)
    for place, item in enumerate(wanted):
        if place not in found and not all(name in item for name in names):
            near = (
                index
                for index, there in free.items()
                if _has_keys(there, item, names)
                and (not filled or _key_texts(there, names) in filled)
            )
            if (index := next(near, -1)) >= 0:
                found[place] = free.pop(index)
    return [(item, found.get(place, MISSING)) for place, item in enumerate(wanted)]


def not_in(values: list[Any], others: list[Any]) -> list[Any]:
    """The values of a set that another one has not."""
    known = {_text(each) for each in others}
    return [each for each in values if _text(each) not in known]


def merges(items: Any, names: tuple[str, ...]) -> bool:
    """Whether all of a list can be told apart by keys of these names."""
    return isinstance(items, list) and all(
        isinstance(item, dict) and any(name in item for name in names) for item in items
    )


def _differences(wanted: Any, live: Any, place: Place) -> Iterator[Difference]:
    if holds(live, wanted, is_typed=place.is_typed):
        return
    if isinstance(wanted, dict) and isinstance(live, dict):
        for key in sorted(wanted):
            inner = place.field(key, live)._replace(hidden=_is_hidden(place, wanted, live, key))
            there = live.get(key, MISSING)
            if wanted[key] is None and any(owner.is_ours for owner in inner.owners):
                continue  # what the server made of nothing; another one's value would not be ours
            if there is not MISSING:
                yield from _differences(wanted[key], there, inner)
            elif not counts_as_missing(wanted[key], is_typed=place.is_typed):
                yield inner.difference(wanted[key], MISSING)
    elif isinstance(wanted, list) and isinstance(live, list):
        yield from _list_differences(wanted, live, place)
    else:
        yield place.difference(wanted, live)


def _list_differences(wanted: list[Any], live: list[Any], place: Place) -> Iterator[Difference]:
    names = item_keys(place.owners)
    if names and merges(wanted, names):
        for item, there in match_items(wanted, live, names, our_items(place.owners)):
            inner = place.keyed({name: item[name] for name in names if name in item}, there)
            if there is MISSING:
                yield inner.difference(item, MISSING)
            else:
                yield from _differences(item, there, inner)
    elif is_set(place.owners):
        for value in not_in(wanted, live):
            yield place.value(value).difference(value, MISSING)
    elif len(wanted) == len(live):
        for index, (value, there) in enumerate(zip(wanted, live, strict=True)):
            yield from _differences(value, there, place.item(index, wanted))
    else:
        yield place.difference(wanted, live)


def _is_hidden(place: Place, wanted: Any, live: Any, key: str) -> bool:
    return place.hidden or hides(wanted, key) or hides(live, key)


def _key_texts(item: Any, names: tuple[str, ...]) -> tuple[str, ...]:
    """What tells an item from others, whatever types its keys have."""
    values = [item.get(name) for name in names] if isinstance(item, dict) else [item]
    return tuple(_text(value) for value in values)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _has_keys(live: Any, item: Mapping[str, Any], names: tuple[str, ...]) -> bool:
    return isinstance(live, dict) and all(
        same(live.get(name), item[name]) for name in names if name in item
    )
