"""What the daemon says while it runs: one line for each event, for machines or for people.

Every text goes through `clean`, so that nothing that looks like a secret gets into a log.
"""

import contextlib
import json
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TextIO

from hcpc.sync.masking import clean

EVENTS = {
    "started": "the daemon runs; says what it syncs, and where it listens",
    "lease-waiting": "waits for the Lease; nothing is written",
    "lease-acquired": "this replica leads from now on",
    "lease-lost": "the Lease is lost, and another replica may lead; the round in hand was given up",
    "round-started": "a round begins, and why",
    "object": "what came of an action, unless nothing was to be done",
    "guest": "a hosted cluster could not be looked after",
    "round-ended": "a round is over; its result, commit, duration and counts",
    "round-failed": "a round ended early; `error` says why",
    "prune-stopped": "nothing was deleted, and why",
    "stuck": "an object is on its way for longer than it should",
    "alarm": "what lasts for too long: left alone, waiting, stuck",
    "status-written": "the status went to git, as `commit`",
    "status-failed": "the status could not be written to git",
    "forge-failed": "a commit status could not be written",
    "fault": "a fault of hcpc; the next round comes as ever",
    "stopping": "a signal asked for the end; what is in hand is finished",
    "stopped": "the daemon ends",
}
"""The events, and what each means: what `docs/reference/sync.md` lists."""

_NOTHING: Final[tuple[Any, ...]] = (None, "", (), [], {})
_PLAIN = re.compile(r"[\w./:@+-]+")


class Level(StrEnum):
    """How bad an event is."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class Log:
    """Writes events to a stream, as JSON or as text. Any thread may."""

    def __init__(
        self,
        form: str,
        stream: TextIO,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._line = _json if form == "json" else _text
        self._stream = stream
        self._now = now
        self._lock = threading.Lock()

    def say(self, event: str, level: Level = Level.INFO, **fields: Any) -> None:
        """One line; fields that are None or empty are left out."""
        assert event in EVENTS, event
        told = {name: _told(value) for name, value in fields.items() if value not in _NOTHING}
        time = self._now().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        line = self._line(time, level, event, told)
        # A log that nobody takes any more is no reason to leave a cluster half done.
        with self._lock, contextlib.suppress(OSError):
            self._stream.write(line + "\n")
            self._stream.flush()


def _told(value: Any) -> Any:
    match value:
        case str():
            return clean(value)
        case bool() | int():
            return value
        case float():
            return round(value, 3)
        case dict():
            return {str(name): _told(each) for name, each in value.items()}
        case list() | tuple():
            return [_told(each) for each in value]
        case _:
            return clean(str(value))


def _json(time: str, level: Level, event: str, fields: dict[str, Any]) -> str:
    line = {"time": time, "level": level.value, "event": event, **fields}
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def _text(time: str, level: Level, event: str, fields: dict[str, Any]) -> str:
    words = [time, f"{level.value:7}", event, *(f"{name}={_word(fields[name])}" for name in fields)]
    return " ".join(words)


def _word(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
