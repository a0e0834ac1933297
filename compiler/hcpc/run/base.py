"""What changed since the base revision: which units are compared, and with what.

A unit is compared when its own text changed, or a shared file that it sees. Clusters are found by
their names, which are unique in a fleet, so that a spec may move to another file.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.unchecked import Unchecked
from hcpc.resolve.document import Document, read_documents
from hcpc.resolve.fleet import Fleet, holds_only_clusters, read_fleet
from hcpc.resolve.scope import Environment
from hcpc.resolve.shared import Shared, read_shared
from hcpc.run.keys import Keys
from hcpc.run.unit import units_of
from hcpc.source.discover import FLEET_FILE, NO_REPOSITORY, find_repository
from hcpc.source.file_tree import FileTree, is_below
from hcpc.source.text import SourceFile
from hcpc.verify.gaps import CHANGES
from hcpc.verify.leaving import Was
from hcpc.verify.policies.read import policy_texts

if TYPE_CHECKING:
    from hcpc.source.revision import Revision, RevisionTree

NO_BASE = "none"
"""What is said in place of a revision to compare with nothing."""
_FILES = "HCP00"
"""How codes of files that cannot be read begin."""
_NONE: Mapping[str, str] = MappingProxyType({})
_NOBODY: Mapping[str, Was] = MappingProxyType({})


class Base(NamedTuple):
    """What workers compare with: files of clusters at the base, by path, and what these saw.

    `compared` are the paths of units that differ. `moved` says by name in which file a cluster
    stood, if that file changed.
    """

    environment: Environment
    files: Mapping[str, SourceFile]
    compared: frozenset[str]
    moved: Mapping[str, str]


class Current(NamedTuple):
    """The fleet as it is now: its files, split into shared ones and units, and their keys.

    `sets` are the digests of its CRD sets.
    """

    fleet: Fleet
    shared_files: Sequence[SourceFile]
    shared: Shared
    units: Sequence[SourceFile]
    keys: Keys
    unit_keys: Mapping[str, str]
    sets: Mapping[str, bytes]


class Changes(NamedTuple):
    """What differs from the base; without `base` nothing does, or it could not be read.

    `keys` are those of the units that are compared: they depend on the base too. `files` are those
    of the base that findings may point into. `was` are the clusters whose files changed.
    """

    base: Base | None = None
    keys: Mapping[str, str] = _NONE
    files: Sequence[SourceFile] = ()
    was: Mapping[str, Was] = _NOBODY
    unchecked: tuple[Unchecked, ...] = ()


def find_changes(chosen: str | None, current: Current) -> Changes:
    """What differs from a chosen revision; from where HEAD left the main branch if it is empty.

    None is no revision, and so is `NO_BASE`. Raises RevisionError when a revision that somebody
    chose cannot be read; of any other the reason is told as what could not be checked.
    """
    if chosen is None or chosen == NO_BASE:
        return Changes()
    root = current.fleet.root
    if not chosen and find_repository(root.resolve()) is None:
        return Changes(unchecked=(Unchecked(CHANGES, NO_REPOSITORY),))
    from hcpc.source.revision import RevisionError, find_base  # noqa: PLC0415  # as just said

    try:
        return _changes(find_base(root, chosen), current)
    except RevisionError as failure:
        if chosen:
            raise
        return Changes(unchecked=(Unchecked(CHANGES, str(failure)),))


def cluster_at(base: Base, path: str, name: str) -> Document | None:
    """The document of a cluster at the base, in the same file or else where it stood then."""
    for place in (path, base.moved.get(name, path)):
        found = _documents(base.files[place])[0].get(name) if place in base.files else None
        if found:
            return found
    return None


@lru_cache(maxsize=4)  # clusters come file by file
def _documents(file: SourceFile) -> tuple[dict[str, Document], bool]:
    """The clusters of a file, by name, and whether others may be lost in it."""
    sink = Sink()
    documents = read_documents(file, sink)
    clusters = {each.name: each for each in documents if each and each.kind == "Cluster"}
    return clusters, sink.has_errors


def _changes(revision: "Revision", current: Current) -> Changes:
    from hcpc.source.revision import RevisionTree, left_out  # noqa: PLC0415  # is loaded by now

    fleet, assets = current.fleet, current.shared.environment.assets
    files = (fleet.document.file, *fleet.files)
    known = [*(file.text.encode() for file in files), *assets.values()]
    with closing(RevisionTree(fleet.root, revision, known)) as tree:
        sink = Sink()
        base = read_fleet(fleet.root, sink, tree)
        if base is None:
            return _without_fleet(tree, fleet.root, revision)
        there = _files_there(base, current, tree.sealed, revision.short)
        lost = _lost(sink, tree, fleet.tree)
        gone = (there.keys() | lost) - {file.path for file in fleet.files}
        hidden = left_out(fleet.root, gone) if gone else set()
        there = {path: file for path, file in there.items() if path not in hidden}
        base = base._replace(files=tuple(there.values()))
        found = _compare(base, there, current, revision)
        lost -= hidden
        return found._replace(unchecked=(*_sealed(tree), *_unread(lost), *found.unchecked))


def _without_fleet(tree: "RevisionTree", root: Path, revision: "Revision") -> Changes:
    """Why there is nothing to compare with; a fleet that is new needs no reason."""
    from hcpc.source.revision import stood_elsewhere  # noqa: PLC0415  # is loaded by now

    try:
        tree.read(FLEET_FILE)
    except OSError:
        absent = Unchecked(CHANGES, "at the base there is no fleet in this directory")
        told = (absent,) if stood_elsewhere(root, revision, FLEET_FILE) else ()
        return Changes(unchecked=_sealed(tree) or told)
    return Changes(unchecked=_unread([FLEET_FILE]))


def _unread(paths: Iterable[str]) -> tuple[Unchecked, ...]:
    """One entry for each file of the base that may have held more than was read."""
    return tuple(
        Unchecked(CHANGES, f"`{path}` cannot be read at the base") for path in sorted(paths)
    )


def _sealed(tree: "RevisionTree") -> tuple[Unchecked, ...]:
    return tuple(
        Unchecked(
            CHANGES, f"what `{path or '.'}` held at the base is not in this repository ({why})"
        )
        for path, why in sorted(tree.sealed.items())
    )


def _lost(sink: Sink, tree: "RevisionTree", now: FileTree) -> set[str]:
    """Files of the base without a text, by what reading it found; not those that are the same now.

    What is not in the repository is told in other words. A source directory that is not there is
    no file.
    """
    paths = {
        found.primary.span.file.path
        for found in sink.findings()
        if found.code.startswith(_FILES) and found.primary.span.file.path != FLEET_FILE
    }
    return {
        path
        for path in paths
        if not any(is_below(path, each) for each in tree.sealed)
        and _content(tree, path) != _content(now, path)
    }


def _content(tree: FileTree, path: str) -> bytes | None:
    """All of a file; None when it cannot be read, or lies outside."""
    try:
        return tree.read(path) if tree.real(path) is not None else None
    except OSError:
        return None


def _files_there(
    base: Fleet, current: Current, sealed: Iterable[str], short: str
) -> dict[str, SourceFile]:
    """The fleet's files at the base, by path; those that are others now show the revision.

    What is not in the repository counts as if it had not changed.
    """
    now = {file.path: file for file in current.fleet.files}
    found = {file.path: file for file in base.files}
    found |= {path: now[path] for path in now if any(is_below(path, each) for each in sealed)}
    return {
        path: file if file == now.get(path) else SourceFile(f"{path}@{short}", file.text)
        for path, file in sorted(found.items())
    }


def _compare(
    base: Fleet, there: Mapping[str, SourceFile], current: Current, revision: "Revision"
) -> Changes:
    shared_files = [file for file in base.files if not holds_only_clusters(file)]
    shared, keys = current.shared, current.keys
    is_same = _is_same(base, shared_files, current)
    if not is_same:
        shared = read_shared(base, shared_files, Sink())
        keys = _keys(base, shared_files, shared, current.sets, revision.short)
    unit_paths = {file.path for file in units_of(base.files, shared_files, shared)}
    units = {path: file for path, file in there.items() if file.path in unit_paths}
    others = {path: file for path, file in there.items() if file.path != path}
    was, unread = _clusters({path: file for path, file in others.items() if path in units})
    unread |= {file.path for file in shared.environment.unread}
    before = {
        unit.path: keys.of(_plain(units[unit.path], revision.short)) if unit.path in units else ""
        for unit in current.units
        if not (is_same and units.get(unit.path) == unit)
    }
    compared = {
        path: key for path, key in before.items() if key != current.unit_keys[path] and (key or was)
    }
    moved = {name: place.path for name, place in was.items()}
    # With where a cluster stood before, a unit depends on the files that it may come from.
    origins = sorted({keys.of(_plain(units[path], revision.short)) for path in moved.values()})
    label = f"{revision.short} {' '.join(origins)}"
    needed = {*compared, *moved.values()} & units.keys()
    return Changes(
        Base(
            shared.environment,
            {path: units[path] for path in sorted(needed)},
            frozenset(compared),
            moved,
        ),
        {path: _key(current.unit_keys[path], key, label) for path, key in compared.items()},
        tuple(others.values()),
        was,
        _unread(path for path, file in others.items() if file.path in unread),
    )


def _is_same(base: Fleet, shared_files: Sequence[SourceFile], current: Current) -> bool:
    """Whether all that clusters share was what it is now."""
    return (
        shared_files == current.shared_files
        and base.document.file == current.fleet.document.file
        and _has(base.tree, current.shared.environment.assets)
    )


def _has(tree: FileTree, assets: Mapping[str, bytes]) -> bool:
    """Whether files have the same content in a tree."""
    try:
        return all(tree.read(path) == content for path, content in assets.items())
    except OSError:
        return False


def _keys(
    base: Fleet,
    shared_files: Sequence[SourceFile],
    shared: Shared,
    sets: Mapping[str, bytes],
    short: str,
) -> Keys:
    """The keys of units at the base.

    As if the CRD sets had been the same: no cluster changes with them.
    """
    environment = shared.environment
    return Keys(
        (_plain(each, short) for each in (base.document.file, *shared_files)),
        environment.assets,
        (_plain(each, short) for each in environment.counting_everywhere()),
        {
            path.removesuffix(f"@{short}"): text
            for path, text in policy_texts(environment, shared.with_clusters).items()
        },
        sets,
    )


def _plain(file: SourceFile, short: str) -> SourceFile:
    """A file under its own path, which does not show the revision."""
    path = file.path.removesuffix(f"@{short}")
    return file if path == file.path else SourceFile(path, file.text)


def _clusters(files: Mapping[str, SourceFile]) -> tuple[dict[str, Was], set[str]]:
    """The clusters in files, by name; and the files that could not be read in full."""
    found: dict[str, Was] = {}
    unread: set[str] = set()
    for path, file in files.items():
        documents, has_errors = _documents(file)
        found |= {name: Was(path, document.name_span) for name, document in documents.items()}
        if has_errors:
            unread.add(file.path)
    return found, unread


def _key(*parts: str) -> str:
    return blake2b("\0".join(parts).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
