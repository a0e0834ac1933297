"""Manifests against the schemas of what we emit; each fault told at the line behind it."""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.kube.manifest import Manifest
from hcpc.syntax.tree import Scalar, dotted, find
from hcpc.verify.schema import SchemaFault, check_manifest
from hcpc.verify.subject import Place, Subject


def check_manifests(subject: Subject, sink: Sink) -> None:
    """Report every fault that the API server would refuse, or drop without a word."""
    for manifest in subject.manifests:
        for fault in check_manifest(manifest.kind, manifest.body):
            _report(subject, manifest, fault, sink)


def _report(subject: Subject, manifest: Manifest, fault: SchemaFault, sink: Sink) -> None:
    place = subject.place(manifest, fault.path)
    reason = place.reason
    after = ", after the overlay" if place.change else ""
    sink.report(
        codes.MANIFEST_INVALID,
        place.key if fault.rule == "unknown-field" else place.span,
        f"invalid {manifest.kind}: {fault.message}",
        label=_near_miss(fault, _value(subject, place)),
        notes=(f"this is `{dotted(fault.path)}` of the {manifest.kind}{after}",),
        help=f"hcpc filled it in ({reason}): write `{place.path[-1]}` yourself" if reason else "",
    )


def _value(subject: Subject, place: Place) -> object:
    """What was written at a place."""
    if place.change:
        return place.change.value
    found = find(subject.cluster.tree, place.path)
    return found.text if isinstance(found, Scalar) else None


def _near_miss(fault: SchemaFault, value: object) -> str:
    if fault.rule == "enum" and isinstance(value, str):
        return did_you_mean(value, fault.candidates)
    return did_you_mean(str(fault.path[-1]), fault.candidates) if fault.candidates else ""
