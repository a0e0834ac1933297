"""JUnit XML: suites, cases and what became of them."""

from xml.etree.ElementTree import Element, fromstring

from tests.unit.diagnostics.render.odd_report import (
    EMPTY,
    EXCLUSIVE,
    FILE,
    LAYER,
    NOTED,
    SHARED,
    TOLD,
    at,
)

from hcpc.diagnostics.diagnostic import Diagnostic, Severity
from hcpc.diagnostics.render import render
from hcpc.diagnostics.render.report import Report
from hcpc.source.text import SourceFile


def read(report: Report) -> Element:
    return fromstring(render("junit", report, colour=False))  # noqa: S314  # our own


def case_of(*findings: Diagnostic) -> Element:
    [case] = read(Report(findings, 1)).iter("testcase")
    return case


def inner(case: Element) -> Element:
    [only] = case
    return only


def test_each_file_is_a_suite_and_each_finding_a_case() -> None:
    suites = read(Report([EXCLUSIVE, EXCLUSIVE, SHARED, NOTED], 9)).findall("testsuite")
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in suites] == [
        (FILE.path, "2", "2"),
        (LAYER.path, "1", "0"),
        (EMPTY.path, "1", "0"),
    ]


def test_the_document_counts_its_cases() -> None:
    root = read(TOLD)
    assert root.attrib == {
        "name": "hcpc",
        "tests": "6",
        "failures": "1",
        "errors": "0",
        "skipped": "3",
    }
    assert len(list(root.iter("testcase"))) == 6
    assert len(list(root.iter("skipped"))) == 3


def test_an_error_is_a_failure_that_shows_its_lines() -> None:
    case = case_of(EXCLUSIVE)
    assert case.attrib == {
        "classname": FILE.path,
        "name": "HCP0211: `replicas` and `autoscale` exclude each other",
        "file": FILE.path,
        "line": "3",
    }
    failure = inner(case)
    assert (failure.tag, failure.get("type")) == ("failure", "error")
    assert failure.get("message") == EXCLUSIVE.message
    shown = render("text", Report([EXCLUSIVE], 1), colour=False)
    assert failure.text == shown.removesuffix("\n1 error in 1 hosted cluster\n")


def test_a_warning_passes_and_is_told_unless_it_fails_the_run() -> None:
    told = inner(case_of(SHARED))
    assert (told.tag, told.attrib) == ("system-out", {})
    assert (told.text or "").startswith("warning[HCP0407]: no size\n")
    failing = read(Report([SHARED, NOTED], 1, fail_on=Severity.WARNING))
    assert [child.tag for case in failing.iter("testcase") for child in case] == [
        "failure",
        "system-out",
    ]


def test_names_of_cases_hold_no_lines_and_do_not_repeat() -> None:
    lower = SourceFile(FILE.path, f"# more\n{FILE.text}")
    below = EXCLUSIVE._replace(primary=at(lower, "autoscale"))
    assert case_of(below).get("name") == case_of(EXCLUSIVE).get("name")
    names = [case.get("name") for case in read(Report([EXCLUSIVE] * 3, 1)).iter("testcase")]
    assert names == [names[0], f"{names[0]} (2)", f"{names[0]} (3)"]


def test_what_was_waived_or_not_checked_is_skipped() -> None:
    skipped = {
        case.get("name"): (case.get("classname"), inner(case).get("message"))
        for case in read(TOLD).iter("testcase")
        if inner(case).tag == "skipped"
    }
    assert skipped == {
        "HCP1205: not ready": (
            FILE.path,
            "waived by team-db until 2027-06-30: moves to `b` in May (OPS-7)",
        ),
        "rules of the CRDs": (
            "hcpc",
            "not checked: `mgmt-1` names no set of CRDs (4 hosted clusters: a, b, c and 1 more)",
        ),
        "history": ("hcpc", "not checked: none"),
    }


def test_a_clean_fleet_is_one_case_that_passes() -> None:
    [case] = read(Report([], 12)).iter("testcase")
    assert case.attrib == {"classname": "hcpc", "name": "no findings in 12 hosted clusters"}
    assert list(case) == []


def test_no_character_of_a_fleet_breaks_the_document() -> None:
    file = SourceFile('a"&<.yaml', "x: ]]>\x00\x1b\ufffe\ud800\n")
    odd = Diagnostic("HCP0213", Severity.ERROR, "\x00\x0b\uffff<&>\"'\ud800", at(file, "x"))
    case = case_of(odd)
    assert case.get("classname") == 'a"&<.yaml'
    assert case.get("name") == "HCP0213: \\x00\\x0b\\uffff<&>\"'\\ud800"
    assert "x: ]]>\\x00\\x1b\\ufffe\\ud800" in (inner(case).text or "")
