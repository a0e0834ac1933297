"""The second half of `make demo`: the example fleet, synced to a control plane on this machine.

The API server and its etcd are real; HyperShift's operator is played, as there are no machines.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

_ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(_ROOT))

from tests.e2e.control_plane import ControlPlane  # noqa: E402  # found there from now on
from tests.e2e.player import Player  # noqa: E402  # as above
from tests.git import commit, git  # noqa: E402  # as above

_OWNER = "prod-fra1"
_NAMESPACES = ("clusters", "hypershift", "openshift-adp", "payments", "local-cluster")


def is_available() -> bool:
    """Whether there is an API server to start."""
    chosen = os.environ.get("KUBEBUILDER_ASSETS")
    directory = Path(chosen) if chosen else _ROOT / ".tools/envtest/bin"
    return all((directory / name).is_file() for name in ("etcd", "kube-apiserver"))


def show() -> int:
    """Sync, let the operator work, sync again, and ask git what runs; the last exit code."""
    with tempfile.TemporaryDirectory(prefix="hcpc-demo-sync-") as name:
        scratch = Path(name)
        _publish(scratch)
        plane = ControlPlane(scratch / "plane").start()
        try:
            return _tour(scratch, plane)
        finally:
            plane.stop()


def _publish(scratch: Path) -> None:
    """The example fleet in a repository of its own, and a clone of it."""
    fleet, origin = scratch / "fleet", scratch / "fleet.git"
    for part in ("clusters", "overlays", "rendered"):
        shutil.copytree(_ROOT / part, fleet / part)
    shutil.copy(_ROOT / "fleet.yaml", fleet)
    commit(fleet)
    git(scratch, "clone", "-q", "--bare", str(fleet), str(origin))
    git(fleet, "remote", "add", "origin", str(origin))


def _tour(scratch: Path, plane: ControlPlane) -> int:
    config = scratch / "kubeconfig"
    config.write_text(plane.kubeconfig(plane.sync.token), encoding="utf-8")
    with plane.admin() as admin:
        for namespace in _NAMESPACES:
            admin.create("/api/v1/namespaces", {"metadata": {"name": namespace}})
        player = Player(admin, ["clusters"], _releases(), _now)
        sync = ("sync", "fleet.git", "--management-cluster", _OWNER, "--once")
        _say(f"The tree of {_OWNER}, applied to an API server on this machine:", sync)
        _hcpc(scratch, *sync)
        player.settle()
        _say("HyperShift's operator has been at work (here it is played). Once more:", sync)
        code = _hcpc(scratch, *sync)
        _say("What runs where, from git alone:", ("status", "fleet"))
        return code or _hcpc(scratch, "status", "fleet")


def _releases() -> dict[str, str]:
    """Versions by image, as the compiler tells the sync."""
    import yaml  # noqa: PLC0415  # only here

    data = yaml.safe_load((_ROOT / "rendered" / _OWNER / "sync.yaml").read_text(encoding="utf-8"))
    releases: dict[str, str] = data["releases"]
    return releases


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _say(what: str, arguments: tuple[str, ...]) -> None:
    sys.stdout.write(f"\n{what}\n$ hcpc {' '.join(arguments)}\n\n")
    sys.stdout.flush()


def _hcpc(scratch: Path, *arguments: str) -> int:
    command = [sys.executable, "-m", "hcpc", *arguments]
    own = {
        "KUBECONFIG": str(scratch / "kubeconfig"),
        "HCPC_SYNC_DIRECTORY": str(scratch / "git"),
    }
    return subprocess.run(command, cwd=scratch, env=os.environ | own, check=False).returncode
