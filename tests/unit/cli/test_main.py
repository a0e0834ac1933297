"""The command itself: exit codes, suggestions, and no traceback whatever happens."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.unit.cli.conftest import Run
from tests.unit.resolve.small_fleet import DEMO, cluster, small_fleet

import hcpc
import hcpc.cli.lint
from hcpc.cli.main import _COMMANDS

COMMAND = Path(sys.executable).with_name("hcpc")

SLOW = """
import signal, sys, time
import hcpc.verify.rules
from hcpc.cli import main

def slowly(*_):
    print("begun", file=sys.stderr, flush=True)
    time.sleep({seconds})

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may start us in the background
{before}
hcpc.verify.rules.check_rules = slowly
sys.argv[1:] = ["lint", "--no-cache", "--executor", {executor!r}, "-j", "2"]
main()
"""
"""A run whose work takes some time."""


def many_broken(count: int) -> dict[str, str | bytes | None]:
    """So many clusters that the report is larger than any buffer, if wanted."""
    here = "clusters/mgmt-1"
    bad = "etcd: {size: huge}\nfips: maybe\n"
    return {f"{here}/c{number}.yaml": cluster(f"c{number}", bad) for number in range(count)}


def started(*arguments: str | Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more}
    return subprocess.run([COMMAND, *arguments], **streams, text=True, check=False, timeout=60)


def stopped(
    root: Path, executor: str, number: signal.Signals, before: str = ""
) -> subprocess.CompletedProcess[str]:
    """A run that got a signal in the middle of its work, and all that it started, have ended."""
    small_fleet(root)
    seconds = 0.3 if before else 60
    running = subprocess.Popen(
        [sys.executable, "-c", SLOW.format(executor=executor, before=before, seconds=seconds)],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert running.stderr is not None
    assert running.stderr.readline() == "begun\n"
    if number == signal.SIGINT:  # a terminal sends it to all processes of the command
        os.killpg(running.pid, number)
    else:
        running.send_signal(number)
    # Both pipes end only when nobody holds them any more, workers included.
    out, err = running.communicate(timeout=30)
    return subprocess.CompletedProcess(running.args, running.returncode, out, err)


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
        if re.search(
            r"^@click\.(command|group)\(name=", path.read_text(encoding="utf-8"), re.MULTILINE
        )
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


@pytest.mark.parametrize("arguments", [("lint",), ("lint", "-o", "json"), ("compile", "--table")])
@pytest.mark.parametrize("clusters", [1, 400])
def test_a_reader_that_goes_away_ends_the_run_without_a_word(
    tmp_path: Path, arguments: tuple[str, ...], clusters: int
) -> None:
    root = small_fleet(tmp_path, many_broken(clusters))
    reading, writing = os.pipe()
    os.close(reading)
    ran = started(*arguments, "-C", root, stdout=writing)
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (1, "")


@pytest.mark.parametrize("arguments", [("lint",), ("lint", "-o", "json"), ("--help",)])
@pytest.mark.parametrize("clusters", [1, 400])
def test_output_that_cannot_be_written_ends_with_74(
    tmp_path: Path, arguments: tuple[str, ...], clusters: int
) -> None:
    root = small_fleet(tmp_path, many_broken(clusters))
    with Path("/dev/full").open("w") as full:
        ran = started(*arguments, cwd=root, stdout=full)
    assert ran.returncode == 74
    assert re.fullmatch(r"hcpc: .*No space left on device\n", ran.stderr)


def test_a_closed_output_ends_with_74_before_anything_is_done(tmp_path: Path) -> None:
    root = small_fleet(tmp_path)
    ran = subprocess.run(
        ["sh", "-c", '"$0" compile >&-', COMMAND],
        cwd=root,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (74, "hcpc: standard output is closed\n")
    assert not (root / "rendered").exists()


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_an_error_that_nobody_can_be_told_keeps_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    with Path("/dev/full").open("w") as full:
        ran = started("explain", "HCP9999", cwd=tmp_path, stderr=full)
    assert ran.returncode == 2


@pytest.mark.parametrize(
    ("number", "word"), [(signal.SIGINT, "interrupted"), (signal.SIGTERM, "terminated")]
)
def test_a_signal_ends_the_run_with_one_line(
    tmp_path: Path, number: signal.Signals, word: str
) -> None:
    ran = stopped(tmp_path, "serial", number)
    assert (ran.returncode, ran.stdout, ran.stderr) == (128 + number, "", f"hcpc: {word}\n")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_leaves_no_worker_behind(tmp_path: Path, number: signal.Signals) -> None:
    ran = stopped(tmp_path, "processes", number)
    assert ran.returncode == (-number if number == signal.SIGKILL else 128 + number)
    assert len(ran.stderr.splitlines()) == (0 if number == signal.SIGKILL else 1)


def test_a_signal_that_our_parent_ignores_is_ignored_by_us(tmp_path: Path) -> None:
    ran = stopped(tmp_path, "serial", signal.SIGINT, before="signal.signal(2, signal.SIG_IGN)")
    assert (ran.returncode, ran.stderr) == (0, "")


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


def test_the_process_ends_at_once_and_all_that_was_said_is_there(tmp_path: Path) -> None:
    code = """
import atexit, sys
from hcpc.cli import main

atexit.register(print, "taken apart")
sys.argv[1:] = ["explain", "HCP0101"]
main()
"""
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert ran.stdout.startswith("# HCP0101")
    assert "taken apart" not in ran.stdout
