"""What is as git wants it is left as it is: no resourceVersion moves, and few requests are made."""

from tests.e2e.fleet import Pool
from tests.e2e.world import World


def settled(world: World) -> None:
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",)), "infra": Pool(1)})
    world.fleet.add("beta")
    world.fleet.publish()
    world.settle()


def test_nothing_moves(world: World) -> None:
    settled(world)
    before = world.versions()
    commits = world.status_commits()
    world.proxy.reset()
    for _ in range(3):
        world.synced()
    assert world.versions() == before
    assert world.proxy.writes == []
    assert world.status_commits() == commits


def test_no_request_is_made_for_a_single_object(world: World) -> None:
    """Kinds are listed; what is unchanged needs no dry run."""
    settled(world)
    world.proxy.reset()
    world.synced()
    others = [each for each in world.proxy.requests if "/leases" not in each.path]
    assert {each.method for each in others} == {"GET"}
    names = ("alpha", "beta", "alpha-workers", "alpha-slow")
    single = [each.path for each in world.proxy.requests if each.path.endswith(names)]
    assert single == []
    assert len(world.proxy.requests) < 40


def test_a_commit_that_changes_nothing_of_the_cluster_writes_nothing_there(world: World) -> None:
    settled(world)
    before = world.versions()
    (world.fleet.root / "README.md").write_text("hello\n")
    commit = world.fleet.push()
    world.proxy.reset()
    world.synced()
    assert world.versions() == before
    # Only which commit was the last one is noted.
    latest = f"hcpc-inventory-{world.name}-latest"
    assert [each.path.rpartition("/")[2] for each in world.proxy.writes] == [latest]
    # That the new revision is applied is something to tell.
    assert commit in str(world.status()["summary.yaml"])


def test_work_of_the_operator_is_no_change_of_ours(world: World) -> None:
    """What the operator writes, finalizers included, is no reason to apply anything."""
    world.fleet.add("alpha")
    world.fleet.publish()
    world.synced()
    while world.player.step():
        world.proxy.reset()
        world.synced()
        assert world.proxy.writes == []
