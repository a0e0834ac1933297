"""What is told of one hosted cluster: versions, nodes, conditions, and what came of its objects."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from hcpc.kube.conditions import (
    CLUSTER_BLOCKING,
    CLUSTER_CHANGING,
    CLUSTER_EXPECTED,
    CLUSTER_NEEDED,
    POOL_AWAITED,
    POOL_BLOCKING,
    POOL_CONFLICTS,
    POOL_NEEDED,
    POOL_NEEDED_OF_MACHINES,
    POOL_UPDATES,
)
from hcpc.kube.loose import mapping, number, numbered, text
from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.health import is_stuck
from hcpc.sync.health.hosted_cluster import control_plane_release
from hcpc.sync.health.node_pool import nodes_of
from hcpc.sync.health.verdict import Conditions, history, seconds_between
from hcpc.sync.records import Health, HealthState, Observed, Round
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
from hcpc.sync.status.views import GONE, View

_MOST_VERSIONS = 10
_SHORT = 7
_ALWAYS_TOLD = ("Available", "Progressing", "Degraded")
_WORST_FIRST = (
    HealthState.DEGRADED,
    HealthState.UNKNOWN,
    HealthState.PROGRESSING,
    HealthState.PAUSED,
    HealthState.HEALTHY,
)
_TRUE, _FALSE = "True", "False"
_CLUSTER_WANTED = (
    dict.fromkeys((*CLUSTER_BLOCKING, *CLUSTER_EXPECTED), _TRUE)
    | dict.fromkeys(CLUSTER_CHANGING, _FALSE)
    | CLUSTER_NEEDED
    | {"ReconciliationActive": _TRUE, "ReconciliationSucceeded": _TRUE}
)
_POOL_WANTED = (
    dict.fromkeys((*POOL_BLOCKING, *POOL_AWAITED, *POOL_NEEDED, *POOL_NEEDED_OF_MACHINES), _TRUE)
    | dict.fromkeys((*POOL_CONFLICTS, *POOL_UPDATES), _FALSE)
    | {"ReconciliationActive": _TRUE}
)
_OPPOSITE = {_TRUE: _FALSE, _FALSE: _TRUE}


def cluster_status(view: View, before: Mapping[str, Any], clock: Clock) -> Entry:
    """The `status` of a hosted cluster's document; `before` is the one there was."""
    entries = object_entries(view.outcomes, before.get("objects"), clock)
    alone = left_alone(entries, clock)
    main = _hosted_cluster(view, mapping(before.get("hostedCluster")), clock)
    old_pools = {text(each.get("name")): each for _, each in numbered(before.get("nodePools"))}
    pools = [
        _pool(view, ref, observed, old_pools.get(ref.name, {}), clock)
        for ref, observed in view.pools()
    ]
    inside = _guest(view, mapping(before.get("guest")), clock)
    status: Entry = {
        "managementCluster": view.round.management_cluster,
        "changed": clock.stamp,
        "inGit": view.is_wanted,
        "revision": revision(view.round, before, is_applied=view.is_applied),
        "health": _overall(main, pools),
        "hostedCluster": main,
        "version": _versions(view),
        "nodePools": pools,
        "objects": entries,
        "guest": inside,
        "drift": drift(view.outcomes),
        "conflicts": conflicts(view.outcomes),
        "foreign": foreign(view.outcomes, view.round.live.objects),
        "leftAlone": alone,
        "waivers": _waivers(view, clock),
        "alarms": [
            *_stuck(view, main, pools),
            *alarms(entries, alone, clock),
            *alarms(inside.get("objects", ()), (), clock),
            *habits(view.outcomes),
            *habits(view.guest.outcomes if view.guest is not None else ()),
        ],
        "error": first_error(view.outcomes) or _guest_error(view),
    }
    return _told(status)


def _told(entry: Entry) -> Entry:
    """An entry without what there is nothing to say of."""
    return {name: value for name, value in entry.items() if value not in ("", [], {}, None)}


def revision(round_: Round, before: Mapping[str, Any], *, is_applied: bool) -> Entry:
    """The commit that was seen last, and the last one of which all was applied."""
    old = mapping(before.get("revision"))
    seen = round_.commit or text(old.get("seen"))
    applied = round_.commit if is_applied else text(old.get("applied"))
    return _told({"seen": seen, "applied": applied})


def health_entry(health: Health, before: Any, clock: Clock) -> Entry:
    """How an object is; since when, by what it tells itself or by when we first saw it so."""
    old = mapping(before)
    since = health.since
    if not since:
        known = text(old.get("since")) if old.get("state") == health.state else ""
        since = clock.stamp if seconds_between(known, clock.now) is None else known
    entry: Entry = {"state": health.state.value, "message": health.message, "since": since}
    if health.stuck or is_stuck(health.state, since, clock.now, clock.limits):
        entry["stuck"] = True
    return entry


def _hosted_cluster(view: View, before: Mapping[str, Any], clock: Clock) -> Entry:
    ref = view.hosted_cluster
    health = _health(view, ref)
    observed = view.observed(ref) if ref is not None else None
    return _told(
        {
            "namespace": ref.namespace if ref is not None else "",
            "name": ref.name if ref is not None else "",
            # A cluster that is gone has to be known as one that was.
            "ran": _has_run(observed) or before.get("ran") is True or None,
            "health": health_entry(health, before.get("health"), clock),
            "conditions": _conditions(observed, _CLUSTER_WANTED, _ALWAYS_TOLD),
        }
    )


def _has_run(observed: Observed | None) -> bool:
    """Whether the operator has begun to look after it, so that it may have an etcd."""
    return observed is not None and bool(history(observed) or observed.status.get("conditions"))


def _health(view: View, ref: ObjectRef | None) -> Health:
    if ref is None:
        return Health(HealthState.UNKNOWN, "it has no HostedCluster")
    known = view.round.health.get(ref)
    if known is not None:
        return known
    unread = view.round.live.unread.get(f"{ref.group}/{ref.kind}", "")
    return Health(HealthState.UNKNOWN, unread or "it is not there")


def _conditions(
    observed: Observed | None, wanted: Mapping[str, str], always: Iterable[str]
) -> list[Entry]:
    """Conditions that are not as they should be, and those that people ask for first."""
    if observed is None:
        return []
    conditions = Conditions(observed)
    names = {name for name in always if conditions.status(name)}
    names |= {name for name, value in wanted.items() if conditions.status(name) == _OPPOSITE[value]}
    return [
        _told(
            {
                "type": name,
                "status": conditions.status(name),
                "reason": conditions.reason(name),
                "message": conditions.message(name),
                "since": conditions.changed(name),
            }
        )
        for name in sorted(names)
    ]


def _pool(
    view: View, ref: ObjectRef, observed: Observed | None, before: Mapping[str, Any], clock: Clock
) -> Entry:
    manifest = view.manifest(ref)
    release: Any = mapping(manifest.body.get("spec")).get("release") if manifest else None
    if observed is not None and manifest is None:
        release = observed.spec.get("release")
    health = _health(view, ref)
    if ref not in view.round.health and observed is not None:
        health = Health(HealthState.UNKNOWN, "nobody manages it from git")
    return _told(
        {
            "namespace": ref.namespace,
            "name": ref.name,
            "inGit": manifest is not None,
            "health": health_entry(health, before.get("health"), clock),
            "version": text(observed.status.get("version")) if observed else "",
            "desiredVersion": _version_of(view, text(mapping(release).get("image"))),
            "nodes": _nodes(observed),
            "conditions": _conditions(observed, _POOL_WANTED, ()),
        }
    )


def _nodes(observed: Observed | None) -> Entry:
    """How many nodes are ready and wanted; nothing where nobody counts them."""
    nodes = nodes_of(observed) if observed is not None else None
    if nodes is None:
        return {}
    entry = {"ready": nodes.have, "wanted": nodes.least}
    return entry if nodes.least == nodes.most else entry | {"atMost": nodes.most}


def _overall(main: Entry, pools: list[Entry]) -> Entry:
    """The worst health of the HostedCluster and its node pools, and whose it is."""
    healths: list[Entry] = [main["health"]]
    if main["health"]["state"] == HealthState.PAUSED:
        return healths[0]  # its parts are then as they happen to be
    for pool in pools:
        if pool["inGit"] or pool["health"]["state"] != HealthState.UNKNOWN:
            message = f"node pool {pool['name']}: {pool['health']['message']}"
            healths.append(pool["health"] | {"message": message})
    return min(healths, key=lambda each: _WORST_FIRST.index(HealthState(each["state"])))


def _versions(view: View) -> Entry:
    """The version that git wants, the newest that was completed, and those before."""
    ref = view.hosted_cluster
    manifest = view.manifest(ref) if ref is not None else None
    observed = view.observed(ref) if ref is not None else None
    spec = mapping(manifest.body.get("spec")) if manifest else {}
    if manifest is None and observed is not None:
        spec = dict(observed.spec)
    past = history(observed) if observed is not None else []
    done = (text(each.get("version")) for each in past if each.get("state") == "Completed")
    return _told(
        {
            "desired": _version_of(view, control_plane_release(spec) or ""),
            "current": next(done, ""),
            "history": [_past(each) for each in past[:_MOST_VERSIONS]],
        }
    )


def _past(entry: Mapping[str, Any]) -> Entry:
    names = {
        "version": text(entry.get("version")) or text(entry.get("image")),
        "state": text(entry.get("state")),
        "started": text(entry.get("startedTime")),
        "completed": text(entry.get("completionTime")),
    }
    return _told(names)


def _version_of(view: View, image: str) -> str:
    """A release image's version: as git says, as the cluster says, or the end of its name."""
    known = view.tree.data.releases.get(image)
    if known or not image:
        return known or ""
    ref = view.hosted_cluster
    observed = view.observed(ref) if ref is not None else None
    for each in _told_releases(observed):
        if each.get("image") == image and text(each.get("version")):
            return text(each.get("version"))
    name = image.rpartition("/")[2]
    repository, _, digest = name.partition("@sha256:")
    return f"{repository}@{digest[:_SHORT]}" if digest else name.rpartition(":")[2]


def _told_releases(observed: Observed | None) -> Iterator[Mapping[str, Any]]:
    if observed is not None:
        yield mapping(mapping(observed.status.get("version")).get("desired"))
        yield from history(observed)


def _guest(view: View, before: Mapping[str, Any], clock: Clock) -> Entry:
    """What came of the objects inside the hosted cluster."""
    if view.guest is None:
        return {}
    outcomes = [each for each in view.guest.outcomes if each.result not in GONE]
    return _told(
        {
            "error": view.guest.error,
            "objects": object_entries(outcomes, before.get("objects"), clock),
            "drift": drift(outcomes),
            "conflicts": conflicts(outcomes),
            "foreign": foreign(outcomes, view.guest.live.objects),
        }
    )


def _guest_error(view: View) -> str:
    if view.guest is None:
        return ""
    error = view.guest.error or first_error(view.guest.outcomes)
    return f"inside the hosted cluster: {error}" if error else ""


def _waivers(view: View, clock: Clock) -> list[Entry]:
    """Waivers that hold on this day (UTC), the last day included."""
    today = clock.stamp[:10]
    return [
        {"rule": each.rule, "owner": each.owner, "reason": each.reason, "expires": each.expires}
        for each in sorted(view.tree.data.waivers)
        if each.cluster == view.name and today <= each.expires
    ]


def _stuck(view: View, main: Entry, pools: list[Entry]) -> Iterator[str]:
    hosted = (f"HostedCluster {main.get('name', view.name)}", main["health"])
    for whose, health in (
        hosted,
        *((f"NodePool {each['name']}", each["health"]) for each in pools),
    ):
        if health.get("stuck"):
            yield f"{whose} is stuck: {health['message']}"


def counted_nodes(pools: Iterable[Mapping[str, Any]]) -> tuple[int, int]:
    """Ready and wanted nodes of all node pools of a document."""
    nodes = [mapping(each.get("nodes")) for each in pools]
    ready = sum(number(each.get("ready")) or 0 for each in nodes)
    return ready, sum(number(each.get("wanted")) or 0 for each in nodes)
