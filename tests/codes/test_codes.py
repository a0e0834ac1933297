"""Declared codes, their pages, and what their examples are told."""

import re
from pathlib import Path

import pytest
from tests.codes.example import SHOWN, blocks, example, play, run, section, title

from hcpc.diagnostics import codes, pages
from hcpc.diagnostics.codes import CODES, Code
from hcpc.verify import rules

PACKAGE = Path(codes.__file__).parents[1]
CONSTANTS = {name: code for name, code in vars(codes).items() if isinstance(code, Code)}
LONGEST_PAGE = 48


def test_every_code_has_a_page_and_every_page_a_code() -> None:
    written = {page.stem for page in Path(pages.__file__).parent.glob("*.md")}
    assert written == CODES.keys()


def test_codes_stand_in_the_order_of_their_numbers_and_none_stands_twice() -> None:
    numbers = [code.id for code in CONSTANTS.values()]
    assert numbers == sorted(set(numbers))
    assert all(re.fullmatch(r"HCP[0-9]{4}", number) for number in numbers)


@pytest.mark.parametrize("name", CONSTANTS)
def test_every_code_is_reported_somewhere(name: str) -> None:
    used = re.compile(
        rf"\bcodes\.{name}\b|^    {name},$|^from \S*codes import .*\b{name}\b", re.MULTILINE
    )
    modules = [path for path in PACKAGE.rglob("*.py") if path != Path(codes.__file__)]
    assert any(used.search(module.read_text(encoding="utf-8")) for module in modules)


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_page_bears_the_title_of_its_code(code: str) -> None:
    assert title(code) == CODES[code].title


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_page_reads_well_in_a_terminal(code: str) -> None:
    text = pages.page(code)
    prose = re.sub(r"^```.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert len(text.splitlines()) <= LONGEST_PAGE
    assert [line for line in prose.splitlines() if len(line) > 90] == []


@pytest.mark.parametrize("code", SHOWN)
def test_the_bad_example_of_a_page_is_told_its_code_and_nothing_else(
    code: str, tmp_path: Path
) -> None:
    assert blocks(section(code, "Bad"))
    findings = play(example(code, "Bad"), tmp_path)
    assert {(found["code"], found["severity"]) for found in findings} == {
        (code, CODES[code].severity)
    }


@pytest.mark.parametrize("code", SHOWN)
def test_the_good_example_of_a_page_is_told_nothing(code: str, tmp_path: Path) -> None:
    assert blocks(section(code, "Good"))
    assert play(example(code, "Good"), tmp_path) == []


def test_a_check_that_crashes_is_reported_at_its_cluster_and_the_others_still_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError("division by zero")

    no_size = blocks(section(codes.NO_SIZE.id, "Bad"))
    monkeypatch.setattr(rules, "RULES", (crash, *rules.RULES))
    crashed, unsized = play(no_size, tmp_path)
    assert crashed["code"] == codes.CHECK_CRASHED.id
    assert crashed["message"].endswith("failed: ZeroDivisionError: division by zero")
    assert crashed["location"]["path"] == "clusters/mgmt-1/demo.yaml"
    assert unsized["code"] == codes.NO_SIZE.id
    monkeypatch.undo()
    assert [found["code"] for found in run(["lint"], tmp_path)] == [codes.NO_SIZE.id]
