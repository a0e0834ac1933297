"""What jsonnet says of a fault, as a message and places in the files of the repository."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hcpc.source.text import SourceFile, Span

_PLACE = (
    r"(?P<path>[^\n]+?):(?:(?P<a>\d+):(?P<b>\d+)(?:-(?P<c>\d+))?"
    r"|\((?P<d>\d+):(?P<e>\d+)\)-\((?P<f>\d+):(?P<g>\d+)\))"
)
_FRAME = re.compile(rf"^\t{_PLACE}(?:\t|$)", re.MULTILINE)
_SYNTAX = re.compile(rf"\A(?:RUNTIME ERROR: )?{_PLACE} (?P<says>[^\n]+)")
_RUNTIME = "RUNTIME ERROR: "
_OWN_WORDS = {"max stack frames exceeded.": "calls, or values in values, go too deep"}


class Complaint(NamedTuple):
    """A fault: what it is, more lines of it, and the places that led to it, the nearest first."""

    message: str
    more: tuple[str, ...]
    places: tuple[Span, ...]


def read_complaint(text: str, files: Mapping[str, bytes]) -> Complaint:
    """The fault that an error text of jsonnet is about."""
    head, _, trace = text.partition("\n\t")
    frames = [_span(found, files) for found in _FRAME.finditer(f"\t{trace}")]
    syntax = _SYNTAX.match(text)
    if syntax and syntax["path"] in files:
        frames.insert(0, _span(syntax, files))
        head = syntax["says"]
    first, *more = head.removeprefix(_RUNTIME).strip().split("\n")
    places = tuple(dict.fromkeys(frame for frame in frames if frame))
    message = _OWN_WORDS.get(first) or _lower(first)
    return Complaint(message, tuple(line for line in more if line.strip()), places)


def absent_import(text: str, directory: str, name: str, files: Mapping[str, bytes]) -> Complaint:
    """The fault that a file in a directory imports what is not there.

    `text` is what jsonnet said; it is empty where the import was none of jsonnet code.
    """
    path = posixpath.normpath(posixpath.join(directory, name))
    is_outside = path.startswith(("/", "../"))
    message = f"`{path}` lies outside the repository" if is_outside else f"there is no `{path}`"
    more = () if is_outside else ("or it cannot be read, or is a link out of the repository",)
    places = read_complaint(text, files).places or tuple(_imports(directory, name, files))
    return Complaint(message, more, places)


def _imports(directory: str, name: str, files: Mapping[str, bytes]) -> Iterator[Span]:
    """Where files of a directory import a name."""
    written = re.compile(rf"""\bimport(?:str|bin)?\s*@?(["']){re.escape(name)}\1""")
    for path in sorted(files):
        if posixpath.dirname(path) == directory.rstrip("/"):
            file = source_file(path, files)
            yield from (Span(file, *found.span()) for found in written.finditer(file.text))


def source_file(path: str, files: Mapping[str, bytes]) -> SourceFile:
    """A file by its path, as text whatever it holds."""
    return SourceFile(path, files.get(path, b"").decode("utf-8", "replace"))


def _span(found: re.Match[str], files: Mapping[str, bytes]) -> Span | None:
    """The place that a match names, when it is in one of the files."""
    if found["path"] not in files:
        return None
    file = source_file(found["path"], files)
    if found["a"]:
        line, column = int(found["a"]), int(found["b"])
        start = _offset(file, line, column)
        end = _offset(file, line, int(found["c"] or column + 1))
    else:
        start = _offset(file, int(found["d"]), int(found["e"]))
        end = _offset(file, int(found["f"]), int(found["g"]))
    return Span(file, start, max(start, end))


def _offset(file: SourceFile, line: int, column: int) -> int:
    """The offset of a place whose columns are counted in bytes, from 1."""
    before = file.line(line).encode()[: column - 1]
    return file.start_of(line) + len(before.decode("utf-8", "ignore"))


def _lower(message: str) -> str:
    """A sentence as messages begin; what is a name or an abbreviation stays."""
    return message[:1].lower() + message[1:] if message[1:2].islower() else message
