"""Trees of what people wrote: scalars, sequences and mappings with their places in the text.

Trees are shared between clusters and never changed after they are made. A merged tree picks
subtrees out of parsed ones, so each leaf still knows its own file.
"""

from typing import TypeAlias

from hcpc.source.text import SourceFile, Span

ScalarValue: TypeAlias = str | int | bool | None
Plain: TypeAlias = ScalarValue | list["Plain"] | dict[str, "Plain"]


class _Placed:
    """What has a place in a file: a leaf with its quotes, a list or mapping to its last value."""

    __slots__ = ("end", "file", "start")

    file: SourceFile
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.file, self.start, self.end)


class Scalar(_Placed):
    """A leaf. `value` follows the lossless scalar rules; `text` is what was written, unquoted."""

    __slots__ = ("text", "value")

    def __init__(
        self, value: ScalarValue, text: str, file: SourceFile, start: int, end: int
    ) -> None:
        self.value = value
        self.text = text
        self.file = file
        self.start = start
        self.end = end


class Sequence(_Placed):
    """A list of trees."""

    __slots__ = ("items",)

    def __init__(self, items: list["Tree"], file: SourceFile, start: int, end: int) -> None:
        self.items = items
        self.file = file
        self.start = start
        self.end = end


class Mapping(_Placed):
    """Trees by name, in the order written; `keys` holds each name's own scalar and so its place."""

    __slots__ = ("children", "keys")

    def __init__(
        self,
        children: dict[str, "Tree"],
        keys: dict[str, Scalar],
        file: SourceFile,
        start: int,
        end: int,
    ) -> None:
        self.children = children
        self.keys = keys
        self.file = file
        self.start = start
        self.end = end


Tree: TypeAlias = Scalar | Sequence | Mapping
Path: TypeAlias = tuple[str | int, ...]
"""Steps from a tree to a subtree: keys and indexes."""
FieldPath: TypeAlias = tuple[str, ...]
"""Steps from field to field, never into a list."""


def dotted(path: Path) -> str:
    """A path as people write it: `nodePools.workers.taints[0].key`."""
    shown = ""
    for step in path:
        shown += f"[{step}]" if isinstance(step, int) else f".{step}" if shown else str(step)
    return shown


def plain(tree: Tree) -> Plain:
    """The values alone, as Python data; a fresh object every time."""
    kind = type(tree)
    if kind is Scalar:
        return tree.value  # type: ignore[union-attr]  # `type(…) is` is twice as fast as match
    if kind is Mapping:
        return {name: plain(child) for name, child in tree.children.items()}  # type: ignore[union-attr]
    return [plain(item) for item in tree.items]  # type: ignore[union-attr]


def written(scalar: Scalar) -> str:
    """The text as people wrote it: with its references, even where they are replaced already."""
    source = scalar.file.text[scalar.start : scalar.end]
    return source.strip("'\"") if "${" in source else scalar.text


def find(tree: Tree, path: Path) -> Tree | None:
    """The subtree at a path of keys and indexes, or None."""
    for step in path:
        match tree:
            case Mapping() if step in tree.children:
                tree = tree.children[str(step)]
            case Sequence() if isinstance(step, int) and 0 <= step < len(tree.items):
                tree = tree.items[step]
            case _:
                return None
    return tree


def nearest_span(tree: Tree, path: Path) -> Span:
    """The smallest span that shows a path: the value of a leaf, the key of a block.

    When the path leads out of the tree, the deepest part that exists speaks for it.
    """
    span = tree.span if not isinstance(tree, Mapping) or not tree.keys else _first_key(tree)
    for step in path:
        match tree:
            case Mapping() if step in tree.children:
                key = tree.keys[str(step)]
                tree = tree.children[str(step)]
                span = tree.span if isinstance(tree, Scalar) and tree.text else key.span
            case Sequence() if isinstance(step, int) and 0 <= step < len(tree.items):
                tree = tree.items[step]
                span = tree.span if isinstance(tree, Scalar) else _first_key(tree)
            case _:
                break
    return span


def key_span(tree: Tree, path: Path) -> Span:
    """The span of the last key of a path (the value's when it is a list item)."""
    parent = find(tree, path[:-1])
    if path and isinstance(parent, Mapping) and path[-1] in parent.keys:
        return parent.keys[str(path[-1])].span
    return nearest_span(tree, path)


def _first_key(tree: Tree) -> Span:
    if isinstance(tree, Mapping) and tree.keys:
        return next(iter(tree.keys.values())).span
    return tree.span
