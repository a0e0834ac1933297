"""Tokens of pods are short-lived: their file has a new one before the old one ends."""

import json
from pathlib import Path

from tests.e2e.fleet import Pool
from tests.e2e.world import World


def from_a_file(world: World, token: str) -> Path:
    """The sync reads its token from a file, as in a pod."""
    file = world.directory / "token"
    file.write_text(token, encoding="utf-8")
    config = json.loads(world.plane.kubeconfig("", world.proxy.url))
    config["users"][0]["user"] = {"tokenFile": str(file)}
    (world.directory / "kubeconfig").write_text(json.dumps(config), encoding="utf-8")
    return file


def test_the_new_one_is_read_in_the_middle_of_a_sync(world: World) -> None:
    file = from_a_file(world, world.plane.sync.token)
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",))})
    world.fleet.publish()

    def expire(request: object) -> None:
        del request
        if len(world.proxy.writes) == 3:
            file.write_text(world.plane.sync_renewed.token, encoding="utf-8")
            world.proxy.expired.add(world.plane.sync.token)

    world.proxy.reset(expire)
    world.synced()
    assert world.proxy.expired
    assert world.exists("NodePool", "alpha-workers")


def test_without_a_new_one_it_is_said_and_nothing_is_touched(world: World) -> None:
    from_a_file(world, world.plane.sync.token)
    world.fleet.add("alpha")
    world.fleet.publish()
    world.synced()
    before = world.versions()
    world.proxy.expired.add(world.plane.sync.token)
    ran = world.sync()
    assert ran.code == 2, ran.said
    assert "401" in ran.said or "nauthorized" in ran.said
    assert world.plane.sync.token not in ran.said + json.dumps(world.status())
    assert world.versions() == before
