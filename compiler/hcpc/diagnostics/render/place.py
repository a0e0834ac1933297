"""Where a span lies, in the numbers that people and other tools read.

Any span gives a place: offsets beyond the text, as a faulty check may report, are moved to its
nearest end instead of failing the whole report.
"""

from typing import NamedTuple

from hcpc.source.text import Span


class Position(NamedTuple):
    """A place in a text: line and column from 1, offset from 0, all in characters."""

    line: int
    column: int
    offset: int


class Place(NamedTuple):
    """The file and the two ends of a span; `end` is behind the last character."""

    path: str
    start: Position
    end: Position


def place(span: Span) -> Place:
    """The span's place, inside its text."""
    length = len(span.file.text)
    start = min(max(span.start, 0), length)
    end = min(max(span.end, start), length)
    return Place(span.file.path, _position(span, start), _position(span, end))


def _position(span: Span, offset: int) -> Position:
    line, column = span.file.position(offset)
    return Position(line, column, offset)
