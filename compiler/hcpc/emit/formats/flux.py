"""Flux: Kustomizations for each hosted cluster that depend on each other, and a source of them all.

flux/<management-cluster>/kustomization.yaml
flux/<management-cluster>/{source,fleet,operator,health}.yaml
flux/<management-cluster>/kustomizations/<name>.yaml
flux/<management-cluster>/operator/kustomization.yaml
flux/<management-cluster>/clusters/<name>/{config,hostedcluster,nodepools}/kustomization.yaml

A wave begins when the one before is applied, not when it is healthy: no hosted cluster becomes
healthy without nodes. The last wave is ready when the whole hosted cluster is healthy. Nothing is
removed with a Kustomization, and guarded kinds never are.
"""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from hcpc.emit.bundle import ClusterBundle, Files, FleetBundle, FleetSettings, ManagementBundle
from hcpc.emit.formats.gitops import GUARDED, IN_USE, annotate, leave_out
from hcpc.emit.formats.kustomize import HEADER, kustomization
from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.kube.manifest import HOSTED_CLUSTER, HYPERSHIFT, NODE_POOL, Manifest

_API_VERSION = "kustomize.toolkit.fluxcd.io/v1"
_WAVES = ("config", "hostedcluster", "nodepools")
_GUARD = {"kustomize.toolkit.fluxcd.io/prune": "disabled"}
_CLUSTER, _WAVE, _ORDER = "hcpc.dev/cluster", "hcpc.dev/wave", "hcpc.dev/order"


def cluster_files(bundle: ClusterBundle) -> Files:
    """The Kustomizations of one hosted cluster, and a directory for each of them."""
    directory = f"flux/{bundle.management_cluster}"
    own = f"clusters/{bundle.name}"
    base = f"../../../../../{bundle.management_cluster}/{own}"
    waves = _waves(bundle.manifests)
    files: Files = {}
    bodies: dict[str, dict[str, Any]] = {}
    for wave, kinds in waves.items():
        others = {kind for other in waves.values() for kind in other} - kinds
        patches = [leave_out(others)] if others else []
        patches += _guards(kinds, (*GUARDED, IN_USE))
        path = f"{directory}/{own}/{wave}"
        files[f"{path}/kustomization.yaml"] = kustomization([base], patches)
        body = _kustomization(f"{bundle.name}-{wave}", bundle.fleet, path, prune=wave == "config")
        body["metadata"]["labels"] = {_CLUSTER: bundle.name, _WAVE: wave}
        bodies[wave] = body
    _chain(list(bodies.values()), bundle.manifests)
    text = HEADER + "---\n".join(canonical_yaml(body) for body in bodies.values())
    return {**files, f"{directory}/kustomizations/{bundle.name}.yaml": text}


def management_files(bundle: ManagementBundle) -> Files:
    """What stands above the hosted clusters: the source, the operator, and what they share."""
    if not bundle.clusters and not bundle.operator:
        return {}
    directory = f"flux/{bundle.name}"
    fleet = bundle.fleet
    root = _kustomization("fleet", fleet, directory, prune=True)
    root["metadata"]["annotations"] = _GUARD
    objects = {"fleet.yaml": root}
    patches = []
    files: Files = {}
    if "sourceRef" not in fleet.outputs["flux"]:
        objects["source.yaml"] = _source(fleet)
    if bundle.operator:
        objects["operator.yaml"] = _kustomization(
            "operator", fleet, f"{directory}/operator", prune=True
        )
        base = f"../../../{bundle.name}/operator"
        guards = _guards({each.kind for each in bundle.operator}, GUARDED)
        files[f"{directory}/operator/kustomization.yaml"] = kustomization([base], guards)
        patches.append(_after_operator())
    if bundle.clusters:
        files[f"{directory}/health.yaml"] = HEADER + canonical_yaml(_health())
        patches.append({"path": "health.yaml", "target": _target("last")})
    listed = sorted(objects) + [f"kustomizations/{name}.yaml" for name in sorted(bundle.clusters)]
    files[f"{directory}/kustomization.yaml"] = kustomization(listed, patches)
    files |= {
        f"{directory}/{name}": HEADER + canonical_yaml(each) for name, each in objects.items()
    }
    return files


def fleet_files(bundle: FleetBundle) -> Files:
    """None: each management cluster has a Flux of its own."""
    del bundle
    return {}


def _waves(manifests: Iterable[Manifest]) -> dict[str, set[str]]:
    """The kinds of each wave that has objects, in the order of waves."""
    wave_of = {HOSTED_CLUSTER: "hostedcluster", NODE_POOL: "nodepools"}
    kinds: dict[str, set[str]] = {}
    for each in manifests:
        kinds.setdefault(wave_of.get(each.kind, "config"), set()).add(each.kind)
    return {wave: kinds[wave] for wave in _WAVES if wave in kinds}


def _chain(bodies: list[dict[str, Any]], manifests: Iterable[Manifest]) -> None:
    """Have each Kustomization depend on the one before, and the last one watch over the cluster."""
    for before, after in pairwise(bodies):
        after["spec"]["dependsOn"] = [{"name": before["metadata"]["name"]}]
    for body in bodies:
        is_first, is_last = body is bodies[0], body is bodies[-1]
        order = "only" if is_first and is_last else "first" if is_first else "middle"
        body["metadata"]["labels"][_ORDER] = "last" if is_last and not is_first else order
    bodies[-1]["spec"]["healthChecks"] = [
        {
            "apiVersion": HYPERSHIFT,
            "kind": each.kind,
            "name": each.name,
            "namespace": each.namespace,
        }
        for each in manifests
        if each.kind in {HOSTED_CLUSTER, NODE_POOL}
    ]


def _kustomization(name: str, fleet: FleetSettings, path: str, *, prune: bool) -> dict[str, Any]:
    settings = fleet.outputs["flux"]
    source = {"kind": "GitRepository", "name": fleet.name} | settings.get("sourceRef", {})
    return {
        "apiVersion": _API_VERSION,
        "kind": "Kustomization",
        "metadata": {"name": name, "namespace": settings.get("namespace", "flux-system")},
        "spec": {
            "deletionPolicy": "Orphan",
            "interval": settings.get("interval", "10m"),
            "path": f"./{fleet.output}/{path}",
            "prune": prune,
            "retryInterval": "2m",
            "sourceRef": source,
            "timeout": settings.get("timeout", "5m"),
        },
    }


def _source(fleet: FleetSettings) -> dict[str, Any]:
    settings = fleet.outputs["flux"]
    spec: dict[str, Any] = {
        "interval": "1m",
        "ref": {"branch": settings.get("branch", "main")},
        "url": fleet.repository,
    }
    if "secret" in settings:
        spec["secretRef"] = {"name": settings["secret"]}
    return {
        "apiVersion": "source.toolkit.fluxcd.io/v1",
        "kind": "GitRepository",
        "metadata": {
            "name": fleet.name,
            "namespace": settings.get("namespace", "flux-system"),
            "annotations": _GUARD,
        },
        "spec": spec,
    }


def _guards(present: Iterable[str], kinds: Iterable[str]) -> list[dict[str, Any]]:
    kept = set(present) & set(kinds)
    return [annotate(_GUARD, kept)] if kept else []


def _after_operator() -> dict[str, Any]:
    """The patch that has hosted clusters wait for the operator's configuration."""
    body = {
        "apiVersion": _API_VERSION,
        "kind": "Kustomization",
        "metadata": {"name": "any"},
        "spec": {"dependsOn": [{"name": "operator"}]},
    }
    return {"patch": canonical_yaml(body), "target": _target("first")}


def _health() -> dict[str, Any]:
    """The patch that says what is healthy, the same for every hosted cluster."""
    from hcpc.emit.formats.health.expressions import custom_health_checks  # noqa: PLC0415  # long

    return {
        "apiVersion": _API_VERSION,
        "kind": "Kustomization",
        "metadata": {"name": "any"},
        "spec": {"healthCheckExprs": custom_health_checks()},
    }


def _target(order: str) -> dict[str, Any]:
    """The first or last Kustomizations of hosted clusters."""
    return {"kind": "Kustomization", "labelSelector": f"{_ORDER} in ({order},only)"}
