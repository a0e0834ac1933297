"""Who leads, when leaders die, hang, or end, whatever their clocks say."""

import copy
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, cast

import pytest

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.cluster.api import Api
from hcpc.sync.cluster.faults import (
    AlreadyExistsError,
    ApiError,
    ForbiddenError,
    NotFoundError,
    OptimisticLockError,
    UnavailableError,
)
from hcpc.sync.cluster.lease import Leader, Pace, pace

QUICK = Pace(lease=2, renew=1.3, retry=0.1)


class Shelf:
    """Leases with optimistic locks, as the API server has them."""

    def __init__(self) -> None:
        self.lease: dict[str, Any] | None = None
        self.fault: ApiError | None = None
        self.requests = 0
        self.namespaces = ["hcpc-system"]
        self.may_make_namespaces = True
        self._lock = threading.Lock()

    def apart(self, timeout: float) -> "Shelf":
        """Itself."""
        assert timeout > 0
        return self

    def get(self, ref: ObjectRef, api_version: str) -> dict[str, Any] | None:
        """The one lease."""
        assert (ref.kind, api_version) == ("Lease", "coordination.k8s.io/v1")
        self._fail()
        return copy.deepcopy(self.lease)

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Stores the lease, if there is none, or a namespace."""
        if body["kind"] == "Namespace":
            if not self.may_make_namespaces:
                raise ForbiddenError("you may not")
            self.namespaces.append(body["metadata"]["name"])
            return body
        if body["metadata"]["namespace"] not in self.namespaces:
            raise NotFoundError(f"there is no namespace {body['metadata']['namespace']}")
        return self._store(body, AlreadyExistsError, must_be=None)

    def replace(self, body: dict[str, Any]) -> dict[str, Any]:
        """Stores the lease, if nobody else has in the meantime."""
        return self._store(body, OptimisticLockError, body["metadata"]["resourceVersion"])

    def _store(self, body: Any, kind: type[ApiError], must_be: str | None) -> dict[str, Any]:
        self._fail()
        with self._lock:
            version = self.lease["metadata"]["resourceVersion"] if self.lease else None
            if version != must_be:
                raise kind("changed")
            self.lease = copy.deepcopy(body)
            self.lease["metadata"]["resourceVersion"] = str(int(version or 0) + 1)
            return copy.deepcopy(self.lease)

    def _fail(self) -> None:
        self.requests += 1
        if self.fault:
            raise self.fault

    @property
    def spec(self) -> dict[str, Any]:
        """What the lease says."""
        assert self.lease
        return cast("dict[str, Any]", self.lease["spec"])


Make = Callable[..., Leader]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def leader(shelf: Shelf) -> Iterator[Make]:
    """Candidates, all of which have ended when the test ends."""
    made: list[Leader] = []

    def make(identity: str, pace: Pace = QUICK, patience: float = 60) -> Leader:
        cluster = cast("Api", shelf)
        made.append(Leader(cluster, "hcpc-sync", "hcpc-system", identity, pace, patience))
        return made[-1]

    yield make
    shelf.fault = UnavailableError("the test is over")
    for each in made:
        each.release()


def gets_it(leader: Leader, seconds: float) -> bool:
    stop = threading.Event()
    timer = threading.Timer(seconds, stop.set)
    timer.start()
    try:
        return leader.acquire(stop)
    finally:
        timer.cancel()


def die(leader: Leader) -> None:
    """It renews nothing any more, and gives nothing back."""
    leader._left.set()  # noqa: SLF001  # as if its process had been killed


def until(holds: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_first_makes_the_lease(shelf: Shelf, leader: Make) -> None:
    first = leader("a")
    assert gets_it(first, 5)
    assert first.is_leader
    assert (first.holder, first.fault) == ("a", "")
    spec = shelf.spec
    assert spec["holderIdentity"] == "a"
    assert (spec["leaseDurationSeconds"], spec["leaseTransitions"]) == (2, 0)
    assert spec["acquireTime"] == spec["renewTime"]
    assert len(spec["renewTime"]) == len("2026-06-15T10:00:00.000000Z")


def test_it_is_renewed_and_nobody_else_gets_it(shelf: Shelf, leader: Make) -> None:
    first, second = leader("a"), leader("b")
    assert gets_it(first, 5)
    began = shelf.spec
    assert not gets_it(second, 4)
    assert (second.is_leader, second.holder) == (False, "a")
    assert first.is_leader
    assert shelf.spec["acquireTime"] == began["acquireTime"]
    assert shelf.spec["renewTime"] > began["renewTime"]


def test_a_renewal_is_one_request(shelf: Shelf, leader: Make) -> None:
    assert gets_it(leader("a"), 5)
    before, renewed = shelf.requests, int(shelf.lease["metadata"]["resourceVersion"])  # type: ignore[index]
    until(lambda: int(shelf.lease["metadata"]["resourceVersion"]) >= renewed + 3)  # type: ignore[index]
    assert shelf.requests - before <= 4


def test_of_many_one_leads(leader: Make) -> None:
    many = [leader(str(number)) for number in range(8)]
    stop = threading.Event()
    threads = [threading.Thread(target=each.acquire, args=(stop,)) for each in many]
    for thread in threads:
        thread.start()
    until(lambda: any(each.is_leader for each in many))
    for _ in range(100):
        assert sum(each.is_leader for each in many) == 1
        time.sleep(0.005)
    stop.set()
    for thread in threads:
        thread.join()


def test_after_its_death_another_leads_but_not_before_it_is_over(
    shelf: Shelf, leader: Make
) -> None:
    first, second = leader("a"), leader("b")
    assert gets_it(first, 5)
    die(first)
    shelf.spec["renewTime"] = "2001-01-01T00:00:00.000000Z"  # a clock that is wrong by decades
    began = time.monotonic()
    assert gets_it(second, 10)
    assert time.monotonic() - began > QUICK.lease
    assert not first.is_leader
    assert (shelf.spec["holderIdentity"], shelf.spec["leaseTransitions"]) == ("b", 1)
    assert shelf.spec["acquireTime"] == shelf.spec["renewTime"]


def test_how_long_a_lease_lasts_says_its_holder(shelf: Shelf, leader: Make) -> None:
    first = leader("a")
    assert gets_it(first, 5)
    die(first)
    shelf.spec["leaseDurationSeconds"] = 3600
    assert not gets_it(leader("b"), 4)


def test_who_ends_well_hands_over_at_once(shelf: Shelf, leader: Make) -> None:
    slow = pace(60)
    first = leader("a", slow)
    assert gets_it(first, 5)
    first.release()
    assert not first.is_leader
    assert (shelf.spec["holderIdentity"], shelf.spec["leaseDurationSeconds"]) == ("", 1)
    assert gets_it(leader("b", slow), 5)
    assert shelf.spec["leaseTransitions"] == 1
    first.release()
    assert shelf.spec["holderIdentity"] == "b"


def test_who_cannot_renew_stops_leading_before_others_may(shelf: Shelf, leader: Make) -> None:
    first = leader("a")
    assert gets_it(first, 5)
    shelf.fault = UnavailableError("no answer")
    began = time.monotonic()
    until(lambda: not first.is_leader)
    assert time.monotonic() - began < QUICK.renew + 0.5 < QUICK.lease
    assert first.fault == "no answer"
    shelf.fault = None
    assert gets_it(first, 5)
    assert shelf.spec["leaseTransitions"] == 0


def test_a_short_outage_costs_nothing(shelf: Shelf, leader: Make) -> None:
    first = leader("a")
    assert gets_it(first, 5)
    shelf.fault = UnavailableError("no answer")
    time.sleep(0.25)
    shelf.fault = None
    until(lambda: first.fault == "")
    time.sleep(0.5)
    assert first.is_leader


def test_who_finds_another_in_its_place_leads_no_more(shelf: Shelf, leader: Make) -> None:
    first = leader("a")
    assert gets_it(first, 5)
    taken = shelf.get(ObjectRef("", "Lease", "", ""), "coordination.k8s.io/v1")
    assert taken
    taken["spec"]["holderIdentity"] = "somebody else"
    until(lambda: _stored(shelf, taken))
    until(lambda: not first.is_leader, 1)
    assert first.holder == "somebody else"


def _stored(shelf: Shelf, lease: dict[str, Any]) -> bool:
    assert shelf.lease
    lease["metadata"]["resourceVersion"] = shelf.lease["metadata"]["resourceVersion"]
    try:
        shelf.replace(lease)
    except OptimisticLockError:
        return False
    return True


def test_a_lease_that_was_removed_is_made_again(shelf: Shelf, leader: Make) -> None:
    first = leader("a")
    assert gets_it(first, 5)
    shelf.lease = None
    until(lambda: shelf.lease is not None)
    assert first.is_leader


def test_a_process_that_comes_back_under_its_name_leads_at_once(shelf: Shelf, leader: Make) -> None:
    slow = pace(60)
    first = leader("a", slow)
    assert gets_it(first, 5)
    acquired = shelf.spec["acquireTime"]
    die(first)
    assert gets_it(leader("a", slow), 5)
    assert (shelf.spec["acquireTime"], shelf.spec["leaseTransitions"]) == (acquired, 0)


def test_what_no_waiting_helps_against_is_raised(shelf: Shelf, leader: Make) -> None:
    shelf.fault = ForbiddenError("you may not")
    with pytest.raises(ForbiddenError, match="you may not"):
        leader("a").acquire(threading.Event())


def test_an_outage_is_waited_for(shelf: Shelf, leader: Make) -> None:
    shelf.fault = UnavailableError("no answer")
    threading.Timer(0.4, lambda: setattr(shelf, "fault", None)).start()
    assert gets_it(leader("a"), 5)


def test_how_long_it_still_leads_is_known(shelf: Shelf, leader: Make) -> None:
    first = leader("a")
    assert first.time_left() == 0
    assert gets_it(first, 5)
    assert 0 < first.time_left() <= QUICK.renew
    shelf.fault = UnavailableError("no answer")
    time.sleep(0.2)
    before = first.time_left()
    time.sleep(0.2)
    assert first.time_left() < before - 0.1
    until(lambda: not first.is_leader)
    assert first.time_left() == 0


def test_time_in_which_the_machine_slept_counts(
    leader: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others did not sleep: one of them may lead by then."""
    if not hasattr(time, "CLOCK_BOOTTIME"):
        pytest.skip("this system does not tell")
    first = leader("a", pace(600))
    assert gets_it(first, 5)
    real, clock = time.clock_gettime, time.CLOCK_BOOTTIME
    monkeypatch.setattr(time, "clock_gettime", lambda of: real(of) + 3600 * (of == clock))
    assert not first.is_leader
    assert first.time_left() == 0


def test_without_waiting_one_that_lives_is_not_waited_for(leader: Make) -> None:
    first, second = leader("a"), leader("b")
    assert gets_it(first, 5)
    began = time.monotonic()
    assert not second.acquire(threading.Event(), waits=False)
    assert time.monotonic() - began < QUICK.lease
    assert (second.holder, second.fault) == ("a", "")
    assert first.is_leader


def test_without_waiting_one_that_is_gone_is_waited_for(leader: Make) -> None:
    first = leader("a")
    assert gets_it(first, 5)
    die(first)
    second = leader("b")
    assert second.acquire(threading.Event(), waits=False)
    assert second.is_leader


def test_without_waiting_nothing_is_waited_for_without_end(shelf: Shelf, leader: Make) -> None:
    """A holder that says that its lease lasts for an hour, and is gone."""
    first = leader("a")
    assert gets_it(first, 5)
    die(first)
    time.sleep(0.3)
    shelf.spec["leaseDurationSeconds"] = 3600
    began = time.monotonic()
    assert not leader("b").acquire(threading.Event(), waits=False)
    assert 2 * QUICK.lease <= time.monotonic() - began < 2 * QUICK.lease + 1


def test_without_waiting_a_silent_server_is_waited_for_as_long_as_is_said(
    shelf: Shelf, leader: Make
) -> None:
    shelf.fault = UnavailableError("no answer")
    began = time.monotonic()
    asks = leader("a", patience=0.4)
    assert not asks.acquire(threading.Event(), waits=False)
    assert 0.4 <= time.monotonic() - began < QUICK.lease
    assert (asks.fault, asks.holder) == ("no answer", "")


def test_its_namespace_is_made_when_it_is_not_there(shelf: Shelf, leader: Make) -> None:
    """The first sync of all makes it."""
    shelf.namespaces = []
    assert gets_it(leader("a"), 5)
    assert shelf.namespaces == ["hcpc-system"]


def test_a_namespace_that_we_may_not_make_is_said_to_be_missing(shelf: Shelf, leader: Make) -> None:
    shelf.namespaces, shelf.may_make_namespaces = [], False
    with pytest.raises(NotFoundError, match="no namespace hcpc-system"):
        leader("a").acquire(threading.Event())


def test_what_others_noted_on_the_lease_stays(shelf: Shelf, leader: Make) -> None:
    first = leader("a")
    assert gets_it(first, 5)
    first.release()
    assert shelf.lease
    shelf.lease["metadata"]["labels"] = {"x": "y"}
    assert gets_it(leader("b"), 5)
    assert shelf.lease["metadata"]["labels"] == {"x": "y"}


def test_paces_keep_their_proportions() -> None:
    assert pace(15) == Pace()
    assert pace(60) == Pace(60, 40, 8)
