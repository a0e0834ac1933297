"""A source file's text, and spans of it.

Positions are character offsets everywhere; lines and columns exist only when something is shown.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from hcpc.source.secrets import mask


@dataclass(frozen=True)
class SourceFile:
    """One file of a fleet: its path below the fleet's root (with `/`) and its text.

    Two of the same path and text are the same file: what comes back from another process must
    be at home in this one.
    """

    path: str
    text: str

    @cached_property
    def _line_starts(self) -> list[int]:
        starts = [0]
        find = self.text.find
        position = find("\n")
        while position != -1:
            starts.append(position + 1)
            position = find("\n", position + 1)
        return starts

    @cached_property
    def masked(self) -> "SourceFile":
        """The file as it may be shown: of the same length, with its secrets blotted out."""
        return SourceFile(self.path, mask(self.text))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1, in characters."""
        starts = self._line_starts
        line = bisect_right(starts, min(max(offset, 0), len(self.text)))
        return line, offset - starts[line - 1] + 1

    def start_of(self, number: int) -> int:
        """Offset of a line's first character; the end of the text beyond the last line."""
        starts = self._line_starts
        return starts[number - 1] if 1 <= number <= len(starts) else len(self.text)

    def line(self, number: int) -> str:
        """Text of a line (counted from 1) without its line end; empty beyond the last line."""
        starts = self._line_starts
        if not 1 <= number <= len(starts):
            return ""
        end = starts[number] - 1 if number < len(starts) else len(self.text)
        return self.text[starts[number - 1] : end].rstrip("\r")


class Span(NamedTuple):
    """Characters `start` (inclusive) to `end` (exclusive) of a file."""

    file: SourceFile
    start: int
    end: int

    @property
    def location(self) -> str:
        """`path:line:column` of the first character."""
        line, column = self.file.position(self.start)
        return f"{self.file.path}:{line}:{column}"

    @property
    def order(self) -> tuple[str, int, int]:
        """Sort key: by path, then by place in the file."""
        return self.file.path, self.start, self.end
