"""Measures `hcpc sync` against a real API server on this machine: whole processes, and memory.

    python benchmarks/sync.py [--clusters 300] [--rounds 3]

Each hosted cluster has ten objects: itself, three node pools and six ConfigMaps. The API server and
etcd share the processors with what is measured. `make envtest` provides both.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

_ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(_ROOT))

from tests.e2e.control_plane import ControlPlane  # noqa: E402  # found there from now on
from tests.e2e.fleet import RELEASES, Fleet, Pool  # noqa: E402  # as above
from tests.e2e.player import Player  # noqa: E402  # as above
from tests.e2e.written import write_config_maps  # noqa: E402  # as above

_NAME = "bench"
_TARGETS = {"first sync": 90.0, "sync without changes": 20.0}
_MOST_MEMORY = 300
_POOLS = 3
_PER_CLUSTER = 10


class Ran(NamedTuple):
    """A process that has ended: its time in seconds, its memory in MB, and what it printed."""

    seconds: float
    memory: int
    output: str


def main() -> None:
    """Run every measurement and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--clusters", type=int, default=300)
    arguments.add_argument("--rounds", type=int, default=3)
    chosen = arguments.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed hcpc is byte-compiled
    with tempfile.TemporaryDirectory(prefix="hcpc-bench-sync-") as name:
        scratch = Path(name)
        fleet = _fleet(scratch, chosen.clusters)
        plane = ControlPlane(scratch / "plane").start()
        try:
            _measure(scratch, fleet, plane, chosen.rounds)
        finally:
            plane.stop()


def _fleet(scratch: Path, clusters: int) -> Fleet:
    fleet = Fleet(scratch / "fleet", _NAME, _NAME)
    for number in range(clusters):
        pools = {f"p{each}": Pool() for each in range(_POOLS)}
        fleet.add(f"c{number:03}", pools=pools)
    fleet.compile()
    write_config_maps(fleet, range(clusters * (_PER_CLUSTER - _POOLS - 1)))
    fleet.push()
    return fleet


def _measure(scratch: Path, fleet: Fleet, plane: ControlPlane, rounds: int) -> None:
    (scratch / "kubeconfig").write_text(plane.kubeconfig(plane.sync.token), encoding="utf-8")
    with plane.admin() as admin:
        admin.create("/api/v1/namespaces", {"metadata": {"name": _NAME}})
        _report("first sync", _sync(scratch, fleet))
        player = Player(admin, [_NAME], RELEASES, lambda: f"{datetime.now(UTC):%FT%TZ}")
        begun = time.monotonic()
        player.settle()
        sys.stdout.write(f"(the operator is played: {time.monotonic() - begun:.1f} s)\n")
        _report("sync that finds new status", _sync(scratch, fleet))
        for _ in range(rounds):
            _report("sync without changes", _sync(scratch, fleet))
        _report("without keeping the repository", _sync(scratch, fleet, fresh=True))


def _sync(scratch: Path, fleet: Fleet, *, fresh: bool = False) -> Ran:
    directory = scratch / "git"
    if fresh:
        shutil.rmtree(directory, ignore_errors=True)
    command = [sys.executable, "-m", "hcpc", "sync", f"file://{fleet.origin}", "--once"]
    command += ["--management-cluster", _NAME, "--kubeconfig", str(scratch / "kubeconfig")]
    command += ["--directory", str(directory)]
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    output = process.stdout.read().decode()
    _, code, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(code)
    if process.returncode not in {0, 1}:
        sys.stdout.write(output)
        raise SystemExit(process.returncode)
    return Ran(time.monotonic() - begun, _megabytes(usage), output)


def _megabytes(usage: resource.struct_rusage) -> int:
    return usage.ru_maxrss // 1024


def _report(what: str, ran: Ran) -> None:
    target = _TARGETS.get(what)
    verdict = "" if target is None else f" (target {target:g})"
    sys.stdout.write(
        f"{what:32} {ran.seconds:6.2f} s{verdict}, {ran.memory} MB (target {_MOST_MEMORY})\n"
    )
    sys.stdout.write("".join(f"    {line}\n" for line in ran.output.splitlines()[-4:]))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
