"""A round as files: `summary.yaml`, and `clusters/<name>.yaml` for each hosted cluster.

They say how things are, not what the round happened to do, so a round after which all is as before
gives the same bytes. Times are those of the documents before as long as nothing else changes.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from hcpc import API_VERSION
from hcpc.kube.loose import mapping, text
from hcpc.sync.masking import HIDDEN, is_secret_name, withheld
from hcpc.sync.records import HealthState, Limits, Round
from hcpc.sync.status.clusters import cluster_status, counted_nodes, revision
from hcpc.sync.status.keeping import cleaned, read_document, settled
from hcpc.sync.status.objects import (
    Clock,
    Entry,
    alarms,
    conflicts,
    drift,
    first_error,
    foreign,
    habits,
    left_alone,
    object_entries,
)
from hcpc.sync.status.views import APPLIED, GONE, View, views

SUMMARY = "summary.yaml"
CLUSTERS = "clusters"
CLUSTER_STATUS = "ClusterStatus"
SYNC_STATUS = "SyncStatus"
_LIMITS = Limits()


def documents(
    round_: Round, before: Mapping[str, bytes] | None, limits: Limits = _LIMITS
) -> dict[str, bytes]:
    """The files that tell of a round, by path; `before` are those that are there now.

    A round that ended early, or wrote nothing on purpose, knows nothing new of hosted clusters.
    """
    round_ = withheld(round_)
    known = dict(before or {})
    clock = Clock(round_.ended, limits)
    if round_.error or round_.tree is None or round_.dry_run:
        files = {path: known[path] for path in known if path.startswith(f"{CLUSTERS}/")}
        found: list[View] = []
    else:
        found = views(round_, round_.tree)
        files = {cluster_path(view.name): b"" for view in found if view.name}
    statuses: dict[str, Entry] = {}
    for view in found:
        if view.name:
            path = cluster_path(view.name)
            statuses[view.name], files[path] = _cluster(view, known.get(path), clock)
    files[SUMMARY] = _summary(round_, found, statuses, known.get(SUMMARY), clock)
    return dict(sorted(files.items()))


def cluster_path(name: str) -> str:
    """The file of a hosted cluster."""
    return f"{CLUSTERS}/{name}.yaml"


def _cluster(view: View, content: bytes | None, clock: Clock) -> tuple[Entry, bytes]:
    """The status of a hosted cluster, and the file that holds it."""
    old = read_document(content, CLUSTER_STATUS)
    status = cluster_status(view, mapping(old.get("status")), clock)
    labels = _labels(view)
    document = {
        "apiVersion": API_VERSION,
        "kind": CLUSTER_STATUS,
        "metadata": {"name": view.name} | ({"labels": labels} if labels else {}),
        "status": status,
    }
    return status, settled(cleaned(document), old, content)


def _labels(view: View) -> dict[str, str]:
    """Labels of the HostedCluster, as git wants them; as the cluster has them when git does not."""
    ref = view.hosted_cluster
    if ref is None:
        return {}
    manifest, observed = view.manifest(ref), view.observed(ref)
    if manifest is not None:
        labels: Any = mapping(manifest.body.get("metadata")).get("labels")
    else:
        labels = dict(observed.labels) if observed is not None else {}
    return {
        name: HIDDEN if is_secret_name(name) else text(value)
        for name, value in mapping(labels).items()
    }


def _summary(
    round_: Round,
    found: list[View],
    statuses: Mapping[str, Entry],
    content: bytes | None,
    clock: Clock,
) -> bytes:
    old = read_document(content, SYNC_STATUS)
    before = mapping(old.get("status"))
    status: Entry = {"lastSync": clock.stamp}
    if found:
        is_applied = all(view.is_applied for view in found if view.desired) and not any(
            each.result not in APPLIED | GONE and not each.is_left_to_hub
            for view in found
            for each in view.outcomes
        )
        status["revision"] = revision(round_, before, is_applied=is_applied)
        status |= _all_of(round_, found, statuses, before, clock)
    else:
        kept = {name: value for name, value in before.items() if name not in {"error", "lastSync"}}
        status |= kept | {"revision": revision(round_, before, is_applied=False)}
    # Without it whoever has the same name would be the same cluster.
    status["cluster"] = round_.uid or text(before.get("cluster"))
    if round_.error:
        status["error"] = round_.error
    document = {
        "apiVersion": API_VERSION,
        "kind": SYNC_STATUS,
        "metadata": {"name": round_.management_cluster},
        "status": {name: value for name, value in status.items() if value not in ("", {}, [])},
    }
    return settled(cleaned(document), old, content)


def _all_of(
    round_: Round,
    found: list[View],
    statuses: Mapping[str, Entry],
    before: Mapping[str, Any],
    clock: Clock,
) -> Entry:
    """What the summary adds up of all, and what it says of objects of no hosted cluster."""
    own = [outcome for view in found if not view.name for outcome in view.outcomes]
    entries = object_entries(own, before.get("objects"), clock)
    alone = left_alone(entries, clock)
    return {
        "results": _results(statuses, entries),
        "objects": [entry for entry in entries if entry["result"] != "applied"],
        "drift": drift(own),
        "conflicts": conflicts(own),
        "foreign": foreign(own, round_.live.objects),
        "leftAlone": alone,
        "pruneStopped": round_.plan.prune_stopped,
        "alarms": [*alarms(entries, alone, clock), *habits(own), *_alarms_of(statuses)],
        "error": first_error(own),
        "clusters": {name: _line(status) for name, status in sorted(statuses.items())},
    }


def _results(statuses: Mapping[str, Entry], entries: list[Entry]) -> dict[str, int]:
    """How many objects there are of each result, those inside hosted clusters too."""
    counts = Counter(entry["result"] for entry in entries)
    for status in statuses.values():
        for each in (*status.get("objects", ()), *status.get("guest", {}).get("objects", ())):
            counts[each["result"]] += 1
    return dict(counts)


def _alarms_of(statuses: Mapping[str, Entry]) -> Iterator[str]:
    for name, status in sorted(statuses.items()):
        for alarm in status.get("alarms", ()):
            yield f"{name}: {alarm}"


def _line(status: Entry) -> str:
    """A hosted cluster in one line."""
    version = status.get("version", {})
    current, desired = version.get("current", ""), version.get("desired", "")
    parts = [status["health"]["state"]]
    if current and desired and current != desired:
        parts.append(f"{current} to {desired}")
    elif current or desired:
        parts.append(current or f"to {desired}")
    pools = status.get("nodePools", [])
    if any("nodes" in pool for pool in pools):
        ready, wanted = counted_nodes(pools)
        parts.append(f"{ready} of {wanted} nodes")
    rev = status["revision"]
    parts.append("applied" if rev.get("applied") == rev.get("seen") else "not all applied")
    if status["health"]["state"] != HealthState.HEALTHY and status["health"].get("stuck"):
        parts.append("stuck")
    for name, word in (("drift", "drift"), ("conflicts", "conflicts"), ("leftAlone", "left alone")):
        if status.get(name):
            parts.append(word)
    return ", ".join(parts)
