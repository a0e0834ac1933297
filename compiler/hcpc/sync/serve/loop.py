"""When rounds run: the first at once, then after an interval, sooner when somebody asks.

After a round that failed the next one comes soon, and later each time it fails again. Knows nothing
of what a round does.
"""

import random
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple, Protocol

from hcpc.sync.serve.bell import Bell

FIRST_RETRY, LONGEST_RETRY = 5.0, 300.0
"""Seconds after which a round that failed is tried again: doubled each time, up to the longest."""


class Pace(NamedTuple):
    """Seconds between rounds, and up to how many more, so that not all of a fleet come at once."""

    interval: float
    jitter: float = 0.0


class Why(StrEnum):
    """What a round is for."""

    START = "start"
    INTERVAL = "interval"
    RETRY = "retry"
    ASKED = "asked"
    LEASE = "lease"


class Leadership(Protocol):
    """Which of many replicas may write."""

    @property
    def is_leader(self) -> bool:
        """Whether it is this one."""
        ...

    @property
    def fault(self) -> str:
        """Why that cannot be known; empty when it is."""
        ...

    def acquire(self, stop: threading.Event) -> bool:
        """Wait for it; False when `stop` was set first."""
        ...


class Pulse:
    """Whether the loop still moves, for `/healthz` and `/readyz`.

    It moves with each sign of life: an event of a round, its end, the begin of a wait.
    """

    def __init__(self, longest: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._longest = longest
        self._clock = clock
        self._last = clock()
        self._waits_for_lease = False
        self._is_ready = False

    def beat(self, *_: object) -> None:
        """A sign of life."""
        self._last = self._clock()

    def wait_for_lease(self, *, waits: bool) -> None:
        """Another replica leads: this one is as it should be, and has nothing to do."""
        self._waits_for_lease = waits
        self.beat()

    def ready(self) -> None:
        """A round could read git and the cluster."""
        self._is_ready = True

    def why_not_healthy(self) -> str:
        """Empty when all is well."""
        silent = self._clock() - self._last
        if self._waits_for_lease or silent <= self._longest:
            return ""
        return f"nothing has moved for {silent:.0f} seconds"

    def why_not_ready(self) -> str:
        """Empty when all is well."""
        if self._is_ready or self._waits_for_lease:
            return ""
        return "no round could read git and the API server yet"


class Loop:
    """Rounds until the bell says stop. `once` runs one and says whether it came to its end."""

    def __init__(
        self,
        once: Callable[[Why], bool],
        pace: Pace,
        bell: Bell,
        pulse: Pulse,
        leadership: Leadership,
        on_lease: Callable[[str], None],
        rand: Callable[[], float] = random.random,
    ) -> None:
        self._once = once
        self._pace = pace
        self._bell = bell
        self._pulse = pulse
        self._leadership = leadership
        self._on_lease = on_lease
        self._rand = rand

    def run(self) -> None:
        """Returns when a signal, or whoever has the bell, asked for the end."""
        why, failures, led = Why.START, 0, False
        while not self._bell.stop.is_set():
            if not self._leadership.is_leader:
                if led:
                    self._on_lease("lease-lost")
                if not self._lead():
                    return
                why = Why.LEASE if why is not Why.START else why
            led = True
            is_done = self._once(why)
            self._pulse.beat()
            failures = 0 if is_done else failures + 1
            if self._bell.stop.is_set():
                return
            asked = self._bell.wait(self.pause(failures))
            self._pulse.beat()
            why = Why.ASKED if asked else Why.RETRY if failures else Why.INTERVAL

    def pause(self, failures: int) -> float:
        """Seconds until the next round, after so many in a row that failed."""
        if not failures:
            return self._pace.interval + self._pace.jitter * self._rand()
        longest: float = min(FIRST_RETRY * 2.0 ** min(failures - 1, 16), LONGEST_RETRY)
        return longest * (0.5 + self._rand() / 2)

    def _lead(self) -> bool:
        self._on_lease("lease-waiting")
        self._pulse.wait_for_lease(waits=True)
        leads = self._leadership.acquire(self._bell.stop)
        self._pulse.wait_for_lease(waits=False)
        if leads:
            self._on_lease("lease-acquired")
        return leads
