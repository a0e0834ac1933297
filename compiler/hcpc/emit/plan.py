"""What a write would do, decided before anything is touched.

The index of a management cluster's tree (`hcpc-index.json`) lists every file of ours with its
digest. Only files it lists, unchanged since, are ever removed.
"""

import os
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from stat import S_ISDIR
from types import MappingProxyType
from typing import NamedTuple

from hcpc.emit.bundle import Files
from hcpc.emit.leaving import changed_identity, identity, is_generated, unlisted_clusters
from hcpc.kube.rendered_index import INDEX, digest, index_text, is_listable, listed_files


class WritePlan(NamedTuple):
    """Files to write and to remove, files already right, and what stands in the way.

    `replaced` tells of files to write that hold another object now: the one that is there, and the
    one that would be. `unlisted` are files of hosted clusters that we once wrote, that are no
    longer emitted, and that no index lists: they stay, but the tree no longer refers to them.
    `edited` are files of ours that are no longer emitted but were changed by hand: they stay.
    `foreign` are paths we would emit, or would have to go through, where something lies that we
    never wrote. `unreadable` are indexes that no longer say what is ours. `leaving` tells of files
    to remove which HostedCluster or NodePool they hold, as `NAMESPACE/NAME`.
    """

    write: Files
    remove: tuple[str, ...]
    unchanged: tuple[str, ...]
    edited: tuple[str, ...] = ()
    foreign: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    replaced: Mapping[str, tuple[str, str]] = MappingProxyType({})
    leaving: Mapping[str, str] = MappingProxyType({})

    @property
    def is_clean(self) -> bool:
        """Whether the tree is already what it should be."""
        in_the_way = self.edited or self.foreign or self.unreadable or self.unlisted
        return not (self.write or self.remove or in_the_way)


def is_index(path: str) -> bool:
    """Whether a path below the output directory is that of an index."""
    return path.partition("/")[2] == INDEX


def index_files(files: Files, kept: Mapping[str, str]) -> Files:
    """One index for each management cluster, over its files; `kept` are digests by path."""
    owners: dict[str, dict[str, str]] = {}
    digests = {path: digest(text.encode()) for path, text in files.items()}
    for path, known in (*digests.items(), *kept.items()):
        owner, _, below = path.partition("/")
        owners.setdefault(owner, {})[below] = known
    return {f"{owner}/{INDEX}": index_text(entries) for owner, entries in owners.items()}


def plan_write(output: Path, files: Files, kept: Mapping[str, str]) -> WritePlan:
    """Compare what should be with what is; reads, changes nothing.

    `kept` are files known to lie there as they should, by digest.
    """
    if not os.path.lexists(output):
        return WritePlan({**files, **index_files(files, kept)}, (), ())
    obstacle = obstacles(output)
    listed, unreadable = _listed(output)
    files = {**files, **index_files(files, kept)}
    write: Files = {}
    foreign: dict[str, None] = {}
    replaced: dict[str, tuple[str, str]] = {}
    unchanged = [*kept]
    for path in sorted(files):
        wanted = files[path].encode()
        blocked = obstacle(_directory(path))
        present = None if blocked else _read(output / path)
        if blocked:
            foreign[blocked] = None
        elif present is None:
            write[path] = files[path]
        elif present == wanted:
            unchanged.append(path)
        elif (output / path).is_dir():
            foreign[path] = None
        elif path in listed or is_index(path) or is_generated(present):
            write[path] = files[path]
            if changed := changed_identity(present, wanted):
                replaced[path] = changed
        else:
            foreign[path] = None
    emitted = files.keys() | kept.keys()
    gone = {path: known for path, known in listed.items() if path not in emitted}
    ours = {
        path: known
        for path, known in gone.items()
        if is_listable(path.partition("/")[2]) and not obstacle(_directory(path))
    }
    remove, edited, leaving = _leftovers(output, ours)
    unlisted = tuple(unlisted_clusters(output, emitted, ours))
    stones = (tuple(edited), tuple(foreign), unreadable, unlisted)
    return WritePlan(write, tuple(remove), tuple(unchanged), *stones, replaced, leaving)


def obstacles(output: Path) -> Callable[[str], str]:
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


def _leftovers(output: Path, ours: dict[str, str]) -> tuple[list[str], list[str], dict[str, str]]:
    """Of the files that are emitted no longer, those to remove and those changed by hand.

    And of those to remove which object they hold, if that is one that runs.
    """
    remove: list[str] = []
    edited: list[str] = []
    leaving: dict[str, str] = {}
    for path in sorted(ours):
        present = _read(output / path)
        if present is None or (output / path).is_dir():
            continue
        mine = is_index(path) or digest(present) == ours[path]
        (remove if mine else edited).append(path)
        if mine and (held := identity(present)):
            leaving[path] = held
    return remove, edited, leaving


def _listed(output: Path) -> tuple[dict[str, str], tuple[str, ...]]:
    """Every path that an index lists, with its digest; and the indexes that cannot be read."""
    listed: dict[str, str] = {}
    unreadable: list[str] = []
    for index in sorted(output.glob(f"*/{INDEX}")):
        owner = index.parent.name
        try:
            entries = listed_files(index.read_bytes())
            listed |= {f"{owner}/{below}": str(known) for below, known in entries.items()}
        except (OSError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
            unreadable.append(f"{owner}/{INDEX}")
        listed[f"{owner}/{INDEX}"] = ""
    return listed, tuple(unreadable)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except IsADirectoryError:
        return b""
