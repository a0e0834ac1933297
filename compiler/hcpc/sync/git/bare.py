"""A bare repository of our own, in which a sync keeps what it fetched.

It is never worth more than a fetch: what is damaged is thrown away and fetched anew. One process
at a time uses it. Its settings are ours alone, and no hook runs.
"""

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from typing import NamedTuple, TypeVar

from hcpc.source.git import Git, Objects
from hcpc.sync.errors import SourceError
from hcpc.sync.git.remote import Remote

_T = TypeVar("_T")
_SETTINGS = (
    "core.hooksPath=/dev/null",
    "core.alternateRefsCommand=",
    "core.bigFileThreshold=1m",  # what is larger passes through git and is never all in its memory
    "fetch.writeCommitGraph=false",
    "fetch.fsckObjects=false",  # an old flaw in a history would keep it from being applied
    "fetch.recurseSubmodules=false",
    "fetch.unpackLimit=1",
    "fastimport.unpackLimit=1",  # it looks for what is there in packs only
    "transfer.bundleURI=false",
    "gc.auto=2000",
    "gc.autoDetach=false",
    "gc.autoPackLimit=20",
    "gc.pruneExpire=now",
    "protocol.version=2",
)
ANY = range(-64, 256)
"""However a command ends."""
_SHA256 = 64
_PAUSE = 0.02
_GRACE = 2.0  # seconds in which a git that was told to end cleans up


class DamagedError(SourceError):
    """What was fetched cannot be read any more; fetching it anew may help."""


class Ended(NamedTuple):
    """How a command of git ended."""

    code: int
    printed: bytes
    complained: bytes


class Bare:
    """The repository in a directory of ours, for one remote. Everything raises SourceError.

    `timeout` is how many seconds a command of git may take. What is fetched is kept below
    `own_refs`, which no other remote has.
    """

    def __init__(self, directory: Path, remote: Remote, timeout: float) -> None:
        self.remote = remote
        self.path = directory / "repository.git"
        self.own_refs = f"refs/hcpc/{sha256(remote.url.encode()).hexdigest()[:16]}"
        self._directory = directory
        self._timeout = timeout
        place = [f"--git-dir={self.path}", *(word for each in _SETTINGS for word in ("-c", each))]
        missing = "is not in the repository that was fetched"
        self._git = Git(place, SourceError, remote.told, missing, remote.online())

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While this lasts, no other process (and no other thread) uses the repository."""
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self._directory / "lock").open("a") as lock:
                self._wait_for(lock.fileno())
                if not (self.path / "HEAD").exists():
                    self.renew()
                yield
        except OSError as failure:
            raise SourceError(
                f"{self._directory} cannot be used: {failure.strerror}; name another "
                "place with --directory or HCPC_CACHE_DIR"
            ) from None

    def _wait_for(self, lock: int) -> None:
        until = time.monotonic() + self._timeout
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() > until:
                    raise SourceError(
                        f"another process has used {self._directory} for {self._timeout:g} s; "
                        "give each one a directory of its own"
                    ) from None
                time.sleep(_PAUSE)
            else:
                return

    def mended(self, action: Callable[[], _T]) -> _T:
        """What an action returns; done once more in a new repository if this one is damaged."""
        try:
            return action()
        except DamagedError:
            self.renew()
            return action()

    def renew(self, object_format: str = "sha1") -> None:
        """Throw the repository away and begin with an empty one."""
        if self.path.exists() or self.path.is_symlink():
            self.path.rename(self._directory / f"old-{token_hex(8)}")
        for old in self._directory.glob("old-*"):
            shutil.rmtree(old, ignore_errors=True)
        form = f"--object-format={object_format}"
        self.run("init", "--bare", "--quiet", "--template=", form)

    def run(
        self,
        *arguments: str,
        takes: bytes | None = None,
        ends: Sequence[int] = (0,),
        environment: Mapping[str, str] | None = None,
        fault: type[SourceError] = SourceError,
    ) -> Ended:
        """Run git; a fault unless it ends with one of the codes."""
        git = self._git
        if environment:
            git = git._replace(environment={**git.environment, **environment})
        stdin = DEVNULL if takes is None else PIPE
        process = git.start(*arguments, takes=stdin, complains=PIPE, alone=True)
        ended = self._end_of(process, takes)
        if ended.code not in ends:
            raise fault(f"{self.remote.shown}: {self.remote.told(ended.complained)}")
        return ended

    def _end_of(self, process: Popen[bytes], takes: bytes | None) -> Ended:
        try:
            printed, errors = process.communicate(takes, self._timeout)
        except TimeoutExpired as late:
            if process.poll() is None:
                _kill(process)
                raise SourceError(
                    f"{self.remote.shown}: git did not end within {self._timeout:g} s"
                ) from None
            # It did; what it started (a connection kept for later) has its pipes open still.
            _close(process)
            printed, errors = late.output or b"", late.stderr or b""
        except BaseException:
            _kill(process)
            raise
        return Ended(process.returncode, printed, errors)

    def look(self, *patterns: str) -> dict[str, str]:
        """Ids by the names of refs that the remote has now, tags also as `NAME^{}`."""
        listed = self.run("ls-remote", "--quiet", self.remote.url, *patterns).printed
        lines = listed.decode("utf-8", "surrogateescape").splitlines()
        return {name: oid for oid, _, name in (line.partition("\t") for line in lines)}

    def commit_of(self, name: str) -> str:
        """The commit that a ref or id leads to here; empty when there is none."""
        asked = ("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        ended = self.run(*asked, ends=ANY)
        if ended.code not in {0, 1}:
            raise DamagedError(f"{self.path}: {self.remote.told(ended.complained)}")
        return ended.printed.decode().strip()

    def fetch(self, *refspecs: str, like: str) -> None:
        """Fetch one commit deep what the remote was just seen to have; ids there are `like` this.

        Raises DamagedError: the remote answers, so it may be our side that is at fault.
        """
        self._sweep()
        if self._is_sha256() != (len(like) == _SHA256):
            self.renew("sha256" if len(like) == _SHA256 else "sha1")
        asked = ("fetch", "--quiet", "--depth=1", "--no-tags", "--no-write-fetch-head", "--force")
        self.run(*asked, self.remote.url, *refspecs, fault=DamagedError)
        self.tidy()

    def tidy(self) -> None:
        """Pack what has piled up, now and then."""
        with suppress(SourceError):  # it may wait
            self.run("gc", "--auto", "--quiet")

    def refs(self, prefix: str) -> dict[str, str]:
        """Commits that are here, by the names of refs below a prefix."""
        asked = ("for-each-ref", "--format=%(objectname) %(refname)", prefix)
        listed = self.run(*asked, fault=DamagedError).printed
        lines = listed.decode().splitlines()
        return {name: oid for oid, _, name in (line.partition(" ") for line in lines)}

    @contextmanager
    def objects(self) -> Iterator[Objects]:
        """The objects that are here; what of them cannot be read is a DamagedError."""
        with closing(Objects(self._git._replace(error=DamagedError))) as found:
            yield found

    def _is_sha256(self) -> bool:
        try:
            return "sha256" in (self.path / "config").read_text("utf-8", "replace").lower()
        except OSError as failure:
            raise DamagedError(f"{self.path}: {failure.strerror}") from None

    def _sweep(self) -> None:
        """Remove what a git left behind that was killed while it fetched."""
        for left in self.path.glob("objects/pack/tmp_*"):
            left.unlink(missing_ok=True)


def _kill(process: Popen[bytes]) -> None:
    """End a git and all that it started; at first so that it can clean up."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with suppress(TimeoutExpired):
        process.wait(_GRACE)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    _close(process)


def _close(process: Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            with suppress(OSError):
                stream.close()
