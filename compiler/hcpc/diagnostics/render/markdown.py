"""Findings in Markdown, for the summary of a job and for comments in pull requests.

What comes from a fleet stands in fenced blocks only, where it is no markup and mentions nobody.
Forges take 65,536 characters: what is too much is left out, errors last, and counted.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from hcpc.diagnostics.codes import CODES
from hcpc.diagnostics.diagnostic import Severity
from hcpc.diagnostics.render.cells import escaped
from hcpc.diagnostics.render.colour import Paint
from hcpc.diagnostics.render.report import Report, counted, waived_note
from hcpc.diagnostics.render.terminal import block

LIMIT = 60_000
"""Bytes of findings: whoever posts them may put something of their own around them."""
_ROWS = 100
_LARGE = 4_000  # bytes: of one finding that is left out alone
_TICKS = re.compile("`+")
_CODE = re.compile("[A-Z0-9-]+")


def render(report: Report, *, colour: bool) -> str:  # noqa: ARG001  # Markdown has no colour
    """The summary, a table of codes, the findings, and what was not checked."""
    gaps = _section("not checked", _gaps(report), len(report.gaps), LIMIT // 4)
    text = "".join([f"## hcpc: {report.summary}\n", *_table(report)])
    for noun, blocks, total in _sections(report):
        text += _section(noun, blocks, total, LIMIT - _size(text) - _size(gaps))
    return text + gaps


def _sections(report: Report) -> Iterator[tuple[str, Iterator[str], int]]:
    plain = Paint(on=False)
    for severity in Severity:
        found = [each for each in report.findings if each.severity is severity]
        yield f"{severity.value}s", (block(each, plain) for each in found), len(found)
    waived = report.waived if report.show_waived else ()
    notes = (block(each.finding, plain, waived_note(each)) for each in waived)
    yield "waived", notes, len(waived)


def _gaps(report: Report) -> Iterator[str]:
    return (f"{escaped(gap.removeprefix('not checked: '))}\n" for gap in report.gaps)


def _table(report: Report) -> Iterator[str]:
    """How often each code was found; the most frequent of the worst first."""
    found = Counter((found.severity, found.code) for found in report.findings)
    order = list(Severity)
    rows = sorted(found.items(), key=lambda row: (order.index(row[0][0]), -row[1], row[0][1]))
    if rows:
        yield "\n| found | code | meaning |\n|---|---|---|\n"
    for (severity, name), number in rows[:_ROWS]:
        code = CODES.get(name)
        shown = f"`{name}`" if _CODE.fullmatch(name) else ""
        yield f"| {counted(number, severity.value)} | {shown} | {code.title if code else ''} |\n"
    if len(rows) > _ROWS:
        yield f"\nAnd {counted(len(rows) - _ROWS, 'more code')}.\n"


def _section(noun: str, blocks: Iterable[str], total: int, room: int) -> str:
    """A heading and a fenced block of what fits into so many bytes; nothing without blocks."""
    if not total:
        return ""
    shown, ticks = _fitting(blocks, room)
    fence = "`" * ticks
    text = f"\n### {noun.capitalize()}\n"
    if shown:
        between = "\n" if noun != "not checked" else ""
        text += f"\n{fence}text\n{between.join(shown)}{fence}\n"
    if cut := total - len(shown):
        text += f"\n**{cut} of {total} ({noun}) are left out here**; `hcpc lint` shows all.\n"
    return text


def _fitting(blocks: Iterable[str], room: int) -> tuple[list[str], int]:
    """The first blocks that fit, and how many backticks a fence needs that none of them ends."""
    shown: list[str] = []
    size, ticks = 0, 3
    for text in blocks:
        longest = max((len(run) for run in _TICKS.findall(text)), default=0)
        needed = max(ticks, longest + 1)
        own = _size(text) + 1
        if size + own + 2 * needed <= room:
            shown.append(text)
            size, ticks = size + own, needed
        elif own + 2 * needed < _LARGE:
            break
    return shown, ticks


def _size(text: str) -> int:
    return len(text.encode())
