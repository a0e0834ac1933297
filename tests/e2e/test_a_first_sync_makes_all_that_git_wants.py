"""The first round in an empty cluster; a second one when the operator has done its part."""

from tests.e2e.fleet import Pool
from tests.e2e.world import World
from tests.git import git


def two_clusters(world: World) -> str:
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",)), "infra": Pool(1)})
    world.fleet.add("beta", labels={"team": "blue"})
    return world.fleet.publish()


def test_objects_inventory_and_status_are_there(world: World) -> None:
    commit = two_clusters(world)
    ran = world.sync()
    # All is applied, though nothing is installed yet.
    assert ran.code == 0, ran.said
    assert set(world.all("HostedCluster")) == {"alpha", "beta"}
    assert set(world.all("NodePool")) == {"alpha-workers", "alpha-infra", "beta-workers"}
    assert set(world.all("ConfigMap")) == {"alpha-slow"}
    assert world.inventory_objects()
    summary = world.status()["summary.yaml"]
    assert commit in str(summary)
    assert set(world.status()) >= {"clusters/alpha.yaml", "clusters/beta.yaml"}


def test_every_field_is_ours_and_what_git_says(world: World) -> None:
    two_clusters(world)
    world.synced()
    beta = world.live("HostedCluster", "beta")
    assert beta["metadata"]["labels"] == {"team": "blue"}
    [ours] = [each for each in beta["metadata"]["managedFields"] if each["manager"] == "hcpc"]
    assert ours["operation"] == "Apply"
    assert beta["spec"]["infraID"] == "beta-2cd9w"


def test_status_says_healthy_when_the_operator_is_done(world: World) -> None:
    two_clusters(world)
    ran = world.settle()
    assert "alpha" in ran.said or ran.code == 0
    alpha = str(world.status()["clusters/alpha.yaml"])
    assert "healthy" in alpha
    assert "4.19.14" in alpha


def test_nothing_that_git_does_not_know_is_touched(world: World) -> None:
    two_clusters(world)
    world.create("ConfigMap", {"metadata": {"name": "theirs"}, "data": {"a": "b"}})
    before = world.live("ConfigMap", "theirs")
    world.settle()
    assert world.live("ConfigMap", "theirs") == before


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(world: World) -> None:
    two_clusters(world)
    before = world.versions()
    ran = world.sync("--dry-run")
    assert "alpha" in ran.out, ran.said
    assert world.versions() == before
    assert world.proxy.writes == []
    assert world.status() == {}


def test_the_status_branch_has_nothing_but_the_status(world: World) -> None:
    two_clusters(world)
    world.synced()
    ref = f"refs/heads/hcpc-status/{world.name}"
    names = git(world.fleet.origin, "ls-tree", "-r", "--name-only", ref).splitlines()
    assert sorted(names) == ["clusters/alpha.yaml", "clusters/beta.yaml", "summary.yaml"]
