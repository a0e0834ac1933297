"""What git no longer has goes only where it is ours; protected kinds only with a tombstone."""

from tests.e2e.fleet import Pool
from tests.e2e.world import World


def settled(world: World) -> None:
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",)), "infra": Pool(1)})
    world.fleet.add("beta")
    world.fleet.publish()
    world.settle()


def test_a_hosted_cluster_without_one_stays(world: World) -> None:
    settled(world)
    del world.fleet.clusters["alpha"]
    world.fleet.publish()
    world.proxy.reset()
    ran = world.sync()
    assert "tombstone" in ran.said
    assert {"alpha", "beta"} == set(world.all("HostedCluster"))
    assert {"alpha-workers", "alpha-infra", "beta-workers"} == set(world.all("NodePool"))
    assert not [each for each in world.proxy.requests if each.method == "DELETE"]


def test_a_node_pool_without_one_stays(world: World) -> None:
    settled(world)
    del world.fleet.clusters["alpha"]["nodePools"]["infra"]
    world.fleet.publish()
    ran = world.sync()
    assert "tombstone" in ran.said
    assert world.exists("NodePool", "alpha-infra")


def test_a_node_pool_with_one_goes(world: World) -> None:
    settled(world)
    del world.fleet.clusters["alpha"]["nodePools"]["infra"]
    world.fleet.tombstone("alpha-infra", nodePool="alpha-infra", namespace=world.name)
    world.fleet.publish()
    world.sync()
    assert not world.exists("NodePool", "alpha-infra")
    assert world.exists("NodePool", "alpha-workers")
    assert world.exists("HostedCluster", "alpha")
    world.settle()


def test_a_hosted_cluster_with_one_goes_with_its_node_pools(world: World) -> None:
    settled(world)
    del world.fleet.clusters["alpha"]
    world.fleet.tombstone("alpha", hostedCluster="alpha", namespace=world.name)
    world.fleet.publish()
    world.sync()
    world.settle()
    assert set(world.all("HostedCluster")) == {"beta"}
    assert set(world.all("NodePool")) == {"beta-workers"}
    # Nobody refers to its configuration any more.
    assert world.all("ConfigMap") == {}
    assert "clusters/alpha.yaml" not in world.status()


def test_a_config_map_needs_none_but_goes_after_its_users(world: World) -> None:
    settled(world)
    del world.fleet.clusters["alpha"]["nodePools"]["workers"]["config"]
    world.fleet.publish()
    world.sync()
    world.synced()
    assert world.all("ConfigMap") == {}


def test_what_somebody_else_made_under_the_same_name_is_not_deleted(world: World) -> None:
    settled(world)
    mine = world.live("ConfigMap", "alpha-slow")
    world.admin.delete(world.path("ConfigMap", "alpha-slow"))
    world.create("ConfigMap", {"metadata": {"name": "alpha-slow"}, "data": {"their": "own"}})
    del world.fleet.clusters["alpha"]["nodePools"]["workers"]["config"]
    world.fleet.publish()
    world.sync()
    world.synced()
    theirs = world.live("ConfigMap", "alpha-slow")
    assert theirs["data"] == {"their": "own"}
    assert theirs["metadata"]["uid"] != mine["metadata"]["uid"]


def test_what_is_marked_to_be_kept_stays(world: World) -> None:
    settled(world)
    kept = {"metadata": {"annotations": {"hcpc.dev/prune": "disabled"}}}
    world.change("ConfigMap", "alpha-slow", kept)
    del world.fleet.clusters["alpha"]["nodePools"]["workers"]["config"]
    world.fleet.publish()
    for _ in range(2):
        world.sync()
    assert world.exists("ConfigMap", "alpha-slow")


def test_without_pruning_nothing_goes(world: World) -> None:
    settled(world)
    del world.fleet.clusters["alpha"]["nodePools"]["workers"]["config"]
    world.fleet.publish()
    for _ in range(2):
        world.sync("--no-prune")
    assert world.exists("ConfigMap", "alpha-slow")
