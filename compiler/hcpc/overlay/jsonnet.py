"""Jsonnet, evaluated in a process of its own that can be ended: hermetic, and bounded in all.

The process is started when first needed and serves every cluster after that.
"""

import atexit
import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

SECONDS = 5
"""Of processor time for one evaluation, some thousand times what a common one needs."""
WAIT = 60
"""Seconds on the clock for one evaluation, for a machine that is busy otherwise."""
MEMORY = 512 * 2**20
"""Bytes."""
LARGEST = 8 * 2**20
"""Characters of a result."""
PATIENCE = 3
"""How often a file may reach a limit before it is not tried again."""
_FAULT = 1
"""How Python ends when something is not as it should be."""

_lock = Lock()
_evaluators: dict[int, "_Evaluator"] = {}


class JsonnetError(Exception):
    """What jsonnet said; the text is as it came, with its trace.

    `absent` is the directory of the file with an import that is at fault, and what it imports.
    """

    def __init__(self, text: str, absent: tuple[str, str] | None = None) -> None:
        super().__init__(text)
        self.absent = absent


class LimitError(Exception):
    """An evaluation that took too much; the text says of what.

    `is_fair` tells that no other evaluation had a part in it.
    """

    def __init__(self, message: str, *, is_fair: bool = True) -> None:
        super().__init__(message)
        self.is_fair = is_fair


class MissingError(Exception):
    """Jsonnet is not installed, or its process does not start."""


def evaluate(files: Mapping[str, bytes], path: str, argument: str) -> str:
    """The JSON text of what the function in a file returns for a JSON text.

    `files` are all that can be imported. Raises JsonnetError, LimitError or MissingError.
    """
    with _lock:
        return _of_this_process(files).evaluate(path, argument)


def _of_this_process(files: Mapping[str, bytes]) -> "_Evaluator":
    """The evaluator that knows these files; one that was made before a fork is not ours."""
    known = _evaluators.get(os.getpid())
    if known is None or known.files is not files:
        if known is not None:
            known.close()
        known = _evaluators[os.getpid()] = _Evaluator(files)
    return known


def close() -> None:
    """End the process, if there is one."""
    known = _evaluators.pop(os.getpid(), None)
    if known is not None:
        known.close()


atexit.register(close)


class _Evaluator:
    """A process and what it was told."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self._process: subprocess.Popen[bytes] | None = None
        self._served = 0
        self._exceeded: dict[str, list[str]] = {}

    def evaluate(self, path: str, argument: str) -> str:
        """As the function of this name."""
        exceeded = self._exceeded.setdefault(path, [])
        if len(exceeded) >= PATIENCE:
            raise LimitError(exceeded[0])
        try:
            answer = self._ask_fairly(path, argument)
        except LimitError as limit:
            exceeded.append(str(limit))
            raise
        if "error" in answer or "absent" in answer:
            absent = answer.get("absent")
            raise JsonnetError(answer.get("error", ""), absent and (absent[0], absent[1]))
        value: str = answer["value"]
        if len(value) > LARGEST:
            raise LimitError(f"it returns more than {LARGEST // 2**20} MiB")
        return value

    def _ask_fairly(self, path: str, argument: str) -> dict[str, Any]:
        try:
            return self._ask(path, argument)
        except LimitError as limit:
            if limit.is_fair:
                raise
            return self._ask(path, argument)

    def _ask(self, path: str, argument: str) -> dict[str, Any]:
        messages: list[dict[str, Any]] = [{"path": path, "input": argument}]
        process = self._process
        if process is None:
            library = _library()
            process = self._process = _start()
            self._served = 0
            files = {path: content.decode("latin-1") for path, content in self.files.items()}
            limits = {"memory": MEMORY, "seconds": SECONDS}
            messages.insert(0, {"library": library, "files": files, **limits})
        self._served += 1
        line: bytes | None = b""
        with contextlib.suppress(BrokenPipeError):
            _send(process, messages)
            line = _receive(process)
        if line is None:
            self.close()
            raise LimitError(f"it takes more than {WAIT} seconds")
        if not line:
            raise self._end(process)
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _end(self, process: subprocess.Popen[bytes]) -> LimitError | MissingError:
        """Why the process has ended itself."""
        is_first = self._served == 1
        reason = process.wait()
        self.close()
        if reason == _FAULT and is_first:
            return MissingError()
        if reason == -signal.SIGXCPU:
            return LimitError(f"it takes more than {SECONDS} seconds of processor time")
        # Some of the memory may have been in use since the evaluations before.
        return LimitError(f"it needs more than {MEMORY // 2**20} MiB of memory", is_fair=is_first)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.communicate()


def _library() -> str:
    """The directory that the binding is installed in."""
    found = find_spec("_gojsonnet")
    if found is None or found.origin is None:
        raise MissingError
    return str(Path(found.origin).parent)


def _start() -> subprocess.Popen[bytes]:
    """A process that waits to be told its files."""
    script = Path(__file__).with_name("evaluator.py")
    settings = {name: value for name, value in os.environ.items() if not name.startswith("GO")}
    try:
        return subprocess.Popen(  # noqa: S603  # our own script
            [sys.executable, "-I", "-S", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=settings,
        )
    except OSError:
        raise MissingError from None


def _send(process: subprocess.Popen[bytes], messages: Iterable[dict[str, Any]]) -> None:
    assert process.stdin is not None
    for message in messages:
        process.stdin.write(json.dumps(message).encode() + b"\n")
    process.stdin.flush()


def _receive(process: subprocess.Popen[bytes]) -> bytes | None:
    """A line; empty when the process has ended, None when it is too slow."""
    assert process.stdout is not None
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        return process.stdout.readline() if selector.select(WAIT) else None
