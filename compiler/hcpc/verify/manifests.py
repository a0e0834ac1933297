"""Manifests against the schemas of what we emit; each fault told at the line behind it."""

from collections.abc import Iterable

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.kube.manifest import Manifest
from hcpc.lower.lower import lower, passthrough, trace
from hcpc.resolve.cluster import Cluster
from hcpc.syntax.tree import Path, Scalar, Tree, dotted, find, key_span
from hcpc.verify.schema import SchemaFault, check_manifest


def check_manifests(cluster: Cluster, manifests: Iterable[Manifest], sink: Sink) -> None:
    """Report every fault that the API server would refuse, or drop without a word."""
    for manifest in manifests:
        for fault in check_manifest(manifest.kind, manifest.body):
            _report(cluster, manifest, fault, sink)


def _report(cluster: Cluster, manifest: Manifest, fault: SchemaFault, sink: Sink) -> None:
    if not manifest.changes:
        _report_spec(cluster, manifest, fault, fault.path, sink)
        return
    from hcpc.overlay.provenance import answer  # noqa: PLC0415  # only fleets with overlays get here

    change, before = answer(manifest, fault.path)
    if change is None:
        lowered = next(each for each in lower(cluster.spec) if each.source == manifest.source)
        _report_spec(cluster, lowered, fault, before, sink)
        return
    sink.report(
        codes.MANIFEST_INVALID,
        change.key if fault.rule == "unknown-field" else change.span,
        f"invalid {manifest.kind}: {fault.message}",
        label=_near_miss(fault, change.value),
        notes=(f"this is `{dotted(fault.path)}` of the {manifest.kind}, after the overlay",),
    )


def _report_spec(
    cluster: Cluster, manifest: Manifest, fault: SchemaFault, at: Path, sink: Sink
) -> None:
    """Report a fault at the spec line behind the lowered manifest's path `at`."""
    path = trace(manifest, at, passthrough(cluster.spec, manifest))
    in_tree = fault.rule == "unknown-field" and find(cluster.tree, path) is not None
    span = key_span(cluster.tree, path) if in_tree else cluster.span(path)
    reason = cluster.filled.get(tuple(map(str, path)), "")
    sink.report(
        codes.MANIFEST_INVALID,
        span,
        f"invalid {manifest.kind}: {fault.message}",
        label=_near_miss(fault, _text(find(cluster.tree, path))),
        notes=(f"this is `{dotted(fault.path)}` of the {manifest.kind}",),
        help=f"hcpc filled it in ({reason}): write `{path[-1]}` yourself" if reason else "",
    )


def _text(value: Tree | None) -> str | None:
    return value.text if isinstance(value, Scalar) else None


def _near_miss(fault: SchemaFault, value: object) -> str:
    if fault.rule == "enum" and isinstance(value, str):
        return did_you_mean(value, fault.candidates)
    return did_you_mean(str(fault.path[-1]), fault.candidates) if fault.candidates else ""
