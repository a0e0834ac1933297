"""Status documents of all management clusters as records: what `hcpc status` shows.

Documents may be broken, or of a later hcpc: what cannot be read is told as a fault, and the rest is
read. What a later hcpc adds to a document is not looked at.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from hcpc.kube.loose import mapping, numbered, text, texts
from hcpc.sync.records import HealthState
from hcpc.sync.status.clusters import counted_nodes
from hcpc.sync.status.document import BadStatusError, parse_document
from hcpc.sync.status.documents import CLUSTER_STATUS, CLUSTERS, SUMMARY, SYNC_STATUS


class Nodes(NamedTuple):
    """Nodes of all node pools of a hosted cluster."""

    ready: int
    wanted: int


class ClusterReport(NamedTuple):
    """What is known of a hosted cluster.

    `current` is the version that it runs, `desired` the one that git wants; `seen` and `applied`
    are commits; `drift` and `conflicts` count objects and fields; `nodes` is None where nobody
    counts them. What is not known is empty.
    """

    name: str
    management_cluster: str
    labels: Mapping[str, str]
    in_git: bool
    health: str
    message: str
    since: str
    stuck: bool
    current: str
    desired: str
    seen: str
    applied: str
    drift: int
    conflicts: int
    left_alone: tuple[str, ...]
    nodes: Nodes | None
    alarms: tuple[str, ...]
    error: str
    changed: str


class ManagementReport(NamedTuple):
    """What is known of a management cluster; `reported` is when something was last told of it."""

    name: str
    reported: str
    seen: str
    applied: str
    error: str
    prune_stopped: str
    alarms: tuple[str, ...]


class FleetReport(NamedTuple):
    """All that the status branches say; `faults` are documents that cannot be read, and why."""

    management_clusters: tuple[ManagementReport, ...] = ()
    clusters: tuple[ClusterReport, ...] = ()
    faults: tuple[str, ...] = ()


def read_fleet(statuses: Mapping[str, Mapping[str, bytes]]) -> FleetReport:
    """Reports of what management clusters say, by their names, and by names of files in each."""
    management: list[ManagementReport] = []
    clusters: list[ClusterReport] = []
    faults: list[str] = []
    for name, files in sorted(statuses.items()):
        mine: list[ClusterReport] = []
        for path, content in sorted(files.items()):
            if not path.startswith(f"{CLUSTERS}/") or not path.endswith(".yaml"):
                continue
            try:
                mine.append(_cluster(name, parse_document(content, CLUSTER_STATUS)))
            except BadStatusError as bad:
                faults.append(f"{name}: {path}: {bad}")
        clusters += mine
        try:
            summary = _summary_of(files)
        except BadStatusError as bad:
            faults.append(f"{name}: {SUMMARY}: {bad}")
            summary = {}
        if summary or mine:
            management.append(_management(name, summary, mine))
    clusters.sort(key=lambda each: (each.name, each.management_cluster))
    return FleetReport(tuple(management), tuple(clusters), tuple(faults))


def _summary_of(files: Mapping[str, bytes]) -> dict[str, Any]:
    content = files.get(SUMMARY)
    if content is None:
        raise BadStatusError("it is not there")
    return parse_document(content, SYNC_STATUS)


def _cluster(management_cluster: str, document: Mapping[str, Any]) -> ClusterReport:
    metadata = mapping(document.get("metadata"))
    name = text(metadata.get("name"))
    if not name:
        raise BadStatusError("it has no name")
    status = mapping(document.get("status"))
    health, version = mapping(status.get("health")), mapping(status.get("version"))
    revision, guest = mapping(status.get("revision")), mapping(status.get("guest"))
    labels = mapping(metadata.get("labels"))
    return ClusterReport(
        name=name,
        management_cluster=management_cluster,
        labels=MappingProxyType({key: text(value) for key, value in labels.items()}),
        in_git=status.get("inGit") is True,
        health=_state(health.get("state")),
        message=text(health.get("message")),
        since=text(health.get("since")),
        stuck=health.get("stuck") is True,
        current=text(version.get("current")),
        desired=text(version.get("desired")),
        seen=text(revision.get("seen")),
        applied=text(revision.get("applied")),
        drift=_count(status, guest, "drift"),
        conflicts=_count(status, guest, "conflicts"),
        left_alone=tuple(
            text(each.get("message")) for _, each in numbered(status.get("leftAlone"))
        ),
        nodes=_nodes(status),
        alarms=tuple(each for _, each in texts(status.get("alarms"))),
        error=text(status.get("error")),
        changed=text(status.get("changed")),
    )


def _state(value: Any) -> str:
    """A health that we know; of others, as a later hcpc may have, none is."""
    known = {each.value for each in HealthState}
    return text(value) if text(value) in known else HealthState.UNKNOWN.value


def _count(status: Mapping[str, Any], guest: Mapping[str, Any], name: str) -> int:
    return sum(1 for each in (status, guest) for _ in numbered(each.get(name)))


def _nodes(status: Mapping[str, Any]) -> Nodes | None:
    pools = [pool for _, pool in numbered(status.get("nodePools"))]
    if not any(isinstance(pool.get("nodes"), dict) for pool in pools):
        return None
    return Nodes(*counted_nodes(pools))


def _management(
    name: str, document: Mapping[str, Any], clusters: list[ClusterReport]
) -> ManagementReport:
    status = mapping(document.get("status"))
    revision = mapping(status.get("revision"))
    times = [text(status.get("lastSync")), *(each.changed for each in clusters)]
    return ManagementReport(
        name=name,
        reported=max(times),
        seen=text(revision.get("seen")),
        applied=text(revision.get("applied")),
        error=text(status.get("error")),
        prune_stopped=text(status.get("pruneStopped")),
        alarms=tuple(_own_alarms(status, clusters)),
    )


def _own_alarms(status: Mapping[str, Any], clusters: list[ClusterReport]) -> Iterator[str]:
    """Alarms that no hosted cluster's document has."""
    told = {f"{each.name}: {alarm}" for each in clusters for alarm in each.alarms}
    return (each for _, each in texts(status.get("alarms")) if each not in told)
