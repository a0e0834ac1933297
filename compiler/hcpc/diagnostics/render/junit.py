"""Findings as JUnit XML, which CI servers show among the results of tests.

A file with findings is a suite, a finding is one of its cases. Those that fail the run are
failures, worse than nothing but good enough are cases that pass and have something to say, and
what was waived or not checked is skipped. Names of cases hold no lines, so that a case keeps its
history when lines move.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.render.cells import escaped
from hcpc.diagnostics.render.colour import Paint
from hcpc.diagnostics.render.place import place
from hcpc.diagnostics.render.report import Report, unchecked_text, waived_note
from hcpc.diagnostics.render.terminal import block

_OWN = "hcpc"


class _Case(NamedTuple):
    """A test case: where it belongs, and the element inside (a name, a message, a text)."""

    suite: str
    name: str
    outcome: str = ""
    kind: str = ""
    message: str = ""
    text: str = ""
    line: int = 0


def render(report: Report, *, colour: bool) -> str:  # noqa: ARG001  # XML has no colour
    """The report as one document."""
    cases = list(_cases(report)) or [_Case(_OWN, report.summary)]
    cases.sort(key=lambda case: (case.suite != _OWN, case.suite))  # stable: findings keep order
    suites = [_suite(name, list(of)) for name, of in groupby(cases, key=lambda case: case.suite)]
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {_counts(_OWN, cases)}>\n'
    return f"{head}{''.join(suites)}</testsuites>\n"


def _cases(report: Report) -> Iterator[_Case]:
    for finding in report.findings:
        outcome = "failure" if report.is_failure(finding) else "system-out"
        yield _case(finding, outcome)
    for waived in report.waived:
        note = waived_note(waived)
        yield _case(waived.finding, "skipped")._replace(message=note, kind="", text="")
    for each in report.unchecked:
        why = unchecked_text(each).removeprefix(f"{each.what}: ")
        yield _Case(_OWN, each.what, "skipped", message=f"not checked: {why}")


def _case(finding: Diagnostic, outcome: str) -> _Case:
    where = place(finding.primary.span)
    return _Case(
        where.path,
        f"{finding.code}: {finding.message}",
        outcome,
        finding.severity.value,
        finding.message,
        block(finding, Paint(on=False)),
        where.start.line,
    )


def _suite(name: str, cases: list[_Case]) -> str:
    seen: dict[str, int] = {}
    body = "".join(_element(case, _number(case.name, seen)) for case in cases)
    return f"  <testsuite {_counts(name, cases)}>\n{body}  </testsuite>\n"


def _number(name: str, seen: dict[str, int]) -> str:
    """The name, told apart from the same one before it."""
    number = seen[name] = seen.get(name, 0) + 1
    return name if number == 1 else f"{name} ({number})"


def _element(case: _Case, name: str) -> str:
    place_ = {"file": case.suite, "line": str(case.line)} if case.line else {}
    start = f"    <testcase {_attributes({'classname': case.suite, 'name': name, **place_})}"
    if not case.outcome:
        return f"{start}/>\n"
    said = {"type": case.kind, "message": case.message}
    if case.outcome == "system-out":  # which has no attributes
        said = {}
    attributes = _attributes({key: value for key, value in said.items() if value})
    inner = f"<{case.outcome}{' ' if attributes else ''}{attributes}"
    text = "\n".join(map(_safe, case.text.split("\n")))
    inner += f">{text}</{case.outcome}>" if text else "/>"
    return f"{start}>\n      {inner}\n    </testcase>\n"


def _counts(name: str, cases: Iterable[_Case]) -> str:
    outcomes = [case.outcome for case in cases]
    counts = {
        "tests": len(outcomes),
        "failures": outcomes.count("failure"),
        "errors": 0,
        "skipped": outcomes.count("skipped"),
    }
    return _attributes({"name": name, **{key: str(count) for key, count in counts.items()}})


def _attributes(values: dict[str, str]) -> str:
    return " ".join(f'{key}="{_safe(value)}"' for key, value in values.items())


def _safe(text: str) -> str:
    """Text as XML takes it: no control characters, which not even references may name."""
    text = escaped(text).replace("&", "&amp;").replace("<", "&lt;")
    return text.replace(">", "&gt;").replace('"', "&quot;")
