"""Files of a commit, read from objects whose ids are checked.

A commit that can be trusted vouches for each byte of them. Whoever wrote it cannot fill our memory:
sizes are asked for first.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from hcpc.source.git import DIRECTORY, LINK, SUBMODULE, Objects, entries, object_id
from hcpc.sync.errors import SourceError
from hcpc.sync.git.bare import DamagedError
from hcpc.sync.records import Commit

_STRANGE = {LINK: "a link", SUBMODULE: "a submodule"}
_COMMITTER = re.compile(rb"committer [^\n]*> ([0-9]{1,12}) [-+][0-9]{4}")
_MIB = 1 << 20


class TooLargeError(SourceError):
    """A file, or all of them, are larger than they may be."""


class Bounds(NamedTuple):
    """How many bytes an object and all files may have, and how many files there may be."""

    one: int
    all: int
    files: int


TREE = Bounds(one=16 * _MIB, all=128 * _MIB, files=100_000)
"""Of a rendered tree; one of 1,000 hosted clusters has a tenth of it."""
STATUS = Bounds(one=_MIB, all=32 * _MIB, files=20_000)


class Entry(NamedTuple):
    """What a tree holds at a path."""

    path: str
    mode: bytes
    oid: str


def refuse(entry: Entry) -> bool:
    """Nothing but files with plain names may be there."""
    name = entry.path.rpartition("/")[2]
    if entry.mode in _STRANGE:
        raise SourceError(f"`{entry.path}` is {_STRANGE[entry.mode]}; hcpc never writes one")
    if not entry.path.isprintable() or name in {"", ".", ".."} or "\ufffd" in name:
        raise SourceError(f"{entry.path!a} is no name of a file")
    return True


def read_files(
    objects: Objects,
    commit: str,
    path: str,
    accept: Callable[[Entry], bool] = refuse,
    bounds: Bounds = TREE,
) -> dict[str, bytes]:
    """All files below a directory of a commit, by their path below it, in order.

    `accept` says of each entry whether it is read; the others are left out. Raises DamagedError
    where objects are missing or not what their ids say, TooLargeError where the bounds are passed,
    SourceError where there is no directory.
    """
    oid = _directory(objects, commit, path, bounds)
    files = sorted(_walk(objects, oid, accept, bounds))
    contents = _verified(objects, b"blob", files, bounds)
    return {each.path: content for each, content in zip(files, contents, strict=True)}


def tree_of(objects: Objects, commit: str) -> str:
    """The id of a commit's tree."""
    return _header(objects, commit)[0][5:].decode()  # `tree ID`


def commit_of(objects: Objects, commit: str) -> Commit:
    """What a commit says of itself. Raises SourceError when it does not say when it was made."""
    lines = _header(objects, commit)
    parents = tuple(line[7:].decode() for line in lines if line.startswith(b"parent "))
    times = [found[1] for line in lines if (found := _COMMITTER.fullmatch(line))]
    if len(times) != 1:
        raise SourceError(f"commit {commit[:9]} does not say when it was made")
    return Commit(commit, int(times[0]), parents)


def _header(objects: Objects, commit: str) -> list[bytes]:
    """The lines above a commit's message."""
    (content,) = _verified(objects, b"commit", [Entry("the commit", b"", commit)], TREE)
    return content.partition(b"\n\n")[0].split(b"\n")


def _directory(objects: Objects, commit: str, path: str, bounds: Bounds) -> str:
    """The id of the tree at a path."""
    oid = tree_of(objects, commit)
    for step in filter(None, path.split("/")):
        (content,) = _verified(objects, b"tree", [Entry(path, DIRECTORY, oid)], bounds)
        mode, oid = entries(oid, content).get(step, (b"", ""))
        if mode != DIRECTORY:
            raise SourceError(
                f"there is no directory `{path}` at commit {commit[:9]}: commit what "
                "`hcpc compile` writes, or name another directory"
            )
    return oid


def _walk(
    objects: Objects, top: str, accept: Callable[[Entry], bool], bounds: Bounds
) -> Iterator[Entry]:
    """All files below a tree, level by level."""
    level, seen = [Entry("", DIRECTORY, top)], 0
    while level:
        below: list[Entry] = []
        for each, content in zip(level, _verified(objects, b"tree", level, bounds), strict=True):
            above = f"{each.path}/" if each.path else ""
            for name, (mode, oid) in entries(each.oid, content).items():
                entry = Entry(f"{above}{name}", mode, oid)
                if "/" in name or not accept(entry):
                    continue
                # A few trees that name each other can be a tree of billions of files.
                if (seen := seen + 1) > bounds.files:
                    raise TooLargeError(f"there are more than {bounds.files} files")
                if mode == DIRECTORY:
                    below.append(entry)
                else:
                    yield entry
        level = below


def _verified(
    objects: Objects, kind: bytes, wanted: Sequence[Entry], bounds: Bounds
) -> Iterator[bytes]:
    oids = [each.oid for each in wanted]
    total = 0
    for each, size in zip(wanted, objects.sizes(oids), strict=True):
        total += size
        if size > bounds.one:
            what = f"`{each.path}`" if kind == b"blob" else f"a {kind.decode()}"
            raise TooLargeError(f"{what} has {size} bytes, and may have {bounds.one}")
        if total > bounds.all:
            raise TooLargeError(f"all files have more than {bounds.all} bytes")
    for oid, content in zip(oids, objects.read_all(oids), strict=True):
        if object_id(kind, content, oid) != oid:
            raise DamagedError(f"object {oid} is damaged")
        yield content
