"""Laws of every format, for whatever text a fleet may hold and whatever span a check may report."""

import json
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from hcpc.diagnostics.codes import CODES
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.render import RENDERERS, render
from hcpc.diagnostics.render.report import Report
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
    return Report(draw(st.lists(finding, max_size=3)), draw(st.integers(0, 20)))


@given(reports(), st.sampled_from(sorted(RENDERERS)))
def test_no_format_lets_a_character_through_that_does_not_print(
    report: Report, format_: str
) -> None:
    assert render(format_, report, colour=False).replace("\n", "").isprintable()


@given(reports(), st.sampled_from(sorted(RENDERERS)))
def test_colour_adds_codes_and_nothing_else(report: Report, format_: str) -> None:
    coloured = render(format_, report, colour=True)
    assert re.sub(r"\x1b\[[0-9;]+m", "", coloured) == render(format_, report, colour=False)


@given(reports())
def test_short_has_one_line_per_finding_and_the_summary(report: Report) -> None:
    assert render("short", report, colour=False).count("\n") == len(report.findings) + 1


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
