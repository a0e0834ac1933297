"""Workflow commands: exactly what the runner of GitHub reads."""

import pytest
from tests.unit.diagnostics.render.odd_report import EXCLUSIVE, NOTED, SHARED, TOLD, at, many

from hcpc.diagnostics.diagnostic import Diagnostic, Severity
from hcpc.diagnostics.render import render
from hcpc.diagnostics.render.report import Report
from hcpc.source.text import SourceFile


def commands(*findings: Diagnostic) -> list[str]:
    """The lines without the summary."""
    *lines, summary = render("github", Report(findings, 1), colour=False).splitlines()
    assert summary.endswith(" in 1 hosted cluster")
    return lines


def test_a_finding_is_one_command_with_its_place_and_all_it_says() -> None:
    assert commands(EXCLUSIVE) == [
        (
            "::error file=clusters/a b.yaml,line=3,endLine=3,col=3,endColumn=12,"
            "title=HCP0211%3A fields exclude each other::"
            "clusters/a b.yaml:3:3: HCP0211: `replicas` and `autoscale` exclude each other%0A"
            "excluded by `replicas`%0A"
            "see clusters/a b.yaml:2:3%0A"
            "see clusters/defaults.yaml:2:9: set here%0A"
            "a node pool has a fixed size or scales by itself%0A"
            "help: remove one of the two"
        )
    ]


def test_columns_are_said_of_one_line_only() -> None:
    [several] = commands(SHARED)
    assert several.startswith("::warning file=clusters/defaults.yaml,line=2,title=HCP0407%3A ")
    assert several.endswith("2 hosted clusters get this from a shared layer: a and b")
    [nothing] = commands(NOTED)
    assert nothing.startswith("::notice file=clusters/empty.yaml,line=1,title=HCP0002%3A ")


def test_no_text_of_a_fleet_ends_a_command_or_begins_another() -> None:
    file = SourceFile("a,b:c%0A\n::set-env name=x::y.yaml", "x\n")
    finding = Diagnostic(
        "HCP0213", Severity.ERROR, "100%\r\n::error::gotcha\x1b[31m", at(file, "x"), help="a\nb"
    )
    [line] = commands(finding)
    properties, _, text = line.removeprefix("::error ").partition("::")
    assert properties.split(",")[:2] == [
        "file=a%2Cb%3Ac%250A\\n%3A%3Aset-env name=x%3A%3Ay.yaml",
        "line=1",
    ]
    assert text.endswith(":1:1: HCP0213: 100%25\\r\\n::error::gotcha\\x1b[31m%0Ahelp: a\\nb")


def test_a_code_without_a_title_is_its_own() -> None:
    [line] = commands(EXCLUSIVE._replace(code="ORG-7"))
    assert ",title=ORG-7::" in line


@pytest.mark.parametrize(
    ("number", "severity", "told"),
    [
        (10, Severity.ERROR, False),
        (11, Severity.ERROR, True),
        (11, Severity.WARNING, True),
        (11, Severity.INFO, True),
    ],
)
def test_more_findings_than_github_shows_are_told_first(
    number: int, severity: Severity, *, told: bool
) -> None:
    report = many(number, severity)
    first, *_ = lines = render("github", report, colour=False).splitlines()
    assert len(lines) == number + told + 1
    assert first.startswith("::notice title=more findings than are shown::") == told
    if told:
        assert f"{report.summary}; GitHub shows 10 of each kind" in first


def test_what_was_not_checked_is_a_notice() -> None:
    first, *_ = render("github", TOLD, colour=False).splitlines()
    assert first == (
        "::notice title=not checked::not checked: rules of the CRDs: `mgmt-1` names no set of CRDs "
        "(4 hosted clusters: a, b, c and 1 more)%0Anot checked: history: none"
    )


def test_waived_findings_are_notices_for_those_who_want_them() -> None:
    assert "HCP1205" not in render("github", TOLD, colour=False)
    shown = render("github", TOLD._replace(show_waived=True), colour=False).splitlines()[-2]
    assert shown.startswith("::notice file=clusters/a b.yaml,line=1,")
    assert shown.endswith("waived by team-db until 2027-06-30: moves to `b` in May (OPS-7)")


def test_the_log_ends_with_the_summary() -> None:
    assert render("github", Report([], 2), colour=False) == "no findings in 2 hosted clusters\n"
    last = render("github", TOLD, colour=False).splitlines()[-1]
    assert last == "1 error, 1 warning and 1 info in 12 hosted clusters, 1 waived"
