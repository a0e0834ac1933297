"""The how-to pages: what they tell to write works as it stands there."""

import re
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner
from tests.unit.resolve.small_fleet import DEMO, SCAFFOLD, small_fleet

import hcpc.pipeline
from hcpc.cli.main import command
from hcpc.diagnostics import render
from hcpc.diagnostics.render.report import Report
from hcpc.emit.formats import FORMATS
from hcpc.pipeline import Options, compile_fleet
from hcpc.verify.rules import catalogs

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "add-an-output-format.md"
MODULE = re.compile(r'^   ```python\n(   """.*?)^   ```$', re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^( *)```\n(\1\$ hcpc .*?)^\1```$", re.MULTILINE | re.DOTALL)


RULE_PAGE = PAGE.with_name("add-a-rule.md")


def shown_modules() -> list[str]:
    return [textwrap.dedent(text) for text in MODULE.findall(PAGE.read_text(encoding="utf-8"))]


def shown_commands() -> list[str]:
    found = CONSOLE.findall(PAGE.read_text(encoding="utf-8"))
    return [textwrap.dedent(text) for _, text in found]


def imported(name: str, text: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = ModuleType(name)
    exec(compile(text, name, "exec"), module.__dict__)  # noqa: S102  # what our own page shows
    monkeypatch.setitem(sys.modules, name, module)
    return module


def test_the_form_of_findings_that_the_page_shows_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form, _ = shown_modules()
    imported("hcpc.diagnostics.render.compilers", form, monkeypatch)
    monkeypatch.setattr(render, "RENDERERS", {**render.RENDERERS, "compilers": "compilers"})
    yes = "  labels: {team: platform, active: yes}"
    changed = SCAFFOLD[DEMO].replace("  labels: {team: platform}", yes)
    root = small_fleet(tmp_path, {DEMO: changed})
    result = compile_fleet(root, Options("serial"), emit=False)
    printed = render.render("compilers", Report(result.findings, 1), colour=False)
    assert f"$ hcpc lint -o compilers\n{printed}" == shown_commands()[0]
    assert render.render("compilers", Report((), 1), colour=False) == "\n"


def test_the_page_about_pull_requests_lists_every_form_and_whose_paths_it_tells() -> None:
    text = PAGE.with_name("lint-in-ci.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| .* \| from the (fleet|repository) \|$", text, re.MULTILINE)
    whose = {True: "repository", False: "fleet"}
    assert dict(rows) == {name: whose[name in render.OF_REPOSITORIES] for name in render.RENDERERS}


def test_the_format_of_rendered_files_that_the_page_shows_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, form = shown_modules()
    names = imported("hcpc.emit.formats.names", form, monkeypatch)
    monkeypatch.setattr(hcpc.pipeline, "FORMATS", (*FORMATS, names))
    root = small_fleet(tmp_path)
    arguments = ["compile", "-C", str(root), "--no-cache"]
    printed = [CliRunner().invoke(command, arguments).output for _ in range(2)]
    assert "".join(f"$ hcpc compile\n{each}" for each in printed) == shown_commands()[1]
    assert (root / "rendered/mgmt-1/clusters.txt").read_text(encoding="utf-8") == "demo\n"


def test_the_rule_that_the_page_shows_is_the_one_that_is_there() -> None:
    (shown,) = MODULE.findall(RULE_PAGE.read_text(encoding="utf-8"))
    there = Path(catalogs.__file__).read_text(encoding="utf-8")
    assert textwrap.dedent(shown) == there
