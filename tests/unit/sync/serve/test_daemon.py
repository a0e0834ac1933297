"""What a round of the daemon leaves: lines of the log, metrics, readiness, the status."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.unit.sync.rounds import (
    CLUSTER,
    CREATED,
    FAILED,
    PAUSED,
    STUCK,
    UNCHANGED,
    round_of,
)

from hcpc.sync.errors import SourceError, StatusError
from hcpc.sync.events import Listener, OutcomeMade
from hcpc.sync.records import Round
from hcpc.sync.serve.daemon import Daemon
from hcpc.sync.serve.logs import Log
from hcpc.sync.serve.loop import Pulse, Why
from hcpc.sync.serve.metrics import Metrics
from hcpc.sync.tell.publish import Publisher

TOKEN = "glpat-" + "x" * 24


class Ref:
    """A status that cannot be read."""

    def read(self) -> dict[str, bytes] | None:
        """Never."""
        raise StatusError("the remote is gone")

    def write(self, *_: Any) -> str | None:
        """Never."""
        raise AssertionError


class Stage:
    """A daemon whose rounds are given, and all that it says."""

    def __init__(self, *rounds: Round | Exception, publisher: Publisher | None = None) -> None:
        self.rounds = list(rounds)
        self.stream = io.StringIO()
        self.metrics = Metrics("mgmt-1", process=False)
        self.pulse = Pulse(600)
        self.published: list[Round] = []
        self.may_publish = True
        nothing = Publisher(self._documents)
        log = Log("json", self.stream)
        self.daemon = Daemon(
            self._run, publisher or nothing, log, self.metrics, self.pulse, self._may_publish
        )

    def _documents(self, done: Round, before: Any) -> dict[str, bytes]:
        del done, before
        return {}

    def _may_publish(self, done: Round) -> bool:
        self.published.append(done)
        return self.may_publish

    def _run(self, listen: Listener) -> Round:
        done = self.rounds.pop(0)
        if isinstance(done, Exception):
            raise done
        for outcome in done.outcomes:
            listen(OutcomeMade(outcome))
        return done

    def said(self, *events: str) -> list[dict[str, Any]]:
        """The lines of the log, those of some events only; without their times."""
        lines = [json.loads(line) for line in self.stream.getvalue().splitlines()]
        return [
            {name: value for name, value in line.items() if name != "time"}
            for line in lines
            if not events or line["event"] in events
        ]


def value(stage: Stage, name: str, **labels: str) -> float | None:
    return stage.metrics.registry.get_sample_value(name, labels)


def test_a_round_is_told_from_its_begin_to_its_end() -> None:
    stage = Stage(round_of(CREATED, UNCHANGED))
    assert stage.daemon.once(Why.ASKED)
    begun, made, ended = stage.said()
    assert begun == {"level": "info", "event": "round-started", "why": "asked"}
    assert made == {
        "level": "info",
        "event": "object",
        "object": "ConfigMap clusters/config",
        "result": "created",
        "cluster": "demo",
    }
    assert ended == {
        "level": "info",
        "event": "round-ended",
        "result": "applied",
        "commit": "0123456789abcdef0123456789abcdef01234567",
        "seconds": 12.0,
        "requests": 34,
        "objects": {"created": 1, "unchanged": 1},
    }
    assert stage.pulse.why_not_ready() == ""
    assert value(stage, "hcpc_sync_rounds_total", result="applied") == 1


def test_what_lasts_is_told_once_and_again_when_it_changes() -> None:
    done = round_of(PAUSED, FAILED, health={CLUSTER: STUCK}, prune_stopped="too many")
    worse = FAILED._replace(message="the API server refuses it: too short")
    other = round_of(PAUSED, worse, health={CLUSTER: STUCK}, prune_stopped="too many")
    stage = Stage(done, done, other, round_of(UNCHANGED), done)
    counts = []
    for _ in range(5):
        before = len(stage.said("object", "stuck", "prune-stopped"))
        stage.daemon.once(Why.INTERVAL)
        counts.append(len(stage.said("object", "stuck", "prune-stopped")) - before)
    assert counts == [4, 0, 1, 0, 4]
    assert {line["level"] for line in stage.said("stuck", "prune-stopped")} == {"warning"}


def test_a_round_that_ended_early_is_an_error_and_not_ready() -> None:
    stage = Stage(round_of(error="git cannot be read", commit=""))
    assert not stage.daemon.once(Why.START)
    (line,) = stage.said("round-failed")
    assert (line["level"], line["error"]) == ("error", "git cannot be read")
    assert stage.pulse.why_not_ready()


def test_a_sync_error_and_a_fault_of_ours_do_not_end_the_daemon() -> None:
    stage = Stage(SourceError("git cannot be read"), KeyError(f"Bearer {TOKEN}"))
    assert not stage.daemon.once(Why.START)
    assert not stage.daemon.once(Why.RETRY)
    assert stage.said("round-failed")[0]["error"] == "git cannot be read"
    (fault,) = stage.said("fault")
    assert fault["type"] == "KeyError"
    assert "error" not in fault
    assert "Bearer" not in stage.stream.getvalue()
    assert value(stage, "hcpc_sync_rounds_total", result="failed") == 2


def test_a_fault_can_be_seen_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HCPC_TRACEBACK", "1")
    with pytest.raises(ZeroDivisionError):
        Stage(ZeroDivisionError()).daemon.once(Why.START)


def test_a_status_that_cannot_be_written_fails_no_round() -> None:
    publisher = Publisher(lambda _round, _before: {}, Ref())
    stage = Stage(round_of(CREATED), publisher=publisher)
    assert stage.daemon.once(Why.START)
    (line,) = stage.said("status-failed")
    assert line["error"] == "the status cannot be written to git: the remote is gone"
    assert value(stage, "hcpc_sync_status_failures_total", target="git") == 1


def test_who_lost_the_lease_publishes_nothing() -> None:
    stage = Stage(round_of(CREATED), publisher=Publisher(lambda _round, _before: {}, Ref()))
    stage.may_publish = False
    assert stage.daemon.once(Why.START)
    assert stage.said("status-failed") == []


def test_alarms_are_told_once_and_counted() -> None:
    summary = b"apiVersion: hcpc.dev/v1alpha1\nkind: SyncStatus\nstatus: {alarms: [a, b]}\n"

    class Good(Ref):
        def read(self) -> dict[str, bytes] | None:
            return None

        def write(self, *_: Any) -> str | None:
            return "c0ffee"

    publisher = Publisher(lambda _round, _before: {"summary.yaml": summary}, Good())
    stage = Stage(round_of(CREATED), round_of(UNCHANGED), publisher=publisher)
    stage.daemon.once(Why.START)
    stage.daemon.once(Why.INTERVAL)
    assert [line["message"] for line in stage.said("alarm")] == ["a", "b"]
    assert [line["commit"] for line in stage.said("status-written")] == ["c0ffee", "c0ffee"]
    assert value(stage, "hcpc_sync_alarms") == 2


@pytest.mark.parametrize(
    ("event", "leads"), [("lease-acquired", 1), ("lease-lost", 0), ("lease-waiting", 0)]
)
def test_the_lease_is_told(event: str, leads: int) -> None:
    stage = Stage()
    tell: Callable[[str], None] = stage.daemon.lease
    tell(event)
    assert stage.said()[0]["event"] == event
    assert value(stage, "hcpc_sync_leader") == leads
