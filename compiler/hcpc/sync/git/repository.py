"""The rendered tree in git: what a revision is now, and the files that it holds."""

import re
from pathlib import Path

from hcpc.sync.errors import SourceError
from hcpc.sync.git.bare import Bare
from hcpc.sync.git.content import commit_of, read_files
from hcpc.sync.git.remote import remote_of
from hcpc.sync.git.signatures import Verification, signer_of
from hcpc.sync.records import Commit

_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHORT_COMMIT = re.compile(r"[0-9a-f]{7,63}")
_KINDS = ("heads", "tags")
_NO_NAME = re.compile(r"^[-/]|[\s~^:?*\[\\]|\.\.|@\{|//|[./]$|\.lock$")  # git-check-ref-format(1)


class Source:
    """A revision of a repository: a branch, a tag, `refs/…`, or a commit in full.

    `directory` is ours alone, and kept from round to round. `shown` is the URL as anyone may see
    it. `signer` is who signed the commit last fetched, empty where nobody has to. No command of git
    takes longer than `timeout` seconds. Everything raises SourceError.
    """

    def __init__(
        self,
        url: str,
        *,
        revision: str = "main",
        directory: Path,
        verify: Verification | None = None,
        timeout: float = 120,
    ) -> None:
        if not revision.isprintable() or not revision or _NO_NAME.search(revision):
            raise SourceError(f"{revision!a} cannot be the name of a branch, a tag or a commit")
        self.bare = Bare(directory, remote_of(url), timeout)
        self.revision = revision
        self.signer = ""
        self._verify = verify
        self._kept = f"{self.bare.own_refs}/source"

    @property
    def shown(self) -> str:
        """The URL as anyone may see it."""
        return self.bare.remote.shown

    def fetch(self) -> str:
        """The commit that the revision is now: here in full, and verified if that is asked for.

        Costs one look at the remote when that has nothing new.
        """
        with self.bare.alone():
            commit = self.bare.mended(self._fetched)
            self.signer = ""
            if self._verify is not None:
                self.signer = signer_of(self.bare, commit, self._verify)
        return commit

    def files(self, commit: str, path: str) -> dict[str, bytes]:
        """All files below a directory of a commit, by their path below it, in order.

        Links, submodules, and more than memory can hold are refused.
        """

        def read() -> dict[str, bytes]:
            self._ensure(commit)
            with self.bare.objects() as objects:
                return read_files(objects, commit, path)

        with self.bare.alone():
            return self.bare.mended(read)

    def committed(self, commit: str) -> Commit:
        """What a commit that was fetched says of itself; all of it is signed, when it is signed."""

        def read() -> Commit:
            self._ensure(commit)
            with self.bare.objects() as objects:
                return commit_of(objects, commit)

        with self.bare.alone():
            return self.bare.mended(read)

    def _fetched(self) -> str:
        if _COMMIT.fullmatch(self.revision):
            self._ensure(self.revision)
            return self.revision
        here = self.bare.commit_of(self._kept)
        name, now = self._look()
        if here == now:
            return now
        self.bare.fetch(f"+{name}:{self._kept}", like=now)
        commit = self.bare.commit_of(self._kept)
        if not commit:
            raise SourceError(f"{self.shown}: `{self.revision}` leads to no commit")
        return commit

    def _look(self) -> tuple[str, str]:
        """The full name of the wanted ref, and the id that the remote says it leads to."""
        named = self.revision == "HEAD" or self.revision.startswith("refs/")
        names = [self.revision] if named else [f"refs/{kind}/{self.revision}" for kind in _KINDS]
        found = self.bare.look(*names, *(f"{name}^{{}}" for name in names))
        there = [name for name in names if name in found]
        if not there:
            by_number = _SHORT_COMMIT.fullmatch(self.revision)
            hint = "; a commit is named in full" if by_number else "; name another with --revision"
            raise SourceError(f"{self.shown} has no branch or tag `{self.revision}`{hint}")
        if len(there) > 1:
            raise SourceError(
                f"{self.shown} has a branch and a tag `{self.revision}`; "
                f"say `{there[0]}` or `{there[1]}`"
            )
        return there[0], found.get(f"{there[0]}^{{}}") or found[there[0]]

    def _ensure(self, commit: str) -> None:
        """Fetch a commit if it is not here."""
        if self.bare.commit_of(commit) == commit:
            return
        self.bare.look("HEAD")  # whether the remote answers at all
        self.bare.fetch(f"+{commit}:{self._kept}", like=commit)
