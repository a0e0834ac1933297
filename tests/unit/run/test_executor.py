"""Where units run never shows in the result; an executor that fails is told in a sentence."""

import multiprocessing
import os
import socket
import time
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path

import pytest
from dask import config
from distributed import CancelledError, LocalCluster
from distributed.comm.core import CommClosedError
from tests.unit.resolve.small_fleet import cluster, compiled, document, rendered, small_fleet

from hcpc.pipeline import Options, compile_fleet
from hcpc.run import executor
from hcpc.run.executor import ExecutorUnavailableError, run_units

# Workers of pytest have threads; a forked child that only computes is not troubled by them.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")

HERE = "clusters/mgmt-1"
BIG = {
    **{f"{HERE}/c{number}.yaml": cluster(f"c{number}") for number in range(9)},
    f"{HERE}/bad.yaml": cluster("bad", "etcd: {size: huge}\n"),
    f"{HERE}/both.yaml": document("Profile", "gold", "etcd: {size: 8Gi}\n")
    + "---\n"
    + cluster("both", "profiles: [gold]\netcd: 5\n"),
    "clusters/raw.yaml": document("Profile", "raw", "hostedCluster: {spec: {x: 1}}\n"),
    f"{HERE}/raw1.yaml": cluster("raw1", "profiles: [raw]\n"),
    f"{HERE}/raw2.yaml": cluster("raw2", "profiles: [raw]\n"),
}


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor, "_BATCH", 2)


def add(shared: int, batch: Sequence[int]) -> list[tuple[int, int]]:
    return [(shared + each, os.getpid()) for each in batch]


def die(shared: int, batch: Sequence[int]) -> list[int]:
    del shared, batch
    os._exit(9)


def fail(shared: int, batch: Sequence[int]) -> list[int]:
    del shared, batch
    raise LookupError("a fault of the work itself")


def fail_as_dask_might(kind: type[Exception], batch: Sequence[int]) -> list[int]:
    del batch
    raise kind("a fault of the work itself")


def slow_first(shared: int, batch: Sequence[int]) -> list[int]:
    if 0 in batch:
        time.sleep(0.2)
    return [shared + each for each in batch]


def sleep_after_first(shared: int, batch: Sequence[int]) -> list[int]:
    if 0 not in batch:
        time.sleep(60)
    return [shared + each for each in batch]


def started_here() -> set[str]:
    """Our workers, not those of a dask cluster that another test may have started."""
    return {child.name for child in multiprocessing.active_children() if "Fork" in child.name}


def results(name: str, jobs: int = 2) -> list[int]:
    return [value for value, _ in run_units(add, 100, range(7), executor=name, jobs=jobs)]


def workers(name: str, jobs: int, size: int) -> set[int]:
    return {pid for _, pid in run_units(add, 0, range(size), executor=name, jobs=jobs)}


@pytest.mark.parametrize("name", ["serial", "processes", "auto"])
@pytest.mark.parametrize("jobs", [0, 1, 3])
def test_results_come_in_the_order_of_units(name: str, jobs: int) -> None:
    assert results(name, jobs) == [100, 101, 102, 103, 104, 105, 106]


def test_results_come_in_order_although_the_first_batch_is_the_last_to_end() -> None:
    found = run_units(slow_first, 0, range(8), executor="processes", jobs=2)
    assert list(found) == list(range(8))


@pytest.mark.parametrize("name", ["serial", "processes", "auto"])
def test_nothing_to_do_is_no_trouble(name: str) -> None:
    assert list(run_units(add, 0, [], executor=name, jobs=2)) == []


def test_a_small_fleet_runs_here_and_a_large_one_in_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = {os.getpid()}
    assert workers("auto", 2, 5) == here
    monkeypatch.setattr(executor, "SERIAL_BELOW", 5)
    assert here.isdisjoint(workers("auto", 2, 5))
    assert workers("auto", 1, 5) == here
    assert workers("serial", 2, 5) == here
    assert here.isdisjoint(workers("processes", 2, 1))


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    return small_fleet(tmp_path, BIG)


def assert_same(fleet: Path, name: str) -> None:
    """The executor gives what running here gives: findings and their places, files, clusters."""
    here, there = compiled(fleet), compiled(fleet, executor=name)
    assert here.findings
    assert len(here.files) > 30
    assert there == here
    assert rendered(there) == rendered(here)


def test_forked_processes_give_the_same(fleet: Path) -> None:
    assert "fork" in multiprocessing.get_all_start_methods()
    assert_same(fleet, "processes")


def test_spawned_processes_give_the_same(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert_same(fleet, "processes")


@pytest.fixture(scope="module")
def dask() -> Iterator[str]:
    """The address of a dask cluster on this machine."""
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=False,
        protocol="tcp://",
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
    ) as local:
        yield str(local.scheduler_address).replace("tcp://", "dask://")


@pytest.mark.xdist_group("dask")
def test_a_dask_cluster_gives_the_same(fleet: Path, dask: str) -> None:
    assert results(dask) == results("serial")
    assert_same(fleet, dask)


@pytest.mark.xdist_group("dask")
@pytest.mark.parametrize(
    "failure",
    [
        CommClosedError("in <TCP>: Stream is closed"),
        CancelledError("cancelled"),
        TimeoutError("No valid workers found"),
        ModuleNotFoundError("No module named 'hcpc'"),
        RuntimeError("Error during deserialization of the task graph"),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_a_dask_cluster_that_fails_is_told_in_a_sentence(
    dask: str, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gather(*_: object) -> None:
        raise failure

    monkeypatch.setattr("distributed.Client.gather", gather)
    with pytest.raises(ExecutorUnavailableError, match="the dask cluster at dask://127") as told:
        results(dask)
    assert str(failure) in str(told.value)


@pytest.mark.xdist_group("dask")
def test_a_dask_worker_that_dies_is_told_in_a_sentence() -> None:
    with (
        config.set({"distributed.scheduler.allowed-failures": 0}),
        LocalCluster(
            n_workers=1, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
        ) as local,
    ):
        address = str(local.scheduler_address).replace("tcp://", "dask://")
        with pytest.raises(ExecutorUnavailableError, match="workers died"):
            list(run_units(die, 0, range(2), executor=address, jobs=1))


@pytest.mark.parametrize("address", ["127.0.0.1", "", "127.0.0.1:port", "127.0.0.1:99999999"])
def test_an_address_that_is_none_is_told_in_a_sentence(address: str) -> None:
    with pytest.raises(ExecutorUnavailableError, match="no dask scheduler at dask://"):
        results(f"dask://{address}")


def test_a_scheduler_that_is_not_there_is_told_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.monotonic()
    with pytest.raises(ExecutorUnavailableError, match=f"dask://127.0.0.1:{port}: .*refused"):
        results(f"dask://127.0.0.1:{port}")
    assert time.monotonic() - started < 4


def test_dask_is_an_extra_that_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    with pytest.raises(ExecutorUnavailableError, match=r"hcpc\[dask\]"):
        results("dask://127.0.0.1:1")


def test_a_worker_that_dies_is_told_in_a_sentence() -> None:
    with pytest.raises(ExecutorUnavailableError, match="a worker process died"):
        list(run_units(die, 0, range(4), executor="processes", jobs=2))


def test_a_worker_that_dies_half_way_is_told_in_a_sentence(
    fleet: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = count()

    def dying(*_: object) -> None:
        if next(calls) == 3:
            os._exit(1)

    monkeypatch.setattr("hcpc.verify.rules.check_rules", dying)
    with pytest.raises(ExecutorUnavailableError, match="--jobs"):
        compile_fleet(fleet, Options("processes", 2))


@pytest.mark.parametrize("name", ["serial", "processes"])
def test_a_fault_of_the_work_is_not_taken_for_one_of_the_executor(name: str) -> None:
    with pytest.raises(LookupError, match="a fault of the work itself"):
        list(run_units(fail, 0, range(4), executor=name, jobs=2))


@pytest.mark.xdist_group("dask")
@pytest.mark.parametrize("kind", [LookupError, OSError, RuntimeError, ImportError, TimeoutError])
def test_a_fault_of_the_work_is_not_taken_for_one_of_dask(dask: str, kind: type[Exception]) -> None:
    with pytest.raises(kind, match="a fault of the work itself") as told:
        list(run_units(fail_as_dask_might, kind, range(4), executor=dask, jobs=2))
    assert "in fail_as_dask_might" in "".join(told.value.__notes__)


@pytest.mark.parametrize("before", [0, 1])
def test_workers_that_cannot_be_started_are_told_in_a_sentence(
    before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fork, calls = os.fork, count()

    def refuse() -> int:
        if next(calls) == before:
            raise BlockingIOError(11, "Resource temporarily unavailable")
        return fork()

    monkeypatch.setattr(os, "fork", refuse)
    with pytest.raises(ExecutorUnavailableError, match=r"Resource temporarily .*--executor"):
        results("processes")
    assert started_here() == set()


def test_whoever_stops_early_leaves_no_worker_behind() -> None:
    running = run_units(sleep_after_first, 0, range(8), executor="processes", jobs=2)
    assert next(running) == 0
    assert len(started_here()) == 2
    running.close()
    assert started_here() == set()
