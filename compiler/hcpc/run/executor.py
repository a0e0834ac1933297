"""Where units run: here, in processes of this machine, or on a dask cluster.

The work is a pure function `(shared, batch) -> results`; where it runs never shows in the result.
"""

import os
from collections.abc import Callable, Iterator, Sequence
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
) -> Iterator[R]:
    """Results in the order of `units`.

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
    global _inherited  # noqa: PLW0603  # a worker process is told once what it works on
    _inherited = (work, shared)


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
    with ProcessPoolExecutor(
        min(jobs, max(len(batches), 1)),
        mp_context=multiprocessing.get_context(method),
        initializer=_inherit,
        initargs=(work, shared),
    ) as pool:
        try:
            for results in pool.map(_work_inherited, batches):
                yield from results
        except BrokenProcessPool:
            raise ExecutorUnavailableError(
                "a worker process died, perhaps for want of memory; try fewer with --jobs"
            ) from None


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
            futures = [client.submit(work, everywhere, batch, pure=False) for batch in batches]
            for results in client.gather(futures):
                yield from results
    # What dask raises when its machines come and go, or hold no hcpc or another one.
    except (OSError, RuntimeError, ImportError, CancelledError, KilledWorker) as failure:
        raise ExecutorUnavailableError(f"the dask cluster at {address} failed: {failure}") from None


def _check_reachable(tcp: str, address: str) -> None:
    """Fail at once where nobody listens; a client would keep trying."""
    import socket  # noqa: PLC0415  # as above
    from urllib.parse import urlsplit  # noqa: PLC0415  # as above

    place = urlsplit(tcp)
    try:
        socket.create_connection((place.hostname, place.port), timeout=5).close()
    except (OSError, ValueError) as failure:
        raise ExecutorUnavailableError(f"no dask scheduler at {address}: {failure}") from None
