"""A tombstone lets a hosted cluster or node pool leave: it is noted, and holds nothing up."""

import json
from pathlib import Path

import pytest
from tests.git import commit
from tests.unit.cli.conftest import Run
from tests.unit.resolve.small_fleet import (
    DEMO,
    MANAGEMENT,
    SCAFFOLD,
    cluster,
    small_fleet,
    tree,
    write,
)
from tests.unit.verify.policies.deciding import POLICY, policy, waiver, waivers
from tests.unit.verify.test_tombstones import STONES, tombstone

OTHER = "clusters/mgmt-1/other.yaml"
HOSTED = "rendered/mgmt-1/clusters/other/hostedcluster.yaml"
POOLS = "{workers: {replicas: 2}, infra: {replicas: 2}}"
HERE = "this lets it go"


@pytest.fixture
def root(run: Run, tmp_path: Path) -> Path:
    """A fleet of two clusters, compiled and committed."""
    fleet = small_fleet(tmp_path / "fleet", {OTHER: cluster("other", pools=POOLS)})
    assert run("compile", "-C", fleet).code == 0
    commit(fleet)
    return fleet


def found(run: Run, root: Path, *arguments: str) -> list[tuple[str, str]]:
    """Codes and severities of a run against the last commit."""
    ran = run(*arguments, "--base", "HEAD", "-o", "json", "-C", root)
    return [(each["code"], each["severity"]) for each in json.loads(ran.out)["findings"]]


def test_a_hosted_cluster_with_a_tombstone_leaves_the_tree(run: Run, root: Path) -> None:
    write(root, {OTHER: None, STONES: tombstone("hostedCluster: other")})
    assert found(run, root, "lint") == [("HCP1604", "info")]
    ran = run("compile", "--base", "HEAD", "-C", root)
    assert ran.code == 0
    assert "info[HCP0604]: hosted cluster `other` is no longer in the fleet of `mgmt-1`" in ran.out
    assert f"----- {HERE}" in ran.out
    assert "HCP1604" not in ran.out
    assert not (root / HOSTED).exists()
    assert run("compile", "--check", "-C", root).code == 0


@pytest.mark.parametrize(
    "what",
    [
        "hostedCluster: another",
        "hostedCluster: other\nnamespace: elsewhere",
        "nodePool: other",
        "object: {kind: Namespace, name: other}",
        "object: {kind: Namespace, name: other, inside: demo}",
    ],
)
def test_a_tombstone_of_something_else_does_not(run: Run, root: Path, what: str) -> None:
    write(root, {OTHER: None, STONES: tombstone(what)})
    before = tree(root)
    assert found(run, root, "lint") == [("HCP1604", "warning")]
    assert found(run, root, "compile") == [("HCP0604", "error")]
    assert tree(root) == before


def test_a_tombstone_for_another_namespace_is_shown(run: Run, root: Path) -> None:
    write(root, {OTHER: None, STONES: tombstone("hostedCluster: other\nnamespace: elsewhere")})
    ran = run("compile", "-C", root)
    assert "this is for the one in namespace `elsewhere`" in ran.out


def test_check_counts_only_what_is_stale(run: Run, root: Path) -> None:
    write(root, {OTHER: None, STONES: tombstone("hostedCluster: other")})
    ran = run("compile", "--check", "-o", "short", "-C", root)
    assert ran.code == 1
    told = [line for line in ran.out.splitlines() if "[HCP06" in line]
    assert [line.partition("[")[2][:7] for line in told] == ["HCP0601", "HCP0604"]
    assert told[0].endswith("(run `hcpc compile` and commit the result)")


def test_a_node_pool_with_a_tombstone_leaves_its_cluster(run: Run, root: Path) -> None:
    write(root, {OTHER: cluster("other")})
    assert found(run, root, "lint") == [("HCP1605", "warning")]
    write(root, {STONES: tombstone("nodePool: other-infra")})
    assert found(run, root, "lint") == [("HCP1605", "info")]
    # Also when all is remembered but the tombstone.
    write(root, {STONES: tombstone("nodePool: infra")})
    assert found(run, root, "lint") == [("HCP1605", "warning")]


def test_a_node_pool_with_a_tombstone_may_give_way_to_another(run: Run, root: Path) -> None:
    pools = POOLS.replace("infra: {", "infra: {name: better, ")
    write(root, {OTHER: cluster("other", pools=pools)})
    assert ("HCP0604", "error") in found(run, root, "compile")
    write(root, {STONES: tombstone("nodePool: other-infra")})
    assert found(run, root, "compile") == [("HCP1605", "info"), ("HCP0604", "info")]


def test_a_cluster_with_a_tombstone_is_no_renamed_one(run: Run, root: Path) -> None:
    write(root, {OTHER: cluster("better", pools=POOLS)})
    assert found(run, root, "lint") == [("HCP1603", "error")]
    write(root, {STONES: tombstone("hostedCluster: other")})
    assert found(run, root, "lint") == [("HCP1604", "info")]


def test_the_old_one_of_a_cluster_that_moved_leaves_while_the_new_one_lives(
    run: Run, root: Path
) -> None:
    management = SCAFFOLD[MANAGEMENT].replace("mgmt-1", "mgmt-2")
    files = {
        "clusters/mgmt-2/m.yaml": management,
        "clusters/mgmt-2/other.yaml": cluster("other", pools=POOLS),
        POLICY: waivers(waiver("HCP1603", expires="2099-12-31")),
        OTHER: None,
    }
    write(root, files)
    assert [each for each in found(run, root, "compile") if each[1] == "error"] == [
        ("HCP0604", "error")
    ]
    write(root, {STONES: tombstone("hostedCluster: other")})
    assert ("HCP0604", "info") in found(run, root, "compile")
    assert not (root / HOSTED).exists()
    assert (root / HOSTED.replace("mgmt-1", "mgmt-2")).exists()


@pytest.mark.parametrize(("severity", "told"), [("error", ["info"]), ("off", [])])
def test_no_policy_makes_more_of_what_a_tombstone_lets_go(
    run: Run, root: Path, severity: str, told: list[str]
) -> None:
    entries = [f"{{rule: {rule}, severity: {severity}}}" for rule in ("HCP1604", "HCP1605")]
    write(root, {POLICY: policy(f"severities: [{', '.join(entries)}]\n")})
    write(root, {OTHER: None, DEMO: cluster("demo", pools="{w: {replicas: 2}}")})
    before = [] if severity == "off" else ["error", "error"]
    assert [each for _, each in found(run, root, "lint")] == before
    stones = [tombstone("hostedCluster: other"), tombstone("nodePool: demo-workers", "pool")]
    write(root, {STONES: "---\n".join(stones)})
    assert [each for _, each in found(run, root, "lint")] == told * 2


def test_lint_and_compile_count_those_that_stand(run: Run, root: Path) -> None:
    stones = [tombstone("hostedCluster: old"), tombstone("nodePool: demo-infra", "pool")]
    write(root, {STONES: "---\n".join(stones)})
    for command in ("lint", "compile"):
        first, *_ = run(command, "-C", root).out.splitlines()
        assert first == "no findings in 2 hosted clusters, 2 tombstones"
