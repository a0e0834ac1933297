"""The template that the operator makes a dashboard of for each hosted cluster.

It replaces placeholders as plain text, wherever they stand; what comes out must be JSON.
Source: HyperShift, hostedcluster_controller.go, `reconcileMonitoringDashboard`.
"""

import json
import re
from typing import NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean, listed
from hcpc.kube.manifest import Manifest, manifest
from hcpc.resolve.assets import FIELD, asset_path
from hcpc.resolve.operator_setup import ADD, FLAGS, flags, knows_flags, operator_namespace
from hcpc.resolve.scope import Environment, ManagementCluster
from hcpc.source.text import SourceFile, Span
from hcpc.syntax.tree import Path, Scalar, find, key_span

NAME, KEY = "monitoring-dashboard-template", "template"
PLACEHOLDERS = ("__NAME__", "__NAMESPACE__", "__CONTROL_PLANE_NAMESPACE__", "__CLUSTER_ID__")
_PLACEHOLDER = re.compile(r"__[A-Z0-9]+(?:_[A-Z0-9]+)*__")
_FLAG = "monitoring-dashboards"
_MOST = 1_000_000
"""Bytes of a ConfigMap, with room for all but the template. Source: Kubernetes, 1 MiB."""


class _Text(NamedTuple):
    """A template and its place; `starts` are where its lines begin, if that is known."""

    text: str
    whole: Span
    starts: tuple[int, ...] = ()

    def span(self, start: int, end: int) -> Span:
        """The place of a part of the template, which does not go beyond its line."""
        line = self.text.count("\n", 0, start)
        if line >= len(self.starts):
            return self.whole
        begin = self.starts[line] + start - (self.text.rfind("\n", 0, start) + 1)
        return Span(self.whole.file, begin, begin + end - start)


def config_map(
    management: ManagementCluster, environment: Environment, sink: Sink
) -> list[Manifest]:
    """The ConfigMap with the template; none without a template that can be read."""
    _check_used(management, sink)
    template = _template(management, environment, sink)
    if template is None:
        return []
    _check_placeholders(template, sink)
    _check_json(template, sink)
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": NAME, "namespace": operator_namespace(management)},
        "data": {KEY: template.text},
    }
    return [manifest(body, key_span(management.tree, ("dashboard",)))]


def _template(management: ManagementCluster, environment: Environment, sink: Sink) -> _Text | None:
    at: Path = ("dashboard", FIELD)
    named = find(management.tree, at)
    if not isinstance(named, Scalar):
        inline = find(management.tree, ("dashboard", "template"))
        return _inline(inline) if isinstance(inline, Scalar) and inline.text else None
    content = environment.assets.get(asset_path(named))
    if content is None:  # it cannot be read, which is told already
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        sink.report(
            codes.NOT_UTF8,
            named.span,
            f"`{asset_path(named)}` is not UTF-8",
            help="save the file as UTF-8",
        )
        return None
    file = SourceFile(asset_path(named), text)
    starts = (0, *(found.end() for found in re.finditer("\n", text)))
    return _Text(text, Span(file, 0, min(1, len(text))), starts)


def _inline(scalar: Scalar) -> _Text:
    """A template written in the document; its lines are found where they stand as they are."""
    starts: list[int] = []
    position = scalar.start
    for line in scalar.text.splitlines():
        position = scalar.file.text.find(line, position, scalar.end + 1)
        if position < 0:
            return _Text(scalar.text, scalar.span)
        starts.append(position)
        position += len(line)
    return _Text(scalar.text, scalar.span, tuple(starts))


def _check_used(management: ManagementCluster, sink: Sink) -> None:
    is_known = knows_flags(management) or "mce" in management.data.get("hypershift", {})
    if is_known and flags(management).get(_FLAG) is not True:
        add = ADD if find(management.tree, ADD) is not None else FLAGS
        sink.report(
            codes.UNUSED_TEMPLATE,
            key_span(management.tree, ("dashboard",)),
            f"no dashboards are made on management cluster `{management.name}`",
            label=f"needs the flag `{_FLAG}`",
            help=f"write `{_FLAG}: true` under `{'.'.join(map(str, add))}`",
        )


def _check_placeholders(template: _Text, sink: Sink) -> None:
    for found in _PLACEHOLDER.finditer(template.text):
        if found[0] not in PLACEHOLDERS:
            label = did_you_mean(found[0], PLACEHOLDERS)
            sink.report(
                codes.UNKNOWN_PLACEHOLDER,
                template.span(found.start(), found.end()),
                f"unknown placeholder `{found[0]}`",
                label=label,
                help="" if label else f"placeholders are {listed(PLACEHOLDERS)}",
            )


def _check_json(template: _Text, sink: Sink) -> None:
    """Check the template with placeholders replaced by names of the same length."""
    text = template.text
    for each in PLACEHOLDERS:
        text = text.replace(each, "x" * len(each))
    if len(template.text.encode()) > _MOST:
        message = "dashboard template is larger than a ConfigMap may be"
        sink.report(codes.OUT_OF_RANGE, template.whole, message, label="1 MB at most")
    try:
        found = json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as fault:
        at = template.span(fault.pos, fault.pos + 1)
        message = f"dashboard template is not JSON: {fault.msg.lower()}"
        sink.report(codes.BAD_TEMPLATE, at, message)
    except (RecursionError, ValueError) as fault:
        reason = "nested too deeply" if isinstance(fault, RecursionError) else str(fault)
        sink.report(codes.BAD_TEMPLATE, template.whole, f"dashboard template is not JSON: {reason}")
    else:
        if not isinstance(found, dict):
            message = "dashboard template is JSON, but not an object"
            sink.report(codes.BAD_TEMPLATE, template.whole, message)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number there")
