"""Which files make a fleet, and their text.

Reads the files below the fleet's root, on disk or of a git revision: YAML files in the source
directories, without hidden directories, the output directory, rendered directories, ignored files
and nested fleets. Symbolic links are followed only while they stay inside the root.
"""

import os
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.source.file_tree import Entry, FileTree, Root, is_below, tree_at
from hcpc.source.text import SourceFile, Span

FLEET_FILE = "fleet.yaml"
NO_REPOSITORY = "the fleet is not in a git repository"
_SUFFIXES = (".yaml", ".yml")
_INDEX_FILE = "hcpc-index.json"
_MARKS = {FLEET_FILE, _INDEX_FILE}
_INDEX_KIND = b'"kind": "RenderedIndex"'

IsFleet = Callable[[SourceFile], bool]
"""Whether a file called fleet.yaml holds a Fleet document; what YAML says is not known here."""


class Places(NamedTuple):
    """Where to look, all relative to the root: source directories, patterns to leave out."""

    sources: Sequence[str] = (".",)
    ignore: Sequence[str] = ()
    output: str = "rendered"


def find_root(start: Path) -> Path | None:
    """The nearest directory at or above `start` that holds a fleet.yaml."""
    for directory in (start, *start.parents):
        if (directory / FLEET_FILE).is_file():
            return directory
    return None


def find_repository(start: Path) -> Path | None:
    """The nearest directory at or above `start` with a `.git`: the root of a git work tree.

    In worktrees and submodules `.git` is a file.
    """
    for directory in (start, *start.parents):
        if os.path.exists(directory / ".git"):  # noqa: PTH110  # never raises
            return directory
    return None


def list_files(root: Root, places: Places, is_fleet: IsFleet, sink: Sink) -> list[str]:
    """Paths of the fleet's YAML files below the root, sorted, fleet.yaml not among them."""
    found: set[str] = set()
    tree = tree_at(root)
    sources = [os.path.normpath(source) for source in places.sources]
    ignore = [os.path.normpath(pattern) for pattern in places.ignore]
    output = os.path.normpath(places.output)
    walk = _Walk(tree, sources, ignore, output, is_fleet, sink)
    for source in sources:
        if stays_inside(tree, source, sink):
            found.update(_walk(walk, "" if source == "." else source, frozenset()))
    found.discard(FLEET_FILE)
    return sorted(found)


def stays_inside(root: Root, path: str, sink: Sink) -> bool:
    """Whether no symbolic link on the way to a path leaves the root; a finding when one does."""
    tree = tree_at(root)
    for step in accumulate(path.split("/"), "{}/{}".format):
        if tree.real(step) is None:
            _report_outside(tree, step, sink)
            return False
    return True


class _Walk(NamedTuple):
    """What stays the same all the way down."""

    tree: FileTree
    sources: Sequence[str]
    ignore: Sequence[str]
    output: str
    is_fleet: IsFleet
    sink: Sink


def _walk(walk: _Walk, below: str, links: frozenset[str]) -> Iterator[str]:
    """YAML files below a directory; `links` are the link targets we came through."""
    try:
        entries = walk.tree.scan(below)
    except OSError as failure:
        _report_unlisted(walk, below or ".", failure)
        return
    marks = () if (below or ".") in walk.sources else {entry.name for entry in entries} & _MARKS
    if any(_is_elsewhere(walk, f"{below}/{mark}") for mark in sorted(marks)):
        return
    for entry in entries:
        path = f"{below}/{entry.name}" if below else entry.name
        if entry.name.startswith(".") or path == walk.output:
            continue
        if _ignored(path, walk.ignore) or not _may_follow(walk, entry, path, links):
            continue
        if walk.tree.is_directory(path) if entry.is_link else entry.is_directory:
            through = {walk.tree.real(path) or ""} if entry.is_link else set()
            yield from _walk(walk, path, links | through)
        elif _is_yaml(entry.name):
            yield path


def _is_yaml(name: str) -> bool:
    return name.lower().endswith(_SUFFIXES)


def _is_elsewhere(walk: _Walk, path: str) -> bool:
    """Whether a mark makes its directory a fleet of its own, or a rendered one.

    A file that only has the name of a mark hides nothing: fleet.yaml is then read as any other
    file, and an index is a finding.
    """
    inside = walk.tree.real(path) is not None
    content = read_bytes(walk.tree, path, Sink()) if inside else None
    if content is None:  # which is told where it is read, or followed
        return False
    if path.endswith(FLEET_FILE):
        file = decode(path, content, Sink())
        return file is not None and walk.is_fleet(file)
    if _INDEX_KIND not in content:
        _report_no_index(path, walk.sink)
    return _INDEX_KIND in content


def _may_follow(walk: _Walk, entry: Entry, path: str, links: frozenset[str]) -> bool:
    """Whether an entry is no link, or one that stays inside and does not lead in a circle."""
    if not entry.is_link:
        return True
    target = walk.tree.real(path)
    if target is not None:
        here = walk.tree.real(path.rpartition("/")[0])
        return target not in links and here is not None and not is_below(here, target)
    if _is_yaml(entry.name) or walk.tree.is_directory(path):
        _report_outside(walk.tree, path, walk.sink)
    return False


def _ignored(path: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def _report_outside(tree: FileTree, path: str, sink: Sink) -> None:
    _report(
        codes.SYMLINK_OUTSIDE,
        path,
        f"symbolic link leaves the repository: it leads to `{tree.target(path)}`",
        sink,
        "copy what it leads to into the repository, or remove the link",
    )


def _report_unlisted(walk: _Walk, directory: str, failure: OSError) -> None:
    is_source = directory in walk.sources
    _report(
        codes.UNREADABLE,
        directory,
        f"directory cannot be read: {_reason(failure)}",
        walk.sink,
        f"`sources` in {FLEET_FILE} names it" if is_source else "",
    )


def _report_no_index(path: str, sink: Sink) -> None:
    _report(
        codes.FOREIGN_FILE,
        path,
        f"`{path}` is not an index that hcpc wrote, so it does not hide the files beside it",
        sink,
        "remove it where specs are; where rendered files are, restore it from git",
    )


def _reason(failure: OSError) -> str:
    return (failure.strerror or type(failure).__name__).lower()


def read_bytes(root: Root, path: str, sink: Sink) -> bytes | None:
    """A file's bytes, or None after a finding."""
    try:
        return tree_at(root).read(path)
    except OSError as failure:
        _report(codes.UNREADABLE, path, f"file cannot be read: {_reason(failure)}", sink)
        return None


def decode(path: str, content: bytes, sink: Sink) -> SourceFile | None:
    """The file's text, or None after a finding that shows the first byte that is not UTF-8."""
    try:
        return SourceFile(path, content.decode("utf-8"))
    except UnicodeDecodeError as failure:
        file = SourceFile(path, content.decode("utf-8", errors="replace"))
        start = len(content[: failure.start].decode("utf-8"))
        byte = content[failure.start : failure.start + 1]
        letter = byte.decode("latin-1")
        is_utf16 = content.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
        sink.report(
            codes.NOT_UTF8,
            Span(file, start, start + 1),
            f"file is not UTF-8: byte 0x{byte.hex()} at offset {failure.start}",
            label=f"`{letter}` in Latin-1" if letter.isalpha() and not is_utf16 else "",
            help=f"save the file as UTF-8{', not UTF-16' if is_utf16 else ''}",
        )
        return None


def _report(code: codes.Code, path: str, message: str, sink: Sink, hint: str = "") -> None:
    sink.report(code, Span(SourceFile(path, ""), 0, 0), message, help=hint)
