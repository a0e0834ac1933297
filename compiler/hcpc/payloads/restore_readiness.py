"""What bringing a cluster back depends on, and which of it is there.

Only what stands in the fleet counts: whether the last backup succeeded is a question to the
management cluster. Source: HyperShift's pages on disaster recovery, and its OADP prerequisites.
"""

import ipaddress
from collections.abc import Iterator
from typing import Any, NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.payloads.backup import recovery_of, saved_namespaces, short_lived
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.scope import ManagementCluster
from hcpc.source.text import Span
from hcpc.syntax.tree import Mapping, Path, Scalar, find, nearest_span

_API = "api"
_KEPT, _OUTSIDE, _RELEASE = "backup-kept", "external-dns-domain", "release"
_TOLD = {_KEPT, _OUTSIDE, _RELEASE}
"""What is wrong whether a cluster is marked or not, and has a finding of its own."""
_TARGET = ("managementCluster",)
_ADDRESSED = ("route", "loadBalancer")
_SOURCES: tuple[Path, ...] = (
    ("snapshot", "url"),
    ("migration", "url"),
    ("inPlace", "snapshot"),
    ("velero", "backup"),
)


class Need(NamedTuple):
    """Something that a restore depends on.

    `fault` says what is wrong with it, as the end of "the cluster …"; empty when all is well.
    `help` says what to do then, and `span` is where. Without an `is_required` one a restore works,
    but not all is as before.
    """

    name: str
    fault: str
    help: str
    span: Span
    is_required: bool = True


def state_needs(cluster: Cluster) -> Iterator[Need]:
    """What it takes to read the old state again, and to be the same cluster with it."""
    spec = cluster.spec
    is_foreign = "unmanaged" in spec.get("etcd", {})
    yield Need(
        "etcd",
        "has an etcd that somebody else runs" if is_foreign else "",
        "back it up and restore it there",
        cluster.span(("etcd", "unmanaged")),
    )
    yield Need(
        "encryption",
        "" if "encryption" in spec else "names no encryption key",
        "name one under `encryption`: without the key it was written with, nobody can read its "
        "state",
        cluster.name_span,
    )
    for field in ("clusterID", "infraID"):
        yield _pinned(cluster, (field,), spec)
    settings = spec["platform"][cluster.platform]
    for field in recovery_of(cluster).pinned:
        yield _pinned(cluster, ("platform", cluster.platform, field), settings)


def _pinned(cluster: Cluster, path: Path, holder: dict[str, Any]) -> Need:
    field = str(path[-1])
    return Need(
        field,
        "" if field in holder else f"has no `{field}`",
        "write down that of the running cluster: without it, a restored one is another cluster",
        cluster.span(path) if len(path) > 1 else cluster.name_span,
    )


def backup_needs(cluster: Cluster) -> Iterator[Need]:
    """What it takes to have something to restore from."""
    settings: dict[str, Any] = cluster.payloads.get("backup", {})
    place = nearest_span(cluster.tree, ("backup",)) if settings else cluster.name_span
    if "schedule" not in settings:
        fault = "is never backed up"
    elif settings.get("paused"):
        fault = "is not backed up at present"
    else:
        fault = ""
    hint = "remove `backup.paused`" if "schedule" in settings else "set `backup.schedule`"
    yield Need("backup", fault, hint, place)
    if not fault:
        why = short_lived(settings)
        yield Need(
            _KEPT,
            f"has times without a backup: {why}" if why else "",
            "set a longer `backup.ttl`",
            place,
        )


def move_needs(cluster: Cluster, target: ManagementCluster) -> Iterator[Need]:
    """What it takes to come back on another management cluster."""
    recovery = recovery_of(cluster)
    yield Need(
        "platform",
        f"cannot move: {recovery.only_here}" if recovery.only_here else "",
        "restore it on its own management cluster",
        cluster.span(("platform", cluster.platform)),
    )
    if recovery.only_here:
        return
    yield _supported(cluster, target)
    yield _host_name(cluster)
    yield _dns(cluster, target)
    loose = [
        service
        for service, strategy in cluster.spec["publish"].items()
        if service != _API and not _fixed_name(cluster, strategy)
    ]
    yield Need(
        "service-names",
        f"has services without a fixed host name: {', '.join(loose)}" if loose else "",
        "give each a `hostname` of its own; they get new ones otherwise",
        cluster.span(("publish",)),
        is_required=False,
    )
    if recovery.agents:
        namespace = cluster.spec["platform"][cluster.platform][recovery.agents]
        saved = namespace in saved_namespaces(cluster)
        yield Need(
            "agents",
            "" if saved else f"has hosts in namespace `{namespace}`, which is in no backup",
            "add it to `backup.includeAdditionalNamespaces`",
            cluster.span(("platform", cluster.platform, recovery.agents)),
            is_required=False,
        )


def identity_advice(cluster: Cluster) -> Iterator[Need]:
    """What else makes a cluster the same to those who trust it."""
    yield Need(
        "signing-key",
        "" if "serviceAccountSigningKey" in cluster.spec else "names no signing key",
        "name one under `serviceAccountSigningKey`: a new key makes all tokens void",
        cluster.name_span,
        is_required=False,
    )


def is_private(cluster: Cluster) -> bool:
    """Whether nobody outside the cluster's own network knows its names."""
    field, value = recovery_of(cluster).private
    settings: dict[str, Any] = cluster.spec["platform"][cluster.platform]
    return bool(field) and settings.get(field) == value


def _supported(cluster: Cluster, target: ManagementCluster) -> Need:
    version = cluster.versions.get(("release",), "")
    minor = ".".join(version.split(".")[:2])
    supported: list[str] = target.data.get("supportedVersions", [])
    is_unknown = not minor or not supported
    fault = f"has release {version}, which `{target.name}` does not support"
    return Need(
        _RELEASE,
        "" if is_unknown or minor in supported else fault,
        "`supportedVersions` of the ManagementCluster says what it supports",
        cluster.span(("release",)),
    )


def _host_name(cluster: Cluster) -> Need:
    strategy = cluster.spec["publish"].get(_API, {})
    is_fixed = _fixed_name(cluster, strategy) or is_private(cluster)
    arm = next(iter(strategy), "route")
    hint = "nodePort.address` to a name of the cluster's own" if arm == "nodePort" else ""
    hint = hint or f"{arm}.hostname` to a name that can be pointed elsewhere"
    return Need(
        "api-host-name",
        "" if is_fixed else "has no fixed host name for its API",
        f"set `publish.api.{hint}; it cannot change while the cluster exists",
        cluster.span(("publish", _API)),
    )


def _fixed_name(cluster: Cluster, strategy: dict[str, Any]) -> bool:
    """Whether a service has a name that does not belong to the management cluster."""
    for arm in _ADDRESSED:
        if arm in strategy:
            return bool(strategy[arm].get("hostname"))
    address = strategy.get("nodePort", {}).get("address", "")
    management = cluster.scope.management_cluster
    shared = management.data.get("nodeAddress") if management else None
    return bool(address) and address != shared and not _is_ip(address)


def _is_ip(address: str) -> bool:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return True


def _dns(cluster: Cluster, target: ManagementCluster) -> Need:
    strategy = cluster.spec["publish"].get(_API, {})
    host = next((strategy[arm].get("hostname", "") for arm in _ADDRESSED if arm in strategy), "")
    domain = target.data.get("externalDNS", {}).get("domain", "")
    fault = ""
    if host and not is_private(cluster):
        if not domain:
            fault = f"has a host name that nobody publishes for `{target.name}`"
        elif not f".{host}".endswith(f".{domain}"):
            fault = f"has a host name outside `{domain}`, and `{target.name}` publishes no other"
    return Need(
        _OUTSIDE if domain else "external-dns",
        fault,
        f"`externalDNS` of ManagementCluster `{target.name}` says which domain its external DNS "
        "publishes",
        cluster.span(("publish", _API)),
    )


def readiness(cluster: Cluster, target: ManagementCluster | None) -> list[Need]:
    """All that a restore depends on: where the cluster is, or on another management cluster."""
    needs = list(state_needs(cluster))
    needs += [_as_source(each, cluster) for each in backup_needs(cluster)]
    if target and target.name != cluster.management_cluster:
        needs += move_needs(cluster, target)
    return [*needs, *identity_advice(cluster)]


def _as_source(need: Need, cluster: Cluster) -> Need:
    """A snapshot or backup that a Restore names will do where no schedule makes any."""
    named = any(_text(spec, path) for _, spec in _of(cluster) for path in _SOURCES)
    return need._replace(is_required=not named)


def runbooks(cluster: Cluster) -> list[str]:
    """The runbooks of the restores that name the cluster, below the output directory."""
    return [
        f"{_text(spec, _TARGET) or cluster.management_cluster}/restore/{name}/RUNBOOK.md"
        for name, spec in _of(cluster)
    ]


def is_over(cluster: Cluster, spec: Mapping) -> bool:
    """Whether a Restore, by its spec, moves a cluster with its nodes to where it is already.

    Nothing is left to do for it then.
    """
    is_there = _text(spec, _TARGET) == cluster.management_cluster
    return is_there and find(spec, ("migration",)) is not None and bool(recovery_of(cluster).moved)


def _of(cluster: Cluster) -> Iterator[tuple[str, Mapping]]:
    """The cluster's restores: their names, and what they say; none that is over."""
    for document in cluster.scope.restores:
        spec = document.spec
        if spec is None or _text(spec, ("cluster",)) != cluster.name:
            continue
        if not is_over(cluster, spec):
            yield document.name, spec


def _text(tree: Mapping, path: Path) -> str:
    found = find(tree, path)
    return found.text if isinstance(found, Scalar) else ""


def check_marked(cluster: Cluster, sink: Sink) -> None:
    """Warn of all that a cluster lacks which is marked for disaster recovery."""
    management = cluster.scope.management_cluster
    assert management is not None
    needs = [*state_needs(cluster), *backup_needs(cluster)]
    if not recovery_of(cluster).only_here:
        needs += move_needs(cluster, management)
    mark = Label(nearest_span(cluster.tree, ("backup", "disasterRecovery")), "marked here")
    for need in needs:
        if need.fault and need.is_required and need.name not in _TOLD:
            sink.report(
                codes.NOT_RECOVERABLE,
                need.span,
                f"`{cluster.name}` {need.fault}",
                secondary=(mark,),
                help=need.help,
                subjects=(need.name,),
            )
