"""While velero backs up or restores a cluster, git has to wait."""

from typing import Any

import pytest
from tests.e2e.fleet import Pool
from tests.e2e.world import World


@pytest.fixture
def settled(world: World) -> World:
    """A cluster in service, of which git wants more nodes than it has."""
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",))})
    world.fleet.publish()
    world.settle()
    world.fleet.add("alpha", pools={"workers": Pool(3, config=("slow",))})
    world.fleet.publish()
    return world


def body(world: World, phase: str) -> dict[str, Any]:
    return {
        "metadata": {"name": f"{world.name}-now"},
        "spec": {"includedNamespaces": [world.name, f"{world.name}-alpha"]},
        "status": {"phase": phase},
    }


def replicas(world: World) -> int:
    return int(world.live("NodePool", "alpha-workers")["spec"]["replicas"])


@pytest.mark.parametrize("kind", ["Restore", "Backup"])
def test_it_waits_until_that_is_over(settled: World, kind: str) -> None:
    settled.create(kind, body(settled, "InProgress"))
    before = settled.versions()
    ran = settled.sync()
    assert settled.versions() == before
    assert kind.lower() in ran.said
    assert f"{settled.name}-now" in str(settled.status()["clusters/alpha.yaml"])
    settled.change(kind, f"{settled.name}-now", {"status": {"phase": "Completed"}})
    settled.synced()
    assert replicas(settled) == 3


def test_one_of_another_namespace_holds_up_nobody(settled: World) -> None:
    other = body(settled, "InProgress")
    other["spec"]["includedNamespaces"] = ["elsewhere"]
    settled.create("Restore", other)
    settled.synced()
    assert replicas(settled) == 3


def test_a_cluster_that_is_being_restored_is_not_made_by_us(settled: World) -> None:
    """Velero brings objects back one by one; what it has not brought yet is not missing."""
    settled.fleet.add("beta")
    settled.fleet.publish()
    settled.create("Restore", body(settled, "InProgress"))
    settled.sync()
    assert not settled.exists("HostedCluster", "beta")
    assert not settled.exists("NodePool", "beta-workers")
    settled.change("Restore", f"{settled.name}-now", {"status": {"phase": "PartiallyFailed"}})
    settled.settle()
    assert settled.exists("HostedCluster", "beta")
