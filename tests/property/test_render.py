"""Laws of every format, for whatever text a fleet may hold and whatever span a check may report."""

import json
import re
from itertools import product
from pathlib import Path
from xml.etree.ElementTree import fromstring

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from tests.sarif import sarif_schema

from hcpc.diagnostics.codes import CODES
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.render import RENDERERS, render
from hcpc.diagnostics.render.report import Report
from hcpc.diagnostics.unchecked import Unchecked
from hcpc.diagnostics.waived import Waived
from hcpc.source.text import SourceFile, Span

SCHEMA = Draft202012Validator(
    json.loads(
        Path(__file__)
        .parents[2]
        .joinpath("schemas/diagnostics-v1.json")
        .read_text(encoding="utf-8")
    )
)

anything = st.text(st.characters())  # surrogates and control characters included
nasty = st.text(st.sampled_from("a: -#\n\n\r\t\x1b\x9b支e\u0301\u1161\u200b\u202e\ud800😀"))
lines = st.text(st.sampled_from("ab: 支\t\x1b"), max_size=20).map(lambda text: text * 30)
files = st.builds(SourceFile, anything, anything | nasty | lines)
offsets = st.integers(-2, 700)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    among = draw(st.lists(files, min_size=1, max_size=3))
    labels = st.builds(
        Label, st.builds(Span, st.sampled_from(among), offsets, offsets), anything | st.just("")
    )
    finding = st.builds(
        Diagnostic,
        st.sampled_from(sorted(CODES)),
        st.sampled_from(Severity),
        st.text(st.characters(), min_size=1),
        labels,
        st.lists(labels, max_size=4).map(tuple),
        st.lists(anything, max_size=2).map(tuple),
        anything,
        st.lists(anything, max_size=5).map(tuple),
    )
    spans = labels.map(lambda label: label.span)
    waived = st.builds(Waived, finding, anything, anything, anything, anything, spans)
    unchecked = st.builds(Unchecked, anything, anything, st.lists(anything, max_size=5).map(tuple))
    return Report(
        draw(st.lists(finding, max_size=3)),
        draw(st.integers(0, 20)),
        draw(st.lists(waived, max_size=2).map(tuple)),
        draw(st.booleans()),
        draw(st.lists(unchecked, max_size=2).map(tuple)),
        draw(st.sampled_from(Severity)),
    ).seen_from(draw(st.sampled_from(["", "a b/"])))


@given(reports(), st.sampled_from(sorted(RENDERERS)))
def test_no_format_lets_a_character_through_that_does_not_print(
    report: Report, format_: str
) -> None:
    assert render(format_, report, colour=False).replace("\n", "").isprintable()


@given(reports(), st.sampled_from(sorted(RENDERERS)))
def test_colour_adds_codes_and_nothing_else(report: Report, format_: str) -> None:
    coloured = render(format_, report, colour=True)
    assert re.sub(r"\x1b\[[0-9;]+m", "", coloured) == render(format_, report, colour=False)


def shown(report: Report) -> int:
    """How many findings people see."""
    return len(report.findings) + (len(report.waived) if report.show_waived else 0)


@given(reports())
def test_short_has_one_line_per_finding_the_summary_and_what_was_not_checked(
    report: Report,
) -> None:
    lines = render("short", report, colour=False).count("\n")
    assert lines == shown(report) + 1 + len(report.unchecked)


@given(reports())
def test_sarif_matches_its_schema_and_has_a_result_for_each_finding(report: Report) -> None:
    log = json.loads(render("sarif", report, colour=False))
    sarif_schema().validate(log)
    [run] = log["runs"]
    results = run["results"]
    assert len(results) == len(report.findings) + len(report.waived)
    prints = [each["partialFingerprints"]["hcpcFinding/v1"] for each in results]
    assert len(set(prints)) == len(prints)


@given(reports())
def test_github_has_one_command_per_finding_of_its_kind(report: Report) -> None:
    *commands, _ = render("github", report, colour=False).splitlines()
    properties = r"\w+=[^,:]*"
    command = re.compile(rf"::(error|warning|notice) {properties}(,{properties})*::.*")
    assert [line for line in commands if not command.fullmatch(line)] == []
    assert len(commands) == shown(report) + bool(report.unchecked)


@given(reports())
def test_junit_is_xml_that_counts_its_cases(report: Report) -> None:
    root = fromstring(render("junit", report, colour=False))  # noqa: S314  # our own
    cases = list(root.iter("testcase"))
    expected = len(report.findings) + len(report.waived) + len(report.unchecked)
    assert len(cases) == max(1, expected) == int(root.attrib["tests"])
    assert len(list(root.iter("failure"))) == int(root.attrib["failures"])
    names = [(case.attrib["classname"], case.attrib["name"]) for case in cases]
    assert len(set(names)) == len(names)


@given(reports())
def test_markdown_shows_texts_of_a_fleet_in_fenced_blocks_only(report: Report) -> None:
    text = render("markdown", report, colour=False)
    tokens = MarkdownIt("commonmark").enable("table").parse(text)
    blocks = [token.content for token in tokens if token.type == "fence"]
    sections = {each.severity for each in report.findings}
    waived = report.show_waived and bool(report.waived)
    assert len(blocks) == len(sections) + waived + bool(report.unchecked)
    ours = {code.title for code in CODES.values()} | {f"`{code}`" for code in CODES}
    counts = {f"{n} {kind}{s}" for n, kind, s in product(range(4), Severity, ("", "s"))}
    titles = {"Errors", "Warnings", "Infos", "Waived", "Not checked", "found", "code", "meaning"}
    inline = {token.content for token in tokens if token.type == "inline"}
    assert inline <= ours | counts | titles | {f"hcpc: {report.summary}"}


@given(reports())
def test_json_matches_its_schema_and_its_offsets_are_inside_the_text(report: Report) -> None:
    document = json.loads(render("json", report, colour=False))
    SCHEMA.validate(document)
    for finding, found in zip(report.findings, document["findings"], strict=True):
        text = finding.primary.span.file.text
        start, end = found["location"]["start"], found["location"]["end"]
        assert 0 <= start["offset"] <= end["offset"] <= len(text)
        before = text[: start["offset"]]
        assert start["line"] == before.count("\n") + 1
        assert start["column"] == len(before) - before.rfind("\n")


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1), st.data())
def test_the_underline_is_below_the_characters_it_is_about(text: str, data: st.DataObject) -> None:
    text *= data.draw(st.integers(1, 30))
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 24)))
    label = Label(Span(SourceFile("a.yaml", text), start, end))
    report = Report([Diagnostic("HCP0213", Severity.ERROR, "odd", label)], 1)
    *_, source, carets, _, _ = render("text", report, colour=False).splitlines()
    under = slice(carets.index("^"), carets.rindex("^") + 1)
    assert source[under] == text[start:end]
