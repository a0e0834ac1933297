"""Measures hcpc as its users see it: whole processes, medians, ratios within one run.

    python benchmarks/run.py [--sizes 100,1000,10000] [--rounds 5] [--payloads] [--crds DIRECTORY]

Trees are written into fresh directories, on a memory file system where there is one, because
file systems flush at moments of their own choosing.
"""

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fleet import cluster, write_fleet

_HCPC = [sys.executable, "-m", "hcpc"]
_LINT = ["lint", "--fail-on", "warning"]
"""What has findings costs more, and is not what we mean to measure."""
_TARGETS = {
    "version": 0.1,
    "cold compile 1000": 1.5,
    "cold compile 10000": 15.0,
    "compile after one change 1000": 0.4,
    "lint after one change 1000": 0.4,
}
_TARGETS_WITH_PAYLOADS = {"version": 0.1, "cold compile 1000": 2.0}
_TARGETS_WITH_CRDS = {"cold lint 1000": 2.5, "lint after one change 1000": 0.5}
_SET = "bench"


def main() -> None:
    """Run every measurement and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--sizes", default="100,1000,10000")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--payloads", action="store_true", help="node configs, backups, …")
    arguments.add_argument(
        "--crds", type=Path, metavar="DIRECTORY", help="of CRD files; in a git repository as well"
    )
    chosen = arguments.parse_args()
    if chosen.crds or chosen.payloads:
        _TARGETS.clear()
        _TARGETS.update(_TARGETS_WITH_CRDS if chosen.crds else _TARGETS_WITH_PAYLOADS)
    base = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # a memory file system
    with tempfile.TemporaryDirectory(dir=base, prefix="hcpc-bench-") as scratch:
        # An installed hcpc is byte-compiled; so is the one we measure.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["HCPC_CACHE_DIR"] = f"{scratch}/cache"
        nothing = measure("bare interpreter", chosen.rounds, [sys.executable, "-c", "pass"])
        report("version", measure("version", chosen.rounds, [*_HCPC, "--version"]), nothing)
        per_cluster: dict[int, float] = {}
        for size in (int(each) for each in chosen.sizes.split(",")):
            rounds = max(1, min(chosen.rounds, 30_000 // size))
            root = Path(scratch) / f"fleet-{size}"
            write_fleet(root, size, payloads=chosen.payloads, crd_set=_SET if chosen.crds else "")
            if chosen.crds:
                import_crds(root, chosen.crds)
            per_cluster[size] = bench_size(root, size, rounds, nothing, payloads=chosen.payloads)
    smallest = min(per_cluster)
    for size, cost in per_cluster.items():
        ratio = cost / per_cluster[smallest]
        print(
            f"{'cost per cluster':32} {size:>6} {1000 * cost:9.2f} ms  x{ratio:.2f} of {smallest}"
        )


def import_crds(root: Path, crds: Path) -> None:
    """Make the CRD set of a fleet, and commit all of it: changes are compared with that."""
    files = sorted(str(path) for path in crds.glob("*.yaml"))
    run([*_HCPC, "schema", "import", "-C", str(root), _SET, *files])
    git = ["git", "-C", str(root), "-c", "user.name=bench", "-c", "user.email=bench@example.com"]
    run([*git, "init", "--quiet", "--initial-branch=main"])
    run([*git, "add", "."])
    run([*git, "commit", "--quiet", "--message=bench"])


def bench_size(root: Path, size: int, rounds: int, nothing: float, *, payloads: bool) -> float:
    """Measure one fleet; returns the seconds per cluster of a cold compile."""
    scratch = root.parent
    fresh = iter(range(1_000))

    def target() -> list[str]:
        return ["-C", str(root), "--output", str(scratch / f"out-{size}-{next(fresh)}")]

    def cold() -> list[str]:
        return [*_HCPC, "compile", "--no-cache", *target()]

    seconds = measure("cold", rounds, cold)
    report(f"cold compile {size}", seconds, nothing)
    serial = measure("serial", rounds, lambda: [*cold(), "--executor", "serial"])
    report(f"cold compile {size}, one process", serial, nothing)
    report(
        f"cold lint {size}",
        measure("lint", rounds, [*_HCPC, *_LINT, "--no-cache", "-C", str(root)]),
        nothing,
    )
    warm = target()
    run([*_HCPC, "compile", *warm])
    report(
        f"compile, nothing changed {size}",
        measure("warm", rounds, [*_HCPC, "compile", *warm]),
        nothing,
    )
    replicas = iter(range(4, 1_000))

    def change() -> None:
        path = next(root.glob("clusters/*/*/c7.yaml"))
        path.write_text(cluster(7, next(replicas), payloads=payloads), encoding="utf-8")

    changed = measure("one", rounds, [*_HCPC, "compile", *warm], before=change)
    report(f"compile after one change {size}", changed, nothing)
    linted = measure("one", rounds, [*_HCPC, *_LINT, "-C", str(root)], before=change)
    report(f"lint after one change {size}", linted, nothing)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{'peak memory of any process so far':32} {size:>6} {peak:9.0f} MB")
    return seconds / size


def measure(
    _name: str,
    rounds: int,
    command: list[str] | Callable[[], list[str]],
    before: Callable[[], None] | None = None,
) -> float:
    """Median seconds of a whole process."""
    samples = []
    for _ in range(rounds):
        if before:
            before()
        argv = command() if callable(command) else command
        start = time.perf_counter()
        run(argv)
        samples.append(time.perf_counter() - start)
    return statistics.median(samples)


def run(argv: list[str]) -> None:
    """Run a command that must succeed."""
    done = subprocess.run(argv, check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(argv)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")


def report(name: str, seconds: float, nothing: float) -> None:
    """Print one figure, its ratio to a bare interpreter, and its target if it has one."""
    target = _TARGETS.get(name)
    verdict = (
        "" if target is None else f"  target {target} s: {'met' if seconds <= target else 'MISSED'}"
    )
    print(
        f"{name:40} {seconds:9.3f} s  x{seconds / nothing:.0f} of a bare interpreter{verdict}",
        flush=True,
    )


if __name__ == "__main__":
    main()
