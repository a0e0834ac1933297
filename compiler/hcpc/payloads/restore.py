"""Restores: what each one that a cluster sees adds to the rendered tree.

A restore lays patches over the cluster's own files, or has an object for Velero, and a runbook in
every case. Nothing leads to it, and it changes no file of the cluster.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Manifest
from hcpc.payloads import RestorePart
from hcpc.payloads.backup import API_VERSION, adp_namespace, volume_policy_name
from hcpc.payloads.restore_gates import check_restore, method_of, tell_over
from hcpc.payloads.restore_in_place import in_place
from hcpc.payloads.restore_migration import migration
from hcpc.payloads.restore_patches import patches
from hcpc.payloads.restore_readiness import is_over
from hcpc.payloads.restore_snapshot import from_snapshot
from hcpc.payloads.restore_steps import Plan
from hcpc.payloads.restore_velero import from_velero, velero_restore
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.document import Document
from hcpc.resolve.scope import Environment, ManagementCluster
from hcpc.source.text import Span
from hcpc.spec.document import spec_model
from hcpc.spec.validate import validate
from hcpc.syntax.tree import Scalar, find

_RUNBOOKS = {
    "inPlace": in_place,
    "migration": migration,
    "snapshot": from_snapshot,
    "velero": from_velero,
}


def restores(
    cluster: Cluster, manifests: Sequence[Manifest], environment: Environment, sink: Sink
) -> tuple[RestorePart, ...]:
    """The restores that name the cluster; `manifests` are its objects as they are emitted."""
    found: list[RestorePart] = []
    for document in cluster.scope.restores:
        named = find(document.tree, ("spec", "cluster"))
        if not isinstance(named, Scalar) or named.text != cluster.name or document.spec is None:
            continue
        spec = validate(spec_model(document.kind), document.spec, Sink())
        target = _target(cluster, spec, environment) if spec else None
        if spec and is_over(cluster, document.spec):
            tell_over(cluster, document, sink)
        elif spec and target:  # otherwise its faults are told without the cluster
            check_restore(cluster, document, spec, target, sink)
            plan = _plan(cluster, document, spec, target, manifests, environment)
            found.append(_part(plan, manifests, document.name_span))
    return tuple(found)


def _target(
    cluster: Cluster, spec: dict[str, Any], environment: Environment
) -> ManagementCluster | None:
    own = cluster.scope.management_cluster
    name = spec.get("managementCluster", cluster.management_cluster)
    if own and own.name == name:
        return own
    return next((each for each in environment.management_clusters() if each.name == name), None)


def _plan(
    cluster: Cluster,
    document: Document,
    spec: dict[str, Any],
    target: ManagementCluster,
    manifests: Sequence[Manifest],
    environment: Environment,
) -> Plan:
    directory = next(
        (
            each.directory
            for each in environment.documents
            if each.kind == "ManagementCluster" and each.name == target.name
        ),
        "",
    )
    made = {each.name for each in manifests if each.kind == "ConfigMap"}
    maps = sorted(set(_named_maps(cluster.spec)) - made)
    kept = tuple(each for each in manifests if not _is_of_backups(each, cluster))
    return Plan(
        document.name, method_of(spec), cluster, target.name, directory, spec, kept, tuple(maps)
    )


def _named_maps(value: Any) -> Iterator[str]:
    """Every ConfigMap that a spec names, however deep."""
    if isinstance(value, list):
        for item in value:
            yield from _named_maps(item)
    elif isinstance(value, dict):
        if isinstance(value.get("configMap"), str):
            yield value["configMap"]
        for child in value.values():
            yield from _named_maps(child)


def _is_of_backups(each: Manifest, cluster: Cluster) -> bool:
    """Whether an object makes or configures backups: a restored cluster has none of them yet."""
    policy = ("ConfigMap", volume_policy_name(cluster), adp_namespace(cluster))
    is_policy = (each.kind, each.name, each.namespace) == policy
    return is_policy or each.body.get("apiVersion") == API_VERSION


def _part(plan: Plan, manifests: Sequence[Manifest], origin: Span) -> RestorePart:
    by_velero = plan.method == "velero"
    return RestorePart(
        plan.name,
        plan.target,
        plan.source,
        plan.cluster.name,
        () if by_velero else tuple(patches(plan, manifests)),
        (velero_restore(plan, origin),) if by_velero else (),
        _RUNBOOKS[plan.method](plan),
    )
