"""Nodes follow their control plane: never is a pool asked for more than that has completed."""

from tests.e2e.fleet import IMAGES, Pool
from tests.e2e.world import World


def image(world: World, kind: str, name: str) -> str:
    return str(world.live(kind, name)["spec"]["release"]["image"])


def upgrading(world: World) -> None:
    world.fleet.add("alpha", pools={"workers": Pool(), "old": Pool(1, release="4.18.9")})
    world.fleet.add("beta")
    world.fleet.publish()
    world.settle()
    world.fleet.clusters["alpha"]["release"] = "4.20.3"
    world.fleet.publish()


def test_it_waits_until_the_version_is_completed(world: World) -> None:
    upgrading(world)
    ran = world.sync()
    assert image(world, "HostedCluster", "alpha") == IMAGES["4.20.3"]
    assert image(world, "NodePool", "alpha-workers") == IMAGES["4.19.14"]
    assert "4.20.3" in ran.said
    assert "alpha-workers" in str(world.status()["clusters/alpha.yaml"])
    # Begun is not completed.
    world.player.step()
    world.sync()
    assert image(world, "NodePool", "alpha-workers") == IMAGES["4.19.14"]
    world.player.settle()
    world.synced()
    assert image(world, "NodePool", "alpha-workers") == IMAGES["4.20.3"]
    world.settle()
    assert world.player.faults == []


def test_what_is_not_ahead_does_not_wait(world: World) -> None:
    upgrading(world)
    world.fleet.clusters["alpha"]["nodePools"]["old"] = {"replicas": 3, "release": "4.19.14"}
    world.fleet.publish()
    world.sync()
    assert image(world, "NodePool", "alpha-old") == IMAGES["4.19.14"]
    assert image(world, "NodePool", "alpha-workers") == IMAGES["4.19.14"]


def test_an_upgrade_that_hangs_holds_the_pools_and_nobody_else(world: World) -> None:
    upgrading(world)
    world.player.stuck.add("alpha")
    world.fleet.add("beta", pools={"workers": Pool(5)})
    world.fleet.publish()
    for _ in range(3):
        world.sync()
        world.player.settle()
    assert image(world, "NodePool", "alpha-workers") == IMAGES["4.19.14"]
    assert world.live("NodePool", "beta-workers")["spec"]["replicas"] == 5
    assert world.player.faults == []


def test_a_new_cluster_gets_its_nodes_at_once(world: World) -> None:
    """It cannot be installed without."""
    world.fleet.add("alpha", release="4.20.5")
    world.fleet.publish()
    world.synced()
    assert image(world, "NodePool", "alpha-workers") == IMAGES["4.20.5"]
    world.settle()
    assert world.player.faults == []
