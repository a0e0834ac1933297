"""The ConfigMap with the dashboards' template, and templates that make none."""

from pathlib import Path

import pytest
from tests.unit.payloads.management import diagnostics, objects, told

FLAG = "operator: {installFlags: {add: {monitoring-dashboards: true}}}\n"
NAME = "monitoring-dashboard-template"
FROM_FILE = f"{FLAG}dashboard: {{fromFile: board.json}}\n"


def inline(*lines: str) -> str:
    text = "".join(f"    {line}\n" for line in lines)
    return f"{FLAG}dashboard:\n  template: |\n{text}"


def test_a_template_in_the_document(tmp_path: Path) -> None:
    spec = inline('{"title": "__NAME__",', "", '  "uid": "__CLUSTER_ID__"}')
    assert objects(tmp_path, spec)[NAME] == {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": NAME, "namespace": "hypershift"},
        "data": {"template": '{"title": "__NAME__",\n\n  "uid": "__CLUSTER_ID__"}\n'},
    }


def test_a_template_in_a_file_is_taken_byte_for_byte(tmp_path: Path) -> None:
    text = '{"a": "${var} __NAMESPACE__", "b": "__CONTROL_PLANE_NAMESPACE__ é"}'
    assert objects(tmp_path, FROM_FILE, board_json=text)[NAME]["data"] == {"template": text}


def test_the_operators_namespace_is_where_it_goes(tmp_path: Path) -> None:
    spec = "operator: {namespace: hcp}\ndashboard: {template: '{}'}\n"
    assert objects(tmp_path, spec)[NAME]["metadata"]["namespace"] == "hcp"


@pytest.mark.parametrize(
    ("lines", "line", "column", "code"),
    [
        (['{"a": 1 "b": 2}'], 10, 15, "HCP0805"),
        (["{", '  "a": [1, 2', '  "b": 3', "}"], 12, 9, "HCP0805"),
        (['{"a": "__NAME__"', "", '"b": 1}'], 12, 7, "HCP0805"),
        (['{"refresh": __NAME__}'], 10, 19, "HCP0805"),
        (["{", '  "a": "__NAME__ and __CLUSTER__"', "}"], 11, 28, "HCP0806"),
    ],
)
def test_a_fault_in_a_block_is_told_at_its_place(
    lines: list[str], line: int, column: int, code: str, tmp_path: Path
) -> None:
    (found,) = diagnostics(tmp_path, inline(*lines))
    span = found.primary.span
    assert (found.code, *span.file.position(span.start)) == (code, line, column)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1,\n "b": x}', ["HCP0805 x"]),
        ('{"a": "__NAME_SPACE__"}', ["HCP0806 __NAME_SPACE__"]),
        ('{"a": NaN}', ["HCP0805 {"]),
        ("[" * 100_000, ["HCP0805 ["]),
        ('["__NAME__"]', ["HCP0805 ["]),
        (f'{{"a": "{"x" * 1_000_000}"}}', ["HCP0212 {"]),
        ('{"a": "__proto__ __x__ ___NAME___"}', []),
    ],
    ids=["json", "placeholder", "nan", "deep", "list", "large", "other-words"],
)
def test_a_fault_in_a_file_is_told_in_the_file(
    text: str, expected: list[str], tmp_path: Path
) -> None:
    found = diagnostics(tmp_path, FROM_FILE, board_json=text)
    assert {each.primary.span.file.path for each in found} <= {"clusters/mgmt-1/board.json"}
    assert told(tmp_path, FROM_FILE, board_json=text) == expected


def test_a_fault_in_a_quoted_text_is_told_at_the_text(tmp_path: Path) -> None:
    spec = f'{FLAG}dashboard: {{template: "{{\\"a\\": }}"}}\n'
    (found,) = told(tmp_path, spec)
    assert found.startswith('HCP0805 "{')


def test_a_file_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    assert told(tmp_path, FROM_FILE) == ["HCP0004 board.json"]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("dashboard: {}\n", ["HCP0204 dashboard"]),
        ("dashboard: {template: '{}', fromFile: board.json}\n", ["HCP0211 fromFile"]),
        ("hypershift: {mce: 2.10}\ndashboard: {template: '{}'}\n", ["HCP0807 dashboard"]),
        ("operator: {installFlags: {}}\ndashboard: {template: '{}'}\n", ["HCP0807 dashboard"]),
        (
            FLAG.replace("true", "false") + "dashboard: {template: '{}'}\n",
            ["HCP0807 dashboard"],
        ),
        ("dashboard: {template: '{}'}\n", []),
    ],
)
def test_a_template_that_nothing_uses(spec: str, expected: list[str], tmp_path: Path) -> None:
    assert told(tmp_path, spec, board_json="{}") == expected
