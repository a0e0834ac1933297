"""Manifests against the schemas of what we emit, and against the CRDs of their management cluster.

Each fault is told once, at the line behind it: what our own schema says already, or a rule that
ran before, a CRD does not repeat.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.kube.manifest import Manifest
from hcpc.payloads import RestorePart
from hcpc.resolve.scope import Environment, ManagementCluster
from hcpc.source.text import Span
from hcpc.syntax.tree import Path, Scalar, dotted, find
from hcpc.verify.crd.crd_set import CrdSet
from hcpc.verify.crd.fault import Fault
from hcpc.verify.installed import installed
from hcpc.verify.repeated import is_repeated
from hcpc.verify.schema import SchemaFault, check_manifest
from hcpc.verify.subject import Place, Subject

_RULES_OF_CRDS = frozenset({"cel", "transition"})
# Whoever breaks a union or forgets a field breaks rules of the CRD about what is around it, too.
_SEEN_BY_RULES = frozenset({"excluded", "missing"})


def check_manifests(subject: Subject, environment: Environment, sink: Sink) -> tuple[str, ...]:
    """Report every fault that the API server would refuse, or drop without a word.

    Returns the kinds that no CRD of the management cluster speaks of, as `kind_title` names them.
    """
    management = subject.cluster.scope.management_cluster
    crds = installed(environment, management) if management else None
    unknown: set[str] = set()
    for manifest in subject.manifests:
        own = check_manifest(manifest.kind, manifest.body)
        for fault in own:
            _report(subject, manifest, fault, sink)
        if crds is None:
            continue
        place = subject.cluster.name_span
        known = _guarded(partial(_faults, crds, manifest.body), manifest.kind, place, crds, sink)
        if known is None:
            unknown.update(_title(manifest.body))
            continue
        for refused in known:
            if not _is_told(refused, own) and not is_repeated(refused, sink):
                _report(subject, manifest, refused, sink, crds.name)
    return tuple(sorted(unknown))


def check_restored(
    subject: Subject, restores: Iterable[RestorePart], environment: Environment, sink: Sink
) -> None:
    """Report what the API server would refuse of what restores make of a cluster's objects."""
    places = {each.name: each.name_span for each in subject.cluster.scope.restores}
    for part in restores:
        target = _management(environment, part.management_cluster)
        crds = installed(environment, target) if target else None
        if crds is None:
            continue
        by_name = {(each.kind, each.name): each.body for each in subject.manifests}
        for patch in (*part.patches, *part.objects):
            if "$patch" in patch.body:  # it takes the object away
                continue
            before = by_name.get((patch.kind, patch.name), {})
            asked = partial(_new_faults, crds, before, _patched(before, patch.body))
            place = places[part.name]
            for fault in _guarded(asked, patch.kind, place, crds, sink) or ():
                _report_object(patch._replace(origin=place), fault, crds.name, sink)


def check_shared_objects(
    management: ManagementCluster,
    objects: Iterable[Manifest],
    environment: Environment,
    sink: Sink,
) -> None:
    """Report what the API server would refuse of the objects that configure an operator."""
    crds = installed(environment, management)
    for manifest in objects if crds else ():
        assert crds is not None
        assert manifest.origin is not None
        asked = partial(_faults, crds, manifest.body)
        for fault in _guarded(asked, manifest.kind, manifest.origin, crds, sink) or ():
            _report_object(manifest, fault, crds.name, sink)


def kind_title(api_version: str, kind: str) -> str:
    """A kind in a sentence."""
    return f"{kind} (`{api_version}`)"


def _faults(crds: CrdSet, body: dict[str, Any]) -> list[Fault] | None:
    """What is wrong with an object; None when no CRD speaks of its kind."""
    kind = crds.kinds.get((body.get("apiVersion", ""), body.get("kind", "")))
    if kind is None:
        return None
    from hcpc.verify.crd.verdict import check_object  # noqa: PLC0415  # only fleets with CRD sets

    return check_object(kind, body)


def _new_faults(crds: CrdSet, before: dict[str, Any], body: dict[str, Any]) -> list[Fault]:
    """What is wrong with an object, and was not wrong with the one before."""
    told = {(fault.path, fault.message) for fault in _faults(crds, before) or ()}
    now = _faults(crds, body) or ()
    return [fault for fault in now if (fault.path, fault.message) not in told]


def _guarded(
    asked: Callable[[], list[Fault] | None], kind: str, place: Span, crds: CrdSet, sink: Sink
) -> list[Fault] | None:
    """What a check finds. One that crashes is told at a place, and finds nothing."""
    try:
        return asked()
    except Exception as crash:  # noqa: BLE001  # a schema that no API server would have taken
        _report_crash(kind, place, crds.name, crash, sink)
        return []


def _title(body: dict[str, Any]) -> list[str]:
    """The kind of an object that a CRD could speak of; Kubernetes' own have none."""
    api_version, kind = str(body.get("apiVersion", "")), str(body.get("kind", ""))
    return [kind_title(api_version, kind)] if "." in api_version.partition("/")[0] else []


def _is_told(fault: Fault, own: Iterable[SchemaFault]) -> bool:
    """Whether our own schema says of the same place, or one above it, that it is wrong."""
    is_rule = fault.rule in _RULES_OF_CRDS
    return any(
        fault.path[: len(each.path)] == each.path
        or (is_rule and each.rule in _SEEN_BY_RULES and fault.path == each.path[:-1])
        for each in own
    )


def _management(environment: Environment, name: str) -> ManagementCluster | None:
    return next((each for each in environment.management_clusters() if each.name == name), None)


def _patched(before: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    from hcpc.mapping.patch import apply_patch  # noqa: PLC0415  # only fleets with restores

    patched: dict[str, Any] = apply_patch(before, patch)
    return patched


def _report(
    subject: Subject, manifest: Manifest, fault: SchemaFault | Fault, sink: Sink, crd_set: str = ""
) -> None:
    place = subject.place(manifest, fault.path)
    reason = place.reason
    after = ", after the overlay" if place.change else ""
    sink.report(
        _code(fault, crd_set),
        place.key if fault.rule == "unknown-field" else place.span,
        f"invalid {manifest.kind}: {fault.message}",
        label=_near_miss(fault, _value(subject, place)),
        notes=(_note(manifest, fault.path, after), *_refused_by(crd_set)),
        help=f"hcpc filled it in ({reason}): write `{place.path[-1]}` yourself" if reason else "",
    )


def _report_crash(kind: str, place: Span, crd_set: str, crash: Exception, sink: Sink) -> None:
    sink.report(
        codes.CHECK_CRASHED,
        place,
        f"{kind} cannot be checked against CRD set `{crd_set}`: {type(crash).__name__}: {crash}",
        help="make the set anew; if that does not help, this is a fault of hcpc: please report it",
    )


def _report_object(manifest: Manifest, fault: Fault, crd_set: str, sink: Sink) -> None:
    """Report a fault at the place that made an object."""
    assert manifest.origin is not None
    sink.report(
        _code(fault, crd_set),
        manifest.origin,
        f"invalid {manifest.kind}: {fault.message}",
        notes=(_note(manifest, fault.path, ""), *_refused_by(crd_set)),
    )


def _code(fault: SchemaFault | Fault, crd_set: str) -> codes.Code:
    if not crd_set:
        return codes.MANIFEST_INVALID
    return codes.CRD_RULE if fault.rule in _RULES_OF_CRDS else codes.CRD_REFUSES


def _note(manifest: Manifest, path: Path, after: str) -> str:
    where = f"this is `{dotted(path)}` of the {manifest.kind}" if path else manifest.kind
    return f"{where}{after}"


def _refused_by(crd_set: str) -> tuple[str, ...]:
    return (f"the CRDs of set `{crd_set}` say so",) if crd_set else ()


def _value(subject: Subject, place: Place) -> object:
    """What was written at a place."""
    if place.change:
        return place.change.value
    found = find(subject.cluster.tree, place.path)
    return found.text if isinstance(found, Scalar) else None


def _near_miss(fault: SchemaFault | Fault, value: object) -> str:
    if fault.rule == "enum" and isinstance(value, str):
        return did_you_mean(value, fault.candidates)
    return did_you_mean(str(fault.path[-1]), fault.candidates) if fault.candidates else ""
