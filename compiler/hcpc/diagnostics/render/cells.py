"""Text as a terminal shows it: what is printed for each character, and how many cells it takes.

Text from a fleet may hold anything. What comes out of here is printable on one line: control
characters, and what hides or reorders text, are written as in a Python string.
"""

from collections.abc import Iterator, Sequence
from unicodedata import category, east_asian_width

ELLIPSIS = "…"
_TAB = " " * 4
_LIMIT = 100  # cells of a source line before it is clipped
_NEAR = 24  # edges this many characters apart are shown with all that is between them
_CONTEXT = 10  # cells at least shown on each side of an edge
_GAP = 3  # a gap of so few characters is not worth an ellipsis


def escaped(text: str) -> str:
    """The text on one line, with every character that does not print written as an escape."""
    return text if text.isprintable() else "".join(map(_printed, text))


def clipped(line: str, edges: Sequence[int]) -> tuple[str, dict[int, int]]:
    """A source line as shown, and the cell of each edge (an index; the end if it is beyond).

    A line that is too long keeps what surrounds the edges, or its beginning when there are none.
    """
    if len(line) <= _LIMIT and line.isascii() and line.isprintable():
        return line, {edge: min(edge, len(line)) for edge in edges}
    pieces: list[str] = []
    cells: dict[int, int] = {}
    cell = stop = 0
    for start, end in _windows(line, [min(edge, len(line)) for edge in edges]):
        if start > stop:
            pieces.append(ELLIPSIS)
            cell += 1
        for index in range(start, end):
            cells[index] = cell
            pieces.append(_shown(line[index]))
            cell += _width(pieces[-1])
        cells[end] = cell
        stop = end
    if stop < len(line):
        pieces.append(ELLIPSIS)
    return "".join(pieces), {edge: cells[min(edge, len(line))] for edge in edges}


def _windows(line: str, edges: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The parts of a line to show, in order and apart from each other."""
    if _fits(line):
        yield 0, len(line)
        return
    groups = _groups(edges or [0])
    budget = _LIMIT - sum(last - first for first, last in groups)
    context = max(_CONTEXT, budget // (2 * len(groups)))
    stop = start = 0
    for first, last in groups:
        left = _walk(line, first, -1, context)
        if left > stop + _GAP:
            if stop:
                yield start, stop
            start = left
        stop = _walk(line, last, 1, context)
    yield start, stop if stop < len(line) - _GAP else len(line)


def _fits(line: str) -> bool:
    return len(line) <= _LIMIT and sum(_width(_shown(char)) for char in line) <= _LIMIT


def _groups(edges: Sequence[int]) -> list[tuple[int, int]]:
    """First and last edge of each group of edges that are near each other."""
    groups: list[tuple[int, int]] = []
    for edge in sorted(edges):
        if groups and edge - groups[-1][1] <= _NEAR:
            groups[-1] = (groups[-1][0], edge)
        else:
            groups.append((edge, edge))
    return groups


def _walk(line: str, index: int, step: int, cells: int) -> int:
    """The index reached from `index` by going over characters of so many cells.

    A character without width counts as one, or a heap of combining marks would have no end.
    """
    while cells > 0 and 0 <= (passed := index if step > 0 else index - 1) < len(line):
        cells -= max(1, _width(_shown(line[passed])))
        index += step
    return index


def _shown(char: str) -> str:
    return _TAB if char == "\t" else _printed(char)


def _printed(char: str) -> str:
    return char if char.isprintable() else repr(char)[1:-1]


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    if _is_conjoining(text) or category(text) in {"Mn", "Me"}:
        return 0
    return 2 if east_asian_width(text) in {"W", "F"} else 1


def _is_conjoining(char: str) -> bool:
    """Whether this is a vowel or final of a Hangul syllable, drawn inside the cells of its first.

    Unicode gives these letters a width of their own, but they never stand alone: file systems
    that decompose names produce them.
    """
    return "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff"
