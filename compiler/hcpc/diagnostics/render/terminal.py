"""Findings for people: message, source excerpt with underlines, notes, help; then a summary.

Width, order and wording depend on the report alone. No character of a fleet's file reaches the
terminal unless it prints.
"""

from collections.abc import Iterator

from hcpc.diagnostics.diagnostic import Diagnostic, Label
from hcpc.diagnostics.render.cells import escaped
from hcpc.diagnostics.render.colour import SEVERITY_STYLES, Paint, Style
from hcpc.diagnostics.render.excerpt import Margin, enclosing, excerpt, mark
from hcpc.diagnostics.render.report import Report, shared_layer_note, waived_note
from hcpc.diagnostics.render.underline import Mark
from hcpc.source.text import SourceFile


def render(report: Report, *, colour: bool) -> str:
    """Each finding with its excerpts, set apart by blank lines, and the summary."""
    paint = Paint(colour)
    blocks = [block(finding, paint) for finding in report.findings]
    if report.show_waived:
        blocks += [block(each.finding, paint, waived_note(each)) for each in report.waived]
    gaps = "".join(f"{escaped(gap)}\n" for gap in report.gaps)
    return "\n".join([*blocks, f"{report.summary}\n{gaps}"])


def block(finding: Diagnostic, paint: Paint, *notes: str) -> str:
    """One finding with its excerpts, and with more notes if there are any."""
    lines = _finding(finding._replace(notes=(*finding.notes, *notes)), paint)
    return "\n".join(lines) + "\n"


def _finding(finding: Diagnostic, paint: Paint) -> Iterator[str]:
    marks = _marks(finding)
    last = max(one.line for in_file in marks.values() for one in in_file)
    margin = Margin(len(str(last)), paint)
    yield _headline(finding, paint)
    yield from _excerpts(finding, marks, margin)
    remarks = list(_remarks(finding))
    if remarks:
        yield margin.line()
    for word, text in remarks:
        yield margin.remark(word, escaped(text))


def _headline(finding: Diagnostic, paint: Paint) -> str:
    kind = f"{finding.severity}[{escaped(finding.code)}]"
    message = paint(Style.STRONG, f": {escaped(finding.message)}")
    return paint(SEVERITY_STYLES[finding.severity], kind) + message


def _marks(finding: Diagnostic) -> dict[SourceFile, list[Mark]]:
    """The marks of each file: the primary label's file first, the others by path."""
    primary = finding.primary
    marks = {primary.span.file: [mark(primary, SEVERITY_STYLES[finding.severity], "^")]}
    for label in sorted(finding.secondary, key=_order):
        marks.setdefault(label.span.file, []).append(mark(label, Style.GUTTER, "-"))
    return marks


def _order(label: Label) -> tuple[str, int, int, str]:
    return (*label.span.order, label.text)


def _excerpts(
    finding: Diagnostic, marks: dict[SourceFile, list[Mark]], margin: Margin
) -> Iterator[str]:
    for file, in_file in marks.items():
        is_primary = file is finding.primary.span.file
        if not is_primary:
            yield margin.line()
        first = in_file[0]
        location = f"{escaped(file.path)}:{first.line}:{first.start + 1}"
        yield margin.pointer("-->" if is_primary else ":::", location)
        if file.text or any(one.text for one in in_file):
            context = enclosing(file, first.line) if is_primary else []
            yield from excerpt(file, in_file, context, margin)


def _remarks(finding: Diagnostic) -> Iterator[tuple[str, str]]:
    for note in finding.notes:
        yield "note", note
    if shared := shared_layer_note(finding):
        yield "note", shared
    if finding.help:
        yield "help", finding.help
