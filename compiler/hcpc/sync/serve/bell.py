"""What wakes the loop, and what ends it: signals, a request on loopback, the end of a lease."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator
from queue import SimpleQueue
from types import FrameType
from typing import NoReturn

_ENDS = (signal.SIGTERM, signal.SIGINT)
_SIGNALLED = 128


class Bell:
    """Asks for a round at once, or for the end. Any thread may; many asks are one round."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.signalled = 0
        self._asked = threading.Condition()
        self._is_asked = False

    def ring(self) -> None:
        """Ask for a round."""
        with self._asked:
            self._is_asked = True
            self._asked.notify_all()

    def end(self, number: int = 0) -> None:
        """Ask for the end; `number` is the signal that did, if one did."""
        self.signalled = self.signalled or number
        self.stop.set()
        self.ring()

    def wait(self, seconds: float) -> bool:
        """Until somebody asks, or so long; whether somebody did. What was asked is then done."""
        with self._asked:
            asked = self._asked.wait_for(lambda: self._is_asked, timeout=seconds)
            self._is_asked = False
            return asked

    @contextlib.contextmanager
    def heeds_signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT end it, and the process when they come again; SIGHUP rings.

        Only the main thread may enter. A signal that was ignored before stays ignored, but SIGHUP,
        which a terminal's end would otherwise make the end of a sync.
        """
        # Handlers run in the middle of anything, so they may take no lock: this queue needs none.
        numbers: SimpleQueue[int] = SimpleQueue()

        def told(number: int, _frame: FrameType | None) -> None:
            if number != signal.SIGHUP and self.stop.is_set():
                _leave(number)
            numbers.put(number)

        heeded = [each for each in _ENDS if signal.getsignal(each) is not signal.SIG_IGN]
        before = {each: signal.signal(each, told) for each in (*heeded, signal.SIGHUP)}
        listener = threading.Thread(target=self._listen, args=(numbers,), daemon=True)
        listener.start()
        try:
            yield
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
            numbers.put(0)
            listener.join()

    def _listen(self, numbers: "SimpleQueue[int]") -> None:
        while number := numbers.get():
            if number == signal.SIGHUP:
                self.ring()
            else:
                self.end(number)


def _leave(number: int) -> NoReturn:
    with contextlib.suppress(OSError):
        os.write(2, b"hcpc: stopped before what was in hand was done\n")
    sys.exit(_SIGNALLED + number)
