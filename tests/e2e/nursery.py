"""Real processes of `hcpc` that begin quickly: forked from one that has imported all it needs.

Such a process is like any other: it has arguments, an environment, streams and an exit code of its
own, and can be killed. Only that it does not read the same modules again each time.
"""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, Self

ROOT = Path(__file__).parents[2]
TIMEOUT = 120


class Ran(NamedTuple):
    """How a process ended; a code below zero is the signal that killed it.

    `memory` is the most that it had in main memory at a time, in megabytes.
    """

    code: int
    out: str
    err: str
    memory: int = 0

    @property
    def said(self) -> str:
        """All of its output, for messages of tests."""
        return f"exit code {self.code}\n{self.out}\n{self.err}"


class Running:
    """A process that may still run."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.pid = int(self._read("pid", 30))

    def kill(self, number: int = signal.SIGKILL) -> None:
        """Sends it a signal; one that has ended does not mind."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def wait(self, timeout: float = TIMEOUT) -> Ran:
        """Until it has ended; a test fails when it never does."""
        try:
            code = int(self._read("code", timeout))
        except TimeoutError:
            self.kill(signal.SIGABRT)
            raise AssertionError(f"it never ends:\n{self.out}\n{self.err}") from None
        return Ran(code, self.out, self.err, int(self._read("memory", timeout)))

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return not (self.directory / "code").exists()

    @property
    def out(self) -> str:
        """What it has printed so far."""
        return (self.directory / "out").read_text(encoding="utf-8", errors="replace")

    @property
    def err(self) -> str:
        """What it has said to standard error so far."""
        return (self.directory / "err").read_text(encoding="utf-8", errors="replace")

    def _read(self, name: str, timeout: float) -> str:
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            with contextlib.suppress(FileNotFoundError):
                return (self.directory / name).read_text(encoding="utf-8")
            time.sleep(0.005)
        raise TimeoutError(name)


class Nursery:
    """The process that all others are forked from."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._count = 0
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from tests.e2e.nursery import serve; serve()"],
            stdin=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )

    def start(self, *arguments: str, cwd: Path, environment: Mapping[str, str]) -> Running:
        """`hcpc` with these arguments."""
        self._count += 1
        directory = self._directory / str(self._count)
        directory.mkdir()
        order = {"directory": str(directory), "arguments": arguments, "cwd": str(cwd)}
        assert self._process.stdin
        self._process.stdin.write(json.dumps({**order, "environment": dict(environment)}) + "\n")
        self._process.stdin.flush()
        return Running(directory)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=30)


def serve() -> None:
    """Forks until standard input ends."""
    import hcpc.cli.diff  # noqa: PLC0415  # what takes long
    import hcpc.cli.syncing  # noqa: PLC0415  # as above

    del hcpc
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait
    for line in sys.stdin:
        order = json.loads(line)
        if os.fork() == 0:
            _watch(order)


def _watch(order: Mapping[str, Any]) -> NoReturn:
    """Forks the process itself, and notes how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    directory = Path(order["directory"])
    pid = os.fork()
    if pid == 0:
        _become(directory, order["arguments"], order["cwd"], order["environment"])
    for name in ("out", "err"):
        (directory / name).touch()
    _note(directory, "pid", str(pid))
    _, status, usage = os.wait4(pid, 0)
    _note(directory, "memory", str(usage.ru_maxrss // 1024))
    _note(directory, "code", str(os.waitstatus_to_exitcode(status)))
    os._exit(0)


def _note(directory: Path, name: str, text: str) -> None:
    beside = directory / f".{name}"
    beside.write_text(text, encoding="utf-8")
    beside.rename(directory / name)


def _become(
    directory: Path, arguments: Sequence[str], cwd: str, environment: Mapping[str, str]
) -> NoReturn:
    """What the interpreter does for a command, but for reading modules."""
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(directory / name, os.O_WRONLY | os.O_CREAT, 0o600), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.setsid()
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    random.seed()
    sys.argv = ["hcpc", *arguments]
    from hcpc.cli.main import main  # noqa: PLC0415  # imported before

    main()
