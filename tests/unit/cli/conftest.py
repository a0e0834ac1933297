"""What the tests of commands share: the real `main`, with what it printed and how it ended."""

import gc
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hcpc.cli.main import run as run_command


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended, and what it said."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Run]:
    """`run(*arguments, cwd=…)` as a shell would run it, at home in a directory of its own."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("HCPC_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("HCPC_TRACEBACK", raising=False)

    def attempt(*arguments: str | Path, cwd: Path | None = None) -> Ran:
        monkeypatch.chdir(cwd or home)
        monkeypatch.setattr(sys, "argv", ["hcpc", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run_command()
        code = ended.value.code
        said = capsys.readouterr()
        return Ran(code if isinstance(code, int) else int(code is not None), said.out, said.err)

    yield attempt
    gc.enable()  # the command switches it off for the length of its process
