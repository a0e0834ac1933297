"""What `make demo` shows: the example fleet compiled and synced, and what a broken spec hears."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

_ROOT = Path(__file__).parents[1]
_BROKEN = _ROOT / "tests" / "fleets" / "bad-demo"
_CLUSTER = "rendered/prod-fra1/clusters/payments"
_HCPC = [sys.executable, "-m", "hcpc"]


def main() -> int:
    """Run the demonstration; its exit code tells whether all went as it should."""
    with tempfile.TemporaryDirectory(prefix="hcpc-demo-") as scratch:
        output = Path(scratch) / "rendered"
        _say("The example fleet (fleet.yaml, clusters/), compiled:", "hcpc compile --table")
        start = time.perf_counter()
        code = _run("compile", "-C", str(_ROOT), "--output", str(output), "--table", "--no-cache")
        seconds = time.perf_counter() - start
        written = sorted(path for path in output.rglob("*.yaml"))
        size = sum(path.stat().st_size for path in written)
        sys.stdout.write(f"{len(written)} YAML files, {size // 1024} KiB, {seconds:.2f} s\n")
    _say("Where a value comes from:", "hcpc explain payments release")
    code += _run("explain", "-C", str(_ROOT), "payments", "release")
    _say("What stands beside a HostedCluster:", f"find {_CLUSTER} -name '*.yaml' | sort")
    for path in sorted((_ROOT / _CLUSTER).rglob("*.yaml")):
        sys.stdout.write(f"{path.relative_to(_ROOT)}\n")
    _say("The Secrets that must exist:", "hcpc secrets payments")
    code += _run("secrets", "-C", str(_ROOT), "payments")
    _say("Whether a cluster could be restored today:", "hcpc restore check payments")
    code += _run("restore", "check", "-C", str(_ROOT), "payments")
    _say("A spec with mistakes in it:", f"hcpc lint -C {_BROKEN.relative_to(_ROOT)}")
    broken = _run("lint", "-C", str(_BROKEN), "--no-cache")
    _say("What a code means:", "hcpc explain HCP0202")
    code += _run("explain", "HCP0202")
    code += _sync()
    sys.stdout.write(
        "\nNext: .venv/bin/hcpc init my-fleet, then .venv/bin/hcpc compile -C my-fleet.\n"
        "The rendered tree of the example fleet is in rendered/; docs/tutorial.md explains it.\n"
    )
    return 0 if code == 0 and broken == 1 else 1


def _sync() -> int:
    """The second half, where there is an API server to show it with."""
    import demo_sync  # noqa: PLC0415  # beside this file

    if demo_sync.is_available():
        code: int = demo_sync.show()
        return code
    sys.stdout.write(
        "\n`hcpc sync` brings such a tree to a management cluster. To see it on this machine:\n"
        "make envtest && make demo (the first builds etcd and kube-apiserver, once, if it must)\n"
    )
    return 0


def _say(what: str, command: str) -> None:
    sys.stdout.write(f"\n{what}\n$ {command}\n\n")
    sys.stdout.flush()


def _run(*arguments: str) -> int:
    return subprocess.run([*_HCPC, *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
