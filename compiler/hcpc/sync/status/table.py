"""A fleet's report as rows of a table, as lines that say more, and as plain data for programs."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from hcpc import API_VERSION
from hcpc.sync.health.verdict import seconds_between
from hcpc.sync.records import HealthState
from hcpc.sync.status.reading import ClusterReport, FleetReport, ManagementReport

HEAD = ("CLUSTER", "MANAGED BY", "VERSION", "HEALTH", "DRIFT", "LAG", "NODES", "REPORTED")
HEALTH_COLUMN = HEAD.index("HEALTH")
_UNITS = (("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
_NOTHING = "-"
_MANY = 5
"""From so many hosted clusters on that have the same trouble it is told of one."""

Behind = Mapping[str, int]
"""How many commits each commit is behind the fleet's branch, of those that the clone knows."""


def rows(report: FleetReport, behind: Behind, now: datetime) -> Iterator[tuple[str, ...]]:
    """One row for each hosted cluster; `reported` is the age of its management cluster's report."""
    reported = {each.name: each.reported for each in report.management_clusters}
    for each in report.clusters:
        yield (
            each.name,
            each.management_cluster,
            _version(each),
            _health(each),
            str(each.drift) if each.drift else _NOTHING,
            _lag(each, behind),
            f"{each.nodes.ready}/{each.nodes.wanted}" if each.nodes else _NOTHING,
            age(reported.get(each.management_cluster, ""), now),
        )


def _version(cluster: ClusterReport) -> str:
    if cluster.current and cluster.desired and cluster.current != cluster.desired:
        return f"{cluster.current} → {cluster.desired}"
    if not cluster.current and cluster.desired:
        return f"→ {cluster.desired}"
    return cluster.current or _NOTHING


def _health(cluster: ClusterReport) -> str:
    marks = [cluster.health]
    if cluster.stuck:
        marks.append("stuck")
    if cluster.left_alone:
        marks.append("left alone")
    if not cluster.in_git:
        marks.append("not in git")
    return ", ".join(marks)


def lag(cluster: ClusterReport, behind: Behind) -> int | None:
    """How many commits a hosted cluster is behind; None when nobody can count them."""
    is_newest = bool(cluster.applied) and cluster.applied == cluster.seen
    count = behind.get(cluster.applied, 0)
    return count if count or is_newest else None  # a clone may know less than the sync


def is_behind(cluster: ClusterReport, behind: Behind) -> bool:
    """Whether the fleet has commits of which not all is applied."""
    return cluster.in_git and lag(cluster, behind) != 0


def _lag(cluster: ClusterReport, behind: Behind) -> str:
    if not is_behind(cluster, behind):
        return _NOTHING
    count = lag(cluster, behind)
    if count is None:
        return "behind" if cluster.applied else "not applied"
    return str(count)


def age(time: str, now: datetime) -> str:
    """How long ago a time is, in its largest unit: `3d`, `12m`."""
    seconds = seconds_between(time, now)
    if seconds is None:
        return _NOTHING
    for unit, size in _UNITS:
        if seconds >= size:
            return f"{int(seconds // size)}{unit}"
    return "0s"


def notes(report: FleetReport, now: datetime) -> Iterator[str]:
    """What the table has no room for: why something is not as it should be.

    What many hosted clusters share is told once; the table shows who they are.
    """
    for management in report.management_clusters:
        yield from _of_management(management)
    told = [note for each in report.clusters for note in _of_cluster(each, now)]
    often = Counter(note.why for note in told)
    said: set[tuple[str, str]] = set()
    for note in told:
        if often[note.why] < _MANY:
            yield note.line
        elif note.why not in said:
            said.add(note.why)
            yield f"{note.line} (and so it is with {often[note.why] - 1} more)"


def _of_management(management: ManagementReport) -> Iterator[str]:
    if management.error:
        yield f"{management.name}: {management.error}"
    if management.prune_stopped:
        yield f"{management.name}: nothing is deleted: {management.prune_stopped}"
    for alarm in management.alarms:
        yield f"{management.name}: {alarm}"


class _Note(NamedTuple):
    """A line about a hosted cluster, and what it says without names."""

    line: str
    why: tuple[str, str]


def _of_cluster(cluster: ClusterReport, now: datetime) -> Iterator[_Note]:
    name, health = cluster.name, cluster.health
    if health != HealthState.HEALTHY:
        since = age(cluster.since, now)
        long = f" for {since}" if since != _NOTHING else ""
        message = cluster.message.removeprefix(f"{health}: ")
        yield _Note(f"{name}: {health}{long}: {message}", (health, message))
    for reason in cluster.left_alone:
        yield _Note(f"{name}: left alone: {reason}", ("left alone", reason))
    if cluster.conflicts:
        what = "field" if cluster.conflicts == 1 else "fields"
        line = f"{cluster.conflicts} {what} held by another manager"
        yield _Note(f"{name}: {line}", ("conflicts", name))
    if cluster.error:
        _, _, why = cluster.error.partition(": ")  # what comes first is the object
        yield _Note(f"{name}: {cluster.error}", ("error", why or cluster.error))


def plain(report: FleetReport, behind: Behind) -> dict[str, Any]:
    """The answer for programs: a FleetStatus, as `schemas/status-v1.json` says."""
    return {
        "apiVersion": API_VERSION,
        "kind": "FleetStatus",
        "managementClusters": [_plain_management(each) for each in report.management_clusters],
        "clusters": [_plain_cluster(each, behind) for each in report.clusters],
        "faults": list(report.faults),
    }


def _plain_management(management: ManagementReport) -> dict[str, Any]:
    return {
        "name": management.name,
        "reported": management.reported,
        "revision": {"seen": management.seen, "applied": management.applied},
        "error": management.error,
        "pruneStopped": management.prune_stopped,
        "alarms": list(management.alarms),
    }


def _plain_cluster(cluster: ClusterReport, behind: Behind) -> dict[str, Any]:
    return {
        "name": cluster.name,
        "managementCluster": cluster.management_cluster,
        "labels": dict(sorted(cluster.labels.items())),
        "inGit": cluster.in_git,
        "health": {
            "state": cluster.health,
            "message": cluster.message,
            "since": cluster.since,
            "stuck": cluster.stuck,
        },
        "version": {"current": cluster.current, "desired": cluster.desired},
        "revision": {
            "seen": cluster.seen,
            "applied": cluster.applied,
            "behind": lag(cluster, behind),
        },
        "drift": cluster.drift,
        "conflicts": cluster.conflicts,
        "leftAlone": list(cluster.left_alone),
        "nodes": cluster.nodes._asdict() if cluster.nodes else None,
        "alarms": list(cluster.alarms),
        "error": cluster.error,
        "changed": cluster.changed,
    }
