"""A field that another manager applied is not taken from it, unless somebody says so."""

import json

from tests.e2e.fleet import Pool
from tests.e2e.world import World


def taken(world: World) -> None:
    """Another tool says how many replicas there are, and means it."""
    world.fleet.add("alpha")
    world.fleet.add("beta")
    world.fleet.publish()
    world.settle()
    body = {
        "apiVersion": "hypershift.openshift.io/v1beta1",
        "kind": "NodePool",
        "metadata": {"name": "alpha-workers"},
        "spec": {"replicas": 5},
    }
    path = world.path("NodePool", "alpha-workers")
    assert world.admin.apply(path, body, "autoscaler", force="true").status == 200


def test_it_is_told_and_nothing_is_forced(world: World) -> None:
    taken(world)
    ran = world.sync()
    assert ran.code == 1, ran.said
    assert "autoscaler" in ran.said
    assert "replicas" in ran.said
    assert world.live("NodePool", "alpha-workers")["spec"]["replicas"] == 5
    told = json.dumps(world.status()["clusters/alpha.yaml"])
    assert "autoscaler" in told
    assert "replicas" in told


def test_others_are_not_held_up(world: World) -> None:
    taken(world)
    world.fleet.add("alpha", pools={"workers": Pool(2), "more": Pool(1)})
    world.fleet.add("beta", pools={"workers": Pool(4)})
    world.fleet.publish()
    assert world.sync().code == 1
    assert world.live("NodePool", "beta-workers")["spec"]["replicas"] == 4
    assert world.live("NodePool", "alpha-more")["spec"]["replicas"] == 1


def test_the_flag_takes_it(world: World) -> None:
    taken(world)
    world.synced("--force-conflicts")
    assert world.live("NodePool", "alpha-workers")["spec"]["replicas"] == 2
    world.synced()


def test_the_annotation_takes_it_for_one_object(world: World) -> None:
    taken(world)
    spec = world.fleet.clusters["alpha"]
    pool = {"replicas": 2, "annotations": {"hcpc.dev/force-conflicts": "true"}}
    spec["nodePools"] = {"workers": pool}
    world.fleet.publish()
    world.synced()
    assert world.live("NodePool", "alpha-workers")["spec"]["replicas"] == 2
