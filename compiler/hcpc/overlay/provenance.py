"""Which overlay answers for a path of a manifest, and where the path led before overlays."""

from collections.abc import Iterator
from typing import Any

from hcpc.kube.manifest import Change, Manifest
from hcpc.mapping.patch import same
from hcpc.source.text import Span
from hcpc.syntax.tree import Mapping, Path, Scalar, Sequence, Tree, nearest_span, plain


def answer(manifest: Manifest, path: Path) -> tuple[Change | None, Path]:
    """The last change that decides what stands at a path, and the path as it was before it.

    Without such a change, the path as it was before all overlays.
    """
    for change in reversed(manifest.changes):
        before = _before(change, path)
        if before is None:
            return change, path
        path = before
    return None, path


def history(manifest: Manifest, path: Path) -> tuple[list[Change], Path]:
    """Every change that decided at some time what stands at a path, the last one first.

    Also the path as it was before all overlays; empty when an overlay added it to a list.
    """
    found: list[Change] = []
    is_told = False
    for change in reversed(manifest.changes):
        before = _before(change, path)
        if before is not None:
            path = before
            continue
        if not is_told:
            found.append(change)
        if change.shift:
            return found, ()  # before this there was no such item
        is_told = change.inner
    return found, path


def _before(change: Change, path: Path) -> Path | None:
    """Where a path led before a change; None when the change decides what stands there."""
    size = len(change.path)
    if change.shift >= 0 and change.path == path[:size] and (change.whole or size == len(path)):
        return None
    if not change.shift or len(path) < size or change.path[:-1] != path[: size - 1]:
        return path
    index, at = path[size - 1], change.path[-1]
    if isinstance(index, int) and isinstance(at, int) and index >= at:
        return (*path[: size - 1], index - change.shift, *path[size:])
    return path


def changes_of_tree(
    overlay: str, tree: Tree, path: Path, key: Span, *, inner: bool = False
) -> Iterator[Change]:
    """A change for a value that was set as a whole, and one for each value in it."""
    yield Change(overlay, path, _span(tree, key), key, plain(tree), inner=inner)
    match tree:
        case Mapping():
            for name, child in tree.children.items():
                own = tree.keys[name].span
                yield from changes_of_tree(overlay, child, (*path, name), own, inner=True)
        case Sequence():
            for index, item in enumerate(tree.items):
                own = nearest_span(item, ())
                yield from changes_of_tree(overlay, item, (*path, index), own, inner=True)
        case _:
            pass


def changes_of_merge(overlay: str, tree: Mapping, path: Path = ()) -> Iterator[Change]:
    """A change for each value of a merge patch; its mappings answer for no more than they say."""
    for name, child in tree.children.items():
        below, key = (*path, name), tree.keys[name].span
        if isinstance(child, Mapping) and child.children:
            yield Change(overlay, below, key, key, plain(child), whole=False)
            yield from changes_of_merge(overlay, child, below)
        else:
            yield from changes_of_tree(overlay, child, below, key)


def changes_between(
    overlay: str, before: Any, after: Any, span: Span, path: Path = ()
) -> Iterator[Change]:
    """A change for each value in which two versions of a manifest differ."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        if not same(before, after):
            yield Change(overlay, path, span, span, after)
        return
    for name in before:
        if name not in after:
            yield Change(overlay, (*path, name), span, span)
    for name, value in after.items():
        if name not in before:
            yield Change(overlay, (*path, name), span, span, value)
        else:
            yield from changes_between(overlay, before[name], value, span, (*path, name))


def _span(tree: Tree, key: Span) -> Span:
    return tree.span if isinstance(tree, Scalar) and tree.text else key
