"""Backups: a cluster's `backup` to the objects that make Velero save it.

They say what the vendor's own command would, but for the data mover, which it spells in a way that
Velero does not read and which is the default. Names are the same in every run. Source: HyperShift,
cmd/oadp.
"""

import re
from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.kube.manifest import Manifest, control_plane_namespace, manifest
from hcpc.platforms import registry
from hcpc.platforms.platform import Recovery
from hcpc.resolve.cluster import Cluster
from hcpc.source.text import Span
from hcpc.spec.backup import ADP_NAMESPACE
from hcpc.spec.cron import canonical_cron, longest_gap
from hcpc.syntax.tree import Path, key_span, nearest_span

API_VERSION = "velero.io/v1"
LONGEST_NAME = 63
_FIELD = "backup"
_TTL, _TIMEOUT, _LOCATION = "2h", "10m", "default"

_RESOURCES = (
    "serviceaccounts",
    "roles",
    "rolebindings",
    "pods",
    "persistentvolumeclaims",
    "persistentvolumes",
    "configmaps",
    "priorityclasses",
    "poddisruptionbudgets",
    "hostedclusters.hypershift.openshift.io",
    "nodepools.hypershift.openshift.io",
    "secrets",
    "services",
    "deployments",
    "statefulsets",
    "hostedcontrolplanes.hypershift.openshift.io",
    "clusters.cluster.x-k8s.io",
    "machinedeployments.cluster.x-k8s.io",
    "machinesets.cluster.x-k8s.io",
    "machines.cluster.x-k8s.io",
    "routes.route.openshift.io",
    "clusterdeployments.hive.openshift.io",
)
_IN_VOLUMES = {"persistentvolumeclaims", "persistentvolumes", "deployments", "statefulsets"}
_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9}
_UNITS["h"] = 60 * _UNITS["m"]


def schedules(cluster: Cluster, sink: Sink) -> list[Manifest]:
    """The Schedule, the Backup on demand, and what they refer to; none that cannot work."""
    settings: dict[str, Any] = cluster.payloads[_FIELD]
    _check(cluster, settings, sink)
    found: list[Manifest] = []
    if "schedule" in settings:
        found.append(_schedule(cluster, settings, sink))
    if "onDemand" in settings:
        found.append(_backup(cluster, settings, sink))
    if found and recovery_of(cluster).unsaved:
        found.append(_volume_policy(cluster, settings))
    if settings.get("disasterRecovery"):
        from hcpc.payloads import restore_readiness  # noqa: PLC0415  # only marked clusters pay

        restore_readiness.check_marked(cluster, sink)
    return found


def recovery_of(cluster: Cluster) -> Recovery:
    """What the cluster's platform knows of backups."""
    platform = registry.platform(cluster.platform)
    assert platform is not None
    return platform.recovery


def adp_namespace(cluster: Cluster) -> str:
    """The namespace in which Velero runs."""
    return str(cluster.payloads.get(_FIELD, {}).get("namespace", ADP_NAMESPACE))


def schedule_name(cluster: Cluster) -> str:
    """The name of the cluster's Schedule."""
    return f"{cluster.name}-backup"


def saved_namespaces(cluster: Cluster) -> list[str]:
    """The cluster's namespace, its control plane's, and those that the spec adds."""
    more = cluster.payloads.get(_FIELD, {}).get("includeAdditionalNamespaces", [])
    own = (cluster.namespace, control_plane_namespace(cluster.namespace, cluster.name))
    return list(dict.fromkeys((*own, *more)))


def labels(cluster: Cluster) -> dict[str, str]:
    """What tells whose backup or restore an object is."""
    return {
        "hypershift.openshift.io/hosted-cluster": cluster.name,
        "hypershift.openshift.io/hosted-cluster-namespace": cluster.namespace,
    }


def nanoseconds(duration: str) -> int:
    """The length of a duration such as `1h30m`."""
    total = 0.0
    for number, unit in re.findall(r"([0-9.]+)(ns|us|µs|ms|s|m|h)", duration):
        total += float(number) * _UNITS[unit]
    return round(total)


def go_duration(duration: str) -> str:
    """A duration as Go prints it and the API server shows it: `2h0m0s` for `2h`."""
    whole = nanoseconds(duration)
    hours, rest = divmod(whole, _UNITS["h"])
    minutes, rest = divmod(rest, _UNITS["m"])
    seconds, fraction = divmod(rest, _UNITS["s"])
    if fraction:
        return duration  # nobody keeps a backup for less than a second
    shown = f"{hours}h{minutes}m" if hours else f"{minutes}m" if minutes else ""
    return f"{shown}{seconds}s"


def _schedule(cluster: Cluster, settings: dict[str, Any], sink: Sink) -> Manifest:
    spec: dict[str, Any] = {
        "schedule": canonical_cron(settings["schedule"]),
        "template": _template(cluster, settings, move_data=False),
    }
    for field in ("paused", "skipImmediately", "useOwnerReferencesInBackup"):
        if field in settings:
            spec[field] = settings[field]
    return _object(cluster, "Schedule", schedule_name(cluster), spec, "schedule", sink)


def _backup(cluster: Cluster, settings: dict[str, Any], sink: Sink) -> Manifest:
    spec = _template(cluster, settings, move_data=True)
    return _object(
        cluster, "Backup", f"{cluster.name}-{settings['onDemand']}", spec, "onDemand", sink
    )


def _object(
    cluster: Cluster, kind: str, name: str, spec: dict[str, Any], field: str, sink: Sink
) -> Manifest:
    origin = nearest_span(cluster.tree, (_FIELD, field))
    if len(name) > LONGEST_NAME:
        sink.report(
            codes.BAD_NAME,
            origin,
            f"{kind} `{name}` has {len(name)} characters, {LONGEST_NAME} are allowed",
            help="it begins with the cluster's name: shorten that, or the name given here",
        )
    location = {"velero.io/storage-location": spec.get("template", spec)["storageLocation"]}
    body = {
        "apiVersion": API_VERSION,
        "kind": kind,
        "metadata": {
            "name": name,
            "namespace": adp_namespace(cluster),
            "labels": {**labels(cluster), **location},
        },
        "spec": spec,
    }
    return manifest(body, origin)


def _template(cluster: Cluster, settings: dict[str, Any], *, move_data: bool) -> dict[str, Any]:
    """What Backup and Schedule say alike."""
    etcd_only = bool(settings.get("useEtcdSnapshot"))
    spec: dict[str, Any] = {
        "includedNamespaces": saved_namespaces(cluster),
        "includedResources": settings.get("includedResources") or _resources(cluster, etcd_only),
        "storageLocation": settings.get("storageLocation", _LOCATION),
        "ttl": go_duration(settings.get("ttl", _TTL)),
        "csiSnapshotTimeout": go_duration(settings.get("csiSnapshotTimeout", _TIMEOUT)),
        "defaultVolumesToFsBackup": settings.get("defaultVolumesToFsBackup", False),
        "snapshotMoveData": settings.get("snapshotMoveData", move_data and not etcd_only),
        "snapshotVolumes": settings.get("snapshotVolumes", not etcd_only),
    }
    if etcd_only:
        spec |= {"excludedResources": [], "itemOperationTimeout": "4h0m0s"}
    unsaved = recovery_of(cluster).unsaved
    if unsaved:
        spec["labelSelector"] = {"matchExpressions": [{"key": unsaved, "operator": "DoesNotExist"}]}
        spec["resourcePolicy"] = {"kind": "configmap", "name": volume_policy_name(cluster)}
    return spec


def _resources(cluster: Cluster, etcd_only: bool) -> list[str]:  # noqa: FBT001  # a word of its own
    of_platform = recovery_of(cluster).resources
    if not etcd_only:
        return [*_RESOURCES, *of_platform]
    return [*(each for each in _RESOURCES if each not in _IN_VOLUMES), "namespaces", *of_platform]


def volume_policy_name(cluster: Cluster) -> str:
    """The ConfigMap that says which volumes are left out, where the platform has such."""
    from hashlib import sha256  # noqa: PLC0415  # few platforms need it

    stem = f"{cluster.name}-{cluster.namespace}"
    return f"{stem}-{sha256(stem.encode()).hexdigest()[:6]}"


def _volume_policy(cluster: Cluster, settings: dict[str, Any]) -> Manifest:
    """Volumes that every machine gets anew are not worth their snapshots."""
    rule = {
        "conditions": {"pvcLabels": {recovery_of(cluster).unsaved: "true"}},
        "action": {"type": "skip"},
    }
    field = "schedule" if "schedule" in settings else "onDemand"
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": volume_policy_name(cluster),
            "namespace": adp_namespace(cluster),
            "labels": labels(cluster),
        },
        "data": {"policies.yaml": canonical_yaml({"version": "v1", "volumePolicies": [rule]})},
    }
    return manifest(body, nearest_span(cluster.tree, (_FIELD, field)))


def _check(cluster: Cluster, settings: dict[str, Any], sink: Sink) -> None:
    fields = settings.keys() & {"schedule", "onDemand"}
    if fields and "unmanaged" in cluster.spec.get("etcd", {}):
        place = min((_span(cluster, field) for field in fields), key=lambda span: span.order)
        sink.report(
            codes.BACKUP_REFUSED,
            place,
            "a backup of this cluster would not hold its state",
            help="its etcd is run by somebody else (`etcd.unmanaged`): back it up there",
        )
    management = cluster.scope.management_cluster
    preview = management and management.data.get("hypershift", {}).get("techPreview")
    if settings.get("useEtcdSnapshot") and management and not preview:
        sink.report(
            codes.BACKUP_REFUSED,
            key_span(cluster.tree, (_FIELD, "useEtcdSnapshot")),
            f"management cluster `{management.name}` makes no snapshots of etcd for backups",
            help="they are a technology preview: set `hypershift.techPreview: true` there if its "
            "operator runs so, or let volumes be saved",
        )
    if "schedule" in settings and not settings.get("paused"):
        _check_kept(cluster, settings, sink)


def _check_kept(cluster: Cluster, settings: dict[str, Any], sink: Sink) -> None:
    """A backup that is gone before the next one is made leaves a time without any."""
    why = short_lived(settings)
    if why:
        sink.report(
            codes.BACKUP_EXPIRES,
            _span(cluster, "ttl" if "ttl" in settings else "schedule"),
            why,
            help=f"set `ttl` to at least `{in_hours(longest_gap(settings['schedule']))}`",
        )


def short_lived(settings: dict[str, Any]) -> str:
    """Why there are times without a backup, for a `backup` with a schedule; empty if none are."""
    ttl = settings.get("ttl", _TTL)
    gap = longest_gap(settings["schedule"])
    if nanoseconds(ttl) >= gap * _UNITS["m"]:
        return ""
    default = "" if "ttl" in settings else " (the default)"
    return f"a backup is kept for {ttl}{default}, but the next one may come {in_hours(gap)} later"


def in_hours(minutes: int) -> str:
    """Minutes as people write them: `24h`, `1h30m`, `15m`."""
    hours, rest = divmod(minutes, 60)
    return f"{hours}h{rest}m" if hours and rest else f"{hours}h" if hours else f"{rest}m"


def _span(cluster: Cluster, field: str) -> Span:
    path: Path = (_FIELD, field)
    return nearest_span(cluster.tree, path)
