"""A finding's labels in one file → the source lines that show them, with a gutter.

Lines keep their order; what lies between them is left out. The lines that enclose the fault by
indentation come along, because `replicas: many` means little without its node pool's name.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.render.cells import clipped, escaped
from hcpc.diagnostics.render.colour import Paint, Style
from hcpc.diagnostics.render.place import place
from hcpc.diagnostics.render.underline import Mark, underline
from hcpc.source.text import SourceFile

_ENCLOSING_SHOWN = 2
_LINES_SEARCHED = 100  # upwards for enclosing lines, so that a huge file costs no more


class Margin(NamedTuple):
    """The left edge of an excerpt, wide enough for its line numbers."""

    width: int
    paint: Paint

    def line(self, text: str = "", number: int | None = None) -> str:
        """A line of the excerpt; without a text, only the gutter."""
        digits = "" if number is None else str(number)
        gutter = self.paint(Style.GUTTER, f"{digits:>{self.width}} |")
        return f"{gutter} {text}" if text else gutter

    def pointer(self, arrow: str, location: str) -> str:
        """The line that says where the excerpt is from."""
        return f"{' ' * self.width}{self.paint(Style.GUTTER, arrow)} {location}"

    def remark(self, word: str, text: str) -> str:
        """A line below the excerpt, introduced by a word."""
        sign = self.paint(Style.GUTTER, "=")
        return f"{' ' * self.width} {sign} {self.paint(Style.STRONG, f'{word}:')} {text}"


def mark(label: Label, style: Style, symbol: str) -> Mark:
    """The part of a label's first line to underline; the text says where a longer span ends."""
    file = label.span.file
    where = place(label.span)
    line, start, text = where.start.line, where.start.column - 1, escaped(label.text)
    end = start + where.end.offset - where.start.offset
    last_line, _ = file.position(max(where.end.offset - 1, where.start.offset))
    if last_line > line:
        end = max(start, len(file.line(line).rstrip()))
        text = f"{text} (to line {last_line})" if text else f"to line {last_line}"
    return Mark(line, start, end, text, style, symbol)


def excerpt(
    file: SourceFile, marks: Sequence[Mark], context: Sequence[int], margin: Margin
) -> Iterator[str]:
    """The lines of `file` that hold marks and the `context` lines, each with its labels."""
    previous = 0
    yield margin.line()
    for number in sorted({*context, *(one.line for one in marks)}):
        if previous and number == previous + 2:
            yield from _source(file, number - 1, (), margin)
        elif previous and number > previous + 2:
            yield margin.paint(Style.GUTTER, "...")
        here = [one for one in marks if one.line == number]
        yield from _source(file, number, here, margin)
        previous = number


def _source(file: SourceFile, number: int, marks: Sequence[Mark], margin: Margin) -> Iterator[str]:
    edges = [edge for one in marks for edge in (one.start, one.end)]
    text, cells = clipped(file.masked.line(number), edges)
    yield margin.line(text.rstrip(), number)
    for row in underline(marks, cells, margin.paint):
        yield margin.line(row)


def enclosing(file: SourceFile, number: int) -> list[int]:
    """The lines worth showing above line `number`: the nearest ones that enclose it.

    An enclosing line without indentation (`spec:`) is shown only directly above. For a blank
    line, as at the end of a file, it is the line above.
    """
    if not file.line(number).strip():
        return [number - 1] if number > 1 else []
    found = list(_ancestors(file, number))[:_ENCLOSING_SHOWN]
    return [one for one in found if one == number - 1 or _indent(file.line(one)) > 0]


def _ancestors(file: SourceFile, number: int) -> Iterator[int]:
    """Lines above that enclose a line, innermost first, inside its YAML document."""
    current = file.line(number)
    for above in range(number - 1, max(0, number - 1 - _LINES_SEARCHED), -1):
        line = file.line(above)
        if line.startswith("---"):
            return
        if _encloses(line, current):
            yield above
            current = line


def _encloses(line: str, inner: str) -> bool:
    """Whether a line further up encloses `inner`; an item may stand as far left as its key."""
    if not line.strip() or line.lstrip().startswith("#"):
        return False
    if _indent(line) < _indent(inner):
        return True
    key_of_item = _is_item(inner) and not _is_item(line)
    return key_of_item and _indent(line) == _indent(inner)


def _is_item(line: str) -> bool:
    return line.lstrip().startswith("- ")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
