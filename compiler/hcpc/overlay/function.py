"""A jsonnet function on the objects of a part: called, and what it returns checked."""

import json
from collections.abc import Mapping
from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import listed
from hcpc.kube.manifest import Manifest, manifest
from hcpc.overlay.complaint import absent_import, read_complaint, source_file
from hcpc.overlay.identity import IDENTITY, kept, lacking, may_be_made
from hcpc.overlay.jsonnet import JsonnetError, LimitError, MissingError, evaluate
from hcpc.overlay.provenance import changes_between
from hcpc.overlay.steps import Function, Step
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.scope import Environment
from hcpc.source.text import Span

_EXACT = range(-(2**53) + 1, 2**53)
_DEEPEST = 100
_LIMIT_HELP = "look for a loop that does not end, or for values that grow"
_LOST = "return it under the name that it has; to remove it, remove it from the spec"

_Key = tuple[str, str, str, str]


class _Unusable(Exception):  # noqa: N818  # an answer, not an error: the caller makes the diagnostic
    """What a function returns are no manifests; the text says why."""


def call(
    step: Step,
    function: Function,
    cluster: Cluster,
    objects: list[Manifest],
    environment: Environment,
    sink: Sink,
) -> list[Manifest]:
    """The objects that the function returns for these; these themselves after a finding."""
    if function.path not in environment.assets:
        return objects  # that it cannot be read is told already
    try:
        returned = _evaluated(function, cluster, objects, environment.assets)
        return _taken_over(step, function, objects, returned, sink)
    except JsonnetError as error:
        _report_error(function, error, environment.assets, sink)
    except LimitError as limit:
        _report(function, f"`{function.path}` is given up: {limit}", _LIMIT_HELP, sink)
    except MissingError:
        message = "jsonnet is not installed, or does not start"
        _report(function, message, "install `hcpc[jsonnet]`, or write patches", sink)
    except _Unusable as unusable:
        _report_unusable(function, str(unusable), environment.assets, sink)
    return objects


def _evaluated(
    function: Function,
    cluster: Cluster,
    objects: list[Manifest],
    files: Mapping[str, bytes],
) -> list[dict[str, Any]]:
    argument = {"cluster": cluster.facts(), "manifests": [each.body for each in objects]}
    if problem := _inexact(argument, ""):
        raise _Unusable(f"jsonnet would lose digits of {problem}")
    text = evaluate(files, function.path, json.dumps(argument))
    try:
        value = json.loads(text)
    except RecursionError:
        raise _Unusable("what it returns is nested too deep") from None
    return _checked(value)


def _checked(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise _Unusable("it returns no list")
    seen: set[_Key] = set()
    for number, body in enumerate(value):
        if not isinstance(body, dict):
            raise _Unusable(f"item {number} of what it returns is no object")
        if fields := lacking(body):
            raise _Unusable(f"item {number} of what it returns has no {listed(fields)}")
        key = _key(body)
        if key in seen:
            raise _Unusable(f"it returns {key[1]} `{key[3]}` twice")
        seen.add(key)
        if problem := _inexact(body, "") or _too_deep(body):
            raise _Unusable(f"{key[1]} `{key[3]}` of what it returns has {problem}")
    return value


def _key(body: dict[str, Any]) -> _Key:
    metadata = body["metadata"]
    group = body["apiVersion"].rpartition("/")[0]
    return group, body["kind"], str(metadata.get("namespace", "")), metadata["name"]


def _inexact(value: Any, path: str) -> str:
    """The first number that jsonnet cannot hold; empty for none."""
    if isinstance(value, dict):
        return next(filter(None, (_inexact(v, f"{path}.{k}") for k, v in value.items())), "")
    if isinstance(value, list):
        return next(filter(None, (_inexact(v, f"{path}[{n}]") for n, v in enumerate(value))), "")
    if type(value) is int and value not in _EXACT:
        return f"`{path.lstrip('.')}`, a number beyond 53 bits: make it a text, or use a patch"
    return ""


def _too_deep(value: Any, depth: int = 0) -> str:
    if depth > _DEEPEST:
        return "values that are nested too deep"
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next(filter(None, (_too_deep(each, depth + 1) for each in inner)), "")


def _taken_over(
    step: Step,
    function: Function,
    objects: list[Manifest],
    returned: list[dict[str, Any]],
    sink: Sink,
) -> list[Manifest]:
    """The objects as returned: those that were there in their order, then the new ones."""
    bodies = {_key(body): body for body in returned}
    taken: list[Manifest] = []
    for before in objects:
        body = bodies.pop(_key(before.body), None)
        if body is not None:
            changes = tuple(changes_between(step.title, before.body, body, function.span))
            taken.append(kept(step, before, body, changes, sink) if changes else before)
        elif before.kind in IDENTITY:
            message = f"the function does not return the {before.kind} that it was given"
            note = f"it was given {before.kind} `{before.name}`"
            sink.report(codes.OVERLAY_OBJECT, function.span, message, notes=(note,), help=_LOST)
            taken.append(before)
    for body in bodies.values():
        refused = may_be_made(body)
        if refused is None:
            taken.append(manifest(body, function.span))
            continue
        sink.report(
            codes.OVERLAY_OBJECT,
            function.span,
            refused[0],
            notes=(f"the object is {body['kind']} `{body['metadata']['name']}`",),
            help=refused[1],
        )
    return taken


def _report(function: Function, message: str, remedy: str, sink: Sink) -> None:
    sink.report(codes.JSONNET_FAILS, function.span, message, help=remedy)


def _report_error(
    function: Function, error: JsonnetError, files: Mapping[str, bytes], sink: Sink
) -> None:
    complaint = read_complaint(str(error), files)
    if error.absent:
        complaint = absent_import(str(error), *error.absent, files)
    first, *others = complaint.places or (_start(function, files),)
    callers = [Label(span, "needed here") for span in others[:2]]
    sink.report(
        codes.JSONNET_FAILS,
        first,
        complaint.message,
        secondary=(*callers, Label(function.span, "the overlay that uses it")),
        notes=complaint.more,
    )


def _report_unusable(
    function: Function, message: str, files: Mapping[str, bytes], sink: Sink
) -> None:
    sink.report(
        codes.JSONNET_RESULT,
        _start(function, files),
        f"`{function.path}`: {message}",
        secondary=(Label(function.span, "the overlay that uses it"),),
        help="return a list of whole objects, such as the one that the function is given",
    )


def _start(function: Function, files: Mapping[str, bytes]) -> Span:
    """The first character of the function's file, which stands for all of it."""
    file = source_file(function.path, files)
    return Span(file, 0, min(1, len(file.text)))
