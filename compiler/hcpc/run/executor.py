"""Where units run: here, in processes of this machine, or on a dask cluster.

The work is a pure function `(shared, batch) -> results`; where it runs never shows in the result.
"""

import os
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")
S = TypeVar("S")

Work = Callable[[S, Sequence[T]], list[R]]

SERIAL_BELOW = 300
"""Starting two workers costs about as much as compiling this many clusters."""

_BATCH = 64


class ExecutorUnavailableError(Exception):
    """The chosen executor cannot be used; the text says why and what to do."""


def run_units(
    work: Work[S, T, R], shared: S, units: Sequence[T], *, executor: str, jobs: int
) -> Generator[R]:
    """Results in the order of `units`; whoever stops early closes it, so that nobody works on.

    `executor` is `auto`, `serial`, `processes` or `dask://HOST:PORT`; `jobs` 0 means one for each
    processor.
    """
    jobs = jobs or os.cpu_count() or 1
    batches = [units[at : at + _BATCH] for at in range(0, len(units), _BATCH)]
    if executor.startswith("dask://"):
        yield from _run_dask(work, shared, batches, executor)
    elif executor == "processes" or (
        executor == "auto" and jobs > 1 and len(units) >= SERIAL_BELOW
    ):
        yield from _run_processes(work, shared, batches, jobs)
    else:
        for batch in batches:
            yield from work(shared, batch)


_inherited: tuple[Any, Any] = (None, None)


def _inherit(work: Any, shared: Any) -> None:
    """What a worker process does first: it learns its work, and how to end."""
    import signal  # noqa: PLC0415  # as below
    from threading import Thread  # noqa: PLC0415  # as below

    global _inherited  # noqa: PLW0603  # a worker process is told once what it works on
    _inherited = (work, shared)
    # Ctrl-C reaches all processes of a terminal: the one that started us decides what follows.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Without the process that started it a worker would wait for work for ever."""
    from multiprocessing import connection, parent_process  # noqa: PLC0415  # as below

    parent = parent_process()
    assert parent is not None
    connection.wait([parent.sentinel])
    os._exit(1)


def _work_inherited(batch: Sequence[Any]) -> list[Any]:
    work, shared = _inherited
    results: list[Any] = work(shared, batch)
    return results


def _run_processes(
    work: Work[S, T, R], shared: S, batches: list[Sequence[T]], jobs: int
) -> Iterator[R]:
    import multiprocessing  # noqa: PLC0415  # most runs need no process but this one
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415  # as above
    from concurrent.futures.process import BrokenProcessPool  # noqa: PLC0415  # as above

    # Forked workers start with our modules and the shared documents already in memory.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    before = multiprocessing.active_children()
    pool = None
    try:
        try:
            pool = ProcessPoolExecutor(
                min(jobs, max(len(batches), 1)),
                mp_context=multiprocessing.get_context(method),
                initializer=_inherit,
                initargs=(work, shared),
            )
            found = pool.map(_work_inherited, batches)
        except OSError as failure:
            raise ExecutorUnavailableError(
                f"cannot start worker processes: {failure.strerror}; try --executor serial"
            ) from None
        for results in found:
            yield from results
    except BaseException as why:
        # Nobody waits any more for what they are doing.
        for worker in set(multiprocessing.active_children()) - set(before):
            worker.terminate()
            worker.join()
        if isinstance(why, BrokenProcessPool):
            raise ExecutorUnavailableError(
                "a worker process died, perhaps for want of memory; try fewer with --jobs"
            ) from None
        raise
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def _run_dask(
    work: Work[S, T, R], shared: S, batches: list[Sequence[T]], address: str
) -> Iterator[R]:
    try:
        from distributed import CancelledError, Client, KilledWorker  # noqa: PLC0415  # an optional extra
    except ImportError:
        raise ExecutorUnavailableError("install `hcpc[dask]` to use a dask cluster") from None
    tcp = address.replace("dask://", "tcp://", 1)
    _check_reachable(tcp, address)
    try:
        with Client(tcp, timeout="10s") as client:
            everywhere = client.scatter(shared, broadcast=True, hash=False)
            futures = [
                client.submit(_attempt, work, everywhere, batch, pure=False) for batch in batches
            ]
            attempts: list[list[R] | Exception] = client.gather(futures)
    # What dask raises when its machines come and go, or hold no hcpc or another one.
    except (OSError, RuntimeError, ImportError, CancelledError, KilledWorker) as failure:
        raise ExecutorUnavailableError(f"the dask cluster at {address} failed: {failure}") from None
    for results in attempts:
        if isinstance(results, Exception):
            raise results
        yield from results


def _attempt(work: Work[S, T, R], shared: S, batch: Sequence[T]) -> list[R] | Exception:
    """Results, or what the work itself raised: dask's own failures are told in another way."""
    try:
        return work(shared, batch)
    except Exception as fault:  # noqa: BLE001  # it is raised again where the results are wanted
        from traceback import format_exc  # noqa: PLC0415  # as above

        fault.add_note(format_exc())  # where it was raised is lost on the way
        return fault


def _check_reachable(tcp: str, address: str) -> None:
    """Fail at once where nobody listens; a client would keep trying."""
    import socket  # noqa: PLC0415  # as above
    from urllib.parse import urlsplit  # noqa: PLC0415  # as above

    place = urlsplit(tcp)
    try:
        socket.create_connection((place.hostname, place.port), timeout=5).close()
    except (OSError, ValueError) as failure:
        raise ExecutorUnavailableError(f"no dask scheduler at {address}: {failure}") from None
