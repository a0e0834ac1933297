"""Too much at once is taken for a mistake: then nothing at all is deleted, and that is said."""

from pathlib import Path

import pytest
from tests.e2e.world import World
from tests.e2e.written import write_config_maps, write_index


@pytest.fixture
def many(world: World) -> World:
    """A world with 40 ConfigMaps beside a hosted cluster."""
    world.fleet.add("alpha")
    world.fleet.compile()
    write_config_maps(world.fleet, range(40))
    world.fleet.push()
    world.synced()
    assert len(world.all("ConfigMap")) == 40
    return world


def leave(world: World, count: int) -> None:
    for each in config_maps(world)[count:]:
        each.unlink()
    write_index(world.fleet)
    world.fleet.push()


def config_maps(world: World) -> list[Path]:
    return sorted((world.fleet.rendered / "operator").glob("configmap-*"))


def test_more_than_the_budget_deletes_nothing(many: World) -> None:
    leave(many, 20)
    many.proxy.reset()
    ran = many.sync()
    assert ran.code == 1, ran.said
    assert "20 objects would be deleted" in ran.said
    assert len(many.all("ConfigMap")) == 40
    assert not [each for each in many.proxy.requests if each.method == "DELETE"]
    assert "would be deleted" in str(many.status()["summary.yaml"])


def test_what_is_within_the_budget_goes(many: World) -> None:
    leave(many, 35)
    many.synced()
    assert len(many.all("ConfigMap")) == 35


def test_a_larger_budget_lets_it_go(many: World) -> None:
    leave(many, 20)
    assert many.sync().code == 1
    many.synced("--prune-count", "20", "--prune-percent", "50")
    assert len(many.all("ConfigMap")) == 20


def test_what_git_adds_is_applied_all_the_same(many: World) -> None:
    for each in config_maps(many)[20:]:
        each.unlink()
    write_config_maps(many.fleet, range(100, 103))
    many.fleet.push()
    assert many.sync().code == 1
    assert len(many.all("ConfigMap")) == 43
