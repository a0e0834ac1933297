"""Findings in SARIF 2.1.0, which forges and editors read.

One run, with a rule for each code that occurs and its page as the rule's help. Paths are told
from the root of the repository. Nothing depends on the clock or on lines above a finding that
its fingerprint should survive.
"""

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, TypeAlias
from urllib.parse import quote

from hcpc import __version__
from hcpc.diagnostics.codes import CODES
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.pages import page
from hcpc.diagnostics.render.place import Position, place
from hcpc.diagnostics.render.report import (
    Report,
    shared_layer_note,
    unchecked_text,
    waived_note,
)
from hcpc.diagnostics.render.whole import whole
from hcpc.diagnostics.waived import Waived
from hcpc.source.text import Span

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_Seen: TypeAlias = dict[tuple[str, str, str], int]
FINGERPRINT = "hcpcFinding/v1"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_GAP = "not-checked"
_LONGEST = 1024  # characters of a title, as GitHub takes them
_ROOT = "SRCROOT"
_MARK = "\ufeff"
_OF_REVISION = re.compile(r"\.\w+@[0-9a-f]{7,40}$")
_PLACEHOLDER = re.compile(r"(\{+)([0-9]+)(\}+)")
_LINK = re.compile(r"(\\*)\]\(")
_HALF = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # of no byte, as Python stands for bytes


def render(report: Report, *, colour: bool) -> str:  # noqa: ARG001  # JSON has no colour
    """The report as a SARIF log."""
    rules = sorted({finding.code for finding in _all(report)})
    run = {
        "tool": {"driver": _driver(rules, report)},
        "automationDetails": {"id": f"hcpc/{_uri(report.directory)}"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "root of the repository"}}},
        "invocations": [_invocation(report)],
        "results": list(_results(report, rules)),
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _all(report: Report) -> Iterator[Diagnostic]:
    yield from report.findings
    for waived in report.waived:
        yield waived.finding


def _driver(rules: list[str], report: Report) -> dict[str, Any]:
    driver: dict[str, Any] = {"name": "hcpc", "version": __version__}
    driver["rules"] = [_rule(rule, report) for rule in rules]
    if report.unchecked:
        about = {"text": "something that hcpc did not look at"}
        driver["notifications"] = [{"id": _GAP, "shortDescription": about}]
    return driver


def _rule(name: str, report: Report) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": whole(name)}
    code = CODES.get(name)
    text = page(name) if code else whole(report.pages.get(name, ""))
    if not text:
        return rule
    title, _, rest = text.removeprefix(f"# {name}: ").strip().partition("\n\n")
    about = " ".join(rest.strip().partition("\n\n")[0].split())
    rule["shortDescription"] = {"text": " ".join(title.split())[:_LONGEST]}
    if about:  # a page may have no more than its title
        rule["fullDescription"] = {"text": about}
    rule["help"] = {"text": text, "markdown": text}
    if code:  # what is the organisation's is as bad as its findings say
        rule["defaultConfiguration"] = {"level": _LEVELS[code.severity]}
    return rule


def _invocation(report: Report) -> dict[str, Any]:
    """How the run went. What was not looked at does not make it a failure, but is told."""
    told = [
        {
            "descriptor": {"id": _GAP, "index": 0},
            "level": "warning",
            "message": {"text": _plain(unchecked_text(each))},
        }
        for each in report.unchecked
    ]
    return {"executionSuccessful": True, "toolExecutionNotifications": told}


def _results(report: Report, rules: list[str]) -> Iterator[dict[str, Any]]:
    waivers: list[Waived | None] = [None] * len(report.findings)
    seen: _Seen = {}
    for finding, waived in zip(_all(report), [*waivers, *report.waived], strict=True):
        suppressions = [_suppression(waived)] if waived else []
        result = _result(finding, rules.index(finding.code), seen)
        # Where one result has suppressions, all others have to say that they have none.
        yield result | ({"suppressions": suppressions} if report.waived else {})


def _result(finding: Diagnostic, index: int, seen: _Seen) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": _physical(finding.primary.span)}
    if finding.clusters:
        location["logicalLocations"] = [
            {"name": name, "kind": "resource"} for name in sorted(set(map(whole, finding.clusters)))
        ]
    result = {
        "ruleId": whole(finding.code),
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [location],
        "partialFingerprints": {FINGERPRINT: _fingerprint(finding, seen)},
    }
    related = [_related(number, label) for number, label in enumerate(finding.secondary, 1)]
    return result | ({"relatedLocations": related} if related else {})


def _message(finding: Diagnostic) -> str:
    lines = [finding.message]
    if finding.primary.text:
        lines.append(finding.primary.text)
    shared = shared_layer_note(finding)
    lines += [f"note: {note}" for note in (*finding.notes, shared) if note]
    if finding.help:
        lines.append(f"help: {finding.help}")
    return "\n".join(map(_plain, lines))


def _plain(text: str) -> str:
    """A text in which readers find neither a placeholder nor a link (sections 3.11.5 and 3.11.6).

    Only what would be taken for one is escaped, with what stands right before it and would undo
    that: not every reader takes back more.
    """
    text = _PLACEHOLDER.sub(r"\1\1\2\3\3", whole(text))
    return _LINK.sub(r"\1\1\](", text)


def _fingerprint(finding: Diagnostic, seen: _Seen) -> str:
    """The same finding's mark, wherever in its file it stands.

    The second finding that says the same of a file has another one than the first.
    """
    says = (finding.code, finding.primary.span.file.path, finding.message)
    number = seen[says] = seen.get(says, 0) + 1
    return sha256("\0".join((*says, str(number))).encode("utf-8", "surrogatepass")).hexdigest()


def _related(number: int, label: Label) -> dict[str, Any]:
    location: dict[str, Any] = {"id": number}
    text = label.text
    if _OF_REVISION.search(label.span.file.path):  # a file that the reader does not have
        text = ": ".join(filter(None, (label.span.location, text)))
    else:
        location["physicalLocation"] = _physical(label.span)
    return location | ({"message": {"text": _plain(text)}} if text else {})


def _physical(span: Span) -> dict[str, Any]:
    where = place(span)
    start, end = where.start, where.end
    region = {"startLine": start.line}
    if span.file.text:  # a finding about a file as a whole has no text to point at
        region["startColumn"] = _column(start, span)
        region |= {"endLine": end.line, "endColumn": _column(end, span)}
    return {
        "artifactLocation": {"uri": _uri(where.path), "uriBaseId": _ROOT},
        "region": region,
    }


def _column(position: Position, span: Span) -> int:
    """The column in characters; a byte order mark at the start of a file is none."""
    is_marked = position.line == 1 and span.file.text.startswith(_MARK)
    return max(1, position.column - is_marked)


def _uri(path: str) -> str:
    """A relative reference: bytes of a name that are no UTF-8 are kept as they are."""
    return quote(_HALF.sub("\ufffd", path).encode("utf-8", "surrogateescape"))


def _suppression(waived: Waived) -> dict[str, Any]:
    return {
        "kind": "external",
        "status": "accepted",
        "justification": whole(waived_note(waived)),
        "location": {"physicalLocation": _physical(waived.span)},
    }
