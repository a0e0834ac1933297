"""How a run ends: its exit code, and one sentence to standard error for what stopped it.

Exit codes: 0 clean, 1 findings at error level (or a stale tree), 2 usage or environment, 70 a
fault of ours, 74 no room for what we write, 128 + N stopped by signal N. When whoever reads our
output goes away, click ends the run with 1 and without a word.
"""

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

import click

FINDINGS, USAGE, BUG, NO_ROOM = 1, 2, 70, 74
_SIGNALLED = 128
_STOPPED_BY = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


def say(*lines: str) -> None:
    """Print lines to standard error; names and texts from outside may hold anything."""
    from hcpc.diagnostics.render.cells import escaped  # noqa: PLC0415  # only when something is wrong

    try:
        click.echo("hcpc: " + "\n".join(map(escaped, lines)), err=True)
        sys.stderr.flush()
    except OSError:
        _give_up(2)


def fail(message: str, code: int = USAGE) -> NoReturn:
    """End the run with a sentence."""
    say(message)
    sys.exit(code)


def end_with(failure: OSError) -> NoReturn:
    """End a run that the system stopped: reading, writing, or printing."""
    is_output = _output_is_lost()
    why = failure.strerror or str(failure)
    if is_output:
        why = f"cannot write to standard output: {why}"
    elif failure.filename is not None:
        why = f"{why}: {failure.filename}"
    fail(why, NO_ROOM if is_output or failure.errno in _NO_ROOM else USAGE)


def _output_is_lost() -> bool:
    """Whether standard output takes no more; what it still holds is then dropped."""
    try:
        sys.stdout.flush()
    except OSError:
        _give_up(1)
        return True
    return False


def _give_up(stream: int) -> None:
    """Nobody gets what a stream still holds.

    Or Python would try again at the very end, and fail with a code of its own.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream)


def leave(end: SystemExit) -> NoReturn:
    """End the process with an exit code as it is.

    Python would first take everything apart in memory, which is a sixth of a short run.
    """
    if isinstance(end.code, int):
        with contextlib.suppress(OSError):  # then Python says it as ever
            for stream in (sys.stdout, sys.stderr):
                if stream is not None:
                    stream.flush()
            os._exit(end.code)
    raise end


@contextlib.contextmanager
def stopped_by_signals() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the run with one line, and only after everyone has cleaned up."""
    heeded = [each for each in _STOPPED_BY if signal.getsignal(each) is not signal.SIG_IGN]
    before = {each: signal.signal(each, _stop) for each in heeded}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    # The stream may be in the middle of a line of its own: only the system is safe to call here.
    with contextlib.suppress(OSError):
        os.write(2, f"hcpc: {_STOPPED_BY[signal.Signals(number)]}\n".encode())
    sys.exit(_SIGNALLED + number)
