"""One round of the daemon, with all that is told of it: log, metrics, health, status."""

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

from hcpc.sync.errors import SyncError
from hcpc.sync.events import Event, Listener, OutcomeMade
from hcpc.sync.records import Outcome, Result, Round
from hcpc.sync.serve.logs import Level, Log
from hcpc.sync.serve.loop import Pulse, Why
from hcpc.sync.serve.metrics import Metrics
from hcpc.sync.tell.publish import Publisher
from hcpc.sync.tell.verdict import Verdict, counts, every_outcome, shortfalls, verdict

_LEVELS = {Result.FAILED: Level.ERROR, Result.CONFLICT: Level.WARNING}
_LASTING = frozenset(
    {Result.FAILED, Result.CONFLICT, Result.WAITING, Result.SKIPPED, Result.DELETING}
)
_VERDICTS = {
    Verdict.APPLIED: Level.INFO,
    Verdict.INCOMPLETE: Level.WARNING,
    Verdict.FAILED: Level.ERROR,
}
RunRound = Callable[[Listener], Round]


class Daemon:
    """What a round is run with, and who hears of it.

    `may_publish` says whether the status of a round is this replica's to tell.
    """

    def __init__(
        self,
        run_round: RunRound,
        publisher: Publisher,
        log: Log,
        metrics: Metrics,
        pulse: Pulse,
        may_publish: Callable[[Round], bool],
    ) -> None:
        self._run_round = run_round
        self._publisher = publisher
        self._log = log
        self._metrics = metrics
        self._pulse = pulse
        self._may_publish = may_publish
        self._told: dict[tuple[Any, ...], str] = {}
        self._alarms: frozenset[str] = frozenset()

    def once(self, why: Why) -> bool:
        """Run a round and tell of it; whether it came to its end. Raises nothing."""
        self._log.say("round-started", why=why.value)
        try:
            done = self._run_round(self._listen)
            self._tell(done)
            self._publish(done)
        except SyncError as failure:
            self._metrics.fault()
            self._log.say("round-failed", Level.ERROR, error=str(failure))
            return False
        except Exception as failure:
            if os.environ.get("HCPC_TRACEBACK"):
                raise
            self._metrics.fault()
            # Its text might quote an object.
            self._log.say("fault", Level.ERROR, type=type(failure).__name__)
            return False
        return not done.error

    def lease(self, event: str) -> None:
        """This replica waits for the lease, has got it, or has lost it."""
        self._metrics.lead(leads=event == "lease-acquired")
        self._log.say(event, Level.WARNING if event == "lease-lost" else Level.INFO)

    def _listen(self, event: Event) -> None:
        self._pulse.beat()
        if isinstance(event, OutcomeMade):
            outcome, guest = event
            # What lasts is told when the round is over, and only once.
            if outcome.result not in {Result.UNCHANGED, *_LASTING}:
                self._log.say("object", **_object(outcome, guest))

    def _tell(self, done: Round) -> None:
        self._metrics.count(done)
        if not done.error:
            self._pulse.ready()
            self._tell_what_lasts(done)
        result = verdict(done)
        self._log.say(
            "round-failed" if done.error else "round-ended",
            _VERDICTS[result],
            result=result.value,
            commit=done.commit,
            error=done.error,
            seconds=(done.ended - done.started).total_seconds(),
            requests=sum(done.calls.values()),
            objects={each.value: number for each, number in sorted(counts(done).items())},
            missing=[] if done.error else shortfalls(done),
        )

    def _tell_what_lasts(self, done: Round) -> None:
        """Each thing once, and again when it changes: rounds are many."""
        now: dict[tuple[Any, ...], str] = {}
        for key, event, level, fields in _lasting(done):
            text = now[key] = repr(fields)
            if self._told.get(key) != text:
                self._log.say(event, level, **fields)
        self._told = now

    def _tell_alarms(self, alarms: tuple[str, ...]) -> None:
        self._metrics.alarm(len(alarms))
        for each in alarms:
            if each not in self._alarms:
                self._log.say("alarm", Level.WARNING, message=each)
        self._alarms = frozenset(alarms)

    def _publish(self, done: Round) -> None:
        if not self._may_publish(done):
            return
        begun = time.monotonic()
        published = self._publisher.publish(done)
        self._pulse.beat()
        if published.alarms is not None:
            self._tell_alarms(published.alarms)
        if published.commit:
            seconds = time.monotonic() - begun
            self._log.say("status-written", commit=published.commit, seconds=seconds)
        if published.status_fault:
            self._metrics.fail("git")
            self._log.say("status-failed", Level.ERROR, error=published.status_fault)
        if published.forge_fault:
            self._metrics.fail("forge")
            self._log.say("forge-failed", Level.WARNING, error=published.forge_fault)


Line = tuple[tuple[Any, ...], str, Level, dict[str, Any]]


def _lasting(done: Round) -> Iterator[Line]:
    """What the next round will find again if nobody does anything: key, event, level, fields."""
    for outcome, guest in every_outcome(done):
        if outcome.result in _LASTING:
            key = ("object", outcome.action.ref, guest)
            level = _LEVELS.get(outcome.result, Level.INFO)
            yield key, "object", level, _object(outcome, guest)
    for name, each in sorted(done.guests.items()):
        if each.error:
            yield ("guest", name), "guest", Level.WARNING, {"guest": name, "error": each.error}
    if done.plan.prune_stopped:
        fields = {"error": done.plan.prune_stopped}
        yield ("prune",), "prune-stopped", Level.WARNING, fields
    for ref, health in sorted(done.health.items()):
        if health.stuck:
            fields = {"object": str(ref), "message": health.message, "since": health.since}
            yield ("stuck", ref), "stuck", Level.WARNING, fields


def _object(outcome: Outcome, guest: str) -> dict[str, Any]:
    action = outcome.action
    return {
        "object": str(action.ref),
        "result": outcome.result.value,
        "cluster": action.cluster,
        "guest": guest,
        "message": outcome.message or action.reason,
        "cause": action.cause.value,
        "drift": outcome.drift or None,
        "conflicts": [f"{each.manager}: {each.field}" for each in outcome.conflicts],
    }
