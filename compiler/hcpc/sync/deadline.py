"""An end that comes by itself, for what must not hold up everything else."""

import threading
import time


class Deadline(threading.Event):
    """An event that is set when `outer` is, and in any case `seconds` after it was made.

    Whoever heeds a stop heeds it: nothing more is begun, what is in hand is finished.
    """

    def __init__(self, outer: threading.Event, seconds: float) -> None:
        super().__init__()
        self._outer = outer
        self._until = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds until it comes; 0 when it has."""
        return max(0.0, self._until - time.monotonic())

    @property
    def is_over(self) -> bool:
        """Whether the time is up, and not just `outer` set."""
        return not self.left or (isinstance(self._outer, Deadline) and self._outer.is_over)

    def is_set(self) -> bool:
        """Whether it is the end, for whatever reason."""
        return super().is_set() or self._outer.is_set() or not self.left

    def wait(self, timeout: float | None = None) -> bool:
        """Until it is the end, or for `timeout` seconds; whether it is the end."""
        left = self.left if timeout is None else min(timeout, self.left)
        if not super().is_set():
            self._outer.wait(left)
        return self.is_set()
