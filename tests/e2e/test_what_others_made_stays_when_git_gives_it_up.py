"""Git adds to an object that somebody has, and takes that back: no more than that goes."""

from tests.e2e.fleet import Pool
from tests.e2e.world import World


def test_only_what_git_added_goes(world: World) -> None:
    mine = {"metadata": {"name": "alpha-slow"}, "data": {"customers.pem": "precious"}}
    uid = world.create("ConfigMap", mine)["metadata"]["uid"]
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",))})
    world.fleet.publish()
    world.settle()
    assert set(world.live("ConfigMap", "alpha-slow")["data"]) == {"customers.pem", "config"}
    before = world.versions()
    world.synced()
    assert world.versions() == before
    del world.fleet.clusters["alpha"]["nodePools"]["workers"]["config"]
    world.fleet.publish()
    world.sync()  # the node pool gives it up
    ran = world.synced()
    assert "released" in ran.said
    left = world.live("ConfigMap", "alpha-slow")
    assert left["metadata"]["uid"] == uid
    assert left["data"] == mine["data"]
    assert "hcpc" not in {each["manager"] for each in left["metadata"]["managedFields"]}
    before = world.versions()
    assert "alpha-slow" not in world.synced().said
    assert world.versions() == before
