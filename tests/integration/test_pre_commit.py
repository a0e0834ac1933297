"""The hooks for fleet repositories, run by the real pre-commit.

The command is the one under test, so nothing has to be installed, and no network is needed.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.resolve.small_fleet import DEMO, RELEASES, cluster, small_fleet

ROOT = Path(__file__).parents[2]
HOOKS: Any = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
COMMANDS = Path(sys.executable).parent
BAD = cluster("demo", "etcd: {size: huge}\n")


class Repository:
    """A git repository with a fleet and the hooks of hcpc."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        self.environment = {
            "HOME": str(home),
            "PATH": f"{COMMANDS}{os.pathsep}{os.environ['PATH']}",
            "PRE_COMMIT_HOME": str(home / "pre-commit"),
            "HCPC_CACHE_DIR": str(home / "cache"),
        }
        self.call("git", "init", "--quiet")
        self.configure()

    def configure(self, **settings: list[str]) -> None:
        """Write and stage the configuration; `settings` are of each hook."""
        local = [{**hook, "language": "system", **settings} for hook in HOOKS]
        config = {"repos": [{"repo": "local", "hooks": local}]}
        path = self.root / ".pre-commit-config.yaml"
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        self.call("git", "add", "--all")

    def call(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the repository."""
        return subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def hooks(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the hooks as a commit does, or on the files that are named."""
        return self.call(sys.executable, "-m", "pre_commit", "run", "--color", "never", *arguments)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    root = small_fleet(tmp_path / "fleet")
    subprocess.run([COMMANDS / "hcpc", "compile", "-C", root], check=True, capture_output=True)
    return Repository(root, tmp_path / "home")


def outcomes(ran: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """What became of each hook."""
    lines = [line for line in ran.stdout.splitlines() if "...." in line]
    return {
        line.split("....")[0].rstrip("."): line.rpartition(".")[2].split(")")[-1] for line in lines
    }


def test_pre_commit_takes_the_hooks_as_they_are() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", ROOT / ".pre-commit-hooks.yaml"],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert {hook["id"]: hook["language"] for hook in HOOKS} == {
        "hcpc-lint": "python",
        "hcpc-compile-check": "python",
    }


def test_a_fleet_that_is_right_passes(repository: Repository) -> None:
    ran = repository.hooks("--all-files")
    assert ran.returncode == 0
    assert outcomes(ran) == {"hcpc lint": "Passed", "hcpc compile --check": "Passed"}


def test_an_error_anywhere_stops_a_commit_that_changes_another_file(
    repository: Repository,
) -> None:
    (repository.root / DEMO).write_text(BAD, encoding="utf-8")
    repository.call("git", "add", DEMO)
    ran = repository.hooks("--files", "clusters/defaults.yaml")
    assert ran.returncode == 1
    assert f"--> {DEMO}:8:16" in ran.stdout
    assert outcomes(ran) == {"hcpc lint": "Failed", "hcpc compile --check": "Failed"}


def test_stale_files_stop_a_commit(repository: Repository) -> None:
    (repository.root / DEMO).write_text(cluster("demo", "channel: fast-4.17\n"), encoding="utf-8")
    repository.call("git", "add", DEMO)
    ran = repository.hooks()
    assert ran.returncode == 1
    assert "HCP0601" in ran.stdout
    assert outcomes(ran) == {"hcpc lint": "Passed", "hcpc compile --check": "Failed"}


def test_a_commit_that_only_takes_a_file_away_is_looked_at(repository: Repository) -> None:
    author = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    repository.call("git", *author, "commit", "--quiet", "--no-verify", "--message", "start")
    repository.call("git", "rm", "--quiet", RELEASES)
    ran = repository.hooks()
    assert ran.returncode == 1
    assert "HCP0303" in ran.stdout
    assert outcomes(ran) == {"hcpc lint": "Failed", "hcpc compile --check": "Failed"}


def test_arguments_choose_a_fleet_in_a_directory(repository: Repository) -> None:
    (repository.root / "prod").mkdir()
    for name in ("fleet.yaml", "clusters", "rendered"):
        repository.call("git", "mv", name, f"prod/{name}")
    assert repository.hooks().returncode == 1
    repository.configure(args=["-C", "prod"])
    assert outcomes(repository.hooks()) == {"hcpc lint": "Passed", "hcpc compile --check": "Passed"}
