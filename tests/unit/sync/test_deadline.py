"""An end that comes by itself, and heeds the end of everything."""

import threading
import time

from hcpc.sync.crew import Crew
from hcpc.sync.deadline import Deadline


def test_it_comes_by_itself() -> None:
    end = Deadline(threading.Event(), 0.2)
    assert (end.is_set(), end.is_over) == (False, False)
    assert 0 < end.left <= 0.2
    assert end.wait()
    assert (end.is_set(), end.is_over, end.left) == (True, True, 0)


def test_who_waits_for_less_gets_less() -> None:
    end = Deadline(threading.Event(), 60)
    began = time.monotonic()
    assert not end.wait(0.05)
    assert time.monotonic() - began < 5


def test_it_comes_when_everything_ends_and_wakes_who_waits() -> None:
    stop = threading.Event()
    end = Deadline(stop, 60)
    threading.Timer(0.1, stop.set).start()
    assert end.wait(30)
    assert (end.is_set(), end.is_over) == (True, False)
    assert end.left > 0


def test_one_within_another_ends_with_it() -> None:
    outer = Deadline(threading.Event(), 0.1)
    inner = Deadline(outer, 60)
    assert inner.wait()
    assert (inner.is_set(), inner.is_over) == (True, True)


def test_it_may_be_set_as_any_event() -> None:
    end = Deadline(threading.Event(), 60)
    end.set()
    assert end.is_set()
    assert end.wait(5)
    assert not end.is_over


def slowly(number: int) -> int:
    time.sleep(0.05)
    return number


def test_a_crew_begins_nothing_after_it() -> None:
    end = Deadline(threading.Event(), 0.3)
    with Crew(1, end) as crew:
        done = list(crew.each(slowly, range(100)))
    assert 1 < len(done) < 20
