"""The action for GitHub: its steps, run as the runner runs them."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.sarif import sarif_schema
from tests.unit.resolve.small_fleet import DEMO, cluster, small_fleet

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "lint-in-ci.md"
ACTION: Any = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
INSTALL, CHECK = ACTION["runs"]["steps"]
INPUT = re.compile(r"\$\{\{ inputs\.([\w-]+) \}\}")
BAD = {DEMO: cluster("demo", "etcd: {size: huge}\n")}
WARNED = {DEMO: cluster("demo", pools="{w: {}}")}

# One worker installs hcpc once for all of these.
pytestmark = pytest.mark.xdist_group("action")


@dataclass
class Job:
    """A job's workspace, the runner's own directory, and what the summary said before."""

    workspace: Path
    temporary: Path
    inputs: dict[str, str] = field(default_factory=dict)

    @property
    def summary(self) -> Path:
        """Where the runner reads the summary of a step."""
        return self.temporary / "step-summary"

    def run(self, step: dict[str, Any]) -> subprocess.CompletedProcess[str]:
        """Run a step as the runner does: values in the environment, the text in a file."""
        defaults = {name: each.get("default", "") for name, each in ACTION["inputs"].items()}
        values = {**defaults, **self.inputs}
        environment = {
            name: INPUT.sub(lambda found: values[found[1]], text)
            for name, text in step["env"].items()
        }
        script = self.temporary / "step.sh"
        script.write_text(step["run"], encoding="utf-8")
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", script],
            cwd=self.workspace,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.temporary),
                "GITHUB_ACTION_PATH": str(ROOT),
                "GITHUB_STEP_SUMMARY": str(self.summary),
                "RUNNER_TEMP": str(self.temporary),
                **environment,
            },
            check=False,
            capture_output=True,
            text=True,
        )


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runner's own directory after the first step."""
    directory = tmp_path_factory.mktemp("runner")
    job = Job(directory, directory, {"python": sys.executable})
    ran = job.run(INSTALL)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    return directory


@pytest.fixture
def job(installed: Path, tmp_path: Path) -> Job:
    """A job whose workspace has nothing but a `.git` yet."""
    (tmp_path / "workspace" / ".git").mkdir(parents=True)
    job = Job(tmp_path / "workspace", installed)
    job.summary.write_text("# another step\n", encoding="utf-8")
    return job


def compiled(job: Job, root: Path) -> None:
    """Write what the specs compile to."""
    hcpc = job.temporary / "hcpc" / "bin" / "hcpc"
    subprocess.run([hcpc, "compile", "-C", root], check=True, capture_output=True)


def test_a_python_that_is_too_old_is_told(job: Job) -> None:
    old = job.temporary / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    job.inputs["python"] = str(old)
    ran = job.run(INSTALL)
    assert ran.returncode == 2
    assert ran.stdout.startswith("::error title=hcpc::hcpc needs Python 3.11 or newer")


def test_a_clean_fleet_passes_and_says_so_in_the_summary(job: Job) -> None:
    compiled(job, small_fleet(job.workspace))
    ran = job.run(CHECK)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "::error" not in ran.stdout
    before, _, ours = job.summary.read_text(encoding="utf-8").partition("\n")
    assert before == "# another step"
    assert ours.startswith("## hcpc: no findings in 1 hosted cluster\n")


def test_an_error_fails_the_job_and_is_shown_at_its_line(job: Job) -> None:
    small_fleet(job.workspace / "fleets" / "prod", BAD)
    job.inputs["fleet"] = "fleets/prod"
    ran = job.run(CHECK)
    assert ran.returncode == 1
    assert f"::error file=fleets/prod/{DEMO},line=8,endLine=8,col=16," in ran.stdout
    assert "error[HCP0208]" in job.summary.read_text(encoding="utf-8")


def test_stale_files_fail_the_job_unless_nobody_minds(job: Job) -> None:
    small_fleet(job.workspace)
    ran = job.run(CHECK)
    assert ran.returncode == 1
    assert "HCP0601" in ran.stdout
    job.inputs["rendered"] = "false"
    assert job.run(CHECK).returncode == 0
    assert not (job.workspace / "rendered").exists()


def test_warnings_fail_the_job_for_those_who_want_it(job: Job) -> None:
    compiled(job, small_fleet(job.workspace, WARNED))
    assert job.run(CHECK).returncode == 0
    job.inputs["fail-on"] = "warning"
    ran = job.run(CHECK)
    assert ran.returncode == 1
    assert "::warning file=" in ran.stdout


def test_reports_go_to_the_files_that_are_asked_for(job: Job) -> None:
    small_fleet(job.workspace, BAD)
    job.inputs |= {"sarif": "hcpc results.sarif", "junit": "junit.xml", "summary": "false"}
    assert job.run(CHECK).returncode == 1
    log = json.loads((job.workspace / "hcpc results.sarif").read_text(encoding="utf-8"))
    sarif_schema().validate(log)
    assert "<failure" in (job.workspace / "junit.xml").read_text(encoding="utf-8")
    assert job.summary.read_text(encoding="utf-8") == "# another step\n"


def test_without_a_fleet_the_job_fails_and_an_old_summary_is_not_repeated(job: Job) -> None:
    compiled(job, small_fleet(job.workspace))
    job.run(CHECK)
    before = job.summary.read_text(encoding="utf-8")
    job.inputs["fleet"] = "clusters"
    ran = job.run(CHECK)
    assert ran.returncode == 2
    assert "no fleet.yaml in clusters" in ran.stderr
    assert job.summary.read_text(encoding="utf-8") == before


def test_inputs_reach_the_shell_as_values_only(job: Job) -> None:
    assert [step["name"] for step in (INSTALL, CHECK) if "${{" in step["run"]] == []
    named = {
        name
        for step in (INSTALL, CHECK)
        for text in step["env"].values()
        for name in INPUT.findall(text)
    }
    assert named == ACTION["inputs"].keys()
    small_fleet(job.workspace)
    job.inputs |= {"fleet": "$(touch gotcha); `touch gotcha`", "sarif": "x; touch gotcha"}
    assert job.run(CHECK).returncode == 2
    assert not (job.workspace / "gotcha").exists()


def test_the_how_to_page_lists_every_input_with_its_default() -> None:
    rows = re.findall(
        r"^\| `([\w-]+)` \| (?:`(.+)`)? ?\| ", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    assert dict(rows) == {name: each["default"] for name, each in ACTION["inputs"].items()}
