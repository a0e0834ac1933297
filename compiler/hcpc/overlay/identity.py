"""What no overlay may do to an object: make another one of it, or put secrets into it."""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL, Change, Manifest
from hcpc.mapping.patch import same
from hcpc.mapping.table import get
from hcpc.overlay.provenance import answer
from hcpc.overlay.steps import Step
from hcpc.source.text import Span
from hcpc.syntax.tree import FieldPath, dotted

_VERSION: FieldPath = ("apiVersion",)
_NAMES: tuple[FieldPath, ...] = (("kind",), ("metadata", "name"), ("metadata", "namespace"))
IDENTITY: dict[str, tuple[FieldPath, ...]] = {
    HOSTED_CLUSTER: (_VERSION, *_NAMES),
    NODE_POOL: (_VERSION, *_NAMES, ("spec", "clusterName")),
}
"""What the other objects of the fleet, and hcpc itself, know these by."""
_WITHHELD = "Secret"
_CONTENT: tuple[FieldPath, ...] = (("data",), ("stringData",))
_NOTHING_HIDDEN = "what stands in git is no secret: say under `secrets` where it comes from"


def kept(
    step: Step, before: Manifest, body: Any, changes: tuple[Change, ...], sink: Sink
) -> Manifest:
    """The object with its new content; as it was, after a finding, when it may not be that."""
    after = before._replace(body=body, changes=(*before.changes, *changes))
    fault = _fault(before, body)
    if fault is None:
        return after
    path, message, remedy = fault
    sink.report(
        codes.OVERLAY_OBJECT,
        _span(step, after, path),
        message,
        notes=(f"the object is {before.kind} `{before.name}`",),
        help=remedy,
    )
    return before


def lacking(body: Any) -> list[str]:
    """What an object has to have and has not, as dotted paths."""
    values = {dotted(path): get(body, path) for path in (_VERSION, *_NAMES[:2])}
    return [name for name, value in values.items() if not isinstance(value, str) or not value]


def may_be_made(body: dict[str, Any]) -> tuple[str, str] | None:
    """Why an overlay may not make an object, and what to do instead; None when it may."""
    kind = body["kind"]
    if kind in IDENTITY:
        return f"an overlay cannot make a {kind}", "write it as a spec, so that it is checked"
    if kind == _WITHHELD:
        return "an overlay cannot make a Secret", _NOTHING_HIDDEN
    if kind.endswith("List") and "items" in body:
        return f"an overlay cannot make a {kind}", "return the objects in it themselves"
    return None


def _fault(before: Manifest, body: Any) -> tuple[FieldPath, str, str] | None:
    """The first thing that is wrong with a changed object: where, what, and what to do."""
    for path in IDENTITY.get(before.kind, _NAMES):
        if not same(get(before.body, path), get(body, path)):
            message = f"an overlay cannot change `{dotted(path)}` of a {before.kind}"
            return path, message, "what it is called by is for the spec to say"
    if _VERSION[0] in lacking(body):
        return _VERSION, "what is left of the object has no `apiVersion`", "leave it as it is"
    for path in _CONTENT if before.kind == _WITHHELD else ():
        if not same(get(before.body, path), get(body, path)):
            return path, f"an overlay cannot set `{path[0]}` of a Secret", _NOTHING_HIDDEN
    return None


def _span(step: Step, after: Manifest, path: FieldPath) -> Span:
    for size in range(len(path), 0, -1):
        change, _ = answer(after, path[:size])
        if change:
            return change.key
    return step.span
