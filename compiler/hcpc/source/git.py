"""The only door to git: how it is started, and how its objects are read.

Nothing in the caller's environment leads it to another repository, and no program that a repository
names is run.
"""

import hashlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import IO, TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from subprocess import Popen

OPTIONS = (
    "--no-pager",
    "--no-optional-locks",
    "--no-replace-objects",
    "--literal-pathspecs",
    "-c",
    "core.fsmonitor=false",  # may be a program that the repository names
)
"""What every call has."""
OFFLINE = {
    "LC_ALL": "C",  # its messages are read
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "nothing",  # older versions of git know only this one
}
"""The environment of a git that reads what is here, and asks nobody."""
DIRECTORY, LINK, SUBMODULE = b"40000", b"120000", b"160000"
"""Modes of entries of a tree that are no files."""
# A hook's environment points at the repository that the hook runs for, which need not be ours.
_ELSEWHERE = re.compile(
    r"GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|NAMESPACE|PREFIX|SHALLOW_FILE|GRAFT_FILE"
    r"|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|CURL_VERBOSE|TRACE\w*)"
)
_SHA1 = 40
_AT_ONCE = 500  # the ids of as many fit into a pipe that nobody reads yet


class Git(NamedTuple):
    """Git at a place (`-C DIRECTORY`, `--git-dir=…`), in an environment of ours.

    `error` is what goes wrong, `reason` tells it from what git complains about, and `missing` says
    what an object is that is not there.
    """

    place: Sequence[str]
    error: type[Exception]
    reason: Callable[[bytes], str]
    missing: str
    environment: Mapping[str, str] = OFFLINE

    def start(
        self, *arguments: str, takes: int, complains: int | IO[bytes], alone: bool = False
    ) -> "Popen[bytes]":
        """A process that prints into a pipe; `alone` in a group of its own, without a terminal.

        `takes` and `complains` are its input and its errors, as for Popen.
        """
        import subprocess  # noqa: PLC0415  # most starts need no process

        own = {name: value for name, value in os.environ.items() if not _ELSEWHERE.fullmatch(name)}
        command = ["git", *OPTIONS, *self.place, *arguments]
        try:
            return subprocess.Popen(  # noqa: S603  # a list of words, none of them begins with `-`
                command,
                stdin=takes,
                stdout=subprocess.PIPE,
                stderr=complains,
                env=own | dict(self.environment),
                start_new_session=alone,
            )
        except FileNotFoundError:
            raise self.error("git is not installed, or not in PATH") from None
        except OSError as failure:
            raise self.error(f"git cannot be started: {failure.strerror}") from None


class Objects:
    """Objects of a repository, from processes of git that are started when they are needed."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._whole = _CatFile(git, "--batch")
        self._heads = _CatFile(git, "--batch-check")

    def read(self, oid: str) -> bytes:
        """The content of an object that has to be there."""
        return next(self.read_all([oid]))

    def read_all(self, oids: Sequence[str]) -> Iterator[bytes]:
        """The content of objects that have to be there, in their order."""
        for size in self._whole.sizes(oids):
            yield self._whole.content(size)

    def sizes(self, oids: Sequence[str]) -> Iterator[int]:
        """How many bytes objects have that have to be there, without reading them."""
        return self._heads.sizes(oids)

    def close(self) -> None:
        """End the processes, if there are any."""
        self._whole.close()
        self._heads.close()


class _CatFile:
    """A process of `git cat-file`: `--batch-check` tells of objects, `--batch` has them follow."""

    def __init__(self, git: Git, form: str) -> None:
        self._git = git
        self._form = form
        self._process: Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None

    def sizes(self, oids: Sequence[str]) -> Iterator[int]:
        """How large objects are, one after the other."""
        process = self._process = self._process or self._start()
        rest = iter(oids)
        while some := list(islice(rest, _AT_ONCE)):
            assert process.stdin is not None
            try:
                process.stdin.write("".join(f"{oid}\n" for oid in some).encode())
                process.stdin.flush()
            except OSError:
                raise self._failure(process) from None
            for oid in some:
                yield self._size(process, oid)

    def content(self, size: int) -> bytes:
        """What follows the last size."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
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

    def _size(self, process: "Popen[bytes]", oid: str) -> int:
        assert process.stdout is not None
        # `ID TYPE SIZE`, or `ID missing`.
        head = process.stdout.readline().split(b" ")
        if head[-1] == b"missing\n":
            raise self._git.error(f"object {oid} {self._git.missing}")
        if head == [b""]:
            raise self._failure(process)
        return int(head[2])

    def _start(self) -> "Popen[bytes]":
        from subprocess import DEVNULL, PIPE  # noqa: PLC0415  # most starts need no process
        from tempfile import TemporaryFile  # noqa: PLC0415  # nor a file

        # Nobody reads along, and git would wait once a pipe is full.
        with suppress(OSError):  # no place for files: it fails without a word
            self._errors = TemporaryFile()  # noqa: SIM115  # open for as long as the process
        return self._git.start(
            "cat-file", self._form, takes=PIPE, complains=self._errors or DEVNULL
        )

    def _failure(self, process: "Popen[bytes]") -> Exception:
        process.kill()
        process.wait()
        if self._errors is None:
            return self._git.error(self._git.reason(b""))
        self._errors.seek(0)
        return self._git.error(self._git.reason(self._errors.read()))


def _close(stream: IO[bytes] | None) -> None:
    with suppress(OSError):
        if stream:
            stream.close()


def entries(oid: str, content: bytes) -> dict[str, tuple[bytes, str]]:
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


def object_id(kind: bytes, content: bytes, like: str) -> str:
    """The id that git gives to content, in a repository with ids `like` this one."""
    new = hashlib.sha1 if len(like) == _SHA1 else hashlib.sha256
    digest = new(b"%s %d\0" % (kind, len(content)), usedforsecurity=False)
    digest.update(content)
    return digest.hexdigest()


def complaint(errors: bytes) -> str:
    """The line that says most of what git complains about; empty when it says nothing."""
    lines = [line.strip() for line in errors.decode("utf-8", "replace").splitlines()]
    told = next((line for line in lines if line.startswith(("fatal:", "error:"))), "")
    return told or " ".join(filter(None, lines))
