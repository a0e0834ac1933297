"""Rows and tables: one declaration, read to lower, to lift, to trace and to print.

A table is a codec too, so that a structure inside a row is declared with the same rows.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from hcpc.mapping.codec import COPY, Codec, Unliftable
from hcpc.syntax.tree import FieldPath, Path


class Row(NamedTuple):
    """A spec field and the manifest field it becomes."""

    spec: FieldPath
    manifest: FieldPath
    codec: Codec


class Derived(NamedTuple):
    """A manifest field that follows from the spec and carries nothing of its own.

    `compute` gets the whole spec and returns the value, or None when the field stays away.
    """

    spec: FieldPath
    manifest: FieldPath
    compute: Callable[[dict[str, Any]], Any]
    says: str


def row(spec: str, manifest: str, codec: Codec = COPY) -> Row:
    """A row from two dotted paths."""
    return Row(tuple(spec.split(".")), tuple(manifest.split(".")), codec)


def rows(spec: str, manifest: str, *fields: str) -> list[Row]:
    """One copying row for each field that both sides call the same."""
    return [row(f"{spec}.{name}", f"{manifest}.{name}") for name in fields]


def derived(
    spec: str, manifest: str, compute: Callable[[dict[str, Any]], Any], says: str
) -> Derived:
    """A derived row from two dotted paths; `spec` is the field that answers for it."""
    return Derived(tuple(spec.split(".")), tuple(manifest.split(".")), compute, says)


@dataclass(frozen=True)
class Table:
    """Rows with distinct spec fields. Law: `lift(lower(spec)) == spec` for canonical specs."""

    rows: tuple[Row, ...]
    derived: tuple[Derived, ...] = ()
    says: str = ""
    _by_spec: dict[str, Any] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for entry in self.rows:
            level = self._by_spec
            for step in entry.spec[:-1]:
                level = level.setdefault(step, {})
                assert isinstance(level, dict), f"{entry.spec} lies below another row"
            assert entry.spec[-1] not in level, f"{entry.spec} is declared twice"
            level[entry.spec[-1]] = entry

    def lower(self, value: Any) -> Any:
        """The manifest of a validated spec; a field without a row is a bug and a KeyError."""
        lowered: dict[str, Any] = {}
        _lower(self._by_spec, value, lowered)
        for entry in self.derived:
            computed = entry.compute(value)
            if computed is not None:
                put(lowered, entry.manifest, computed)
        return lowered

    def lift(self, value: Any) -> Any:
        """The part of a manifest that the rows can say; the rest is the caller's to carry."""
        if not isinstance(value, dict):
            raise Unliftable
        lifted: dict[str, Any] = {}
        for entry in self.rows:
            found = get(value, entry.manifest)
            if found is None:
                continue
            try:
                content = entry.codec.lift(found)
            except Unliftable:
                continue
            # A list travels whole or not at all: a merge patch cannot mend a part of it.
            if isinstance(found, list) and entry.codec.lower(content) != found:
                continue
            put(lifted, entry.spec, content)
        return lifted

    def trace(self, rest: Path, value: Any) -> Path:
        """The spec path that answers for a manifest path; empty when no row does."""
        if not rest:
            return ()
        above = [
            entry for entry in self._entries() if rest[: len(entry.manifest)] == entry.manifest
        ]
        if not above:
            return self._nearest(rest)
        best = max(above, key=lambda entry: len(entry.manifest))
        below = rest[len(best.manifest) :]
        if isinstance(best, Row):
            return (*best.spec, *best.codec.trace(below, get(value, best.manifest)))
        return best.spec

    def manifest_path(self, spec: Path) -> Path:
        """The manifest field that a spec field becomes; empty when no row says so."""
        for entry in self.rows:
            size = len(entry.spec)
            if spec[:size] == entry.spec:
                below = spec[size:]
                return (*entry.manifest, *(below if entry.codec is COPY else ()))
        return ()

    def _entries(self) -> Iterator[Row | Derived]:
        yield from self.rows
        yield from self.derived

    def _nearest(self, rest: Path) -> Path:
        """For a manifest parent (`spec.etcd`), the common start of the spec fields below it."""
        below = [entry.spec for entry in self._entries() if entry.manifest[: len(rest)] == rest]
        if not below:
            return ()
        common: list[str] = []
        for steps in zip(*below, strict=False):
            if len(set(steps)) > 1:
                break
            common.append(steps[0])
        return tuple(common)


def _lower(level: dict[str, Any], spec: dict[str, Any], lowered: dict[str, Any]) -> None:
    for name, value in spec.items():
        entry = level[name]
        if type(entry) is Row:
            put(lowered, entry.manifest, entry.codec.lower(value))
        else:
            _lower(entry, value, lowered)


def get(tree: Any, path: FieldPath) -> Any:
    """The value at a path of mapping keys, or None."""
    for step in path:
        if not isinstance(tree, dict) or step not in tree:
            return None
        tree = tree[step]
    return tree


def put(tree: dict[str, Any], path: FieldPath, value: Any) -> None:
    """Set the value at a path; two mappings at the same place are joined."""
    for step in path[:-1]:
        tree = tree.setdefault(step, {})
    last = path[-1]
    if isinstance(value, dict) and isinstance(tree.get(last), dict):
        for name, item in value.items():
            put(tree[last], (name,), item)
    else:
        tree[last] = value
