"""`hcpc lint` and `hcpc compile` in a real repository: what a developer and a pull request see."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.git import commit, git
from tests.outside import CRDS, TODAY, needs_crds
from tests.unit.resolve.small_fleet import DEMO, MANAGEMENT, SCAFFOLD, small_fleet, write

from hcpc.cli.main import command
from hcpc.source.revision import RevisionError

ETCD = SCAFFOLD[DEMO] + "  etcd: {size: %s}\n"


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A branch of a clone, in which a fleet lies in a directory of its own."""
    origin = tmp_path / "origin"
    small_fleet(origin / "fleets/shop", {DEMO: ETCD % "8Gi"})
    commit(origin)
    git(tmp_path, "clone", "-q", str(origin), "clone")
    git(tmp_path / "clone", "switch", "-q", "-c", "larger-etcd")
    monkeypatch.delenv("HCPC_BASE", raising=False)
    return tmp_path / "clone/fleets/shop"


def run(fleet: Path, *arguments: str) -> Result:
    options = ["-C", str(fleet), "--no-cache", "--executor", "serial"]
    return CliRunner().invoke(command, [*arguments, *options], catch_exceptions=False)


def test_it_is_refused_in_every_command_that_compiles(fleet: Path) -> None:
    run(fleet, "compile")
    write(fleet, {DEMO: ETCD % "16Gi"})
    for arguments in (["compile"], ["compile", "--check"], ["lint"]):
        result = run(fleet, *arguments, "-o", "short")
        assert (result.exit_code, "HCP1601" in result.stdout) == (1, True)
    rendered = fleet / "rendered/mgmt-1/clusters/demo/hostedcluster.yaml"
    assert "size: 8Gi" in rendered.read_text(encoding="utf-8")


@pytest.mark.parametrize("base", ["none", "HEAD"])
def test_another_base_is_taken_at_its_word(base: str, fleet: Path) -> None:
    write(fleet, {DEMO: ETCD % "16Gi"})
    commit(fleet.parents[1])
    assert run(fleet, "lint", "--base", base).exit_code == 0
    assert run(fleet, "lint", "--base", "HEAD^").exit_code == 1


def test_the_environment_may_name_the_base(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(fleet, {DEMO: ETCD % "16Gi"})
    monkeypatch.setenv("HCPC_BASE", "none")
    assert run(fleet, "lint").exit_code == 0
    assert run(fleet, "lint", "--base", "HEAD").exit_code == 1


def test_a_cluster_that_leaves_tree_and_fleet_is_told_once(fleet: Path) -> None:
    run(fleet, "compile")
    write(fleet, {DEMO: None})
    told = {
        name: set(re.findall("HCP[0-9]+", run(fleet, *name.split(), "-o", "short").stdout))
        for name in ("lint", "compile", "compile --allow-removals", "compile --check")
    }
    removed = {"HCP0604"}
    assert told == {
        "lint": {"HCP1604"},
        "compile": removed,
        "compile --allow-removals": removed,
        "compile --check": {"HCP1604"},
    }


def test_programs_are_told_both_places(fleet: Path) -> None:
    short = git(fleet, "rev-parse", "--short=9", "HEAD")
    write(fleet, {DEMO: ETCD % "16Gi"})
    (found,) = json.loads(run(fleet, "lint", "-o", "json").stdout)["findings"]
    assert found["location"]["path"] == DEMO
    (related,) = found["related"]
    assert related["location"]["path"] == f"{DEMO}@{short}"
    assert related["label"] == "at the base: `8Gi`"


def test_a_base_that_is_not_there_ends_the_run(fleet: Path) -> None:
    with pytest.raises(RevisionError, match="there is no revision `gone`"):
        run(fleet, "lint", "--base", "gone")


def test_without_a_repository_the_summary_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HCPC_BASE", raising=False)
    result = run(small_fleet(tmp_path), "lint")
    assert result.exit_code == 0
    expected = "not checked: changes of running clusters: the fleet is not in a git repository"
    assert expected in result.stdout.splitlines()


def test_nothing_of_the_work_tree_or_the_index_is_touched(fleet: Path) -> None:
    top = fleet.parents[1]
    write(fleet, {DEMO: ETCD % "16Gi", "clusters/mgmt-1/new.yaml": SCAFFOLD[DEMO]})
    index = top / ".git/index"

    def state() -> tuple[str, bytes, int]:
        status = git(top, "--no-optional-locks", "status", "--porcelain")
        return status, index.read_bytes(), index.stat().st_mtime_ns

    git(top, "status")
    before = state()
    run(fleet, "lint")
    assert state() == before


def test_the_help_names_the_option(fleet: Path) -> None:
    for name in ("lint", "compile"):
        printed = re.sub(r"\s+", " ", run(fleet, name, "--help").output)
        assert "--base REV" in printed
        assert "where HEAD left the main branch" in printed


BEFORE = """
  infraID: demo-abc12
  clusterID: 6513270e-269e-4d37-b2a7-4de452e6b438
  featureGate: {featureSet: OKD}
  networks: {machine: [10.0.0.0/16], ovn: {mtu: 1400}}
  availability: {controlPlane: HighlyAvailable}
"""
AFTER = """
  clusterID: 6513270e-269e-4d37-b2a7-4de452e6b439
  networks: {machine: [10.1.0.0/16], service: [172.30.0.0/16]}
  availability: {controlPlane: SingleReplica}
  encryption: null
  capabilities: {disabled: [ImageRegistry]}
  publish: {api: {nodePort: {address: other.example.com}}}
  olm: {catalogs: guest}
"""


@needs_crds
@pytest.mark.parametrize("release", ["hypershift-4.15", "hypershift-4.17", TODAY])
def test_what_real_crds_refuse_too_is_told_once(release: str, fleet: Path) -> None:
    """The API server's own words add nothing where the tables have the field."""
    files = sorted(map(str, (CRDS / release).glob("*.yaml")))
    CliRunner().invoke(command, ["schema", "import", "-C", str(fleet), "site", *files])
    named = SCAFFOLD[MANAGEMENT].replace("spec:\n", "spec:\n  hypershift: {crdSet: site}\n")
    write(fleet, {MANAGEMENT: named, DEMO: SCAFFOLD[DEMO] + BEFORE})
    commit(fleet.parents[1])
    pool = "workers: {replicas: 2, arch: arm64, upgrade: {type: Replace}}"
    write(fleet, {DEMO: SCAFFOLD[DEMO].replace("workers: {replicas: 2}", pool) + AFTER})
    result = run(fleet, "lint", "-o", "json", "--base", "HEAD")
    found = json.loads(result.stdout)["findings"]
    told = [each for each in found if each["code"].startswith("HCP16")]
    assert {each["code"] for each in told} == {"HCP1601", "HCP1611"}
    titles = [each["message"].split("`")[1] for each in told if each["code"] == "HCP1601"]
    assert sorted(titles) == [
        "arch",
        "availability.controlPlane",
        "capabilities",
        "clusterID",
        "encryption",
        "infraID",
        "networks.machine[0]",
        "networks.ovn",
        "networks.service[0]",
        "olm.catalogs",
        "publish.api.nodePort.address",
        "upgrade.type",
    ]
