"""When rounds run, with a clock of our own."""

import threading

import pytest

from hcpc.sync.serve.bell import Bell
from hcpc.sync.serve.loop import Leadership, Loop, Pace, Pulse, Why


class Clock(Bell):
    """Waits in no time, and keeps what was waited for; ends after so many waits."""

    def __init__(self, waits: int, asks: tuple[int, ...] = ()) -> None:
        super().__init__()
        self.now = 0.0
        self.waited: list[float] = []
        self._waits = waits
        self._asks = asks

    def wait(self, seconds: float) -> bool:
        """Time goes by at once."""
        self.now += seconds
        self.waited.append(seconds)
        if len(self.waited) == self._waits:
            self.end()
        return len(self.waited) in self._asks


class Alone:
    """There is no other replica."""

    is_leader = True
    fault = ""

    def acquire(self, stop: threading.Event) -> bool:
        """At once."""
        return not stop.is_set()


class Lease:
    """Held for a number of looks, lost then, and had again when it is asked for."""

    fault = ""

    def __init__(self, looks: int) -> None:
        self._looks = looks
        self.asked = 0

    @property
    def is_leader(self) -> bool:
        """Whether it is held still."""
        self._looks -= 1
        return self._looks >= 0

    def acquire(self, stop: threading.Event) -> bool:
        """Got at once; refused when it is over."""
        self.asked += 1
        self._looks = 0
        return not stop.is_set()


def run(
    clock: Clock,
    results: list[bool],
    pace: Pace = Pace(300, 30),  # noqa: B008  # a plain record
    leadership: Leadership | None = None,
) -> tuple[list[Why], list[str]]:
    """Why each round ran, and what was told of the lease."""
    told: list[str] = []
    whys: list[Why] = []

    def once(why: Why) -> bool:
        whys.append(why)
        return results[len(whys) - 1] if len(whys) <= len(results) else True

    pulse = Pulse(600, lambda: clock.now)
    lease = leadership or Alone()
    Loop(once, pace, clock, pulse, lease, told.append, rand=lambda: 0.5).run()
    return whys, told


def test_the_first_round_is_at_once_and_the_others_come_by_the_interval_with_jitter() -> None:
    clock = Clock(3)
    assert run(clock, [])[0] == [Why.START, Why.INTERVAL, Why.INTERVAL]
    assert clock.waited == [315, 315, 315]


def test_a_round_that_failed_is_tried_again_soon_and_later_each_time() -> None:
    clock = Clock(9)
    whys, _ = run(clock, [False] * 8)
    assert whys == [Why.START, *[Why.RETRY] * 8]
    assert clock.waited == [3.75, 7.5, 15, 30, 60, 120, 225, 225, 315]


def test_after_a_good_round_failures_are_counted_anew() -> None:
    clock = Clock(4)
    run(clock, [False, False, True, False])
    assert clock.waited == [3.75, 7.5, 315, 3.75]


def test_who_asks_gets_a_round_at_once() -> None:
    assert run(Clock(3, asks=(1,)), [])[0] == [Why.START, Why.ASKED, Why.INTERVAL]


def test_after_the_end_no_round_begins() -> None:
    clock = Clock(1)
    clock.end()
    assert run(clock, [])[0] == []


def test_a_round_that_is_stopped_is_the_last() -> None:
    clock = Clock(5)
    whys: list[Why] = []

    def once(why: Why) -> bool:
        whys.append(why)
        clock.end(15)
        return False

    pulse = Pulse(600, lambda: clock.now)
    Loop(once, Pace(300), clock, pulse, Alone(), lambda _: None).run()
    assert (whys, clock.waited, clock.signalled) == ([Why.START], [], 15)


def test_without_the_lease_no_round_runs_and_the_lease_is_waited_for_again() -> None:
    lease = Lease(0)
    whys, told = run(Clock(3), [], leadership=lease)
    assert whys == [Why.START, Why.LEASE, Why.LEASE]
    waits = ["lease-waiting", "lease-acquired"]
    assert told == [*waits, "lease-lost", *waits, "lease-lost", *waits]
    assert lease.asked == 3


def test_who_stops_while_waiting_for_the_lease_writes_nothing() -> None:
    class Never(Lease):
        def acquire(self, stop: threading.Event) -> bool:
            clock.end()
            return super().acquire(stop)

    clock = Clock(3)
    assert run(clock, [], leadership=Never(0)) == ([], ["lease-waiting"])


def test_many_asks_are_one_round() -> None:
    bell = Bell()
    for _ in range(3):
        bell.ring()
    assert bell.wait(0)
    assert not bell.wait(0)


def test_an_ask_during_a_round_is_not_lost_and_ends_a_wait() -> None:
    bell = Bell()
    timer = threading.Timer(0.05, bell.ring)
    timer.start()
    assert bell.wait(30)
    timer.join()


@pytest.mark.parametrize(
    ("after", "fault"), [(600, ""), (601, "nothing has moved for 601 seconds")]
)
def test_a_loop_that_does_not_move_is_not_healthy(after: float, fault: str) -> None:
    clock = Clock(1)
    pulse = Pulse(600, lambda: clock.now)
    clock.now += 50
    pulse.beat()
    clock.now += after
    assert pulse.why_not_healthy() == fault


def test_who_waits_for_the_lease_is_healthy_and_ready_for_as_long_as_it_takes() -> None:
    clock = Clock(1)
    pulse = Pulse(600, lambda: clock.now)
    assert pulse.why_not_ready()
    pulse.wait_for_lease(waits=True)
    clock.now += 10_000
    assert (pulse.why_not_healthy(), pulse.why_not_ready()) == ("", "")
    pulse.wait_for_lease(waits=False)
    assert pulse.why_not_healthy() == ""
    assert pulse.why_not_ready() == "no round could read git and the API server yet"
    pulse.ready()
    assert pulse.why_not_ready() == ""
