"""What refuses a restore: the method, the platform, the version, or the cluster's own settings.

Each refusal is told in the Restore, with the place in the cluster's spec that it is about.
"""

from collections.abc import Iterator
from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label, Severity
from hcpc.diagnostics.sink import Sink
from hcpc.payloads.backup import recovery_of
from hcpc.payloads.restore_readiness import Need, move_needs, state_needs
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.document import Document
from hcpc.resolve.scope import ManagementCluster
from hcpc.source.text import Span
from hcpc.spec.restore import METHODS
from hcpc.syntax.tree import Path, key_span, nearest_span

_IN_PLACE, _MIGRATION, _SNAPSHOT, _VELERO = METHODS
_TARGET: Path = ("spec", "managementCluster")
_OF_MOVES = {"api-host-name", "external-dns", "external-dns-domain", "platform", "release"}


def method_of(spec: dict[str, Any]) -> str:
    """Which of the ways a sound Restore takes."""
    return next(method for method in METHODS if method in spec)


def check_restore(
    cluster: Cluster,
    document: Document,
    spec: dict[str, Any],
    target: ManagementCluster,
    sink: Sink,
) -> None:
    """Refuse what cannot work; `spec` is the Restore's, sound, and `target` where it leads."""
    for need in _needs(cluster, document, spec, target):
        if not need.fault or not need.is_required:
            continue
        place = _place(document, spec, need)
        is_elsewhere = need.span != place
        sink.report(
            codes.RESTORE_REFUSED,
            place,
            f"`{cluster.name}` {need.fault}",
            secondary=(Label(need.span, "this cluster"),) if is_elsewhere else (),
            help=need.help,
            subjects=(need.name,),
        )


def tell_over(cluster: Cluster, document: Document, sink: Sink) -> None:
    """Say that a move is over, which is no fault: git may say for a while how it came about."""
    sink.report(
        codes.RESTORE_REFUSED,
        nearest_span(document.tree, _TARGET),
        f"`{cluster.name}` is on `{cluster.management_cluster}` already: this move is over",
        help="remove the Restore; for another move, name where it leads under `managementCluster`",
        severity=Severity.INFO,
        subjects=("place",),
    )


def _place(document: Document, spec: dict[str, Any], need: Need) -> Span:
    """The part of the Restore that cannot be, as things are."""
    method = method_of(spec)
    tree = document.tree
    if need.span.file == document.file and tree.start <= need.span.start < tree.end:
        return need.span
    if need.name in _OF_MOVES:
        return nearest_span(document.tree, _TARGET)
    if need.name == "snapshot-url":
        return nearest_span(document.tree, ("spec", method, "url"))
    return key_span(document.tree, ("spec", method))


def _needs(
    cluster: Cluster, document: Document, spec: dict[str, Any], target: ManagementCluster
) -> Iterator[Need]:
    method = method_of(spec)
    moves = target.name != cluster.management_cluster
    where = nearest_span(document.tree, _TARGET)
    if method == _IN_PLACE:
        home = cluster.management_cluster
        fault = f"stays on `{home}` when its etcd is mended in place" if moves else ""
        yield Need("place", fault, "remove `managementCluster`", where)
        yield from (need for need in state_needs(cluster) if need.name == "etcd")
        return
    if method == _MIGRATION:
        yield from _migration_needs(cluster, document, target)
    if method in {_MIGRATION, _SNAPSHOT}:
        yield _one_url(cluster, spec[method]["url"])
        yield from state_needs(cluster)
    if method == _VELERO:
        yield from _velero_needs(cluster, document, spec, target)
    if moves:
        yield from move_needs(cluster, target)


def _migration_needs(
    cluster: Cluster, document: Document, target: ManagementCluster
) -> Iterator[Need]:
    where = nearest_span(document.tree, _TARGET)
    if not recovery_of(cluster).moved:
        place = key_span(document.tree, ("spec", _MIGRATION))
        fault = "cannot take its nodes along: there is no way to on its platform"
        yield Need("nodes", fault, "use `snapshot`, which provisions nodes anew", place)
        return
    if target.name == cluster.management_cluster:
        fault = f"is on `{target.name}` already"
        yield Need("place", fault, "name another one under `managementCluster`", where)
        return
    home = cluster.scope.management_cluster
    regions = [str(each.data.get("region", "")) for each in (home, target) if each]
    if len(set(regions)) > 1 or "" in regions:
        shown = " and ".join(f"`{region}`" if region else "an unknown one" for region in regions)
        fault = f"can only move within a region, and these are {shown}"
        yield Need("region", fault, "`region` of a ManagementCluster says where it is", where)


def _one_url(cluster: Cluster, url: str) -> Need:
    """Git must not say another snapshot than the new object has, whose own can never change."""
    present = cluster.spec.get("etcd", {}).get("restoreSnapshotURL")
    is_other = present is not None and present != [url]
    return Need(
        "snapshot-url",
        "says another snapshot in its own spec, and a cluster has one for ever" if is_other else "",
        "with this Restore, remove `etcd.restoreSnapshotURL` from the cluster: the new object "
        "keeps its own",
        cluster.span(("etcd", "restoreSnapshotURL")) if is_other else cluster.name_span,
    )


def _velero_needs(
    cluster: Cluster, document: Document, spec: dict[str, Any], target: ManagementCluster
) -> Iterator[Need]:
    settings: dict[str, Any] = cluster.payloads.get("backup", {})
    if "latest" in spec[_VELERO]:
        fault = "" if "schedule" in settings else "has no schedule whose last backup that could be"
        span = key_span(document.tree, ("spec", _VELERO, "latest"))
        yield Need("schedule", fault, "name a backup: `backup: NAME`", span)
    yield from (need for need in state_needs(cluster) if need.name == "etcd")
    preview = target.data.get("hypershift", {}).get("techPreview")
    if settings.get("useEtcdSnapshot") and not preview:
        fault = f"is saved as a snapshot of etcd, which `{target.name}` does not take"
        hint = "only an operator with technology previews does (`hypershift.techPreview`)"
        yield Need("tech-preview", fault, hint, key_span(document.tree, ("spec", _VELERO)))
