"""Files of a commit, read from objects whose ids are checked.

A commit that can be trusted vouches for each byte of them.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from hcpc.source.git import DIRECTORY, LINK, SUBMODULE, Objects, entries, object_id
from hcpc.sync.errors import SourceError
from hcpc.sync.git.bare import DamagedError

_STRANGE = {LINK: "a link", SUBMODULE: "a submodule"}


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
    objects: Objects, commit: str, path: str, accept: Callable[[Entry], bool] = refuse
) -> dict[str, bytes]:
    """All files below a directory of a commit, by their path below it, in order.

    `accept` says of each entry whether it is read; the others are left out. Raises DamagedError
    where objects are missing or not what their ids say, SourceError where there is no directory.
    """
    oid = _directory(objects, commit, path)
    files = sorted(_walk(objects, oid, accept))
    contents = _verified(objects, b"blob", [each.oid for each in files])
    return {each.path: content for each, content in zip(files, contents, strict=True)}


def tree_of(objects: Objects, commit: str) -> str:
    """The id of a commit's tree."""
    (content,) = _verified(objects, b"commit", [commit])
    return content[5 : 5 + len(commit)].decode()  # `tree ID`


def _directory(objects: Objects, commit: str, path: str) -> str:
    """The id of the tree at a path."""
    oid = tree_of(objects, commit)
    for step in filter(None, path.split("/")):
        (content,) = _verified(objects, b"tree", [oid])
        mode, oid = entries(oid, content).get(step, (b"", ""))
        if mode != DIRECTORY:
            raise SourceError(f"there is no directory `{path}` at commit {commit[:9]}")
    return oid


def _walk(objects: Objects, top: str, accept: Callable[[Entry], bool]) -> Iterator[Entry]:
    """All files below a tree, level by level."""
    level = [("", top)]
    while level:
        contents = _verified(objects, b"tree", [oid for _, oid in level])
        below = []
        for (path, oid), content in zip(level, contents, strict=True):
            for name, (mode, each) in entries(oid, content).items():
                entry = Entry(f"{path}{name}", mode, each)
                if "/" in name or not accept(entry):
                    continue
                if mode == DIRECTORY:
                    below.append((f"{entry.path}/", each))
                else:
                    yield entry
        level = below


def _verified(objects: Objects, kind: bytes, oids: Sequence[str]) -> Iterator[bytes]:
    for oid, content in zip(oids, objects.read_all(oids), strict=True):
        if object_id(kind, content, oid) != oid:
            raise DamagedError(f"object {oid} is damaged")
        yield content
