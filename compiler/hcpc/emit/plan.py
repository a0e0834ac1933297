"""What a write would do, decided before anything is touched.

The index of a management cluster's tree (`hcpc-index.json`) lists every file of ours with its
digest. Only files it lists, unchanged since, are ever removed.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from stat import S_ISDIR

from hcpc.emit.bundle import Files

INDEX = "hcpc-index.json"
# What an index may list: relative paths without `.` and `..`, of characters that we use in names.
_LISTED = re.compile(r"(?:(?!\.\.?/)[\w.-]+/)*(?!\.\.?\Z)[\w.-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class WritePlan:
    """Files to write and to remove, files already right, and what stands in the way.

    `edited` are files of ours that are no longer emitted but were changed by hand: they stay.
    `foreign` are paths we would emit, or would have to go through, where something lies that we
    never wrote. `unreadable` are indexes that no longer say what is ours.
    """

    write: Files
    remove: tuple[str, ...]
    unchanged: int
    edited: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether the tree is already what it should be."""
        return not (self.write or self.remove or self.edited or self.foreign or self.unreadable)


def is_index(path: str) -> bool:
    """Whether a path below the output directory is that of an index."""
    return path.partition("/")[2] == INDEX


def digest(content: bytes) -> str:
    """The digest the index keeps."""
    return hashlib.sha256(content).hexdigest()


def index_files(files: Files, kept: Mapping[str, str]) -> Files:
    """One index for each management cluster, over its files; `kept` are digests by path."""
    owners: dict[str, dict[str, str]] = {}
    digests = {path: digest(text.encode()) for path, text in files.items()}
    for path, known in (*digests.items(), *kept.items()):
        owner, _, below = path.partition("/")
        owners.setdefault(owner, {})[below] = known
    return {f"{owner}/{INDEX}": _index(entries) for owner, entries in owners.items()}


def _index(entries: dict[str, str]) -> str:
    """One line a file, so that diffs and merges of the index stay small."""
    # The C encoder knows no indentation, but takes line ends for separators.
    lines = json.dumps(entries, sort_keys=True, separators=(",\n  ", ": "))
    return (
        '{\n "apiVersion": "hcpc.dev/v1alpha1",\n "files": {\n  '
        f'{lines[1:-1]}\n }},\n "kind": "RenderedIndex"\n}}\n'
    )


def plan_write(output: Path, files: Files, kept: Mapping[str, str]) -> WritePlan:
    """Compare what should be with what is; reads, changes nothing.

    `kept` are files known to lie there as they should, by digest.
    """
    if not os.path.lexists(output):
        return WritePlan({**files, **index_files(files, kept)}, (), 0)
    obstacle = _obstacles(output)
    ours, unreadable = _listed(output)
    ours = {path: known for path, known in ours.items() if not obstacle(_directory(path))}
    files = {**files, **index_files(files, kept)}
    write: Files = {}
    foreign: dict[str, None] = {}
    unchanged = len(kept)
    for path in sorted(files):
        blocked = obstacle(_directory(path))
        present = None if blocked else _read(output / path)
        if blocked:
            foreign[blocked] = None
        elif present is None:
            write[path] = files[path]
        elif present == files[path].encode():
            unchanged += 1
        elif (output / path).is_dir():
            foreign[path] = None
        elif path in ours or is_index(path) or _is_generated(present):
            write[path] = files[path]
        else:
            foreign[path] = None
    remove, edited = _leftovers(output, ours, files.keys() | kept.keys())
    return WritePlan(write, tuple(remove), unchanged, tuple(edited), tuple(foreign), unreadable)


def _obstacles(output: Path) -> Callable[[str], str]:
    """Tells of a directory below `output` which step of the way to it is a file or a link.

    A link may lead anywhere; whatever lies behind one is not ours.
    """

    @cache
    def obstacle(directory: str) -> str:
        above = _directory(directory)
        if above and (found := obstacle(above)):
            return found
        try:
            mode = os.lstat(f"{output}/{directory}").st_mode
        except OSError:
            return ""
        return "" if S_ISDIR(mode) else directory

    return obstacle


def _directory(path: str) -> str:
    return path.rpartition("/")[0]


def _leftovers(
    output: Path, ours: dict[str, str], emitted: AbstractSet[str]
) -> tuple[list[str], list[str]]:
    remove: list[str] = []
    edited: list[str] = []
    for path in sorted(ours.keys() - emitted):
        present = _read(output / path)
        if present is None or (output / path).is_dir():
            continue
        mine = is_index(path) or digest(present) == ours[path]
        (remove if mine else edited).append(path)
    return remove, edited


def _is_generated(content: bytes) -> bool:
    return content.startswith(b"# Generated by hcpc ")


def _listed(output: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """Every path that an index lists, with its digest; and the indexes that cannot be read."""
    listed: dict[str, str] = {}
    unreadable: list[str] = []
    for index in sorted(output.glob(f"*/{INDEX}")):
        owner = index.parent.name
        try:
            entries = _entries(index.read_bytes())
            listed |= {f"{owner}/{b}": str(d) for b, d in entries.items() if _LISTED.fullmatch(b)}
        except (OSError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
            unreadable.append(f"{owner}/{INDEX}")
        listed[f"{owner}/{INDEX}"] = ""
    return listed, tuple(unreadable)


def _entries(content: bytes) -> dict[str, str]:
    """The files of an index. One with git's conflict markers lists what either side lists."""
    if b"\n<<<<<<< " in content:
        lines = (_ENTRY.match(line) for line in content.decode().splitlines())
        return {found[1]: found[2] for found in lines if found}
    entries: dict[str, str] = json.loads(content)["files"]
    return entries


_ENTRY = re.compile(r"""\s*"([^"]+)": "([0-9a-f]{64})",?$""")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        return b""
