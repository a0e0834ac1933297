"""The examples on a code's page: read, laid over a new fleet, and run.

Fenced blocks are played in their order. `yaml PATH` (or any other language) is a file of the
fleet, with `encoding=NAME` if it is not UTF-8; `symlink PATH` is a symbolic link and its text
what it leads to; `removed PATH` is gone; each `$ hcpc …` line of a `console` block is a command.
After a page's last file `hcpc lint` has the last word, unless a command follows. What stands below
`## Before` is committed first, and the example is held against it.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from tests.git import commit

from hcpc.cli.main import command
from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import CODES
from hcpc.diagnostics.pages import page
from hcpc.scaffold import scaffold

WITHOUT_EXAMPLES = {codes.CHECK_CRASHED.id}
SHOWN = sorted(CODES.keys() - WITHOUT_EXAMPLES)
"""Codes whose pages show what they are about."""

_FENCE = re.compile(r"^```(?P<info>[^\n]+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_ENCODING = re.compile(r"encoding=(\S+)")


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block: its words, and its text."""

    language: str
    path: str
    encoding: str
    text: str


COMMIT = Block("commit", "", "", "")


def title(code: str) -> str:
    """What the first line of a code's page calls it."""
    return page(code).splitlines()[0].removeprefix(f"# {code}: ")


def section(code: str, name: str) -> str:
    """The text of a page below one of its headings; empty without that heading."""
    _, _, rest = f"\n{page(code)}".partition(f"\n## {name}\n")
    return re.split(r"^## ", rest, maxsplit=1, flags=re.MULTILINE)[0]


def blocks(text: str) -> list[Block]:
    """The fenced blocks of a section."""
    found: list[Block] = []
    for fence in _FENCE.finditer(text):
        language, _, rest = fence["info"].partition(" ")
        encoding = _ENCODING.search(rest)
        found.append(
            Block(
                language,
                rest.partition(" ")[0],
                encoding[1] if encoding else "utf-8",
                fence["text"],
            )
        )
    return found


def example(code: str, name: str) -> list[Block]:
    """The blocks of a page's example, with those that come before it."""
    before = blocks(section(code, "Before"))
    return [*before, *([COMMIT] if before else []), *blocks(section(code, name))]


def play(example: list[Block], root: Path, *options: str) -> list[dict[str, Any]]:
    """The findings of an example's last command, as JSON says them; each command has `options`."""
    for path, text in scaffold("fleet").items():
        _write(root / path, text.encode())
    findings: list[dict[str, Any]] | None = None
    for block in example:
        if block.language == "console":
            for line in block.text.splitlines():
                findings = run([*line.removeprefix("$ hcpc ").split(), *options], root)
        elif block == COMMIT:
            commit(root)
            options = (*options, "--base", "HEAD")
        else:
            _place(block, root)
            findings = None
    return run(["lint", *options], root) if findings is None else findings


def _place(block: Block, root: Path) -> None:
    target = root / block.path
    if block.language == "symlink":
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(block.text.strip())
    elif block.language == "removed":
        target.unlink()
    else:
        _write(target, block.text.encode(block.encoding))


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def run(arguments: list[str], root: Path) -> list[dict[str, Any]]:
    """The findings of `hcpc ARGUMENTS` on a fleet; the exit code has to agree with them."""
    options = ["-C", str(root), "-o", "json", "--no-cache", "--executor", "serial"]
    result = CliRunner().invoke(command, [*arguments, *options], catch_exceptions=False)
    report = json.loads(result.stdout)
    assert result.exit_code == (1 if report["summary"]["errors"] else 0)
    findings: list[dict[str, Any]] = report["findings"]
    return findings
