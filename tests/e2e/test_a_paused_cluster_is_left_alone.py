"""Who pauses a cluster by hand means it; nothing of that cluster is touched until that ends."""

import pytest
from tests.e2e.fleet import Pool
from tests.e2e.world import World


def changed_in_git(world: World) -> None:
    """Every object of alpha, and one of beta, has to be written."""
    world.fleet.add("alpha", pools={"workers": Pool(3, config=("quick",))}, channel="stable-4.19")
    world.fleet.add("beta", pools={"workers": Pool(3)})
    world.fleet.publish()


@pytest.fixture
def settled(world: World) -> World:
    """Two clusters in service."""
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",))})
    world.fleet.add("beta")
    world.fleet.publish()
    world.settle()
    return world


PAUSES = [
    {"spec": {"pausedUntil": "true"}},
    {"spec": {"pausedUntil": "2099-01-01T00:00:00Z"}},
    {"metadata": {"annotations": {"hcpc.dev/reconcile": "disabled"}}},
    {"metadata": {"annotations": {"kustomize.toolkit.fluxcd.io/reconcile": "disabled"}}},
    {"metadata": {"annotations": {"oadp.openshift.io/paused-by": "hypershift-oadp-plugin"}}},
]


@pytest.mark.parametrize("pause", PAUSES, ids=str)
def test_nothing_of_it_is_written(settled: World, pause: dict[str, dict[str, str]]) -> None:
    settled.change("HostedCluster", "alpha", pause)
    before = settled.versions()
    changed_in_git(settled)
    ran = settled.sync()
    assert "alpha" in ran.said
    after = settled.versions()
    touched = {name for name in before | after if before.get(name) != after.get(name)}
    assert {each for each in touched if "inventory" not in each} == {"NodePool beta-workers"}


def test_it_is_told_and_ends_with_the_pause(settled: World) -> None:
    settled.change("HostedCluster", "alpha", {"spec": {"pausedUntil": "true"}})
    settled.player.settle()
    changed_in_git(settled)
    settled.sync()
    told = str(settled.status()["clusters/alpha.yaml"])
    assert "paused" in told
    assert "colleague" in told
    settled.change("HostedCluster", "alpha", {"spec": {"pausedUntil": None}})
    settled.settle()
    assert settled.live("NodePool", "alpha-workers")["spec"]["replicas"] == 3
    assert settled.live("HostedCluster", "alpha")["spec"]["channel"] == "stable-4.19"


def test_a_paused_node_pool_alone(settled: World) -> None:
    settled.change("NodePool", "alpha-workers", {"spec": {"pausedUntil": "true"}})
    changed_in_git(settled)
    settled.sync()
    assert settled.live("NodePool", "alpha-workers")["spec"]["replicas"] == 2
    assert settled.live("HostedCluster", "alpha")["spec"]["channel"] == "stable-4.19"


def test_a_pause_that_git_asks_for_is_applied_and_taken_back(settled: World) -> None:
    settled.fleet.clusters["alpha"]["pausedUntil"] = "true"
    settled.fleet.publish()
    settled.sync()
    assert settled.live("HostedCluster", "alpha")["spec"]["pausedUntil"] == "true"
    settled.player.settle()
    del settled.fleet.clusters["alpha"]["pausedUntil"]
    settled.fleet.publish()
    settled.sync()
    assert "pausedUntil" not in settled.live("HostedCluster", "alpha")["spec"]


def test_a_paused_cluster_is_not_deleted_whatever_git_says(settled: World) -> None:
    settled.change("HostedCluster", "alpha", {"spec": {"pausedUntil": "true"}})
    del settled.fleet.clusters["alpha"]
    settled.fleet.tombstone("alpha", hostedCluster="alpha", namespace=settled.name)
    settled.fleet.publish()
    for _ in range(2):
        settled.sync()
    assert "deletionTimestamp" not in settled.live("HostedCluster", "alpha")["metadata"]
    assert settled.exists("NodePool", "alpha-workers")
    assert settled.exists("ConfigMap", "alpha-slow")
