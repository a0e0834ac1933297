"""How long to wait before a request is sent again, and when not to send it any more."""

import random
import threading
import time
from typing import Final

from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

_FIRST: Final = 0.1
_LONGEST: Final = 10.0
_BETWEEN_PROBES: Final = 1.0


def seconds_to_wait(attempt: int, asked_for: float) -> float:
    """After that many attempts (1 and more), at least as long as the server has asked for.

    Threads that failed together do not come back together.
    """
    delay = min(_LONGEST, _FIRST * 2 ** min(attempt - 1, 10))
    return float(asked_for + delay * random.uniform(0.5, 1))  # noqa: S311  # not for secrets


def retry_after(header: str | None) -> float:
    """Seconds that `Retry-After` asks for, as a number or a date; 0 where it says nothing."""
    if not header:
        return 0
    try:
        return max(0.0, float(Retry().parse_retry_after(header)))
    except (InvalidHeader, ValueError, OverflowError, TypeError):
        return 0


class Outage:
    """What all threads know of a server that does not answer.

    Once nothing has come back for `patience` seconds nobody waits any more: each request is tried
    once, and of those at most one in a second; the others fail at once. The first answer ends it.
    A server that is too busy is left alone by all threads for a while.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: float | None = None
        self._why = ""
        self._next_probe = 0.0
        self._quiet_until = 0.0

    def over(self) -> None:
        """The server has answered."""
        if self._since is not None:
            with self._lock:
                self._since = None

    def failed(self, why: str) -> None:
        """The server has not answered."""
        with self._lock:
            self._why = why
            if self._since is None:
                self._since = time.monotonic()

    def lasts(self, patience: float) -> bool:
        """Whether nothing has come back for so long that waiting makes no sense."""
        since = self._since
        return since is not None and time.monotonic() - since >= patience

    def turned_away(self, patience: float) -> str:
        """Why a request need not even be sent now; empty when it is to be sent."""
        with self._lock:
            now = time.monotonic()
            if self._since is None or now - self._since < patience:
                return ""
            if now >= self._next_probe:
                self._next_probe = now + _BETWEEN_PROBES
                return ""
            return self._why

    def busy(self, seconds: float) -> None:
        """The server asks for that many seconds of quiet, of which all threads keep some."""
        with self._lock:
            until = time.monotonic() + min(seconds, _LONGEST)
            self._quiet_until = max(self._quiet_until, until)

    def quiet(self) -> float:
        """Seconds for which the server is to be left alone."""
        return max(0.0, self._quiet_until - time.monotonic())
