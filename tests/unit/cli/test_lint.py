"""`hcpc lint`: findings and exit codes; nothing is written."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.unit.cli.conftest import Run
from tests.unit.resolve.small_fleet import DEMO, FLEET, cluster, small_fleet, tree
from tests.unit.verify.policies.deciding import INVALID, POLICY, UNSIZED, waiver, waivers

ROOT = Path(__file__).parents[3]
COMMAND = Path(sys.executable).with_name("hcpc")
BAD = {DEMO: cluster("demo", "etcd: {size: huge}\n", pools="{w: {}}")}
WARNED = {DEMO: cluster("demo", pools="{w: {}}")}


def test_a_clean_fleet_ends_with_0(run: Run, tmp_path: Path) -> None:
    ran = run("lint", "-C", small_fleet(tmp_path / "fleet"))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        "no findings in 1 hosted cluster\n"
        "not checked: what CRDs ask for: management cluster `mgmt-1` names no CRD set "
        "(1 hosted cluster: demo)\n"
    )


def test_errors_end_with_1(run: Run, tmp_path: Path) -> None:
    ran = run("lint", "-C", small_fleet(tmp_path / "fleet", BAD))
    assert (ran.code, ran.err) == (1, "")
    assert "error[HCP0208]" in ran.out
    assert ran.out.endswith("1 error in 1 hosted cluster\n")


def test_warnings_alone_end_with_0(run: Run, tmp_path: Path) -> None:
    ran = run("lint", "-C", small_fleet(tmp_path / "fleet", WARNED))
    assert ran.code == 0
    assert "warning[HCP0407]" in ran.out


def test_nothing_is_written_into_the_fleet(run: Run, tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "fleet", BAD)
    before = tree(root)
    run("lint", "-C", root)
    assert tree(root) == before


def test_the_cache_is_used_unless_told_otherwise(run: Run, tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "fleet", BAD)
    without = run("lint", "-C", root, "--no-cache")
    assert not (tmp_path / "cache").exists()
    first = run("lint", "-C", root)
    assert len(list((tmp_path / "cache").iterdir())) == 1
    assert without == first == run("lint", "-C", root)


@pytest.mark.parametrize("below", [".", "clusters", "clusters/mgmt-1"])
def test_the_fleet_is_found_from_below(run: Run, tmp_path: Path, below: str) -> None:
    root = small_fleet(tmp_path / "fleet", BAD)
    inside = run("lint", cwd=root / below)
    assert (inside.code, inside.out) == (1, run("lint", "-C", root).out)
    assert f"{DEMO}:8:16" in inside.out


def test_without_a_fleet_above_it_ends_with_2(run: Run, tmp_path: Path) -> None:
    ran = run("lint", cwd=tmp_path)
    assert ran.code == 2
    assert "no fleet.yaml in" in ran.err
    assert "or above" in ran.err


@pytest.mark.parametrize("chosen", ["clusters", "nowhere", FLEET])
def test_a_chosen_directory_must_hold_the_fleet_itself(
    run: Run, tmp_path: Path, chosen: str
) -> None:
    ran = run("lint", "-C", small_fleet(tmp_path / "fleet") / chosen)
    assert ran.code == 2
    assert ran.out == ""


def read_json(text: str) -> Any:
    """The report, which matches its schema."""
    schema = json.loads((ROOT / "schemas/diagnostics-v1.json").read_bytes())
    report = json.loads(text)
    jsonschema.Draft202012Validator(schema).validate(report)
    return report


@pytest.mark.parametrize("files", [{}, BAD, WARNED, {FLEET: "a: ["}, {DEMO: b"\xff"}])
def test_json_matches_its_schema(
    run: Run, tmp_path: Path, files: dict[str, str | bytes | None]
) -> None:
    ran = run("lint", "-o", "json", "-C", small_fleet(tmp_path / "fleet", files))
    report = read_json(ran.out)
    assert ran.code == min(report["summary"]["errors"], 1)
    assert len(report["findings"]) == report["summary"]["errors"] + report["summary"]["warnings"]


def test_json_matches_its_schema_even_with_names_that_are_not_utf8(
    run: Run, tmp_path: Path
) -> None:
    name = os.fsdecode(b"clusters/mgmt-1/\xff.yaml")
    root = small_fleet(tmp_path / "fleet", {name: cluster("bad", "etcd: {size: huge}\n")})
    assert read_json(run("lint", "-o", "json", "-C", root).out)["summary"]["errors"] == 1
    for form in ("text", "short"):
        ran = run("lint", "-o", form, "-C", root)
        assert (ran.code, ran.err) == (1, "")
        assert "HCP0208" in ran.out


def test_short_is_one_line_for_each_finding(run: Run, tmp_path: Path) -> None:
    ran = run("lint", "-o", "short", "-C", small_fleet(tmp_path / "fleet", BAD))
    lines = ran.out.splitlines()
    assert lines[0].startswith(f"{DEMO}:8:16: error[HCP0208]: ")
    assert lines[-1] == "1 error in 1 hosted cluster"
    assert len(lines) == 2


@pytest.mark.parametrize("executor", ["auto", "serial", "processes"])
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_every_executor_prints_the_same(run: Run, tmp_path: Path, executor: str) -> None:
    root = small_fleet(tmp_path / "fleet", BAD)
    chosen = run("lint", "--no-cache", "--executor", executor, "-j", "2", "-C", root)
    assert chosen == run("lint", "--no-cache", "-C", root)


@pytest.mark.parametrize("executor", ["threads", "dask", "tcp://127.0.0.1:1", ""])
def test_an_unknown_executor_ends_with_2(run: Run, tmp_path: Path, executor: str) -> None:
    ran = run("lint", "--executor", executor, "-C", small_fleet(tmp_path / "fleet"))
    assert ran.code == 2
    assert "dask://HOST:PORT" in ran.err


@pytest.mark.parametrize("command", ["lint", "compile"])
def test_a_scheduler_that_is_not_there_ends_with_2(run: Run, tmp_path: Path, command: str) -> None:
    root = small_fleet(tmp_path / "fleet")
    ran = run(command, "--executor", "dask://127.0.0.1:1", "-C", root)
    assert ran.code == 2
    assert ran.err.startswith("hcpc: no dask scheduler at dask://127.0.0.1:1")
    assert not (root / "rendered").exists()


def on_terminal(*arguments: str | Path, **environment: str) -> str:
    """What the command prints when its standard output is a terminal."""
    ours, theirs = pty.openpty()
    kept = {k: v for k, v in os.environ.items() if k not in {"NO_COLOR", "TERM"}}
    subprocess.run(
        [COMMAND, *arguments],
        stdout=theirs,
        stdin=subprocess.DEVNULL,
        env={"TERM": "xterm", **kept, **environment},
        check=False,
        timeout=60,
    )
    os.close(theirs)
    said = b""
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not part:
            break
        said += part
    os.close(ours)
    return said.decode()


def test_colour_is_for_terminals_that_want_it(run: Run, tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "fleet", BAD)
    assert "\x1b[" not in run("lint", "-C", root).out
    assert "\x1b[" in run("lint", "--color", "always", "-C", root).out
    assert "\x1b[" in on_terminal("lint", "-C", root)
    assert "\x1b[" not in on_terminal("lint", "-C", root, NO_COLOR="1")
    assert "\x1b[" not in on_terminal("lint", "-C", root, TERM="dumb")
    assert "\x1b[" not in on_terminal("lint", "--color", "never", "-C", root)


def test_what_is_waived_is_counted_and_shown_when_asked_for(run: Run, tmp_path: Path) -> None:
    said = waivers(waiver(UNSIZED, expires="2099-01-01"))
    root = small_fleet(tmp_path / "fleet", {**WARNED, POLICY: said})
    ran = run("lint", "-C", root)
    assert ran.out.startswith("no findings in 1 hosted cluster, 1 waived\n")
    shown = run("lint", "-C", root, "--show-waived")
    assert shown.out.startswith(f"warning[{UNSIZED}]")
    assert "= note: waived by ops until 2099-01-01: racks are late" in shown.out
    (waived,) = json.loads(run("lint", "-C", root, "-o", "json").out)["waived"]
    assert (waived["owner"], waived["finding"]["code"]) == ("ops", UNSIZED)
    assert (ran.code, shown.code) == (0, 0)


def test_a_waived_error_does_not_fail_and_one_that_has_expired_does(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = waivers(waiver(INVALID, expires="2026-06-15"))
    broken = {DEMO: cluster("demo", "hostedCluster: {spec: {bogus: 1}}\n"), POLICY: said}
    root = small_fleet(tmp_path / "fleet", broken)
    assert run("lint", "-C", root).code == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1781568000")  # the day after
    assert run("lint", "-C", root).code == 1


def test_a_day_that_is_none_is_wrong_usage(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "tomorrow")
    ran = run("lint", "-C", small_fleet(tmp_path / "fleet"))
    assert ran.code == 2
    assert "SOURCE_DATE_EPOCH is no number of seconds: tomorrow" in ran.err
