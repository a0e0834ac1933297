"""The status of a management cluster in git: a branch that nobody but its sync writes.

It is written without a work tree. Whoever else pushes to it loses nothing but the newest commit's
content: that is always ours, on top of what was there.
"""

import random
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, ParamSpec, TypeVar

from hcpc.source.git import DIRECTORY, Objects
from hcpc.sync.errors import SourceError, StatusError, SyncError
from hcpc.sync.git.bare import ANY, Bare, DamagedError
from hcpc.sync.git.content import STATUS, Entry, TooLargeError, read_files, tree_of
from hcpc.sync.git.remote import origin_of, remote_of
from hcpc.sync.git.repository import Source

STATUS_REFS = "refs/heads/hcpc-status"
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")  # of an object of Kubernetes
_STEP = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,253}")
_WHO = re.compile(r"[^<>\x00-\x20\x7f]([^<>\x00-\x1f\x7f]*[^<>\x00-\x20\x7f])?")
_FILES = {b"100644", b"100755"}
_RACES = re.compile(
    r"stale info|fetch first|non-fast-forward|cannot lock ref|failed to (?:update|lock)"
    r"|already exists|incorrect old value|reference (?:changed|already)"
)
_NOT_RECEIVED = re.compile(r"unpacker error|missing necessary objects|shallow update")
_TRIES = 8
_LONGEST_MESSAGE = 200
_P = ParamSpec("_P")
_T = TypeVar("_T")


class Identity(NamedTuple):
    """Who writes a status: author and committer."""

    name: str = "hcpc sync"
    email: str = "hcpc@localhost"


def _told(action: Callable[_P, _T]) -> Callable[_P, _T]:
    """The same action, whose faults are StatusErrors."""

    def wrapped(*args: _P.args, **keywords: _P.kwargs) -> _T:
        try:
            return action(*args, **keywords)
        except SourceError as failure:
            raise StatusError(str(failure)) from None

    return wrapped


class StatusRef:
    """`refs/heads/hcpc-status/NAME` in a source's repository. Everything raises StatusError."""

    def __init__(self, source: Source, name: str) -> None:
        if not _is_name(name):
            raise StatusError(f"{name!a} cannot be the name of a management cluster")
        self._bare = source.bare
        self._ref = f"{STATUS_REFS}/{name}"
        self._kept = f"{source.bare.own_refs}/status/{name}"

    @_told
    def read(self) -> dict[str, bytes] | None:
        """The files of the newest status, as the remote has it now; None where there is none.

        What is no file with a plain name is left out; one larger than any of ours is empty.
        """

        def newest() -> dict[str, bytes] | None:
            tip = self._look()
            if not tip:
                return None
            with self._bare.objects() as objects:
                return _files(objects, tip)

        with self._bare.alone():
            return self._bare.mended(newest)

    @_told
    def write(
        self,
        files: Mapping[str, bytes],
        message: str,
        identity: Identity = Identity(),  # noqa: B008  # a plain record
        sign: Path | None = None,
    ) -> str | None:
        """Push a commit with exactly these files; its id, None if the status says that already.

        `message` becomes one line. `sign` is the file of an SSH key.
        """
        _check(files)
        if not all(_WHO.fullmatch(each) for each in identity):
            raise StatusError(
                f"{identity.name!a} and {identity.email!a} cannot be who writes a status"
            )
        one_line = " ".join("".join(c if c.isprintable() else " " for c in message).split())
        author = _Author(identity, one_line[:_LONGEST_MESSAGE] or "status", sign)
        with self._bare.alone():
            return self._bare.mended(lambda: self._write(files, author))

    def _write(self, files: Mapping[str, bytes], author: "_Author") -> str | None:
        tree = _stored(self._bare, files)
        tip = self._bare.commit_of(self._kept)
        for tried in range(_TRIES):
            if tip and self._tree(tip) == tree:
                now = self._look()
                if now == tip:
                    return None
                tip = now
                continue
            commit = author.commit(self._bare, tree, tip)
            refusal = self._push(commit, tip)
            now = self._look() if refusal else commit
            if now == commit:  # also when only the answer was lost
                self._bare.run("update-ref", self._kept, commit)
                self._bare.tidy()
                return commit
            if now == tip and refusal and not _RACES.search(refusal.of_ref):
                raise refusal.error(self._bare.remote.shown)
            tip = now
            time.sleep(random.uniform(0, 0.05 * 2**tried))  # noqa: S311  # only spreads tries
        raise StatusError(f"others kept pushing to {self._ref}; the next round tries again")

    def _look(self) -> str:
        """The commit at the tip of the remote's ref, fetched; empty when there is none."""
        here = self._bare.commit_of(self._kept)
        now = self._bare.look(self._ref).get(self._ref, "")
        if now in {"", here}:
            return now
        self._bare.fetch(f"+{self._ref}:{self._kept}", like=now)
        return self._bare.commit_of(self._kept)

    def _push(self, commit: str, expected: str) -> "_Refusal | None":
        """Move the remote's ref from the expected commit; or why it did not move."""
        lease = f"--force-with-lease={self._ref}:{expected}"
        options = ("--porcelain", "--no-verify", "--no-signed", "--no-follow-tags")
        refspec = f"{commit}:{self._ref}"
        ended = self._bare.run(
            "push",
            *options,
            "--recurse-submodules=no",
            lease,
            self._bare.remote.url,
            refspec,
            ends=ANY,
        )
        if ended.code == 0:
            return None
        remote = self._bare.remote
        lines = ended.printed.decode("utf-8", "replace").splitlines()
        of_ref = [line.rpartition("\t")[2] for line in lines if line.startswith("!")]
        return _Refusal(remote.cleaned("; ".join(of_ref)), remote.told(ended.complained))

    def _tree(self, commit: str) -> str:
        with self._bare.objects() as objects, suppress(TooLargeError):
            return tree_of(objects, commit)
        return ""


class _Refusal(NamedTuple):
    """Why a push failed: what the remote says of the ref, and the words of its hooks, or git's."""

    of_ref: str
    words: str

    def error(self, remote: str) -> SyncError:
        """What to raise when the remote still has what was expected."""
        said = ": ".join(filter(None, self))
        if not self.of_ref or _NOT_RECEIVED.search(self.of_ref):  # we may have nothing to send
            return DamagedError(f"{remote}: the status cannot be pushed: {said}")
        return StatusError(f"{remote} refuses the status: {said}")


class _Author(NamedTuple):
    """How commits of statuses are made."""

    identity: Identity
    message: str
    sign: Path | None

    def commit(self, bare: Bare, tree: str, parent: str) -> str:
        """The id of a new commit."""
        named = {
            f"GIT_{role}_{what}": value
            for role in ("AUTHOR", "COMMITTER")
            for what, value in (("NAME", self.identity.name), ("EMAIL", self.identity.email))
        }
        now = f"{int(time.time())} +0000"
        dated = {"GIT_AUTHOR_DATE": now, "GIT_COMMITTER_DATE": now}
        settings = ["-c", "i18n.commitEncoding=UTF-8"]
        signed = []
        if self.sign is not None:
            settings += ["-c", "gpg.format=ssh", "-c", "gpg.ssh.program=ssh-keygen"]
            settings += ["-c", f"user.signingKey={self.sign.absolute()}"]
            signed = ["-S"]
        parents = ["-p", parent] if parent else []
        words = (*settings, "commit-tree", *signed, *parents, "-F", "-", tree)
        ended = bare.run(*words, takes=self.message.encode(), environment=named | dated, ends=ANY)
        if ended.code != 0:
            said = bare.remote.told(ended.complained)
            what = f"{self.sign} cannot sign the status" if self.sign else "it cannot be committed"
            raise StatusError(f"{what}: {said}")
        return ended.printed.decode().strip()


def _stored(bare: Bare, files: Mapping[str, bytes]) -> str:
    """The id of a tree with these files, which is in the repository afterwards."""
    lines = [
        b"commit refs/hcpc/written\ncommitter hcpc <hcpc@localhost> 0 +0000\ndata 0\ndeleteall\n"
    ]
    for path, content in sorted(files.items()):
        lines.append(f"M 100644 inline {path}\ndata {len(content)}\n".encode())
        lines += [content, b"\n"]
    lines.append(b'ls ""\ndone\n')
    asked = ("fast-import", "--quiet", "--done", "--force", "--date-format=raw")
    printed = bare.run(
        *asked, takes=b"".join(lines), fault=DamagedError
    ).printed  # `040000 tree ID TAB`
    return printed.split()[2].decode()


def _check(files: Mapping[str, bytes]) -> None:
    """A StatusError unless all paths are plain, and no file is where another has its directory."""
    for path in files:
        steps = path.split("/")
        if not all(_STEP.fullmatch(step) for step in steps):
            raise StatusError(f"{path!a} cannot be the name of a file of a status")
        above = ("/".join(steps[:end]) for end in range(1, len(steps)))
        if taken := next((each for each in above if each in files), None):
            raise StatusError(f"`{taken}` cannot be a file and a directory of a status")


def _is_plain(entry: Entry) -> bool:
    name = entry.path.rpartition("/")[2]
    return (entry.mode == DIRECTORY or entry.mode in _FILES) and bool(_STEP.fullmatch(name))


def _is_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and ".." not in name and not name.endswith(".lock")


@_told
def list_status(
    url_or_directory: str | Path, directory: Path, *, timeout: float = 120, own: bool = False
) -> dict[str, dict[str, bytes]]:
    """Files of all statuses, by management cluster in order; of a clone, those of its origin.

    With `own`, those of the clone itself: a sync of the clone leaves them there. `directory` is
    ours alone, as that of a Source. What is no file with a plain name is left out; a status larger
    than any of ours is empty. Raises StatusError.
    """
    place = Path(url_or_directory)
    is_clone = place.is_dir() and not own
    remote = origin_of(place) if is_clone else remote_of(str(url_or_directory))
    bare = Bare(directory, remote, timeout)
    with bare.alone():
        return bare.mended(lambda: _statuses(bare))


def _statuses(bare: Bare) -> dict[str, dict[str, bytes]]:
    prefix = f"{STATUS_REFS}/"
    kept = f"{bare.own_refs}/status"
    here = _here(bare, kept)
    looked = sorted(bare.look(f"{prefix}*").items())
    there = {ref.removeprefix(prefix): tip for ref, tip in looked if ref.startswith(prefix)}
    there = {name: tip for name, tip in there.items() if _is_name(name)}
    if not there.items() <= here.items():
        bare.fetch(f"+{prefix}*:{kept}/*", like=next(iter(there.values())))
        here = _here(bare, kept)
    with bare.objects() as objects:
        return {name: _files(objects, here[name]) for name in there if name in here}


def _files(objects: Objects, tip: str) -> dict[str, bytes]:
    """Of a status; none when somebody made it larger than any that we write."""
    try:
        return read_files(objects, tip, "", _is_plain, STATUS)
    except TooLargeError:
        return {}


def _here(bare: Bare, kept: str) -> dict[str, str]:
    return {name.removeprefix(f"{kept}/"): tip for name, tip in bare.refs(kept).items()}
