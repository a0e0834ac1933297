"""Several at a time, no more than so many, and none that is no longer wanted."""

import threading
import time
from collections.abc import Iterator

import pytest

from hcpc.sync.crew import Crew


def test_everything_is_done_with_no_more_than_so_many_at_once() -> None:
    lock, now, most = threading.Lock(), 0, 0

    def work(thing: int) -> int:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.002)
        with lock:
            now -= 1
        return thing * 2

    with Crew(3, threading.Event()) as crew:
        assert sorted(crew.each(work, range(30))) == [each * 2 for each in range(30)]
    assert 1 < most <= 3


def test_things_are_taken_only_when_there_is_a_hand() -> None:
    taken: list[int] = []

    def things() -> Iterator[int]:
        for each in range(10):
            taken.append(each)
            yield each

    with Crew(2, threading.Event()) as crew:
        for done, _ in enumerate(crew.each(lambda each: each, things()), start=1):
            assert len(taken) <= done + 2


def test_after_stop_none_is_begun_and_those_in_hand_are_given_out() -> None:
    stop = threading.Event()
    with Crew(1, stop) as crew:
        found = []
        for each in crew.each(lambda each: each, range(10)):
            found.append(each)
            if each == 3:
                stop.set()
    assert found == [0, 1, 2, 3]


def test_an_error_ends_it_after_those_in_hand() -> None:
    begun = threading.Event()

    def work(thing: int) -> int:
        if thing == 0:
            assert begun.wait(10)
            raise ValueError("broken")
        begun.set()
        time.sleep(0.05)
        return thing

    found: list[int] = []
    with Crew(2, threading.Event()) as crew, pytest.raises(ValueError, match="broken"):
        found.extend(crew.each(work, range(100)))
    assert 1 in found
    assert len(found) < 5
