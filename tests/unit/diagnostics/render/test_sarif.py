"""SARIF: what readers of it find, and where."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sarif import sarif_schema
from tests.unit.diagnostics.render.odd_report import (
    EMPTY,
    EXCLUSIVE,
    FILE,
    GAP,
    NOTED,
    SHARED,
    TOLD,
    UNREADY,
    WAIVED,
    at,
)

from hcpc import __version__
from hcpc.diagnostics.codes import CODES
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.pages import page
from hcpc.diagnostics.render import render
from hcpc.diagnostics.render.report import Report
from hcpc.diagnostics.render.sarif import FINGERPRINT
from hcpc.source.text import SourceFile, Span

GITHUB_TAKES = 1024  # characters of a description


def run_of(report: Report) -> Any:
    """The only run of the report's log, which matches the official schema."""
    log = json.loads(render("sarif", report, colour=False))
    sarif_schema().validate(log)
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    return run


def result_of(finding: Diagnostic) -> Any:
    [result] = run_of(Report([finding], 1))["results"]
    return result


def region_of(file: SourceFile, start: int, end: int) -> Any:
    finding = Diagnostic("HCP0213", Severity.ERROR, "odd", Label(Span(file, start, end)))
    return result_of(finding)["locations"][0]["physicalLocation"]["region"]


def test_a_run_without_findings_is_one_too() -> None:
    run = run_of(Report((), 3))
    assert run["results"] == []
    assert run["tool"] == {"driver": {"name": "hcpc", "version": __version__, "rules": []}}
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_a_result_says_all_that_the_finding_says() -> None:
    result = result_of(EXCLUSIVE)
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "clusters/a%20b.yaml", "uriBaseId": "SRCROOT"}
    assert place["region"] == {"startLine": 3, "startColumn": 3, "endLine": 3, "endColumn": 12}
    assert result["message"]["text"].splitlines() == [
        "`replicas` and `autoscale` exclude each other",
        "excluded by `replicas`",
        "note: a node pool has a fixed size or scales by itself",
        "help: remove one of the two",
    ]
    first, second = result["relatedLocations"]
    assert (first["id"], second["id"]) == (1, 2)
    assert "message" not in first
    assert second["message"] == {"text": "set here"}
    assert second["physicalLocation"]["artifactLocation"]["uri"] == "clusters/defaults.yaml"
    assert second["physicalLocation"]["region"]["startLine"] == 2


def test_a_place_in_another_revision_is_told_in_words() -> None:
    before = SourceFile("clusters/a.yaml@885bb1498", "release: 4.17.9\n")
    labels = (at(before, "4.17.9", "at the base"), at(before, "release"))
    assert result_of(EXCLUSIVE._replace(secondary=labels))["relatedLocations"] == [
        {"id": 1, "message": {"text": "clusters/a.yaml@885bb1498:1:10: at the base"}},
        {"id": 2, "message": {"text": "clusters/a.yaml@885bb1498:1:1"}},
    ]


def test_a_rule_carries_its_page_and_its_default_level() -> None:
    run = run_of(Report([SHARED._replace(severity=Severity.ERROR)], 1))
    [rule] = run["tool"]["driver"]["rules"]
    assert rule["id"] == "HCP0407"
    assert rule["shortDescription"]["text"] == CODES["HCP0407"].title
    assert rule["help"]["markdown"] == page("HCP0407")
    assert rule["defaultConfiguration"]["level"] == "warning"
    [result] = run["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("HCP0407", 0, "error")


def test_results_point_at_their_rules() -> None:
    run = run_of(TOLD)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["HCP0002", "HCP0211", "HCP0407", "HCP1205"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    assert [result["level"] for result in run["results"]] == ["error", "warning", "note", "warning"]


def test_a_rule_of_the_organisation_has_the_page_that_the_fleet_gives_it() -> None:
    report = Report([EXCLUSIVE._replace(code="ORG-7")], 1)
    assert run_of(report)["tool"]["driver"]["rules"] == [{"id": "ORG-7"}]
    text = "# ORG-7: no size\n\nAsked of each cluster.\n\nMore.\n"
    [rule] = run_of(report._replace(pages={"ORG-7": text}))["tool"]["driver"]["rules"]
    assert rule == {
        "id": "ORG-7",
        "shortDescription": {"text": "no size"},
        "fullDescription": {"text": "Asked of each cluster."},
        "help": {"text": text, "markdown": text},
    }
    long = {"ORG-7": text.replace("no size", "x" * 5000)}
    [rule] = run_of(report._replace(pages=long))["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == "x" * GITHUB_TAKES


@pytest.mark.parametrize("code", sorted(CODES))
def test_descriptions_are_as_long_as_github_takes_them(code: str) -> None:
    run = run_of(Report([NOTED._replace(code=code)], 1))
    [rule] = run["tool"]["driver"]["rules"]
    for part in ("shortDescription", "fullDescription"):
        assert 0 < len(rule[part]["text"]) <= GITHUB_TAKES
        assert "```" not in rule[part]["text"]


def test_a_finding_in_a_layer_names_the_clusters_it_touches() -> None:
    result = result_of(SHARED)
    names = [each["name"] for each in result["locations"][0]["logicalLocations"]]
    assert names == ["a", "b"]
    assert result["message"]["text"].endswith(
        "note: 2 hosted clusters get this from a shared layer: a and b"
    )


def test_a_waived_finding_is_a_suppressed_result_and_the_others_say_that_they_are_not() -> None:
    *counted, waived = run_of(TOLD)["results"]
    assert [result["suppressions"] for result in counted] == [[], [], []]
    [suppression] = waived["suppressions"]
    assert suppression["kind"] == "external"
    assert suppression["status"] == "accepted"
    assert suppression["justification"] == (
        "waived by team-db until 2027-06-30: moves to `b` in May (OPS-7)"
    )
    place = suppression["location"]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == WAIVED.span.file.path
    assert "suppressions" not in result_of(UNREADY)


def test_what_was_not_checked_is_a_notification() -> None:
    run = run_of(TOLD)
    [invocation] = run["invocations"]
    assert invocation["executionSuccessful"]
    told = invocation["toolExecutionNotifications"]
    [descriptor] = run["tool"]["driver"]["notifications"]
    assert {each["descriptor"]["id"] for each in told} == {descriptor["id"]}
    assert [each["message"]["text"] for each in told] == [
        f"{GAP.what}: {GAP.why} (4 hosted clusters: a, b, c and 1 more)",
        "history: none",
    ]


def test_columns_count_characters_and_no_byte_order_mark() -> None:
    text = "a: 支😀 bad\n"
    at_bad = text.index("bad")
    assert region_of(SourceFile("a", text), at_bad, at_bad + 3)["startColumn"] == 7
    marked = SourceFile("a", f"\ufeff{text}{text}")
    assert region_of(marked, at_bad + 1, at_bad + 4)["startColumn"] == 7
    second = marked.text.rindex("bad")
    assert region_of(marked, second, second + 3)["startColumn"] == 7
    assert region_of(marked, 0, 1) == {
        "startLine": 1,
        "startColumn": 1,
        "endLine": 1,
        "endColumn": 1,
    }


def test_a_region_of_several_lines_ends_behind_its_last_character() -> None:
    file = SourceFile("a", "a:\r\n  b: 1\r\n  c: 2\r\n")
    start, end = file.text.index("b"), file.text.index("2") + 1
    assert region_of(file, start, end) == {
        "startLine": 2,
        "startColumn": 3,
        "endLine": 3,
        "endColumn": 7,
    }


def test_a_file_as_a_whole_is_its_first_line() -> None:
    assert region_of(EMPTY, 0, 0) == {"startLine": 1}


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a:b/c%20 d.yaml", "a%3Ab/c%2520%20d.yaml"),
        ("支/#?.yaml", "%E6%94%AF/%23%3F.yaml"),
        ("caf\udce9.yaml", "caf%E9.yaml"),
        ("\ud800.yaml", "%EF%BF%BD.yaml"),
    ],
)
def test_paths_are_references_of_the_same_bytes(path: str, uri: str) -> None:
    finding = Diagnostic("HCP0213", Severity.ERROR, "odd", Label(Span(SourceFile(path, ""), 0, 0)))
    place = result_of(finding)["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == uri


def fingerprints(*findings: Diagnostic) -> list[str]:
    results = run_of(Report(findings, 1))["results"]
    return [result["partialFingerprints"][FINGERPRINT] for result in results]


def test_a_fingerprint_survives_lines_above_and_nothing_else() -> None:
    [before] = fingerprints(EXCLUSIVE)
    lower = SourceFile(FILE.path, f"# more\n\n{FILE.text}")
    assert fingerprints(EXCLUSIVE._replace(primary=at(lower, "autoscale"))) == [before]
    elsewhere = SourceFile("clusters/b.yaml", FILE.text)
    assert fingerprints(EXCLUSIVE._replace(primary=at(elsewhere, "autoscale"))) != [before]
    assert fingerprints(EXCLUSIVE._replace(message="other")) != [before]
    assert fingerprints(EXCLUSIVE._replace(code="HCP0212")) != [before]


def test_what_is_found_twice_has_two_fingerprints() -> None:
    first, second = fingerprints(EXCLUSIVE, EXCLUSIVE)
    assert [first] == fingerprints(EXCLUSIVE)
    assert first != second


def test_no_text_of_a_fleet_is_a_placeholder_or_a_link() -> None:
    message = "`${a.b}` {0} {x} [here](https://example.com)"
    result = result_of(EXCLUSIVE._replace(message=message, primary=at(FILE, "spec", "[x](1)")))
    first, label, *_ = result["message"]["text"].splitlines()
    assert first == r"`${a.b}` {{0}} {x} [here\](https://example.com)"
    assert label == r"[x\](1)"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (r"[here\](https://x)", r"[here\\\](https://x)"),
        (r"[here\\](https://x)", r"[here\\\\\](https://x)"),
        (r"C:\dir [a](b)", r"C:\dir [a\](b)"),
        ("{{0}}", "{{{{0}}}}"),
        ("{{0}", "{{{{0}}"),
        ("{{a}} {}", "{{a}} {}"),
    ],
)
def test_what_stands_before_a_link_or_a_placeholder_does_not_bring_it_back(
    text: str, written: str
) -> None:
    result = result_of(EXCLUSIVE._replace(message=text))
    assert result["message"]["text"].splitlines()[0] == written


@given(st.text(r"[]()\{}0a", max_size=12))
def test_readers_find_the_text_itself_and_no_link(text: str) -> None:
    result = result_of(EXCLUSIVE._replace(message=f"x{text}"))
    written = result["message"]["text"].splitlines()[0]
    plain = re.sub(r"\\.|\{\{|\}\}", "_", written)  # what an escape stands for is text
    assert not re.search(r"\]\(|\{0+\}", plain)


@pytest.mark.parametrize(
    "text", ["# ORG-7: no size", "# ORG-7: no size\n", "# ORG-7: no\nsize\n\n"]
)
def test_a_page_may_have_no_more_than_its_title(text: str) -> None:
    report = Report([EXCLUSIVE._replace(code="ORG-7")], 1, pages={"ORG-7": text})
    [rule] = run_of(report)["tool"]["driver"]["rules"]
    help_text = {"text": text, "markdown": text}
    assert rule == {"id": "ORG-7", "shortDescription": {"text": "no size"}, "help": help_text}


def test_a_fleet_in_a_directory_of_the_repository_is_a_category_of_its_own() -> None:
    moved = TOLD.seen_from("fleets/prod eu/")
    run = run_of(moved)
    assert run["automationDetails"]["id"] == "hcpc/fleets/prod%20eu/"
    uris = {
        place["physicalLocation"]["artifactLocation"]["uri"]
        for result in run["results"]
        for place in (*result["locations"], *result.get("relatedLocations", ()))
    }
    assert {uri.rpartition("/clusters/")[0] for uri in uris} == {"fleets/prod%20eu"}
    assert run_of(TOLD)["automationDetails"]["id"] == "hcpc/"
