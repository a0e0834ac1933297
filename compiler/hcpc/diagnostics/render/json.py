"""Findings for programs: one JSON object as described by `schemas/diagnostics-v1.json`.

The text is ASCII, so that it survives every pipe and terminal. Half surrogate pairs, which
strict JSON readers refuse, are replaced by U+FFFD.
"""

import json
import re
from typing import TypeAlias

from hcpc import API_VERSION
from hcpc.diagnostics.codes import CODES
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.render.place import Position, place
from hcpc.diagnostics.render.report import Report

_Json: TypeAlias = "str | int | list[_Json] | dict[str, _Json]"

_SURROGATE = re.compile("[\ud800-\udfff]")


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
        },
        "findings": [_finding(finding) for finding in report.findings],
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(finding: Diagnostic) -> _Json:
    code = CODES.get(finding.code)
    return {
        "code": _text(finding.code),
        "severity": finding.severity.value,
        "title": code.title if code else "",
        "message": _text(finding.message),
        **_label(finding.primary),
        "related": [_label(label) for label in finding.secondary],
        "notes": [_text(note) for note in finding.notes],
        "help": _text(finding.help),
        "clusters": [_text(cluster) for cluster in sorted(finding.clusters)],
    }


def _label(label: Label) -> dict[str, _Json]:
    where = place(label.span)
    return {
        "location": {
            "path": _text(where.path),
            "start": _position(where.start),
            "end": _position(where.end),
        },
        "label": _text(label.text),
    }


def _position(position: Position) -> _Json:
    return {"line": position.line, "column": position.column, "offset": position.offset}


def _text(text: str) -> str:
    return _SURROGATE.sub("\ufffd", text)
