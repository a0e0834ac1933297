"""Whatever somebody changed by hand of what git says comes back to what git says."""

from tests.e2e.fleet import Pool
from tests.e2e.world import World


def settled(world: World) -> None:
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",))})
    world.fleet.publish()
    world.settle()


def test_a_changed_value_is_put_back_and_its_author_is_named(world: World) -> None:
    settled(world)
    world.change("NodePool", "alpha-workers", {"spec": {"replicas": 7}})
    ran = world.synced()
    assert world.live("NodePool", "alpha-workers")["spec"]["replicas"] == 2
    told = str(world.status()) + ran.said
    assert "colleague" in told
    assert "replicas" in told
    before = world.versions()
    world.synced()
    assert world.versions() == before


def test_a_removed_value_is_put_back(world: World) -> None:
    settled(world)
    world.change("HostedCluster", "alpha", {"spec": {"channel": None, "dns": None}})
    world.synced()
    assert world.live("HostedCluster", "alpha")["spec"]["dns"] == {
        "baseDomain": "proof.example.com"
    }


def test_a_deleted_config_map_is_made_again(world: World) -> None:
    settled(world)
    before = world.live("ConfigMap", "alpha-slow")
    world.admin.delete(world.path("ConfigMap", "alpha-slow"))
    world.synced()
    after = world.live("ConfigMap", "alpha-slow")
    assert after["data"] == before["data"]
    assert after["metadata"]["uid"] != before["metadata"]["uid"]


def test_changed_data_is_put_back(world: World) -> None:
    settled(world)
    before = world.live("ConfigMap", "alpha-slow")["data"]
    world.change("ConfigMap", "alpha-slow", {"data": {"config": "something else"}})
    world.synced()
    assert world.live("ConfigMap", "alpha-slow")["data"] == before


def test_drift_and_a_change_in_git_at_once(world: World) -> None:
    """With another manifest nothing tells what was ours: people say which of the two it is."""
    settled(world)
    world.change("NodePool", "alpha-workers", {"spec": {"replicas": 7}})
    world.fleet.clusters["alpha"]["nodePools"]["workers"]["replicas"] = 4
    world.fleet.publish()
    ran = world.sync()
    assert ran.code != 0
    assert "colleague has .spec.replicas" in ran.said
    assert "hcpc.dev/force-conflicts" in ran.said
    assert world.live("NodePool", "alpha-workers")["spec"]["replicas"] == 7
    # Git agrees with what is there, or whoever has it lets go of it: then all is well.
    world.fleet.clusters["alpha"]["nodePools"]["workers"]["replicas"] = 7
    world.fleet.publish()
    world.synced()


def test_a_field_that_somebody_always_had_is_a_conflict_when_git_begins_to_have_it(
    world: World,
) -> None:
    settled(world)
    world.change("NodePool", "alpha-workers", {"spec": {"nodeDrainTimeout": "1h"}})
    world.synced()
    world.change("NodePool", "alpha-workers", {"metadata": {"labels": {"seen": "yes"}}})
    world.fleet.clusters["alpha"]["nodePools"]["workers"]["drainTimeout"] = "30m"
    world.fleet.publish()
    ran = world.sync()
    assert ran.code != 0
    assert "colleague has .spec.nodeDrainTimeout" in ran.said
    assert world.live("NodePool", "alpha-workers")["spec"]["nodeDrainTimeout"] == "1h"


def test_a_dry_run_shows_drift_and_leaves_it(world: World) -> None:
    settled(world)
    world.change("NodePool", "alpha-workers", {"spec": {"replicas": 7}})
    before = world.versions()
    ran = world.sync("--dry-run")
    assert "alpha-workers" in ran.out, ran.said
    assert world.versions() == before


def test_a_hosted_cluster_that_somebody_deleted_is_not_made_anew(world: World) -> None:
    """A new one would begin with an empty etcd; that is for people to decide."""
    settled(world)
    world.admin.delete(world.path("HostedCluster", "alpha"))
    world.player.settle()
    assert not world.exists("HostedCluster", "alpha")
    ran = world.sync()
    assert ran.code != 0
    assert not world.exists("HostedCluster", "alpha")
    assert "alpha" in ran.said
    world.sync("--recreate", f"{world.name}/alpha")
    assert world.exists("HostedCluster", "alpha")
    assert world.exists("NodePool", "alpha-workers")
