"""One line per finding, for editors, grep and scripts; then a summary.

The line starts with `path:line:column: ` and holds no character that does not print.
"""

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.render.cells import escaped
from hcpc.diagnostics.render.colour import SEVERITY_STYLES, Paint
from hcpc.diagnostics.render.place import place
from hcpc.diagnostics.render.report import Report, waived_note


def render(report: Report, *, colour: bool) -> str:
    """One line per finding, the summary, and a line for each thing that was not checked."""
    paint = Paint(colour)
    lines = [_line(finding, paint) for finding in report.findings]
    if report.show_waived:
        lines += [
            f"{_line(each.finding, paint)} [{escaped(waived_note(each))}]" for each in report.waived
        ]
    lines += [report.summary, *map(escaped, report.gaps)]
    return "".join(f"{line}\n" for line in lines)


def _line(finding: Diagnostic, paint: Paint) -> str:
    where = place(finding.primary.span)
    location = f"{escaped(where.path)}:{where.start.line}:{where.start.column}"
    kind = f"{finding.severity}[{escaped(finding.code)}]"
    advice = finding.help or finding.primary.text
    message = f"{finding.message} ({advice})" if advice else finding.message
    return f"{location}: {paint(SEVERITY_STYLES[finding.severity], kind)}: {escaped(message)}"
