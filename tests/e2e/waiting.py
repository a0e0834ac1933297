"""Waiting for what comes sooner or later."""

import time
from collections.abc import Callable


def until(holds: Callable[[], object], seconds: float = 60) -> None:
    """Returns when it holds; a test fails when it never does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never comes to that"
        time.sleep(0.05)
