"""A revision never goes back by itself: that somebody signed a commit once does not apply it again.

The date that counts is the committer's. It is part of what is signed, and it is known without any
history. Whoever wants to go back commits anew, or names the commit.
"""

from datetime import UTC, datetime

from hcpc.sync.apply.inventory import InventoryStore
from hcpc.sync.errors import SourceError
from hcpc.sync.records import Commit
from hcpc.sync.settings import ANY_COMMIT, RoundSettings


class RewindError(SourceError):
    """The revision is older than what was applied already."""


def admit(commit: str, store: InventoryStore, settings: RoundSettings) -> None:
    """Write down that a commit is applied from now on. Raises RewindError when it goes back.

    The inventory has to be loaded. Of a dry run nothing is written down.
    """
    now = settings.source.committed(commit)
    refuse_rewind(store.latest, now, settings.allow_rewind)
    if not settings.dry_run and settings.may_write():
        store.record_latest(now)


def refuse_rewind(latest: Commit | None, now: Commit, allowed: str = "") -> None:
    """Raise RewindError when a commit is older than the one that was applied last.

    Not when it stands right upon that one: then only a clock was wrong.
    """
    if latest is None or allowed == ANY_COMMIT or now.id in {latest.id, allowed}:
        return
    if now.seconds >= latest.seconds or latest.id in now.parents:
        return
    raise RewindError(
        f"commit {now.id[:9]} of {_day(now)} goes back behind {latest.id[:9]} of {_day(latest)}, "
        "which was applied already; nothing is applied. Commit anew, or allow it with "
        f"--allow-rewind {now.id}"
    )


def _day(commit: Commit) -> str:
    try:
        return datetime.fromtimestamp(commit.seconds, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return "no time that there is"
