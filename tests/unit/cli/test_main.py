"""The command itself: exit codes, suggestions, and no traceback whatever happens."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.cli.conftest import Run
from tests.unit.resolve.small_fleet import DEMO, cluster, small_fleet

import hcpc
import hcpc.cli.lint
from hcpc.cli.main import _COMMANDS

COMMAND = Path(sys.executable).with_name("hcpc")


def test_the_version_is_printed(run: Run) -> None:
    ran = run("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"hcpc {hcpc.__version__}\n", "")


def test_help_lists_every_command_there_is(run: Run) -> None:
    ran = run("--help")
    assert ran.code == 0
    room = Path(str(hcpc.cli.__file__)).parent
    present = {
        path.stem
        for path in room.glob("*.py")
        if "@click.command(" in path.read_text(encoding="utf-8")
    }
    assert set(_COMMANDS) == present
    for name, help_line in _COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(help_line)}$", ran.out, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_every_command_has_help_of_its_own(run: Run, name: str) -> None:
    ran = run(name, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: hcpc {name} ")


@pytest.mark.parametrize(
    ("written", "meant"), [("compil", "compile"), ("lnit", "lint"), ("Explain", "explain")]
)
def test_an_unknown_command_gets_a_suggestion(run: Run, written: str, meant: str) -> None:
    ran = run(written)
    assert ran.code == 2
    assert f"Did you mean '{meant}'?" in ran.err


@pytest.mark.parametrize(
    "arguments",
    [("zzz",), ("lint", "--nope"), ("compile", "extra"), ("lint", "-o", "xml"), ("explain",)],
)
def test_wrong_usage_ends_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert ran.err.startswith("Usage: ")
    assert ran.out == ""


def test_no_command_at_all_shows_the_help(run: Run) -> None:
    ran = run()
    assert ran.code in {0, 2}
    assert "compile" in ran.out + ran.err


def test_a_fault_of_ours_ends_with_70_and_without_a_traceback(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise LookupError("something is not there")

    monkeypatch.setattr(hcpc.cli.lint, "compile_fleet", crash)
    ran = run("lint", "-C", small_fleet(tmp_path / "fleet"))
    assert ran.code == 70
    assert ran.err.startswith("hcpc: internal error: LookupError: something is not there\n")
    assert "Traceback" not in ran.err
    monkeypatch.setenv("HCPC_TRACEBACK", "1")
    with pytest.raises(LookupError):
        run("lint", "-C", tmp_path / "fleet")


def test_a_fault_of_the_system_ends_with_2_and_names_the_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    for command in ("init", "schema"):
        option = ("--output",) if command == "schema" else ()
        ran = run(command, *option, tmp_path / "file" / "below")
        assert ran.code == 2
        assert ran.err == f"hcpc: Not a directory: {tmp_path}/file/below\n"


def test_a_reader_that_goes_away_is_no_fault(tmp_path: Path) -> None:
    root = small_fleet(tmp_path, {DEMO: cluster("demo", "etcd: {size: huge}\n")})
    reading, writing = os.pipe()
    os.close(reading)
    ran = subprocess.run(
        [COMMAND, "lint", "-C", root],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (1, "")


def test_output_survives_a_terminal_that_knows_only_ascii(tmp_path: Path) -> None:
    root = small_fleet(tmp_path, {DEMO: cluster("demo", "etcd: {size: größe}\n")})
    ran = subprocess.run(
        [COMMAND, "lint", "-C", root],
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (1, "")
    assert "HCP0208" in ran.stdout


def test_starting_up_imports_no_heavy_module() -> None:
    probe = (
        "import sys, hcpc.cli.main; "
        "print(*sorted({n.partition('.')[0] for n in sys.modules} & "
        "{'pydantic', 'yaml', 'jsonschema_rs', 'rich', 'distributed', 'multiprocessing'}))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout == "\n"
