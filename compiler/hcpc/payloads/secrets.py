"""ExternalSecrets: every Secret that a cluster names, fetched from a store."""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.kube.manifest import Manifest, manifest
from hcpc.payloads.needed_secrets import NeededSecret, needed_secrets
from hcpc.resolve.cluster import Cluster
from hcpc.syntax.tree import key_span

_API_VERSION = "external-secrets.io/v1"
_PULL_SECRET_TYPE = "kubernetes.io/dockerconfigjson"  # noqa: S105  # a type, not a secret


def external_secrets(cluster: Cluster, sink: Sink) -> list[Manifest]:
    """One ExternalSecret for each Secret, by name.

    Clusters of one namespace may name the same Secret, so each has an ExternalSecret of its own
    and none owns the Secret. It stays when the ExternalSecret goes: without the encryption key
    nobody can read the cluster's state any more.
    """
    settings: dict[str, Any] = cluster.payloads["secrets"]
    sources: dict[str, dict[str, Any]] = settings.get("sources", {})
    needed = needed_secrets(cluster.spec)
    _check_sources(cluster, sources, [each.name for each in needed], sink)
    return [
        _external_secret(cluster, each, settings, sources.get(each.name, {}))
        for each in needed
        if not sources.get(each.name, {}).get("present")
    ]


def _external_secret(
    cluster: Cluster, needed: NeededSecret, settings: dict[str, Any], source: dict[str, Any]
) -> Manifest:
    path = source.get("path") or f"{settings.get('path', cluster.name)}/{needed.name}"
    target: dict[str, Any] = {
        "creationPolicy": "Orphan",
        "deletionPolicy": "Retain",
        "name": needed.name,
    }
    if ("pullSecret",) in needed.paths:
        target["template"] = {"type": _PULL_SECRET_TYPE}
    store = settings["store"]
    spec: dict[str, Any] = {
        "refreshInterval": settings.get("refreshInterval", "1h"),
        "secretStoreRef": {"kind": store.get("kind", "ClusterSecretStore"), "name": store["name"]},
        "target": target,
    }
    properties: dict[str, str] = source.get("properties", {})
    keys = needed.keys or tuple(properties)
    if keys:
        spec["data"] = [
            {"remoteRef": {"key": path, "property": properties.get(key, key)}, "secretKey": key}
            for key in keys
        ]
    else:
        spec["dataFrom"] = [{"extract": {"key": path}}]
    body = {
        "apiVersion": settings.get("apiVersion", _API_VERSION),
        "kind": "ExternalSecret",
        "metadata": {"name": f"{cluster.name}-{needed.name}", "namespace": cluster.namespace},
        "spec": spec,
    }
    return manifest(body, cluster.span(needed.paths[0]))


def _check_sources(
    cluster: Cluster, sources: dict[str, dict[str, Any]], names: list[str], sink: Sink
) -> None:
    for name in sources:
        if name not in names:
            label = did_you_mean(name, names)
            sink.report(
                codes.UNUSED_SOURCE,
                key_span(cluster.tree, ("secrets", "sources", name)),
                f"the cluster names no Secret `{name}`",
                label=label,
                help="" if label else "`hcpc secrets CLUSTER` lists those it names",
                subjects=(name,),
            )
