"""Old and new values that belong together, and whether anything changed between them.

Fields belong together by name, elements of lists with keys by their keys, elements of other lists
never. What a rule says of a value that did not change is only a warning (ratcheting). Source:
k8s.io/apiserver, pkg/cel/common.
"""

from typing import Any

Key = tuple[tuple[type, Any], ...]
Known = dict[tuple[int, int, int], bool]
"""Answers for pairs of values, by their identity: both objects outlive it."""


def key_of(keys: list[str], item: Any) -> Key | None:
    """What tells an element of a list with keys apart; None where it has no such key."""
    if not isinstance(item, dict):
        return None
    found = []
    for key in keys:
        value = item.get(key)
        if type(value) not in {bool, int, float, str}:
            return None
        found.append((type(value), value))
    return tuple(found)


def old_item(schema: dict[str, Any], old: Any, item: Any) -> Any:
    """The element of the old list that `item` stands for now; None where there is none."""
    keys = schema.get("x-kubernetes-list-map-keys") or []
    if not keys or schema.get("x-kubernetes-list-type") != "map" or not isinstance(old, list):
        return None
    wanted = key_of(keys, item)
    if wanted is None:
        return None
    return next((each for each in old if key_of(keys, each) == wanted), None)


def property_schema(schema: dict[str, Any], name: str) -> dict[str, Any] | None:
    """What a schema says of a field."""
    known = (schema.get("properties") or {}).get(name)
    if known is not None:
        return known  # type: ignore[no-any-return]  # schemas are plain JSON
    additional = schema.get("additionalProperties")
    return additional if isinstance(additional, dict) else None


def is_unchanged(schema: dict[str, Any], value: Any, old: Any, known: Known | None = None) -> bool:
    """Whether a value is what it was, as ratcheting has it: a field without a schema never is.

    `known` keeps answers for parts of the same two objects.
    """
    if type(value) is not type(old):
        return False
    if not isinstance(value, dict | list):
        return bool(value == old)
    if len(value) != len(old):
        return False
    known = {} if known is None else known
    key = (id(schema), id(value), id(old))
    if key not in known:
        if isinstance(value, dict):
            known[key] = _is_unchanged_map(schema, value, old, known)
        else:
            known[key] = _is_unchanged_list(schema, value, old, known)
    return known[key]


def _is_unchanged_map(
    schema: dict[str, Any], value: dict[str, Any], old: dict[str, Any], known: Known
) -> bool:
    for name, item in value.items():
        below = property_schema(schema, name)
        if name not in old or below is None or not is_unchanged(below, item, old[name], known):
            return False
    return True


def _is_unchanged_list(
    schema: dict[str, Any], value: list[Any], old: list[Any], known: Known
) -> bool:
    items = schema.get("items")
    if schema.get("x-kubernetes-list-type") != "map":
        return all(map(_same, value, old))
    if not items:
        return not value
    for item in value:
        before = old_item(schema, old, item)
        if before is None or not is_unchanged(items, item, before, known):
            return False
    return True


def _same(value: Any, old: Any) -> bool:
    if type(value) is not type(old):
        return False
    if isinstance(value, dict):
        return len(value) == len(old) and all(
            name in old and _same(item, old[name]) for name, item in value.items()
        )
    if isinstance(value, list):
        return len(value) == len(old) and all(map(_same, value, old))
    return bool(value == old)


class Place:
    """A value of the new object and what it was, as far as the two belong together.

    `old` is None where nothing belongs to it. `Place.NEW` is that of an object that is new.
    """

    NEW: "Place"

    __slots__ = ("_above", "_known", "_schema", "_unchanged", "_value", "old")

    def __init__(
        self,
        schema: dict[str, Any] | None,
        value: Any,
        old: Any,
        above: "Place | None" = None,
        known: Known | None = None,
    ) -> None:
        self._schema = schema
        self._value = value
        self.old = old
        self._above = above
        self._known: Known = {} if known is None else known
        self._unchanged: bool | None = None

    @property
    def is_unchanged(self) -> bool:
        """Whether the value, or the nearest value above it that has an old one, is what it was."""
        if self._unchanged is None:
            if self._schema is not None:
                self._unchanged = is_unchanged(self._schema, self._value, self.old, self._known)
            else:
                self._unchanged = self._above is not None and self._above.is_unchanged
        return self._unchanged

    @property
    def standing(self) -> int:
        """All that rules below can learn of the places above: nothing, or that of an old value."""
        if self is Place.NEW:
            return 0
        return (2 if self._schema is not None else 1) + (2 if self.is_unchanged else 0)

    def field(self, name: str) -> "Place":
        """The place of a field of this value."""
        if self is Place.NEW:
            return self
        before = self.old.get(name) if isinstance(self.old, dict) else None
        if self._schema is None:
            return Place(None, None, before, self._above)
        if self._above is None and name in {"apiVersion", "kind"}:
            return Place(None, None, before)
        known = isinstance(self.old, dict) and name in self.old
        below = property_schema(self._schema, name) if known else None
        return Place(below, self._value[name], before, self, self._known)

    def element(self, schema: dict[str, Any], item: Any) -> "Place":
        """The place of an element of this list, whose schema is `schema`."""
        if self is Place.NEW:
            return self
        before = old_item(schema, self.old, item)
        if self._schema is None:
            return Place(None, None, before, self._above)
        below = schema.get("items") if before is not None else None
        return Place(below, item, before, self, self._known)

    def alternative(self) -> "Place":
        """The place of the same value where a part of `allOf` speaks of it."""
        return self if self is Place.NEW else Place(None, None, self.old, self._above)


Place.NEW = Place(None, None, None)
