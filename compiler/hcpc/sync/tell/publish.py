"""The status of a round, to git and to the forge. What goes wrong there never fails a round."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from hcpc.sync.errors import SourceError, StatusError
from hcpc.sync.git.status_ref import Identity
from hcpc.sync.ports import ReadableStatus
from hcpc.sync.records import Round
from hcpc.sync.status.documents import SUMMARY, SYNC_STATUS
from hcpc.sync.status.keeping import read_document
from hcpc.sync.tell.forge import Forge
from hcpc.sync.tell.verdict import Verdict, shortfalls, statuses, verdict

SHORT = 9


class StatusFiles(ReadableStatus, Protocol):
    """Where the status of a management cluster lies: the StatusRef of `sync/git`."""

    def write(
        self,
        files: Mapping[str, bytes],
        message: str,
        identity: Identity = ...,
        sign: Path | None = ...,
    ) -> str | None:
        """The commit, None when they said that already."""
        ...


class Published(NamedTuple):
    """What came of it: the new commit of the status (empty when nothing changed), and faults.

    `alarms` are what lasts for too long, in words; None where that is not known.
    """

    commit: str = ""
    alarms: tuple[str, ...] | None = None
    status_fault: str = ""
    forge_fault: str = ""


Documents = Callable[[Round, Mapping[str, bytes] | None], dict[str, bytes]]


class Publisher(NamedTuple):
    """Where the status of a round goes; None where it does not. `documents` makes its files."""

    documents: Documents
    status: StatusFiles | None = None
    forge: Forge | None = None
    identity: Identity = Identity()
    sign: Path | None = None

    def publish(self, done: Round) -> Published:
        """Write what changed. Of a dry run nothing is said, nor of another cluster of the name."""
        if done.dry_run or done.wrong_cluster:
            return Published()
        told = self.forge.tell(done.commit, statuses(done)) if self.forge and done.commit else ""
        return self._to_git(done)._replace(forge_fault=told)

    def _to_git(self, done: Round) -> Published:
        if self.status is None:
            return Published()
        try:
            before = self.status.read() if done.before is None else done.before
            if not before and done.error and done.tree is None:
                return Published()  # a wrong name must not become one more management cluster
            files = self.documents(done, before)
            commit = self.status.write(files, message(done), self.identity, self.sign)
        except (SourceError, StatusError) as failure:
            return Published(status_fault=f"the status cannot be written to git: {failure}")
        return Published(commit or "", _alarms(files))


def _alarms(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Those that the summary tells."""
    status = read_document(files.get(SUMMARY), SYNC_STATUS).get("status") or {}
    return tuple(map(str, status.get("alarms") or ()))


def message(done: Round) -> str:
    """The first line of the status commit."""
    at = f" at {done.commit[:SHORT]}" if done.commit else ""
    result = verdict(done)
    words = "applied" if result is Verdict.APPLIED else shortfalls(done)[0]
    return f"{done.management_cluster}: {words}{at}"
