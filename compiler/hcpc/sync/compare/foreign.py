"""Fields that others added to an object: git says nothing of them, and they are not ours."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from hcpc.kube.annotations import ANNOTATIONS, PREFIX
from hcpc.sync.compare.field_sets import ITEM, VALUE, FieldSet, Owners, keys_of, value_of
from hcpc.sync.compare.paths import field_path, item_step, value_step
from hcpc.sync.compare.values import MISSING, same
from hcpc.sync.masking import LAST_APPLIED, clean
from hcpc.sync.records import Path

MOST = 20
_ROOTS: tuple[tuple[str, ...], ...] = (
    ("spec",),
    ("data",),
    ("metadata", "annotations"),
    ("metadata", "labels"),
)
# What the operator, and tools that apply, write on every object of theirs says nothing to anyone.
_USUAL = frozenset(
    {LAST_APPLIED, *(PREFIX + name for name, form in ANNOTATIONS.items() if form == "written")}
)


_shown = lru_cache(maxsize=4096)(clean)


def foreign_fields(wanted: dict[str, Any], owners: Owners) -> tuple[str, ...]:
    """As `MANAGER: FIELD`, sorted, at most 20; of a part that is foreign only its root.

    `wanted` is what counts of the object in git.
    """
    ours: FieldSet | None = next((each.fields for each in owners if each.is_ours), None)
    found = {
        f"{_shown(owner.manager)}: {_shown(field_path(path))}"
        for owner in owners
        if not owner.is_ours
        for root in _ROOTS
        for path in _of_root(root, owner.fields, ours, wanted)
    }
    return tuple(sorted(found)[:MOST])


def _of_root(
    root: tuple[str, ...], fields: FieldSet, ours: FieldSet | None, wanted: Any
) -> Iterator[Path]:
    for step in root:
        name = f"f:{step}"
        if name not in fields:
            return
        fields = fields[name]
        ours = None if ours is None else ours.get(name)
        wanted = wanted.get(step, {}) if isinstance(wanted, dict) else {}
    yield from _foreign(fields, ours, wanted, root)


def _foreign(fields: FieldSet, ours: FieldSet | None, wanted: Any, path: Path) -> Iterator[Path]:
    for name, inner in fields.items():
        if name == ".":
            continue
        mine = None if ours is None else ours.get(name)
        step, given = _step(name, wanted)
        if step in _USUAL:
            continue
        if given is MISSING and mine is None:
            yield (*path, step)
        elif inner and (mine is None or mine):
            yield from _foreign(inner, mine, None if given is MISSING else given, (*path, step))


def _step(name: str, wanted: Any) -> tuple[str, Any]:
    """A step of a path for one of managed fields, and what git gives there."""
    items = wanted if isinstance(wanted, list) else ()
    if name.startswith(ITEM):
        keys = keys_of(name)
        return item_step(keys), next((item for item in items if _may_be(item, keys)), MISSING)
    if name.startswith(VALUE):
        value = value_of(name)
        return value_step(value), next((item for item in items if same(item, value)), MISSING)
    step = name.partition(":")[2]
    return step, wanted.get(step, MISSING) if isinstance(wanted, dict) else MISSING


def _may_be(item: Any, keys: dict[str, Any]) -> bool:
    """Whether an item in git is the one with these keys; it may leave some to the server."""
    known = keys.keys() & item.keys() if isinstance(item, dict) else ()
    return bool(known) and all(same(item[name], keys[name]) for name in known)
