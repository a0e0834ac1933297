"""What Prometheus may ask of the daemon. The only importer of its client library."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client import Counter as Count
from prometheus_client.exposition import choose_encoder

from hcpc import __version__
from hcpc.kube.manifest import HOSTED_CLUSTER
from hcpc.sync.records import Conflict, HealthState, Result, Round
from hcpc.sync.tell.verdict import LEFT_ALONE, Verdict, counts, every_outcome, verdict

_WRITTEN = frozenset(
    {Result.CREATED, Result.CONFIGURED, Result.ADOPTED, Result.RELEASED, Result.PRUNED}
)
_BUCKETS = (0.5, 1, 2.5, 5, 10, 20, 30, 60, 90, 120, 300, 600, 1800)


class Name(NamedTuple):
    """A metric as Prometheus shows it, its type, its labels and what it says."""

    name: str
    type: str
    labels: tuple[str, ...]
    help: str


INFO = Name("hcpc_sync_info", "gauge", ("version", "management_cluster"), "Always 1.")
LEADER = Name("hcpc_sync_leader", "gauge", (), "1 for the replica that writes, 0 for others.")
ROUNDS = Name(
    "hcpc_sync_rounds_total",
    "counter",
    ("result",),
    "Rounds, by result: applied, incomplete, failed.",
)
DURATION = Name("hcpc_sync_round_duration_seconds", "histogram", (), "How long rounds take.")
LAST_ROUND = Name("hcpc_sync_last_round_timestamp_seconds", "gauge", (), "When a round ended last.")
LAST_SUCCESS = Name(
    "hcpc_sync_last_success_timestamp_seconds",
    "gauge",
    (),
    "When a round with the result applied ended last; 0 before the first.",
)
REVISION = Name(
    "hcpc_sync_revision_info",
    "gauge",
    ("seen", "applied"),
    "Always 1; the commit seen last, and the one applied in full last.",
)
OBJECTS = Name(
    "hcpc_sync_objects", "gauge", ("result",), "Objects of the last round, by what came of them."
)
CHANGES = Name(
    "hcpc_sync_changes_total", "counter", ("result",), "Objects written or deleted, by result."
)
DRIFT = Name(
    "hcpc_sync_drift_undone_total",
    "counter",
    (),
    "Objects that somebody else had changed, and that were put right.",
)
CONFLICTS = Name(
    "hcpc_sync_conflicts",
    "gauge",
    ("manager",),
    "Fields that other managers keep from git, in the last round.",
)
LEFT = Name(
    "hcpc_sync_left_alone",
    "gauge",
    ("cause",),
    "Objects left alone in the last round: paused, backup-or-restore, ignored.",
)
CLUSTERS = Name(
    "hcpc_sync_clusters", "gauge", ("health",), "Hosted clusters by health, in the last round."
)
STUCK = Name(
    "hcpc_sync_stuck", "gauge", (), "Hosted clusters and node pools that are on their way too long."
)
ALARMS = Name(
    "hcpc_sync_alarms", "gauge", (), "What lasts for too long: left alone, waiting, stuck."
)
PRUNE_STOPPED = Name(
    "hcpc_sync_prune_stopped", "gauge", (), "1 when the last round could delete nothing."
)
REQUESTS = Name(
    "hcpc_sync_api_requests_total", "counter", ("verb",), "Requests to API servers, by verb."
)
STATUS_FAILURES = Name(
    "hcpc_sync_status_failures_total",
    "counter",
    ("target",),
    "Statuses that could not be written, by target: git, forge.",
)
NAMES = (
    INFO,
    LEADER,
    ROUNDS,
    DURATION,
    LAST_ROUND,
    LAST_SUCCESS,
    REVISION,
    OBJECTS,
    CHANGES,
    DRIFT,
    CONFLICTS,
    LEFT,
    CLUSTERS,
    STUCK,
    ALARMS,
    PRUNE_STOPPED,
    REQUESTS,
    STATUS_FAILURES,
)
"""All of our own: what `docs/reference/sync.md` lists."""


class Metrics:
    """Metrics of one process, in a registry of their own."""

    def __init__(self, management_cluster: str, *, process: bool = True) -> None:
        self.registry = CollectorRegistry()
        if process:
            ProcessCollector(registry=self.registry)
            PlatformCollector(registry=self.registry)
            GCCollector(registry=self.registry)
        self._info = self._gauge(INFO)
        self._info.labels(__version__, management_cluster).set(1)
        self._leader = self._gauge(LEADER)
        self._rounds = self._counter(ROUNDS)
        self._duration = Histogram(
            DURATION.name, DURATION.help, buckets=_BUCKETS, registry=self.registry
        )
        self._last_round = self._gauge(LAST_ROUND)
        self._last_success = self._gauge(LAST_SUCCESS)
        self._revision = self._gauge(REVISION)
        self._objects = self._gauge(OBJECTS)
        self._changes = self._counter(CHANGES)
        self._drift = self._counter(DRIFT)
        self._conflicts = self._gauge(CONFLICTS)
        self._left = self._gauge(LEFT)
        self._clusters = self._gauge(CLUSTERS)
        self._stuck = self._gauge(STUCK)
        self._alarms = self._gauge(ALARMS)
        self._prune_stopped = self._gauge(PRUNE_STOPPED)
        self._requests = self._counter(REQUESTS)
        self._failures = self._counter(STATUS_FAILURES)
        self._applied = ""
        for each in Verdict:
            self._rounds.labels(each.value)
        for target in ("git", "forge"):
            self._failures.labels(target)

    def _gauge(self, of: Name) -> Gauge:
        return Gauge(of.name, of.help, of.labels, registry=self.registry)

    def _counter(self, of: Name) -> Count:
        return Count(of.name, of.help, of.labels, registry=self.registry)

    def lead(self, *, leads: bool) -> None:
        """Whether this replica writes."""
        self._leader.set(leads)

    def fail(self, target: str) -> None:
        """A status could not be written to `git` or the `forge`."""
        self._failures.labels(target).inc()

    def alarm(self, number: int) -> None:
        """So many things last for too long."""
        self._alarms.set(number)

    def fault(self) -> None:
        """A round ended by a fault of ours."""
        self._rounds.labels(Verdict.FAILED.value).inc()

    def count(self, done: Round) -> None:
        """A round is over. What only a whole round can tell stays as it was after a failed one."""
        result = verdict(done)
        self._rounds.labels(result.value).inc()
        self._duration.observe((done.ended - done.started).total_seconds())
        self._last_round.set(done.ended.timestamp())
        for each in (done, *done.guests.values()):
            for verb, number in each.calls.items():
                self._requests.labels(verb).inc(number)
        self._count_changes(done)
        if result is Verdict.APPLIED:
            self._last_success.set(done.ended.timestamp())
            self._applied = done.commit
        if done.commit:
            self._revision.clear()
            self._revision.labels(done.commit, self._applied).set(1)
        if not done.error:
            self._show(done)

    def _count_changes(self, done: Round) -> None:
        for outcome, _ in every_outcome(done):
            if outcome.drift and outcome.result is Result.CONFIGURED:
                self._drift.inc()
        for result, number in counts(done).items():
            if result in _WRITTEN:
                self._changes.labels(result.value).inc(number)

    def _show(self, done: Round) -> None:
        """What holds after a round."""
        _set(self._objects, counts(done), Result)
        outcomes = [each.outcome for each in every_outcome(done)]
        _set(self._conflicts, Counter(_managers(each.conflicts for each in outcomes)), ())
        causes = (each.action.cause for each in outcomes if each.result is Result.SKIPPED)
        _set(self._left, Counter(each for each in causes if each in LEFT_ALONE), LEFT_ALONE)
        clusters = (each for ref, each in done.health.items() if ref.kind == HOSTED_CLUSTER)
        _set(self._clusters, Counter(each.state for each in clusters), HealthState)
        self._stuck.set(sum(each.stuck for each in done.health.values()))
        self._prune_stopped.set(bool(done.plan.prune_stopped))

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """All metrics as a scraper that takes `accept` reads them, and the content type."""
        encode, content_type = choose_encoder(accept)
        return encode(self.registry), content_type


def _set(gauge: Gauge, found: Mapping[Any, int], always: Iterable[str]) -> None:
    """Only what there is now; what can be there always has a number."""
    gauge.clear()
    for each in always:
        gauge.labels(str(each)).set(0)
    for each, number in found.items():
        gauge.labels(str(each)).set(number)


def _managers(conflicts: Iterable[tuple[Conflict, ...]]) -> Iterator[str]:
    for each in conflicts:
        for conflict in each:
            yield conflict.manager
