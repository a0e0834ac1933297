"""Findings for programs: one JSON object as described by `schemas/diagnostics-v1.json`.

The text is ASCII, so that it survives every pipe and terminal. Half surrogate pairs, which
strict JSON readers refuse, are replaced by U+FFFD.
"""

import json
from typing import TypeAlias

from hcpc import API_VERSION
from hcpc.diagnostics.codes import CODES
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.render.place import Position, place
from hcpc.diagnostics.render.report import Report
from hcpc.diagnostics.render.whole import whole
from hcpc.diagnostics.unchecked import Unchecked
from hcpc.diagnostics.waived import Waived
from hcpc.source.text import Span

_Json: TypeAlias = "str | int | list[_Json] | dict[str, _Json]"


def render(report: Report, *, colour: bool) -> str:  # noqa: ARG001  # JSON has no colour
    """The report as JSON, indented for people who look at it."""
    document: _Json = {
        "apiVersion": API_VERSION,
        "kind": "DiagnosticReport",
        "summary": {
            "clusters": report.clusters,
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
            "infos": report.count(Severity.INFO),
            "waived": len(report.waived),
        },
        "findings": [_finding(finding) for finding in report.findings],
        "waived": [_waived(each) for each in report.waived],
        "unchecked": [_unchecked(each) for each in report.unchecked],
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(finding: Diagnostic) -> _Json:
    code = CODES.get(finding.code)
    return {
        "code": whole(finding.code),
        "severity": finding.severity.value,
        "title": code.title if code else "",
        "message": whole(finding.message),
        **_label(finding.primary),
        "related": [_label(label) for label in finding.secondary],
        "notes": [whole(note) for note in finding.notes],
        "help": whole(finding.help),
        "clusters": [whole(cluster) for cluster in sorted(finding.clusters)],
    }


def _waived(waived: Waived) -> _Json:
    return {
        "finding": _finding(waived.finding),
        "owner": whole(waived.owner),
        "reason": whole(waived.reason),
        "ticket": whole(waived.ticket),
        "expires": whole(waived.expires),
        "location": _location(waived.span),
    }


def _unchecked(unchecked: Unchecked) -> _Json:
    return {
        "what": whole(unchecked.what),
        "why": whole(unchecked.why),
        "clusters": [whole(cluster) for cluster in sorted(unchecked.clusters)],
    }


def _label(label: Label) -> dict[str, _Json]:
    return {"location": _location(label.span), "label": whole(label.text)}


def _location(span: Span) -> _Json:
    where = place(span)
    return {
        "path": whole(where.path),
        "start": _position(where.start),
        "end": _position(where.end),
    }


def _position(position: Position) -> _Json:
    return {"line": position.line, "column": position.column, "offset": position.offset}
