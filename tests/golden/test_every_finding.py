"""Every finding in every form: the bad example of each code's page, as all formats show it.

A new code needs no test of its own here, only its golden: run this file with `-k CODE
--snapshot-update`.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.codes.example import SHOWN, WITHOUT_EXAMPLES, blocks, example, play, run, section
from tests.sarif import sarif_schema

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import CODES
from hcpc.diagnostics.pages import page
from hcpc.diagnostics.render import RENDERERS
from hcpc.verify import rules

LINE = "=" * 30
WIDTH = 100


def options(directory: Path) -> list[str]:
    """What makes a command write its findings in every form, with paths told from the fleet."""
    directory.mkdir()
    forms = [f"--report={form}={directory / form}" for form in RENDERERS]
    return [*forms, "--paths-from", str(directory.parent)]


def told(directory: Path) -> str:
    """What the forms say, one below the other."""
    texts = {form: (directory / form).read_text(encoding="utf-8") for form in RENDERERS}
    texts["json"] = narrow(json.loads(texts["json"])) + "\n"
    texts["sarif"] = narrow(particular(json.loads(texts["sarif"]))) + "\n"
    return "".join(f"{LINE} {form}\n{text}" for form, text in texts.items())


def particular(log: Any) -> Any:
    """What a SARIF log says that others do not, without the pages that its rules carry."""
    sarif_schema().validate(log)
    [run_] = log["runs"]
    rules_ = run_["tool"]["driver"]["rules"]
    for rule in rules_:
        text = page(rule["id"])
        assert rule.pop("help") == {"text": text, "markdown": text}
        assert rule.pop("fullDescription")["text"] in " ".join(text.split())
    return {"rules": rules_, "invocations": run_["invocations"], "results": run_["results"]}


def narrow(value: Any, indent: str = "") -> str:
    """JSON in as few lines as can be read."""
    flat = json.dumps(value)
    if len(indent + flat) <= WIDTH or not isinstance(value, dict | list):
        return flat
    more = indent + "  "
    if isinstance(value, list):
        inner = [narrow(each, more) for each in value]
    else:
        inner = [f"{json.dumps(key)}: {narrow(each, more)}" for key, each in value.items()]
    opening, closing = "[]" if isinstance(value, list) else "{}"
    return f",\n{more}".join(inner).join((f"{opening}\n{more}", f"\n{indent}{closing}"))


@pytest.mark.parametrize("code", SHOWN)
def test_a_finding_in_every_form(code: str, golden: SnapshotAssertion, tmp_path: Path) -> None:
    found = play(example(code, "Bad"), tmp_path, *options(tmp_path / ".told"))
    assert {finding["code"] for finding in found} == {code}
    assert told(tmp_path / ".told") == golden


def test_a_check_that_crashed_in_every_form(
    golden: SnapshotAssertion, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(rules, "RULES", (crash,))
    play(blocks(section(codes.NO_SIZE.id, "Good")), tmp_path)
    [found] = run(["lint", *options(tmp_path / ".told")], tmp_path)
    assert found["code"] == codes.CHECK_CRASHED.id
    assert told(tmp_path / ".told") == golden


def test_no_code_is_left_out(tmp_path: Path) -> None:
    assert {*SHOWN, codes.CHECK_CRASHED.id} == {*CODES}
    assert {codes.CHECK_CRASHED.id} == WITHOUT_EXAMPLES
    forms: Mapping[str, str] = RENDERERS
    assert len(options(tmp_path / "x")) == len(forms) + 2
