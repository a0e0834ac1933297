"""What others add beside what git says is theirs: it stays, and the status tells of it."""

from tests.e2e.fleet import Pool
from tests.e2e.world import World


def settled(world: World) -> None:
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",))})
    world.fleet.publish()
    world.settle()


def test_a_field_of_the_spec(world: World) -> None:
    settled(world)
    world.change("HostedCluster", "alpha", {"spec": {"nodeSelector": {"zone": "a"}}}, "night-shift")
    before = world.versions()
    world.synced()
    assert world.versions() == before
    assert world.live("HostedCluster", "alpha")["spec"]["nodeSelector"] == {"zone": "a"}
    told = str(world.status()["clusters/alpha.yaml"])
    assert "night-shift" in told
    assert "nodeSelector" in told


def test_it_survives_a_change_in_git(world: World) -> None:
    settled(world)
    world.change("NodePool", "alpha-workers", {"spec": {"nodeLabels": {"a": "b"}}}, "night-shift")
    world.fleet.add("alpha", pools={"workers": Pool(3, config=("slow",))})
    world.fleet.publish()
    world.synced()
    spec = world.live("NodePool", "alpha-workers")["spec"]
    assert (spec["replicas"], spec["nodeLabels"]) == (3, {"a": "b"})


def test_a_label_and_a_key_of_data(world: World) -> None:
    settled(world)
    change = {"metadata": {"labels": {"seen-by": "backup"}}, "data": {"more": "theirs"}}
    world.change("ConfigMap", "alpha-slow", change, "backup-tool")
    before = world.versions()
    world.synced()
    assert world.versions() == before
    kept = world.live("ConfigMap", "alpha-slow")
    assert kept["data"]["more"] == "theirs"
    assert "backup-tool" in str(world.status())
