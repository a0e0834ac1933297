"""What a round is told by whoever starts it."""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import NamedTuple

from hcpc.sync.events import Listener, silent
from hcpc.sync.guest_door import open_guest
from hcpc.sync.ports import Cluster, ReadableStatus, Repository
from hcpc.sync.records import Limits
from hcpc.sync.tree.tree import ParsedFiles

ANY_COMMIT = "any"
"""As `allow_rewind`: whatever the revision leads to."""
GuestDoor = Callable[[str, bytes, threading.Event], AbstractContextManager[Cluster]]
"""Opens a hosted cluster by its name and the bytes of its kubeconfig; raises SyncError."""


def utc_now() -> datetime:
    """The time, for people who share no zone."""
    return datetime.now(UTC)


def always() -> bool:
    """Leave to write, where nobody else might."""
    return True


class RoundSettings(NamedTuple):
    """One round of one management cluster.

    `path` is the directory of its tree in the repository (`rendered/NAME`). `known` keeps parsed
    files from round to round. `namespace` holds the inventory. A `stop` that is set ends the round
    once the requests in hand are answered. `may_write` is asked before each write: False ends the
    round too, for another one leads. `concurrency` is the most requests in flight. With `dry_run`
    nothing at all is written. `guests` says whether trees inside hosted clusters are looked after.
    `status` is what the last round told, None where nobody is to look. `moved_here` says that the
    management cluster is another one than before.
    `allow_rewind` is a commit that may be applied though it is older than the last one.
    """

    management_cluster: str
    path: str
    source: Repository
    cluster: Cluster
    known: ParsedFiles
    stop: threading.Event
    namespace: str = "hcpc-system"
    limits: Limits = Limits()
    concurrency: int = 8
    dry_run: bool = False
    guests: bool = True
    allow_rewind: str = ""
    connect_guest: GuestDoor = open_guest
    now: Callable[[], datetime] = utc_now
    may_write: Callable[[], bool] = always
    on_event: Listener = silent
    status: ReadableStatus | None = None
    moved_here: bool = False
