"""How far requests to one API server may go: in time, in size, and for how long they may write."""

import math
from collections.abc import Callable
from typing import Final, NamedTuple

TimeLeft = Callable[[], float]
"""For how many more seconds we may write; 0 when we may not any more."""
TIMEOUT: Final = 60.0  # seconds
MIB: Final = 2**20


def for_ever() -> float:
    """Where nobody else might write."""
    return math.inf


class Bounds(NamedTuple):
    """What is allowed.

    A request takes at most `timeout` seconds with all that is tried again, and none is sent after
    `until` (of the monotonic clock). An answer has at most `largest` bytes, a list at most `pages`
    pages of at most `page` objects. Each attempt of a write asks `time_left`, and takes no longer.
    """

    timeout: float = TIMEOUT
    until: float = math.inf
    largest: int = 32 * MIB
    page: int = 500
    pages: int = 10_000
    time_left: TimeLeft = for_ever
