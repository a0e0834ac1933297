"""Manifests against the schemas of what we emit; each fault told at the spec line behind it."""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.kube.manifest import Manifest
from hcpc.lower.lower import trace
from hcpc.resolve.cluster import Cluster
from hcpc.spec.messages import dotted
from hcpc.syntax.tree import Scalar, Tree, find, key_span
from hcpc.verify.schema import SchemaFault, check_manifest


def check_manifests(cluster: Cluster, manifests: list[Manifest], sink: Sink) -> None:
    """Report every fault that the API server would refuse, or drop without a word."""
    for manifest in manifests:
        for fault in check_manifest(manifest.kind, manifest.body):
            _report(cluster, manifest, fault, sink)


def _report(cluster: Cluster, manifest: Manifest, fault: SchemaFault, sink: Sink) -> None:
    path = trace(manifest, fault.path, _passthrough(cluster.spec, manifest))
    in_tree = fault.rule == "unknown-field" and find(cluster.tree, path) is not None
    span = key_span(cluster.tree, path) if in_tree else cluster.span(path)
    reason = cluster.filled.get(tuple(map(str, path)), "")
    sink.report(
        codes.MANIFEST_INVALID,
        span,
        f"invalid {manifest.kind}: {fault.message}",
        label=_near_miss(fault, find(cluster.tree, path)),
        notes=(f"this is `{dotted(fault.path)}` of the {manifest.kind}",),
        help=f"hcpc filled it in ({reason}): write `{path[-1]}` yourself" if reason else "",
    )


def _near_miss(fault: SchemaFault, value: Tree | None) -> str:
    if fault.rule == "enum" and isinstance(value, Scalar):
        return did_you_mean(value.text, fault.candidates)
    return did_you_mean(str(fault.path[-1]), fault.candidates) if fault.candidates else ""


def _passthrough(spec: dict[str, Any], manifest: Manifest) -> dict[str, Any] | None:
    if manifest.source:
        raw = spec["nodePools"][manifest.source[1]].get("nodePool")
    else:
        raw = spec.get("hostedCluster")
    return raw if isinstance(raw, dict) else None
