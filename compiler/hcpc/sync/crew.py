"""Several things at a time, but no more than so many, and none begun that is no longer wanted."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Self, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Crew:
    """Threads that do one thing after another. Close it by leaving the `with`."""

    def __init__(self, size: int, stop: threading.Event) -> None:
        self._size = size
        self._stop = stop
        self._pool = ThreadPoolExecutor(size, "hcpc")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True)

    def each(self, work: Callable[[T], R], things: Iterable[T]) -> Iterator[R]:
        """What `work` makes of each thing, as it comes; `things` are taken when there is a hand.

        After `stop`, or when one raised, no other is begun; those in hand are finished and given
        out before the first error is raised.
        """
        waiting = iter(things)
        running: set[Future[R]] = set()
        error: BaseException | None = None
        while True:
            while error is None and len(running) < self._size and not self._stop.is_set():
                try:
                    thing = next(waiting)
                except StopIteration:
                    break
                running.add(self._pool.submit(work, thing))
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for each in done:
                failed = each.exception()
                if failed is None:
                    yield each.result()
                error = error or failed
        if error is not None:
            raise error
