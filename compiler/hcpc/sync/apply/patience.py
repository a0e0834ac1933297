"""How often in a row an API server may fail to answer before we stop asking.

A kind whose webhook is down fails by itself, and the other kinds go on; a server that cannot be
reached at all ends the sync.
"""

import threading
from collections import Counter

from hcpc.sync.cluster.faults import UnavailableError
from hcpc.sync.errors import SyncError

MOST = 5
"""Requests in a row without a usable answer, each of them tried several times."""


class UnreachableError(SyncError):
    """The API server does not answer at all."""


class Patience:
    """Counts requests without a usable answer; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of_kind: Counter[str] = Counter()
        self._at_all = 0

    def is_lost(self, kind: str) -> bool:
        """Whether objects of a kind are not worth another request in this sync."""
        return self._of_kind[kind] >= MOST

    def answered(self, kind: str) -> None:
        """There was an answer, of whatever sort."""
        with self._lock:
            self._at_all = 0
            if not self.is_lost(kind):
                self._of_kind[kind] = 0

    def unanswered(self, kind: str, error: UnavailableError) -> None:
        """There was none. UnreachableError when the server itself seems to be gone."""
        with self._lock:
            self._of_kind[kind] += 1
            self._at_all = 0 if error.status else self._at_all + 1
            if self._at_all >= MOST:
                raise UnreachableError(f"the API server is not reachable: {error}") from error
