"""Argo CD: one Application for each hosted cluster, one for the operator, one for all of these.

argocd/argocd-cm.patch.yaml                         health checks, for Argo CD's own ConfigMap
argocd/argocd.patch.yaml                            the same, for the operator's ArgoCD object
argocd/<management-cluster>/kustomization.yaml
argocd/<management-cluster>/applications/{fleet,operator,cluster-<name>}.yaml
argocd/<management-cluster>/operator/kustomization.yaml
argocd/<management-cluster>/clusters/<name>/kustomization.yaml

Sync waves put configuration before HostedCluster and NodePools. These two share the last wave: a
wave waits until the one before is healthy, and no hosted cluster is without nodes. Nothing is
removed with an Application, and guarded kinds never are.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from hcpc.emit.bundle import ClusterBundle, Files, FleetBundle, FleetSettings, ManagementBundle
from hcpc.emit.formats.gitops import GUARDED, IN_USE, annotate
from hcpc.emit.formats.health import lua
from hcpc.emit.formats.kustomize import HEADER, kustomization
from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL, Manifest

_GROUP = "hypershift.openshift.io"
_HEALTH = {
    f"{_GROUP}/{HOSTED_CLUSTER}": "hostedcluster",
    f"{_GROUP}/{NODE_POOL}": "nodepool",
    "argoproj.io/Application": "application",
}
_SYNC_OPTIONS = "argocd.argoproj.io/sync-options"
_COMPARE_OPTIONS = "argocd.argoproj.io/compare-options"
_SYNC_WAVE = "argocd.argoproj.io/sync-wave"
_GUARD = ("Prune=false", "Delete=false")
# Where Argo CD itself runs; Applications about Applications go there.
_IN_CLUSTER = {"server": "https://kubernetes.default.svc"}
# Server-side apply (and diff) leave alone what others have written. Only what differs is applied,
# so that no wave waits for what is just busy.
_SYNC_POLICY = {
    "automated": {"prune": True, "selfHeal": True},
    "retry": {"backoff": {"duration": "30s", "factor": 2, "maxDuration": "10m"}, "limit": 10},
    "syncOptions": [
        "ServerSideApply=true",
        "ApplyOutOfSyncOnly=true",
        "RespectIgnoreDifferences=true",
    ],
}
# The operator writes these where the manifest leaves them open.
_WRITTEN_BY_OPERATOR = ("clusterID", "infraID", "secretEncryption")


def cluster_files(bundle: ClusterBundle) -> Files:
    """The Application of one hosted cluster, and the kustomization that it applies."""
    directory = f"argocd/{bundle.management_cluster}"
    own = f"clusters/{bundle.name}"
    base = f"../../../../{bundle.management_cluster}/{own}"
    application = _application(
        f"cluster-{bundle.name}",
        bundle.fleet,
        f"{directory}/{own}",
        _destination(bundle.fleet, bundle.management_cluster),
        wave=1,
        ignore=_ignored(bundle.manifests),
    )
    return {
        f"{directory}/applications/cluster-{bundle.name}.yaml": _text(application),
        f"{directory}/{own}/kustomization.yaml": kustomization([base], _patches(bundle.manifests)),
    }


def management_files(bundle: ManagementBundle) -> Files:
    """The Applications above the hosted clusters, and the kustomization that lists them all."""
    if not bundle.clusters and not bundle.operator:
        return {}
    directory = f"argocd/{bundle.name}"
    fleet = bundle.fleet
    namespace = _namespace(fleet)
    here = {**_IN_CLUSTER, "namespace": namespace}
    root = _application(f"fleet-{bundle.name}", fleet, directory, here)
    root["metadata"]["annotations"][_SYNC_OPTIONS] = ",".join(_GUARD)
    files = {f"{directory}/applications/fleet.yaml": _text(root)}
    if bundle.operator:
        operator = _application(
            f"operator-{bundle.name}",
            fleet,
            f"{directory}/operator",
            _destination(fleet, bundle.name),
        )
        files[f"{directory}/applications/operator.yaml"] = _text(operator)
        base = f"../../../{bundle.name}/operator"
        guards = _guards(bundle.operator, GUARDED)
        files[f"{directory}/operator/kustomization.yaml"] = kustomization([base], guards)
    listed = [path.removeprefix(f"{directory}/") for path in files if "/applications/" in path]
    listed += [f"applications/cluster-{name}.yaml" for name in sorted(bundle.clusters)]
    files[f"{directory}/kustomization.yaml"] = kustomization(listed)
    return files


def fleet_files(bundle: FleetBundle) -> Files:
    """The health checks as patches: of Argo CD's ConfigMap, and of its operator's object."""
    namespace = _namespace(bundle.settings)
    data: dict[str, str] = {}
    checks: list[dict[str, str]] = []
    for key, name in _HEALTH.items():
        group, _, kind = key.partition("/")
        data[f"resource.customizations.health.{group}_{kind}"] = lua(name)
        checks.append({"check": lua(name), "group": group, "kind": kind})
    config_map = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "argocd-cm", "namespace": namespace},
        "data": data,
    }
    operand = {
        "apiVersion": "argoproj.io/v1beta1",
        "kind": "ArgoCD",
        "metadata": {"name": namespace, "namespace": namespace},
        "spec": {"resourceHealthChecks": checks},
    }
    note = "# A patch, not an object: `kubectl apply` would take away what it does not name.\n"
    return {
        f"argocd/{name}.patch.yaml": HEADER + note + canonical_yaml(body)
        for name, body in (("argocd-cm", config_map), ("argocd", operand))
    }


def _application(
    name: str,
    fleet: FleetSettings,
    path: str,
    destination: Mapping[str, str],
    wave: int = 0,
    ignore: Iterable[dict[str, Any]] = (),
) -> dict[str, Any]:
    """An Application without a finalizer: it goes without what it has applied."""
    settings = fleet.outputs["argocd"]
    spec: dict[str, Any] = {
        "destination": dict(destination),
        "project": settings.get("project", "default"),
        "source": {
            "path": f"{fleet.output}/{path}",
            "repoURL": fleet.repository,
            "targetRevision": settings.get("revision", "HEAD"),
        },
        "syncPolicy": _SYNC_POLICY,
    }
    if ignore := list(ignore):
        spec["ignoreDifferences"] = ignore
    annotations = {_COMPARE_OPTIONS: "ServerSideDiff=true", _SYNC_WAVE: str(wave)}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": _namespace(fleet), "annotations": annotations},
        "spec": spec,
    }


def _patches(manifests: tuple[Manifest, ...]) -> list[dict[str, Any]]:
    """The waves and guards of a hosted cluster's objects.

    A wave that somebody chose stays, and NodePools go with their HostedCluster.
    """
    chosen = (
        _own_annotation(each, _SYNC_WAVE) for each in manifests if each.kind == HOSTED_CLUSTER
    )
    wave = next(chosen, "") or "1"
    patches = [
        annotate({_SYNC_WAVE: wave}, (HOSTED_CLUSTER, NODE_POOL), unless=_SYNC_WAVE),
        *_guards(manifests, (*GUARDED, IN_USE)),
    ]
    if any(each.kind == IN_USE for each in manifests):
        patches.append(annotate({_COMPARE_OPTIONS: "IgnoreExtraneous"}, (IN_USE,)))
    return patches


def _guards(manifests: tuple[Manifest, ...], kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    """Sync options that keep objects of some kinds, besides the options that they have."""
    kept = [each for each in manifests if each.kind in kinds]
    if not kept:
        return []
    patches = [
        annotate(
            {_SYNC_OPTIONS: ",".join(_GUARD)}, {each.kind for each in kept}, unless=_SYNC_OPTIONS
        )
    ]
    for each in kept:
        if own := _own_annotation(each, _SYNC_OPTIONS):
            others = [o for o in own.split(",") if not o.strip().startswith(("Prune=", "Delete="))]
            options = {_SYNC_OPTIONS: ",".join((*others, *_GUARD))}
            patches.append(annotate(options, (each.kind,), each.name))
    return patches


def _own_annotation(manifest: Manifest, name: str) -> str:
    found: str = manifest.body["metadata"].get("annotations", {}).get(name, "")
    return found


def _ignored(manifests: Iterable[Manifest]) -> list[dict[str, Any]]:
    """What differs from the manifests although nobody has to do anything about it.

    `pausedUntil` is ignored where it says `false`: backups pause a cluster for a while. Where it
    is absent, nobody here owns it, and where it was taken away it has to go.
    """
    pointers: dict[str, set[str]] = {}
    for each in manifests:
        spec = each.body.get("spec", {})
        if each.kind == HOSTED_CLUSTER:
            absent = (f"/spec/{field}" for field in _WRITTEN_BY_OPERATOR if field not in spec)
            pointers.setdefault(each.kind, set()).update(absent)
        if each.kind in {HOSTED_CLUSTER, NODE_POOL} and spec.get("pausedUntil") in {
            "false",
            "False",
        }:
            pointers.setdefault(each.kind, set()).add("/spec/pausedUntil")
    return [
        {"group": _GROUP, "jsonPointers": sorted(found), "kind": kind}
        for kind, found in sorted(pointers.items())
        if found
    ]


def _destination(fleet: FleetSettings, management_cluster: str) -> dict[str, str]:
    known: dict[str, dict[str, str]] = fleet.outputs["argocd"].get("destinations", {})
    return known.get(management_cluster, _IN_CLUSTER)


def _namespace(fleet: FleetSettings) -> str:
    namespace: str = fleet.outputs["argocd"].get("namespace", "argocd")
    return namespace


def _text(body: dict[str, Any]) -> str:
    return HEADER + canonical_yaml(body)
