"""However early a sync ends, the next one ends where an undisturbed one would have ended."""

from typing import Any

import pytest
from tests.e2e.fleet import Pool
from tests.e2e.proxy import Fault, What, at_write
from tests.e2e.world import World

KILLED = -9
# What differs between clusters that are alike.
_OWN = {"uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"}


def meaning(world: World) -> dict[str, Any]:
    """All objects but for what the server makes up, and what the inventory knows of them."""
    found: dict[str, Any] = {}
    for kind in ("HostedCluster", "NodePool", "ConfigMap"):
        for name, body in world.all(kind).items():
            metadata = {key: each for key, each in body["metadata"].items() if key not in _OWN}
            rest = {key: each for key, each in body.items() if key not in {"metadata", "status"}}
            found[f"{kind} {name}"] = {**rest, "metadata": metadata}
    return found


def begin(world: World) -> str:
    """A cluster with configuration; the commit."""
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",))})
    return world.fleet.publish()


def change(world: World) -> str:
    """A node pool goes, one comes, the cluster and its configuration change; the commit."""
    world.fleet.add("alpha", pools={"more": Pool(1, config=("quick",))}, labels={"team": "green"})
    world.fleet.tombstone("workers", nodePool="alpha-workers", namespace=world.name)
    return world.fleet.publish()


def wipe(world: World) -> None:
    """As it was before the first sync."""
    for kind in ("NodePool", "HostedCluster", "ConfigMap"):
        for name in world.all(kind):
            world.admin.delete(world.path(kind, name))
    for name in world.inventory_objects():
        world.admin.delete(world.path("ConfigMap", name, world.namespace))


def writes_of(world: World, commit: str) -> int:
    """How often a sync of a commit writes, when nobody disturbs it."""
    world.proxy.reset()
    world.sync("--revision", commit)
    return len(world.proxy.writes)


def converged(world: World, commit: str) -> dict[str, Any]:
    """Where some more rounds end: when one has nothing to do."""
    for _ in range(5):
        if not writes_of(world, commit):
            world.synced("--revision", commit)
            return meaning(world)
    raise AssertionError("it never comes to rest")


@pytest.mark.parametrize("when", [What.KILL_BEFORE, What.KILL_AFTER])
def test_a_first_sync(world: World, when: What) -> None:
    commit = begin(world)
    steps = writes_of(world, commit)
    wanted = converged(world, commit)
    assert len(wanted) == 3
    assert steps >= 6
    for step in range(1, steps + 1):
        wipe(world)
        world.proxy.reset(at_write(step, Fault(when)))
        assert world.sync("--revision", commit).code == KILLED, step
        assert converged(world, commit) == wanted, step


@pytest.mark.parametrize("when", [What.KILL_BEFORE, What.KILL_AFTER])
def test_a_sync_that_changes_and_deletes(world: World, when: What) -> None:
    before, after = begin(world), change(world)
    world.synced("--revision", before)
    steps = writes_of(world, after)
    wanted = converged(world, after)
    assert set(wanted) == {"HostedCluster alpha", "NodePool alpha-more", "ConfigMap alpha-quick"}
    assert steps >= 6
    for step in range(1, steps + 1):
        wipe(world)
        world.synced("--revision", before)
        world.proxy.reset(at_write(step, Fault(when)))
        assert world.sync("--revision", after).code == KILLED, step
        assert converged(world, after) == wanted, step


def test_killed_at_every_command_of_git(world: World) -> None:
    """Fetching and pushing are cut off as well; nothing is left that the next one trips over."""
    begin(world)
    world.count_git()
    world.synced()
    commands = world.git_commands()
    assert commands
    for number in range(1, len(commands) + 1):
        wipe(world)
        world.fleet.add("alpha", pools={"workers": Pool(number % 5 + 1, config=("slow",))})
        commit = world.fleet.publish()
        world.count_git(kill_at=number)
        killed = world.sync()
        world.count_git()
        assert killed.code == KILLED or len(world.git_commands()) < number, killed.said
        world.synced()
        assert world.live("NodePool", "alpha-workers")["spec"]["replicas"] == number % 5 + 1
        assert commit in str(world.status()["summary.yaml"])
