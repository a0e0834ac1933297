"""Findings as workflow commands, which GitHub shows beside the lines of a pull request.

Each is one line, and begins with the place and the code, because the log of a job shows nothing
else of a command. GitHub shows the first ten errors, warnings and notices of a step and leaves
out the rest without a word, so a notice before all others says when there are more.
"""

from hcpc.diagnostics.codes import CODES
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.render.cells import escaped
from hcpc.diagnostics.render.place import place
from hcpc.diagnostics.render.report import Report, shared_layer_note, waived_note

SHOWN = 10
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report, *, colour: bool) -> str:  # noqa: ARG001  # GitHub paints commands itself
    """A command for each finding, and the summary."""
    notices = [_more(report)] if _is_cut(report) else []
    if report.gaps:
        notices.append(_command("notice", {"title": "not checked"}, report.gaps))
    lines = [*notices, *map(_finding, report.findings)]
    if report.show_waived:
        lines += [
            _finding(each.finding._replace(severity=Severity.INFO), waived_note(each))
            for each in report.waived
        ]
    return "".join(f"{line}\n" for line in [*lines, report.summary])


def _is_cut(report: Report) -> bool:
    return any(report.count(severity) > SHOWN for severity in Severity)


def _more(report: Report) -> str:
    text = f"{report.summary}; GitHub shows {SHOWN} of each kind, the log of this step has all"
    return _command("notice", {"title": "more findings than are shown"}, [text])


def _finding(finding: Diagnostic, *notes: str) -> str:
    where = place(finding.primary.span)
    start, end = where.start, where.end
    code = CODES.get(finding.code)
    properties: dict[str, str | int] = {"file": where.path, "line": start.line}
    if start.line == end.line and start.offset < end.offset:  # columns of one line only
        properties |= {"endLine": end.line, "col": start.column, "endColumn": end.column}
    properties["title"] = f"{finding.code}: {code.title}" if code else finding.code
    first = f"{where.path}:{start.line}:{start.column}: {finding.code}: {finding.message}"
    help_ = f"help: {finding.help}" if finding.help else ""
    others = [_other(label) for label in finding.secondary]
    shared = shared_layer_note(finding)
    lines = [first, finding.primary.text, *others, *finding.notes, shared, *notes, help_]
    return _command(_COMMANDS[finding.severity], properties, [*filter(None, lines)])


def _other(label: Label) -> str:
    where = place(label.span)
    text = f": {label.text}" if label.text else ""
    return f"see {where.path}:{where.start.line}:{where.start.column}{text}"


def _command(name: str, properties: dict[str, str | int], lines: list[str]) -> str:
    """`::name key=value,…::text`, its lines separated as the runner reads them."""
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {told}::{'%0A'.join(map(_data, lines))}"


def _property(value: str | int) -> str:
    return _data(str(value)).replace(":", "%3A").replace(",", "%2C")


def _data(text: str) -> str:
    return escaped(text).replace("%", "%25")
