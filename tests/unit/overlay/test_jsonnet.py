"""Jsonnet sees nothing but what it is given, and never takes more than it may."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.unit.overlay.overlaying import FUNCTION, OVERLAY, with_function
from tests.unit.resolve.small_fleet import cluster, places

from hcpc.overlay import jsonnet
from hcpc.overlay.jsonnet import JsonnetError, LimitError, MissingError, close, evaluate

GIVEN = "function(cluster, manifests) "
LOOP = "local f(n) = if n == 0 then 1 else f(n - 1) + f(n - 1); f(70)"
BOMB = "local f(s) = f(s + s) tailstrict; f('aaaaaaaa')"
DEEP = "local f(x) = f(x + 1) + 1; f(1)"
ARGUMENT = '{"cluster": {}, "manifests": []}'
BOUND = 30  # seconds: what these take on a busy machine is a tenth


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that are reached soon."""
    close()
    monkeypatch.setattr(jsonnet, "SECONDS", 1)
    monkeypatch.setattr(jsonnet, "MEMORY", 256 * 2**20)


def files(text: str) -> dict[str, bytes]:
    return {"a.jsonnet": (GIVEN + text).encode()}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("import '/etc/hosts'", "`/etc/hosts` lies outside the repository"),
        ("importstr '/etc/hosts'", "`/etc/hosts` lies outside the repository"),
        ("importbin '../../outside.txt'", "`../outside.txt` lies outside the repository"),
        ("import 'gone.libsonnet'", "there is no `clusters/gone.libsonnet`"),
        ("import 'link.libsonnet'", "there is no `clusters/link.libsonnet`"),
        ("importstr 'directory/x'", "there is no `clusters/directory/x`"),
    ],
)
def test_imports_stay_in_the_repository(tmp_path: Path, body: str, message: str) -> None:
    root = tmp_path / "fleet"
    (tmp_path / "outside.txt").write_text("secret")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/x").write_text("secret")
    (root / "clusters").mkdir(parents=True)
    (root / "clusters/link.libsonnet").symlink_to(tmp_path / "outside.txt")
    (root / "clusters/directory").symlink_to(tmp_path / "elsewhere")
    result = with_function(root, f"{GIVEN}[{body}]")
    (finding,) = (found for found in result.findings if found.code == "HCP1104")
    assert finding.message == message
    assert finding.primary.span.location == f"{FUNCTION}:1:31"
    assert finding.secondary[-1].span.location == f"{OVERLAY}:6:13"


@pytest.mark.parametrize(
    "body", ["std.extVar('HOME')", "std.native('x')()", "std.extVar('cluster')"]
)
def test_nothing_comes_from_outside(tmp_path: Path, body: str) -> None:
    (finding,) = with_function(tmp_path, f"{GIVEN}[{body}]").findings
    assert places([finding]) == [f"HCP1104 {FUNCTION}:1:31"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (LOOP, "it takes more than 1 seconds of processor time"),
        (BOMB, "it needs more than 256 MiB of memory"),
        ("std.makeArray(2000000000, function(i) i)", "it needs more than 256 MiB of memory"),
    ],
)
@pytest.mark.usefixtures("impatient")
def test_what_takes_too_much_is_given_up(tmp_path: Path, body: str, message: str) -> None:
    others: dict[str, str | bytes | None] = {
        f"clusters/mgmt-1/c{n}.yaml": cluster(f"c{n}") for n in range(9)
    }
    start = time.monotonic()
    (finding,) = with_function(tmp_path, GIVEN + body, others).findings
    assert time.monotonic() - start < BOUND
    assert finding.message == f"`{FUNCTION}` is given up: {message}"
    assert places([finding]) == [f"HCP1104 {OVERLAY}:6:13"]
    assert len(finding.clusters) == 10


def test_endless_recursion_is_told_at_the_call(tmp_path: Path) -> None:
    (finding,) = with_function(tmp_path, GIVEN + DEEP).findings
    assert finding.message == "calls, or values in values, go too deep"
    assert places([finding]) == [f"HCP1104 {FUNCTION}:1:43"]


@pytest.mark.usefixtures("impatient")
def test_a_result_has_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonnet, "LARGEST", 1000)
    with pytest.raises(LimitError, match="returns more than 0 MiB"):
        evaluate(files("std.repeat('a', 2000)"), "a.jsonnet", ARGUMENT)


@pytest.mark.usefixtures("impatient")
def test_a_clock_watches_over_what_uses_no_processor_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jsonnet, "SECONDS", 100)
    monkeypatch.setattr(jsonnet, "WAIT", 0.2)
    with pytest.raises(LimitError, match=r"more than 0\.2 seconds$"):
        evaluate(files(LOOP), "a.jsonnet", ARGUMENT)


@pytest.mark.usefixtures("impatient")
def test_after_a_limit_the_next_evaluation_is_fine() -> None:
    both = {**files(BOMB), "b.jsonnet": b"function(cluster, manifests) 1"}
    with pytest.raises(LimitError):
        evaluate(both, "a.jsonnet", ARGUMENT)
    assert evaluate(both, "b.jsonnet", ARGUMENT) == "1\n"


def test_one_process_serves_many_evaluations(monkeypatch: pytest.MonkeyPatch) -> None:
    close()
    started: list[int] = []
    real = subprocess.Popen

    def start(*arguments: object, **options: object) -> object:
        started.append(1)
        return real(*arguments, **options)  # type: ignore[call-overload]  # as it was called

    monkeypatch.setattr(subprocess, "Popen", start)
    same = files("cluster.x")
    for number in range(20):
        argument = f'{{"cluster": {{"x": {number}}}, "manifests": []}}'
        assert evaluate(same, "a.jsonnet", argument) == f"{number}\n"
    assert len(started) == 1
    assert evaluate(files("2"), "a.jsonnet", ARGUMENT) == "2\n"
    assert len(started) == 2


def test_what_is_not_installed_is_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonnet, "find_spec", lambda _: None)
    close()
    (finding,) = with_function(tmp_path, GIVEN + "manifests").findings
    assert finding.message == "jsonnet is not installed, or does not start"
    assert "hcpc[jsonnet]" in finding.help


def test_a_process_that_does_not_start_is_told_like_one_that_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "_gojsonnet.py"
    broken.write_text("raise ImportError")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(MissingError):
        evaluate(files("1"), "a.jsonnet", ARGUMENT)


def test_a_process_that_was_ended_by_something_else_is_replaced() -> None:
    close()
    same = files("cluster.x")
    argument = '{"cluster": {"x": 1}, "manifests": []}'
    assert evaluate(same, "a.jsonnet", argument) == "1\n"
    (process,) = (each._process for each in jsonnet._evaluators.values())  # noqa: SLF001
    assert process is not None
    process.kill()
    process.wait()
    assert evaluate(same, "a.jsonnet", argument) == "1\n"


def test_a_process_that_dies_before_it_has_read_its_files_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    close()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    large = {**files("1"), "large": b"x" * 10**7}
    with pytest.raises(MissingError):
        evaluate(large, "a.jsonnet", ARGUMENT)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(MissingError):
        evaluate(large, "a.jsonnet", ARGUMENT)


def test_a_process_made_before_a_fork_is_not_used_after_it() -> None:
    same = files("cluster.x")
    assert evaluate(same, "a.jsonnet", '{"cluster": {"x": 1}, "manifests": []}') == "1\n"
    child = os.fork()
    if not child:
        right = evaluate(same, "a.jsonnet", '{"cluster": {"x": 2}, "manifests": []}') == "2\n"
        close()
        os._exit(0 if right else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert evaluate(same, "a.jsonnet", '{"cluster": {"x": 3}, "manifests": []}') == "3\n"


def test_no_process_is_left_behind() -> None:
    code = (
        "from hcpc.overlay.jsonnet import *\n"
        "from hcpc.overlay import jsonnet\n"
        f"evaluate({files('1')!r}, 'a.jsonnet', {ARGUMENT!r})\n"
        "[each] = jsonnet._evaluators.values()\n"
        "print(each._process.pid)"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    with pytest.raises(ProcessLookupError):
        os.kill(int(ran.stdout), 0)


def test_an_error_keeps_its_text() -> None:
    with pytest.raises(JsonnetError, match="no such thing"):
        evaluate(files("error 'no such thing'"), "a.jsonnet", ARGUMENT)
