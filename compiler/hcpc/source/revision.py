"""Which revision to compare with, and the files that it holds.

Reads objects, never the work tree or the network, and changes nothing. What goes wrong is a
RevisionError that says what to do.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from errno import EISDIR, ELOOP, ENOTDIR
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from hcpc.source.discover import NO_REPOSITORY
from hcpc.source.file_tree import Entry, missing
from hcpc.source.git import (
    DIRECTORY,
    LINK,
    SUBMODULE,
    Git,
    Objects,
    complaint,
    entries,
    object_id,
)

MAIN_BRANCHES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)
"""What may be the main branch, the best first."""
_MOST_LINKS = 40
_LFS = b"version https://git-lfs.github.com/spec/v1\n"
_LFS_OID = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
_SHORT = 9
_LONGEST = 200


_FULL = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class RevisionError(Exception):
    """A revision cannot be read; the text says why, and what to do."""


class Revision(NamedTuple):
    """A commit, what it is called where its files are shown, and the fleet's place below its top.

    `directory` is empty or ends with `/`.
    """

    commit: str
    short: str
    directory: str


def find_base(root: Path, chosen: str = "") -> Revision:
    """The revision to compare a fleet's directory with.

    Without a chosen one it is where HEAD left the main branch: what is deployed, as far as git
    knows. `NAME...` is where HEAD left NAME. Raises RevisionError.
    """
    if chosen.startswith(("-", "^")) or not chosen.isprintable():
        raise RevisionError(f"`{chosen}` cannot be the name of a revision")
    # The protocol of `cat-file` has one name a line.
    if "\n" in os.path.realpath(root):
        raise RevisionError("the name of the fleet's directory has a line end in it")
    prefix = _run(root, "rev-parse", "--show-prefix")
    # With a line for the prefix even when it is empty: only the last line end is git's own.
    directory = prefix.removesuffix("\n")
    if chosen.endswith("..."):
        commit = _merge_base(root, chosen.removesuffix("..."))
    elif chosen:
        commit = _commit(root, chosen)
    else:
        commit = _merge_base(root, _main_branch(root))
    return Revision(commit, commit[:_SHORT], directory)


def _main_branch(root: Path) -> str:
    listed = _run(root, "for-each-ref", "--format=%(refname)", *MAIN_BRANCHES).split()
    for name in MAIN_BRANCHES:
        if name in listed:
            return name
    if not _commit(root, "HEAD", must=False):
        raise RevisionError("the repository has no commit yet")
    raise RevisionError(
        "this clone has no main branch (origin/HEAD, main or master); "
        f"{_deepen(root) or 'name a revision with `--base`'}"
    )


def _merge_base(root: Path, name: str) -> str:
    found = _run(root, "merge-base", "HEAD", f"{name}^{{commit}}", ends=(0, 1, 128)).split()
    if found:
        return found[0]
    for each in ("HEAD", name):
        _commit(root, each)
    raise RevisionError(
        f"HEAD and `{_plainly(name)}` have no commit in common; "
        f"{_deepen(root) or 'name another revision with `--base`'}"
    )


def _commit(root: Path, name: str, *, must: bool = True) -> str:
    """The full id of a revision's commit; empty when there is none and none must be."""
    found = _run(root, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", ends=(0, 1, 128))
    if found or not must:
        return found.strip()
    hint = _deepen(root) or "see `git log --oneline` and `git branch --all`"
    raise RevisionError(f"there is no revision `{_plainly(name)}`; {hint}")


def _deepen(root: Path) -> str:
    """What to do when the history of a clone was cut off; empty when it was not."""
    is_shallow = _run(root, "rev-parse", "--is-shallow-repository").strip() == "true"
    return "the clone is shallow: fetch its history (`git fetch --unshallow`)" if is_shallow else ""


def _plainly(name: str) -> str:
    return name.removeprefix("refs/remotes/").removeprefix("refs/heads/")


def commits_behind(root: Path, commits: Iterable[str], branch: str = "") -> dict[str, int]:
    """How many commits each is behind a branch; without commits that this clone does not know.

    Without a chosen branch it is the main branch. Raises RevisionError.
    """
    if branch.startswith(("-", "^")) or not branch.isprintable():
        raise RevisionError(f"`{branch}` cannot be the name of a revision")
    tip = ""
    for name in (f"refs/remotes/origin/{branch}", branch) if branch else (_main_branch(root),):
        tip = tip or _commit(root, name, must=False)
    if not tip:
        raise RevisionError(f"there is no branch `{branch}`; fetch it, or name another one")
    behind: dict[str, int] = {}
    for commit in commits:
        if _FULL.fullmatch(commit):
            counted = _run(root, "rev-list", "--count", f"{commit}..{tip}", ends=(0, 128)).strip()
            behind |= {commit: int(counted)} if counted else {}
    return behind


def left_out(root: Path, paths: Iterable[str]) -> set[str]:
    """Which of these paths are not in the work tree because it is sparse."""
    listed = _run(root, "ls-files", "-z", "-t").split("\0")
    return {each[2:] for each in listed if each.startswith("S ")}.intersection(paths)


class RevisionTree:
    """The files of a revision below the fleet's root: a FileTree.

    `known` is content that need not be asked for again: that of the work tree, which has most of
    it. `sealed` are directories and files whose content is kept elsewhere, and why: what they held
    cannot be known here, and reading such a file is an OSError. Needs `close`; where git fails,
    everything raises RevisionError.
    """

    def __init__(self, root: Path, revision: Revision, known: Iterable[bytes] = ()) -> None:
        self._objects = Objects(_git(root))
        self._revision = revision
        self._known_bytes = known
        self._directories: dict[str, dict[str, tuple[bytes, str]]] = {}
        self.sealed: dict[str, str] = {}

    @cached_property
    def _known(self) -> Mapping[str, bytes]:
        """Content by the ids that it has, or would have, in git."""
        found: dict[str, bytes] = {}
        for content in self._known_bytes:
            found[object_id(b"blob", content, self._revision.commit)] = content
            if b"\r\n" in content:  # as git stores it when it minds line ends
                found[
                    object_id(b"blob", content.replace(b"\r\n", b"\n"), self._revision.commit)
                ] = content
        return found

    @cached_property
    def _known_digests(self) -> Mapping[bytes, bytes]:
        digests = ((hashlib.sha256(each).hexdigest(), each) for each in self._known.values())
        return {digest.encode(): content for digest, content in digests}

    def close(self) -> None:
        """Let git go."""
        self._objects.close()

    def scan(self, directory: str) -> Sequence[Entry]:
        """What lies in a directory, by name."""
        found = self._listed(self._existing(directory))
        return [
            Entry(name, mode == LINK, mode in {DIRECTORY, SUBMODULE})
            for name, (mode, _) in sorted(found.items())
        ]

    def real(self, path: str) -> str | None:
        """The path without links that a path leads to; None when it leads out of the root."""
        steps, real, links = path.split("/")[::-1], "", 0
        while links <= _MOST_LINKS:
            while steps and steps[-1] in {"", "."}:
                steps.pop()
            if not steps:
                return real
            step = steps.pop()
            if step == "..":
                if not real:
                    return None
                real = real.rpartition("/")[0]
                continue
            below = f"{real}/{step}" if real else step
            mode, oid = self._entry(below) or (b"", "")
            if mode != LINK:
                real = below
                continue
            target = self._objects.read(oid).decode("utf-8", "surrogateescape")
            if target.startswith("/"):
                return None
            steps += target.split("/")[::-1]
            links += 1
        return path  # a circle: what it leads to is not there, as on disk

    def is_directory(self, path: str) -> bool:
        """Whether a path leads to a directory, through links too."""
        real = self.real(path)
        entry = self._entry(real) if real else None
        return real == "" or (entry is not None and entry[0] in {DIRECTORY, SUBMODULE})

    def is_link(self, path: str) -> bool:
        """Whether a path is a link itself."""
        return (self._entry(path) or (b"",))[0] == LINK

    def target(self, path: str) -> str:
        """What a link says."""
        mode, oid = self._entry(path) or (b"", "")
        if mode != LINK:
            raise missing(path)
        return self._objects.read(oid).decode("utf-8", "surrogateescape")

    def read(self, path: str) -> bytes:
        """All of a file."""
        entry = self._entry(self._existing(path))
        if entry is None:
            raise missing(path, EISDIR)
        mode, oid = entry
        if mode in {DIRECTORY, SUBMODULE}:
            raise missing(path, EISDIR)
        if mode == LINK:
            raise missing(path, ELOOP)
        known = self._known.get(oid)
        content = self._objects.read(oid) if known is None else known
        if content.startswith(_LFS) and (pointer := _LFS_OID.search(content)):
            if pointer[1] not in self._known_digests:
                self.sealed[path] = "Git LFS"
                raise missing(path)
            return self._known_digests[pointer[1]]
        return content

    def _existing(self, path: str) -> str:
        """The real path; an OSError when there is none."""
        real = self.real(path)
        if real is None or (real and self._entry(real) is None):
            raise missing(path)
        return real

    def _entry(self, path: str) -> tuple[bytes, str] | None:
        """Mode and id of what lies at a path without links."""
        directory, _, name = path.rpartition("/")
        try:
            return self._listed(directory).get(name)
        except OSError:
            return None

    def _listed(self, directory: str) -> dict[str, tuple[bytes, str]]:
        """What a directory holds, read once."""
        known = self._directories.get(directory)
        if known is None:
            known = self._directories[directory] = self._read_directory(directory)
        return known

    def _read_directory(self, directory: str) -> dict[str, tuple[bytes, str]]:
        if not directory:
            return self._read_top()
        entry = self._entry(directory)
        if entry is None:
            raise missing(directory)
        mode, oid = entry
        if mode == SUBMODULE:
            self.sealed[directory] = "a submodule"
            return {}
        if mode != DIRECTORY:
            raise missing(directory, ENOTDIR)
        return entries(oid, self._objects.read(oid))

    def _read_top(self) -> dict[str, tuple[bytes, str]]:
        """What the fleet's directory holds.

        Found step by step, by ids: asked for by its path, an object that this clone lacks would
        look like a directory that was not there.
        """
        commit = self._revision.commit
        oid = self._objects.read(commit)[5 : 5 + len(commit)].decode()  # `tree ID`
        for step in filter(None, self._revision.directory.split("/")):
            mode, oid = entries(oid, self._objects.read(oid)).get(step, (b"", ""))
            if mode == SUBMODULE:
                self.sealed[""] = "a submodule"
                return {}
            if mode != DIRECTORY:
                raise missing(self._revision.directory)
        return entries(oid, self._objects.read(oid))


def stood_elsewhere(root: Path, revision: Revision, name: str) -> bool:
    """Whether a file of this name stood in another directory at a revision and is gone by now.

    Also true where the place of `root` itself was no directory. Raises RevisionError.
    """
    arguments = ("ls-tree", "-r", "-z", "--full-tree", "--name-only", revision.commit)
    listed = _run(root, *arguments).split("\0")
    steps = [step for step in revision.directory.split("/") if step]
    top = Path(os.path.realpath(root), *[".."] * len(steps))
    return "/".join(steps) in listed or any(
        path.rpartition("/")[2] == name and not os.path.lexists(top / path) for path in listed
    )


def _run(root: Path, *arguments: str, ends: Sequence[int] = (0,)) -> str:
    """What a command of git prints; a RevisionError when it ends in any other way."""
    import subprocess  # noqa: PLC0415  # most starts need no process

    process = _git(root).start(*arguments, takes=subprocess.DEVNULL, complains=subprocess.PIPE)
    printed, errors = process.communicate()
    if process.returncode not in ends or b"dubious ownership" in errors:
        raise RevisionError(_reason(errors))
    return printed.decode("utf-8", "surrogateescape") if process.returncode == 0 else ""


def _git(root: Path) -> Git:
    absent = "is not in this clone; clone it without `--filter`"
    return Git(("-C", str(root)), RevisionError, _reason, absent)


def _reason(errors: bytes) -> str:
    """What git complains about, in one line, with what to do about it where that is known."""
    text = errors.decode("utf-8", "replace").strip()
    if "dubious ownership" in text:
        return (
            "git does not trust the repository, as it belongs to another user; "
            "`git config --global --add safe.directory DIRECTORY` trusts it"
        )
    if "not a git repository" in text:
        return NO_REPOSITORY
    return f"git failed: {(complaint(errors) or 'without a word')[:_LONGEST]}"
