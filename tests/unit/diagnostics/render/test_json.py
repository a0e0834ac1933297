"""The JSON report: its exact form, and that it and its schema agree."""

import json
from pathlib import Path

from jsonschema import Draft202012Validator
from tests.unit.diagnostics.render.odd_report import GAP, TOLD

from hcpc.diagnostics.codes import CODES
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.render import render
from hcpc.diagnostics.render.report import Report
from hcpc.source.text import SourceFile, Span

SCHEMA = json.loads(
    Path(__file__).parents[4].joinpath("schemas/diagnostics-v1.json").read_text(encoding="utf-8")
)
FILE = SourceFile("clusters/a.yaml", "spec:\n  replicas: 3\n  autoscale: {}\n")
FINDING = Diagnostic(
    "HCP0211",
    Severity.ERROR,
    "`replicas` and `autoscale` exclude each other",
    Label(Span(FILE, 8, 16), "fixed"),
    (Label(Span(FILE, 22, 31)),),
    ("one of them may come from a layer",),
    "remove one",
    ("b", "a"),
)


def test_the_report_says_everything_in_a_fixed_order() -> None:
    assert (
        render("json", Report([FINDING], 12), colour=True)
        == """\
{
  "apiVersion": "hcpc.dev/v1alpha1",
  "kind": "DiagnosticReport",
  "summary": {
    "clusters": 12,
    "errors": 1,
    "warnings": 0,
    "infos": 0,
    "waived": 0
  },
  "findings": [
    {
      "code": "HCP0211",
      "severity": "error",
      "title": "fields exclude each other",
      "message": "`replicas` and `autoscale` exclude each other",
      "location": {
        "path": "clusters/a.yaml",
        "start": {
          "line": 2,
          "column": 3,
          "offset": 8
        },
        "end": {
          "line": 2,
          "column": 11,
          "offset": 16
        }
      },
      "label": "fixed",
      "related": [
        {
          "location": {
            "path": "clusters/a.yaml",
            "start": {
              "line": 3,
              "column": 3,
              "offset": 22
            },
            "end": {
              "line": 3,
              "column": 12,
              "offset": 31
            }
          },
          "label": ""
        }
      ],
      "notes": [
        "one of them may come from a layer"
      ],
      "help": "remove one",
      "clusters": [
        "a",
        "b"
      ]
    }
  ],
  "waived": [],
  "unchecked": []
}
"""
    )


def test_the_schema_is_one_and_takes_reports_with_and_without_findings() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA)
    for findings in ([], [FINDING], [FINDING, FINDING]):
        validator.validate(json.loads(render("json", Report(findings, 3), colour=False)))


def test_the_schema_refuses_what_the_report_does_not_say() -> None:
    validator = Draft202012Validator(SCHEMA)
    report = json.loads(render("json", Report([FINDING], 3), colour=False))
    report["findings"][0]["column"] = 3
    report["findings"][0]["location"]["start"]["line"] = 0
    del report["summary"]["infos"]
    assert sorted(".".join(map(str, error.path)) for error in validator.iter_errors(report)) == [
        "findings.0",
        "findings.0.location.start.line",
        "summary",
    ]


def test_the_schema_knows_every_code_and_severity() -> None:
    finding = SCHEMA["$defs"]["finding"]["properties"]
    assert finding["severity"]["enum"] == [severity.value for severity in Severity]
    codes = Draft202012Validator(finding["code"])
    assert [code for code in CODES if not codes.is_valid(code)] == []


def test_odd_characters_are_escaped_and_half_pairs_replaced() -> None:
    file = SourceFile("\udcff.yaml", "x")
    finding = Diagnostic(
        "HCP0001", Severity.ERROR, "\x00\x9b\u2028😀", Label(Span(file, 0, 1), "\ud83d\ude00")
    )
    text = render("json", Report([finding], 1), colour=False)
    assert text.isascii()
    assert "ud83d\\ude00" in text
    [found] = json.loads(text)["findings"]
    assert found["location"]["path"] == "\ufffd.yaml"
    assert found["message"] == "\x00\x9b\u2028😀"
    assert found["label"] == "\ufffd\ufffd"


def test_a_span_beyond_the_text_is_moved_to_its_end() -> None:
    finding = Diagnostic("HCP0001", Severity.ERROR, "odd", Label(Span(FILE, -3, 10_000)))
    [found] = json.loads(render("json", Report([finding], 1), colour=False))["findings"]
    assert found["location"]["start"] == {"line": 1, "column": 1, "offset": 0}
    assert found["location"]["end"] == {"line": 4, "column": 1, "offset": len(FILE.text)}


def test_what_was_waived_or_not_checked_is_told_with_its_reason() -> None:
    report = json.loads(render("json", TOLD, colour=False))
    Draft202012Validator(SCHEMA).validate(report)
    assert report["summary"]["waived"] == 1
    [waived] = report["waived"]
    assert waived.pop("finding")["code"] == "HCP1205"
    place = waived.pop("location")
    assert (place["path"], place["start"]["line"]) == ("policy.yaml", 2)
    assert waived == {
        "owner": "team-db",
        "reason": "moves to `b` in May",
        "ticket": "OPS-7",
        "expires": "2027-06-30",
    }
    first, second = report["unchecked"]
    assert first == {"what": GAP.what, "why": GAP.why, "clusters": ["a", "b", "c", "d"]}
    assert second == {"what": "history", "why": "none", "clusters": []}


def test_a_rule_of_the_organisation_fits_the_schema() -> None:
    report = json.loads(render("json", Report([FINDING._replace(code="ORG-7")], 1), colour=False))
    Draft202012Validator(SCHEMA).validate(report)
    assert report["findings"][0]["title"] == ""
