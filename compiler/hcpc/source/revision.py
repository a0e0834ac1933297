"""The only door to git: which revision to compare with, and the files that it holds.

Reads objects, never the work tree or the network, and changes nothing. What goes wrong is a
RevisionError that says what to do.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from errno import EISDIR, ELOOP, ENOTDIR
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from hcpc.source.discover import NO_REPOSITORY
from hcpc.source.file_tree import Entry, missing

if TYPE_CHECKING:
    from subprocess import Popen

MAIN_BRANCHES = (
    "refs/remotes/origin/HEAD",
    "refs/remotes/origin/main",
    "refs/remotes/origin/master",
    "refs/heads/main",
    "refs/heads/master",
)
"""What may be the main branch, the best first."""
_OPTIONS = (
    "--no-pager",
    "--no-optional-locks",
    "--no-replace-objects",
    "--literal-pathspecs",
    "-c",
    "core.fsmonitor=false",  # may be a program that the repository names
)
# A hook's environment points at the repository that the hook runs for, which need not be ours.
_ELSEWHERE = re.compile(
    r"GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|NAMESPACE|PREFIX|SHALLOW_FILE|GRAFT_FILE"
    r"|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|TRACE\w*)"
)
_QUIET = {
    "LC_ALL": "C",  # its messages are read below
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "nothing",  # older versions of git know only this one
}
_DIRECTORY, _LINK, _SUBMODULE = b"40000", b"120000", b"160000"
_MOST_LINKS = 40
_LFS = b"version https://git-lfs.github.com/spec/v1\n"
_LFS_OID = re.compile(rb"^oid sha256:([0-9a-f]{64})$", re.MULTILINE)
_SHORT = 9
_SHA1 = 40
_LONGEST = 200


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
        self._objects = _Objects(root)
        self._revision = revision
        self._known_bytes = known
        self._directories: dict[str, dict[str, tuple[bytes, str]]] = {}
        self.sealed: dict[str, str] = {}

    @cached_property
    def _known(self) -> Mapping[str, bytes]:
        """Content by the ids that it has, or would have, in git."""
        found: dict[str, bytes] = {}
        for content in self._known_bytes:
            found[blob_id(content, self._revision.commit)] = content
            if b"\r\n" in content:  # as git stores it when it minds line ends
                found[blob_id(content.replace(b"\r\n", b"\n"), self._revision.commit)] = content
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
            Entry(name, mode == _LINK, mode in {_DIRECTORY, _SUBMODULE})
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
            if mode != _LINK:
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
        return real == "" or (entry is not None and entry[0] in {_DIRECTORY, _SUBMODULE})

    def is_link(self, path: str) -> bool:
        """Whether a path is a link itself."""
        return (self._entry(path) or (b"",))[0] == _LINK

    def target(self, path: str) -> str:
        """What a link says."""
        mode, oid = self._entry(path) or (b"", "")
        if mode != _LINK:
            raise missing(path)
        return self._objects.read(oid).decode("utf-8", "surrogateescape")

    def read(self, path: str) -> bytes:
        """All of a file."""
        entry = self._entry(self._existing(path))
        if entry is None:
            raise missing(path, EISDIR)
        mode, oid = entry
        if mode in {_DIRECTORY, _SUBMODULE}:
            raise missing(path, EISDIR)
        if mode == _LINK:
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
        if mode == _SUBMODULE:
            self.sealed[directory] = "a submodule"
            return {}
        if mode != _DIRECTORY:
            raise missing(directory, ENOTDIR)
        return _entries(oid, self._objects.read(oid))

    def _read_top(self) -> dict[str, tuple[bytes, str]]:
        """What the fleet's directory holds.

        Found step by step, by ids: asked for by its path, an object that this clone lacks would
        look like a directory that was not there.
        """
        commit = self._revision.commit
        oid = self._objects.read(commit)[5 : 5 + len(commit)].decode()  # `tree ID`
        for step in filter(None, self._revision.directory.split("/")):
            mode, oid = _entries(oid, self._objects.read(oid)).get(step, (b"", ""))
            if mode == _SUBMODULE:
                self.sealed[""] = "a submodule"
                return {}
            if mode != _DIRECTORY:
                raise missing(self._revision.directory)
        return _entries(oid, self._objects.read(oid))


def _entries(oid: str, content: bytes) -> dict[str, tuple[bytes, str]]:
    """Mode and id by name, from a tree object: `MODE NAME NUL ID`, one after the other."""
    size, at = len(oid) // 2, 0
    found: dict[str, tuple[bytes, str]] = {}
    while at < len(content):
        end = content.index(b"\0", at)
        mode, _, name = content[at:end].partition(b" ")
        at = end + 1 + size
        oid = content[end + 1 : at].hex()
        # Some tools once wrote `040000`.
        found[name.decode("utf-8", "surrogateescape")] = (mode.lstrip(b"0"), oid)
    return found


def blob_id(content: bytes, like: str) -> str:
    """The id that git gives to content, in a repository with ids `like` this one."""
    new = hashlib.sha1 if len(like) == _SHA1 else hashlib.sha256
    digest = new(b"blob %d\0" % len(content), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


class _Objects:
    """Objects of a repository, from one process of git that is started when it is needed."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process: Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def read(self, oid: str) -> bytes:
        """The content of an object that has to be there."""
        process = self._process = self._process or self._start()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(oid.encode() + b"\n")
            process.stdin.flush()
        except OSError:
            raise self._failure(process) from None
        # `ID TYPE SIZE`, or `ID missing`.
        head = process.stdout.readline().split(b" ")
        if head[-1] == b"missing\n":
            raise RevisionError(f"object {oid} is not in this clone; clone it without `--filter`")
        if head == [b""]:
            raise self._failure(process)
        size = int(head[2])
        content = process.stdout.read(size + 1)
        if len(content) <= size:
            raise self._failure(process)
        return content[:-1]

    def close(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process:
            process.kill()
            for stream in (process.stdin, process.stdout, self._errors):
                _close(stream)
            process.wait()

    def _start(self) -> "Popen[bytes]":
        from tempfile import TemporaryFile  # noqa: PLC0415  # most starts need no process

        # Nobody reads along, and git would wait once a pipe is full.
        with suppress(OSError):  # no place for files: it fails without a word
            self._errors = TemporaryFile()  # noqa: SIM115  # open for as long as the process
        return _start(self._root, "cat-file", "--batch", errors=self._errors)

    def _failure(self, process: "Popen[bytes]") -> RevisionError:
        process.kill()
        process.wait()
        if self._errors is None:
            return RevisionError(_reason(b""))
        self._errors.seek(0)
        return RevisionError(_reason(self._errors.read()))


def _close(stream: IO[bytes] | None) -> None:
    with suppress(OSError):
        if stream:
            stream.close()


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
    process = _start(root, *arguments)
    printed, errors = process.communicate()
    if process.returncode not in ends or b"dubious ownership" in errors:
        raise RevisionError(_reason(errors))
    return printed.decode("utf-8", "surrogateescape") if process.returncode == 0 else ""


def _start(root: Path, *arguments: str, errors: IO[bytes] | None = None) -> "Popen[bytes]":
    import subprocess  # noqa: PLC0415  # most starts need no process

    own = {name: value for name, value in os.environ.items() if not _ELSEWHERE.fullmatch(name)}
    command = ["git", *_OPTIONS, "-C", str(root), *arguments]
    is_asked = "--batch" in arguments
    takes = subprocess.PIPE if is_asked else subprocess.DEVNULL
    complains = subprocess.DEVNULL if is_asked else subprocess.PIPE
    try:
        return subprocess.Popen(  # noqa: S603  # a list of words, none of them begins with `-`
            command,
            stdin=takes,
            stdout=subprocess.PIPE,
            stderr=errors or complains,
            env=own | _QUIET,
        )
    except FileNotFoundError:
        raise RevisionError("git is not installed, or not in PATH") from None
    except OSError as failure:
        raise RevisionError(f"git cannot be started: {failure.strerror}") from None


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
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = next((line for line in lines if line.startswith(("fatal:", "error:"))), "")
    return f"git failed: {(told or ' '.join(lines) or 'without a word')[:_LONGEST]}"
