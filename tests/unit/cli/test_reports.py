"""Forms of findings for other tools: files, the paths in them, and what fails a run."""

import json
import os
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

import pytest
from tests.sarif import sarif_schema
from tests.unit.cli.conftest import Run
from tests.unit.resolve.small_fleet import DEMO, cluster, small_fleet

BAD = {DEMO: cluster("demo", "etcd: {size: huge}\n", pools="{w: {}}")}
WARNED = {DEMO: cluster("demo", pools="{w: {}}")}
FORGES = ["github", "junit", "markdown", "sarif"]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with a broken fleet in `fleets/prod`."""
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    small_fleet(tmp_path / "repo" / "fleets" / "prod", BAD)
    return tmp_path / "repo"


def sarif_uris(text: str) -> set[str]:
    log: Any = json.loads(text)
    sarif_schema().validate(log)
    return {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for result in log["runs"][0]["results"]
    }


@pytest.mark.parametrize("form", FORGES)
def test_forges_are_told_paths_from_the_root_of_the_repository(
    run: Run, repository: Path, form: str
) -> None:
    ran = run("lint", "-o", form, cwd=repository / "fleets" / "prod" / "clusters")
    assert ran.code == 1
    assert f"fleets/prod/{DEMO}" in ran.out


@pytest.mark.parametrize("form", ["text", "short", "json"])
def test_people_are_told_paths_from_the_fleet(run: Run, repository: Path, form: str) -> None:
    ran = run("lint", "-o", form, "-C", repository / "fleets" / "prod")
    assert DEMO in ran.out
    assert f"prod/{DEMO}" not in ran.out


def test_in_a_worktree_git_is_a_file(run: Run, repository: Path) -> None:
    (repository / ".git").rmdir()
    (repository / ".git").write_text("gitdir: elsewhere\n", encoding="utf-8")
    ran = run("lint", "-o", "sarif", "-C", repository / "fleets" / "prod")
    assert sarif_uris(ran.out) == {f"fleets/prod/{DEMO}"}


def test_a_fleet_that_is_its_repository_is_told_from_itself(run: Run, repository: Path) -> None:
    fleet = repository / "fleets" / "prod"
    (fleet / ".git").mkdir()
    link = repository.parent / "link"
    link.symlink_to(fleet)
    for root in (fleet, link, Path(os.path.relpath(fleet, repository))):
        ran = run("lint", "-o", "sarif", "-C", root, cwd=repository)
        assert sarif_uris(ran.out) == {DEMO}


@pytest.mark.parametrize("form", ["short", *FORGES])
def test_a_chosen_directory_holds_for_every_form(run: Run, repository: Path, form: str) -> None:
    ran = run("lint", "-o", form, "--paths-from", "..", cwd=repository / "fleets" / "prod")
    assert f"prod/{DEMO}" in ran.out
    assert f"fleets/prod/{DEMO}" not in ran.out


def test_paths_cannot_be_told_from_beside_the_fleet(run: Run, repository: Path) -> None:
    (repository / "fleets" / "pro").mkdir()
    ran = run("lint", "--paths-from", "../pro", cwd=repository / "fleets" / "prod")
    assert ran.code == 2
    assert "the fleet is not in ../pro" in ran.err


@pytest.mark.parametrize("command", ["lint", "compile"])
def test_one_run_writes_as_many_reports_as_are_asked_for(
    run: Run, repository: Path, tmp_path: Path, command: str
) -> None:
    reports = [f"--report={form}={tmp_path / form}" for form in (*FORGES, "short")]
    fleet = repository / "fleets" / "prod"
    ran = run(command, "-C", fleet, *reports)
    assert (ran.code, ran.err) == (1, "")
    assert "error[HCP0208]" in ran.out
    assert sarif_uris((tmp_path / "sarif").read_text(encoding="utf-8")) == {f"fleets/prod/{DEMO}"}
    assert parse(tmp_path / "junit").getroot().get("failures") == "1"  # noqa: S314  # our own
    for form in (*FORGES, "short"):
        printed = run(command, "-C", fleet, "-o", form).out
        assert (tmp_path / form).read_text(encoding="utf-8") == printed


@pytest.mark.parametrize("value", ["sarif", "sarif=", "=x", "nosuch=x", ""])
def test_a_report_is_a_form_and_a_file(run: Run, tmp_path: Path, value: str) -> None:
    ran = run("lint", "-C", small_fleet(tmp_path / "fleet"), f"--report={value}")
    assert ran.code == 2
    assert "no FORM=FILE; forms are github, json, junit" in ran.err


def test_a_report_that_cannot_be_written_ends_with_2(run: Run, tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path / "fleet")
    ran = run("lint", "-C", fleet, f"--report=sarif={tmp_path / 'nowhere' / 'x'}")
    assert ran.code == 2
    assert "nowhere/x" in ran.err


@pytest.mark.parametrize(
    ("files", "chosen", "code"),
    [
        ({}, "warning", 0),
        (WARNED, "error", 0),
        (WARNED, "warning", 1),
        (BAD, "error", 1),
        (BAD, "warning", 1),
    ],
)
@pytest.mark.parametrize("command", ["lint", "compile"])
def test_what_fails_a_run_can_be_chosen(
    run: Run,
    tmp_path: Path,
    files: dict[str, str | bytes | None],
    chosen: str,
    code: int,
    command: str,
) -> None:
    fleet = small_fleet(tmp_path / "fleet", files)
    assert run(command, "-C", fleet, "--fail-on", chosen).code == code
    assert run(command, "-C", fleet).code == (code if chosen == "error" or files == BAD else 0)


def test_warnings_that_fail_the_run_do_not_keep_files_from_being_written(
    run: Run, tmp_path: Path
) -> None:
    fleet = small_fleet(tmp_path / "fleet", WARNED)
    ran = run("compile", "-C", fleet, "--fail-on", "warning")
    assert ran.code == 1
    assert (fleet / "rendered/mgmt-1/clusters/demo/hostedcluster.yaml").is_file()


def test_warnings_that_fail_the_run_are_failures_in_junit(run: Run, tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path / "fleet", WARNED)
    assert "<failure" not in run("lint", "-C", fleet, "-o", "junit").out
    assert "<failure" in run("lint", "-C", fleet, "-o", "junit", "--fail-on", "warning").out
