"""Annotations of the operator: those it knows, with values that it can read.

An annotation is a text, so the API takes any; a typo is an instruction that nobody follows, a value
that cannot be read is only logged. Source: HyperShift, api/hypershift/v1beta1.
"""

import re

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Severity
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.kube.annotations import ANNOTATIONS, CHECKS, PREFIX, REQUEST_OVERRIDE
from hcpc.kube.loose import mapping, text
from hcpc.kube.manifest import Manifest
from hcpc.platforms import registry
from hcpc.syntax.tree import Path
from hcpc.verify.durations import seconds
from hcpc.verify.subject import Subject

_ANNOTATIONS: Path = ("metadata", "annotations")
_LEAST, _LAST_PORT = 600, 65535
_QUANTITY = r"[0-9]+(\.[0-9]+)?([KMGTPE]i?|k|m)?"


def check(subject: Subject, sink: Sink) -> None:
    """Report annotations of a cluster and its pools that the operator makes nothing of."""
    for manifest in (subject.hosted_cluster, *subject.node_pools):
        for key, value in mapping(
            mapping(manifest.body.get("metadata")).get("annotations")
        ).items():
            if key.startswith(PREFIX):
                _check(subject, manifest, key, text(value), sink)
            elif key.startswith(REQUEST_OVERRIDE):
                _check_override(subject, manifest, key, text(value), sink)


def _check(subject: Subject, manifest: Manifest, key: str, value: str, sink: Sink) -> None:
    name = key.removeprefix(PREFIX)
    form = _form(name, subject.cluster.platform)
    span = subject.key_span(manifest, (*_ANNOTATIONS, key))
    if form is None:
        near = did_you_mean(name, _known())
        sink.report(
            codes.UNKNOWN_ANNOTATION,
            span,
            f"no annotation of the operator is called `{name}`",
            label=near,
            help="" if near else "remove it, unless an operator of another version knows it",
            severity=Severity.WARNING if near else Severity.INFO,
        )
    elif form == "written":
        sink.report(
            codes.WRITTEN_ANNOTATION,
            span,
            f"the operator writes `{name}` itself",
            help="remove it: what stands in git is written over what the operator knows",
        )
    elif form.startswith("deprecated:"):
        advice = form.removeprefix("deprecated:")
        sink.report(codes.DEPRECATED_SETTING, span, f"`{name}` is deprecated", help=advice)
    elif fault := _fault(form, value):
        where = subject.span(manifest, (*_ANNOTATIONS, key))
        sink.report(codes.ANNOTATION_VALUE, where, f"`{name}` cannot be `{value}`", label=fault)
    elif name in CHECKS:
        sink.report(
            codes.CHECK_SKIPPED,
            span,
            f"`{name}` switches a check of the operator off: {CHECKS[name]}",
            help="remove it as soon as it has served its purpose",
        )


def _form(name: str, platform: str) -> str | None:
    """What the values of an annotation look like; None for one that nobody knows."""
    if name in ANNOTATIONS:
        return ANNOTATIONS[name]
    for each in (platform, *registry.NAMES):
        known = registry.platform(each)
        if known and name in known.annotations:
            return known.annotations[name]
    return None


def _known() -> list[str]:
    platforms = filter(None, map(registry.platform, registry.NAMES))
    return [*ANNOTATIONS, *(name for each in platforms for name in each.annotations)]


def _fault(form: str, value: str) -> str:
    """What a value should have been that the operator cannot read; empty for one that it can."""
    length = seconds(value) if form in {"duration", "lasting"} else None
    match form:
        case "bool" if value not in {"true", "false"}:
            return "expected `true` or `false`"
        case "duration" | "lasting" if length is None:
            return "expected a duration such as `30m`"
        case "lasting" if length is not None and length < _LEAST:
            return "expected `10m` at least"
        case "count" if re.fullmatch(r"[0-9]+%?", value) is None:
            return "expected a number, or a percentage such as `40%`"
        case "port" if not (value.isdecimal() and 1 <= int(value) <= _LAST_PORT):
            return "expected a port, 1 to 65535"
    return ""


def _check_override(subject: Subject, manifest: Manifest, key: str, value: str, sink: Sink) -> None:
    """`DEPLOYMENT.CONTAINER: memory=3Gi,cpu=2000m`."""
    path: Path = (*_ANNOTATIONS, key)
    name = key.removeprefix(REQUEST_OVERRIDE)
    if len(name.split(".")) != 2:  # noqa: PLR2004  # a deployment and a container
        sink.report(
            codes.ANNOTATION_VALUE,
            subject.key_span(manifest, path),
            f"`{name}` names no container",
            label="expected a deployment and a container, such as `etcd.etcd`",
        )
    for request in value.split(","):
        resource, _, quantity = request.strip().partition("=")
        if not resource or re.fullmatch(_QUANTITY, quantity) is None:
            sink.report(
                codes.ANNOTATION_VALUE,
                subject.span(manifest, path),
                f"requests cannot be `{value}`",
                label="expected quantities such as `memory=3Gi,cpu=500m`",
            )
            return
