"""The rows below a source line: underlines, and the labels that hang from them.

replicas: 3, autoscale: {min: 2}
--------     ^^^^^^^^^ excluded by `replicas`
|
size fixed here
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from hcpc.diagnostics.render.colour import Paint, Style


class Mark(NamedTuple):
    """Part of one source line (character indices) to underline, and what to say about it."""

    line: int
    start: int
    end: int
    text: str
    style: Style
    symbol: str


class _Placed(NamedTuple):
    """A mark in the cells of the line as shown; at least one cell wide."""

    start: int
    end: int
    mark: Mark


def underline(marks: Sequence[Mark], cells: Mapping[int, int], paint: Paint) -> Iterator[str]:
    """The rows below a line with these marks; `cells` gives the cell of each mark's two ends."""
    placed = [_place(mark, cells) for mark in marks]
    if not placed:
        return
    inline = _inline(placed)
    drawn = {cell: on for one in sorted(placed, key=_drawing_order) for cell, on in _cells(one)}
    yield _row(drawn, paint, inline.mark if inline else None)
    hanging = [one for one in placed if one.mark.text and one is not inline]
    hanging.sort(key=lambda one: one.start, reverse=True)
    if hanging:
        yield _row(_stems(hanging), paint)
    for number, one in enumerate(hanging, 1):
        stems = {at: stem for at, stem in _stems(hanging[number:]).items() if at < one.start}
        yield _row(stems, paint, one.mark, at=one.start)


def _place(mark: Mark, cells: Mapping[int, int]) -> _Placed:
    start = cells[mark.start]
    return _Placed(start, max(cells[mark.end], start + 1), mark)


def _inline(placed: Sequence[_Placed]) -> _Placed | None:
    """The mark whose label can follow the underlines: the last one, if none reaches beyond it."""
    last = max(placed, key=lambda one: (one.start, one.end))
    ends_last = all(one.end <= last.end for one in placed)
    return last if last.mark.text and ends_last else None


def _drawing_order(one: _Placed) -> tuple[int, bool]:
    """Long before short, so that a mark inside another stays visible; the primary one on top."""
    return one.start - one.end, one.mark.symbol == "^"


def _cells(one: _Placed) -> Iterator[tuple[int, tuple[str, Style]]]:
    return ((cell, (one.mark.symbol, one.mark.style)) for cell in range(one.start, one.end))


def _stems(hanging: Sequence[_Placed]) -> dict[int, tuple[str, Style]]:
    return {one.start: ("|", one.mark.style) for one in hanging}


def _row(
    drawn: Mapping[int, tuple[str, Style]],
    paint: Paint,
    label: Mark | None = None,
    *,
    at: int | None = None,
) -> str:
    """Symbols in their cells, then a label: in a cell, or one cell behind the last symbol."""
    end = max(drawn, default=-1) + 1
    blank = (" ", Style.PLAIN)
    cells = [drawn.get(cell, blank) for cell in range(end)]
    painted = "".join(
        paint(style, "".join(symbol for symbol, _ in run))
        for style, run in groupby(cells, key=lambda cell: cell[1])
    )
    if label is None:
        return painted
    gap = 1 if at is None else at - end
    return painted + " " * gap + paint(label.style, label.text)
