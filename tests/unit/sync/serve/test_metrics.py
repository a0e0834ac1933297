"""What Prometheus reads of rounds."""

import re
from datetime import timedelta

import pytest
from tests.unit.sync.rounds import (
    CLUSTER,
    COMMIT,
    CONFIGURED,
    CONFLICT,
    CREATED,
    FAILED,
    HEALTHY,
    PAUSED,
    STUCK,
    UNCHANGED,
    round_of,
)

from hcpc.sync.records import HealthState
from hcpc.sync.serve.metrics import NAMES, Metrics


@pytest.fixture
def metrics() -> Metrics:
    return Metrics("mgmt-1", process=False)


def value(metrics: Metrics, name: str, **labels: str) -> float | None:
    return metrics.registry.get_sample_value(name, labels)


def test_rounds_are_counted_by_their_result(metrics: Metrics) -> None:
    metrics.count(round_of(CREATED, UNCHANGED))
    metrics.count(round_of(FAILED))
    metrics.count(round_of(error="git cannot be read", commit=""))
    metrics.fault()
    found = {each: value(metrics, "hcpc_sync_rounds_total", result=each) for each in RESULTS}
    assert found == {"applied": 1, "incomplete": 1, "failed": 2}
    assert value(metrics, "hcpc_sync_round_duration_seconds_sum") == 36


RESULTS = ("applied", "incomplete", "failed")


def test_a_round_leaves_what_holds_now(metrics: Metrics) -> None:
    metrics.count(round_of(CONFIGURED, CONFLICT, PAUSED, UNCHANGED, prune_stopped="too many"))
    assert value(metrics, "hcpc_sync_objects", result="configured") == 1
    assert value(metrics, "hcpc_sync_objects", result="pruned") == 0
    assert value(metrics, "hcpc_sync_changes_total", result="configured") == 1
    assert value(metrics, "hcpc_sync_drift_undone_total") == 1
    assert value(metrics, "hcpc_sync_conflicts", manager="argocd") == 1
    assert value(metrics, "hcpc_sync_left_alone", cause="paused") == 1
    assert value(metrics, "hcpc_sync_prune_stopped") == 1
    assert value(metrics, "hcpc_sync_api_requests_total", verb="list") == 30
    metrics.count(round_of(UNCHANGED))
    assert value(metrics, "hcpc_sync_objects", result="configured") == 0
    assert value(metrics, "hcpc_sync_changes_total", result="configured") == 1
    assert value(metrics, "hcpc_sync_conflicts", manager="argocd") is None
    assert value(metrics, "hcpc_sync_prune_stopped") == 0


def test_what_happens_inside_hosted_clusters_counts(metrics: Metrics) -> None:
    metrics.count(round_of(UNCHANGED, guests={"demo": round_of(CREATED)}))
    assert value(metrics, "hcpc_sync_objects", result="created") == 1
    assert value(metrics, "hcpc_sync_api_requests_total", verb="list") == 60


def test_clusters_are_counted_by_health(metrics: Metrics) -> None:
    other = CLUSTER._replace(name="other")
    metrics.count(round_of(UNCHANGED, health={CLUSTER: HEALTHY, other: STUCK}))
    found = {each: value(metrics, "hcpc_sync_clusters", health=each) for each in HealthState}
    assert found == {"healthy": 1, "progressing": 1, "degraded": 0, "paused": 0, "unknown": 0}
    assert value(metrics, "hcpc_sync_stuck") == 1


def test_the_commit_that_was_seen_and_the_one_that_was_applied_may_differ(
    metrics: Metrics,
) -> None:
    newer = "f" * 40
    first = round_of(UNCHANGED)
    metrics.count(first)
    metrics.count(round_of(FAILED, commit=newer)._replace(ended=first.ended + timedelta(minutes=5)))
    assert value(metrics, "hcpc_sync_revision_info", seen=newer, applied=COMMIT) == 1
    assert value(metrics, "hcpc_sync_revision_info", seen=COMMIT, applied=COMMIT) is None
    success = value(metrics, "hcpc_sync_last_success_timestamp_seconds")
    assert success == first.ended.timestamp()
    assert value(metrics, "hcpc_sync_last_round_timestamp_seconds") == success + 300


def test_a_round_that_failed_leaves_the_rest_as_it_was(metrics: Metrics) -> None:
    metrics.count(round_of(CREATED))
    metrics.count(round_of(error="the API server does not answer", health={}))
    assert value(metrics, "hcpc_sync_objects", result="created") == 1
    assert value(metrics, "hcpc_sync_clusters", health="healthy") == 1


def test_who_leads_and_what_could_not_be_told(metrics: Metrics) -> None:
    metrics.lead(leads=True)
    metrics.fail("git")
    assert value(metrics, "hcpc_sync_leader") == 1
    assert value(metrics, "hcpc_sync_status_failures_total", target="git") == 1
    assert value(metrics, "hcpc_sync_status_failures_total", target="forge") == 0


def test_all_metrics_are_declared_and_all_declared_metrics_are_there(metrics: Metrics) -> None:
    metrics.count(round_of(CONFLICT, PAUSED))
    text, content_type = metrics.exposition("")
    assert content_type.startswith("text/plain; version=0.0.4")
    found = set(re.findall(r"^# TYPE (\S+) (\S+)$", text.decode(), re.MULTILINE))
    created = {(name, kind) for name, kind in found if name.endswith("_created")}
    assert found - created == {(each.name, each.type) for each in NAMES}


def test_scrapers_may_ask_for_open_metrics(metrics: Metrics) -> None:
    text, content_type = metrics.exposition("application/openmetrics-text; version=1.0.0")
    assert content_type.startswith("application/openmetrics-text")
    assert text.endswith(b"# EOF\n")


def test_the_process_itself_is_measured_too() -> None:
    assert b"process_resident_memory_bytes" in Metrics("mgmt-1").exposition("")[0]
