"""Which field of which document a finding is about: its place in a file, as people write it."""

import re
from functools import lru_cache

from hcpc.diagnostics.sink import Sink
from hcpc.source.text import SourceFile, Span
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import Mapping, Path, Scalar, Sequence, Tree, dotted, find

_ABOVE = ("spec.cluster.", "spec.managementCluster.", "spec.")
"""Where specs begin: in `Defaults`, and in documents of all other kinds."""


class Fields:
    """Answers for many findings; parses each file once."""

    def __init__(self) -> None:
        self._trees: dict[SourceFile, list[Tree]] = {}

    def is_at(self, span: Span, pattern: str) -> bool:
        """Whether a place is in a field, or in what stands below it."""
        return any(
            _compiled(pattern).match(field_of(_path_to(tree, span.start))) is not None
            for tree in self._parsed(span.file)
            if tree.start <= span.start < max(tree.end, tree.start + 1)
        )

    def document(self, span: Span) -> Tree | None:
        """The document that a place is in; at its end, too, where an empty value stands."""
        trees = self._parsed(span.file)
        return next((tree for tree in trees if tree.start <= span.start <= tree.end), None)

    def _parsed(self, file: SourceFile) -> list[Tree]:
        trees = self._trees.get(file)
        if trees is None:
            trees = self._trees[file] = list(parse(file, Sink()))
        return trees


def path_in(tree: Tree, base: Path, field: str) -> Path:
    """The steps that a dotted path stands for, from `base` on in a tree of a spec.

    Keys may hold dots themselves: of those that are there the longest that fits is meant.
    """
    steps: list[str | int] = []
    rest = field.replace("[", ".").replace("]", "")
    while rest:
        level = find(tree, (*base, *steps))
        if isinstance(level, Mapping):
            keys = [key for key in level.children if rest == key or rest.startswith(f"{key}.")]
            step = max(keys, key=len, default=rest.partition(".")[0])
        else:
            step = rest.partition(".")[0]
        rest = rest[len(step) + 1 :]
        steps.append(int(step) if isinstance(level, Sequence) and step.isdecimal() else step)
    return tuple(steps)


def field_of(path: Path) -> str:
    """A path of a document as people write it, from where its spec begins."""
    text = dotted(path)
    for above in _ABOVE:
        if text.startswith(above):
            return text.removeprefix(above)
    return text


@lru_cache
def _compiled(pattern: str) -> re.Pattern[str]:
    text = re.escape(pattern).replace(r"\*", r"[^.\[\]]*").replace(r"\?", r"[^.\[\]]")
    return re.compile(rf"{text}(?:$|[.\[])")


def _path_to(tree: Tree, offset: int) -> Path:
    """The keys and indexes that lead to what stands at an offset: a value, or the key of one."""
    match tree:
        case Mapping():
            best: tuple[str | int, ...] = ()
            for name, child in tree.children.items():
                key = tree.keys[name]
                if key.start <= offset < key.end:
                    return (name,)
                if key.end <= offset < max(child.end, key.end):
                    best = (name, *_path_to(child, offset))
            return best
        case Sequence():
            for number, item in enumerate(tree.items):
                if item.start <= offset < max(item.end, item.start + 1):
                    return (number, *_path_to(item, offset))
            return ()
        case Scalar():
            return ()
