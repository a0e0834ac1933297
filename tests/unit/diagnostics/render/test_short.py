"""Exact output of the one-line format."""

from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.render import render
from hcpc.diagnostics.render.report import Report
from hcpc.diagnostics.unchecked import Unchecked
from hcpc.diagnostics.waived import Waived
from hcpc.source.text import SourceFile, Span

FILE = SourceFile("clusters/a.yaml", "spec:\n  replcas: 3\n")
FIELD = Span(FILE, 8, 15)


def test_each_finding_is_one_line_with_its_help_or_else_its_label() -> None:
    label = Label(FIELD, "did you mean `replicas`?")
    report = Report(
        [
            Diagnostic("HCP0002", Severity.INFO, "plain", Label(Span(FILE, 0, 0))),
            Diagnostic("HCP0202", Severity.ERROR, "unknown field `replcas`", label),
            Diagnostic("HCP0407", Severity.WARNING, "no size", label, help="set `replicas`"),
        ],
        clusters=3,
    )
    assert (
        render("short", report, colour=False)
        == """\
clusters/a.yaml:1:1: info[HCP0002]: plain
clusters/a.yaml:2:3: error[HCP0202]: unknown field `replcas` (did you mean `replicas`?)
clusters/a.yaml:2:3: warning[HCP0407]: no size (set `replicas`)
1 error, 1 warning and 1 info in 3 hosted clusters
"""
    )


def test_control_characters_do_not_break_the_line() -> None:
    file = SourceFile("a\nb.yaml", "x")
    finding = Diagnostic(
        "HCP0210", Severity.ERROR, "bad\x1b[31m", Label(Span(file, 0, 1)), help="a\r\nb"
    )
    assert render("short", Report([finding], 1), colour=False) == (
        "a\\nb.yaml:1:1: error[HCP0210]: bad\\x1b[31m (a\\r\\nb)\n1 error in 1 hosted cluster\n"
    )


def test_colour_leaves_the_location_bare_for_those_who_click_on_it() -> None:
    finding = Diagnostic("HCP0202", Severity.ERROR, "odd", Label(FIELD))
    assert render("short", Report([finding], 1), colour=True) == (
        "clusters/a.yaml:2:3: \x1b[1;31merror[HCP0202]\x1b[0m: odd\n1 error in 1 hosted cluster\n"
    )


def test_no_findings_is_the_summary_alone() -> None:
    assert render("short", Report([], 0), colour=False) == "no findings in 0 hosted clusters\n"


def test_waived_findings_on_request_and_what_was_not_checked_have_lines_of_their_own() -> None:
    finding = Diagnostic("HCP0407", Severity.WARNING, "no size", Label(FIELD))
    waived = Waived(finding, "team", "gone\nsoon", "OPS-7", "2027-06-30", FIELD)
    gap = Unchecked("rules of CRDs", "no set")
    report = Report([], 2, waived=(waived,), unchecked=(gap,))
    rest = "no findings in 2 hosted clusters, 1 waived\nnot checked: rules of CRDs: no set\n"
    assert render("short", report, colour=False) == rest
    assert render("short", report._replace(show_waived=True), colour=False) == (
        "clusters/a.yaml:2:3: warning[HCP0407]: no size "
        "[waived by team until 2027-06-30: gone\\nsoon (OPS-7)]\n" + rest
    )
