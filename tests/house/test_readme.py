"""Commands that people are shown exist, with the options shown: in README, docs and help texts."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from hcpc.cli.main import command

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^ *```(?P<info>\w*)[^\n]*\n(?P<text>.*?)^ *```", re.MULTILINE | re.DOTALL)
SHELLS = {"", "console", "sh", "bash", "shell"}
TARGET = re.compile(r"^([a-z][a-z-]*)(?: [a-z -]+)?:(?!=)", re.MULTILINE)


def commands(page: Path) -> Iterator[list[str]]:
    """The words of every `hcpc` and `make` line of a page's shell blocks."""
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if block["info"] not in SHELLS:
            continue
        lines = block["text"].splitlines()
        prompted = any(line.lstrip().startswith("$ ") for line in lines)
        for line in lines:
            text = line.strip()
            if prompted and not text.startswith("$ "):
                continue  # what a command printed
            text = text.removeprefix("$ ")
            if re.match(r"(?:hcpc|make) ", text):
                yield shlex.split(text, comments=True)


def targets() -> set[str]:
    return set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))


def fault(words: list[str]) -> str:
    """Why a command line cannot be right; empty when it can."""
    if words[0] == "make":
        named = [word for word in words[1:] if "=" not in word and not word.startswith("-")]
        return ", ".join(f"no target {word}" for word in named if word not in targets())
    arguments = [word for word in words[1:] if word not in {"|", ">", "&&"}]
    assert isinstance(command, click.Group)
    context = click.Context(command, info_name="hcpc")
    if arguments[:1] in (["--version"], ["--help"]):
        return ""
    found = command.get_command(context, arguments[0])
    if found is None:
        return f"no command {arguments[0]}"
    cut = next((at for at, word in enumerate(words) if word in {"|", ">", "&&"}), len(words))
    try:
        found.make_parser(click.Context(found)).parse_args(words[2:cut])
    except click.UsageError as wrong:
        return wrong.format_message()
    return ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_on_a_page_exists(page: Path) -> None:
    assert {" ".join(words): fault(words) for words in commands(page) if fault(words)} == {}


def test_the_readme_shows_the_two_commands_and_a_tour() -> None:
    shown = [" ".join(words[:2]) for words in commands(ROOT / "README.md")]
    assert {"make demo", "make test", "hcpc init", "hcpc compile", "hcpc lint"} <= set(shown)


@pytest.mark.parametrize(
    "line",
    ["hcpc compil", "hcpc lint --nope", "hcpc init --output", "make nothing", "hcpc explain -x"],
)
def test_a_command_that_does_not_exist_is_found(line: str) -> None:
    assert fault(shlex.split(line))


@pytest.mark.parametrize(
    "line",
    [
        "hcpc lint -C dir -o json",
        "hcpc explain payments etcd.size",
        "hcpc --version",
        "hcpc lint -o short | sort",
        "make demo",
        "make test PYTHON=python3.12",
    ],
)
def test_a_command_that_exists_is_fine(line: str) -> None:
    assert fault(shlex.split(line)) == ""
