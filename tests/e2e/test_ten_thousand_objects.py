"""Many objects: all are there, nothing is forgotten, and a second sync is quick and small."""

import time

from tests.e2e.fleet import Pool
from tests.e2e.world import World
from tests.e2e.written import write_config_maps, write_index

CLUSTERS, CONFIG_MAPS = 20, 9940  # each cluster has two node pools: 10,000 objects


def test_all_are_applied_kept_and_counted(world: World) -> None:
    world.direct = True
    for number in range(CLUSTERS):
        world.fleet.add(f"c{number:02}", pools={"a": Pool(1), "b": Pool(1)})
    world.fleet.compile()
    write_config_maps(world.fleet, range(CONFIG_MAPS))
    world.fleet.push()

    begun = time.monotonic()
    world.sync(timeout=400)
    first = time.monotonic() - begun
    assert len(world.all("ConfigMap")) == CONFIG_MAPS
    assert len(world.all("NodePool")) == 2 * CLUSTERS

    before = world.versions()
    begun = time.monotonic()
    ran = world.synced()
    again = time.monotonic() - begun
    assert world.versions() == before
    assert "10000 objects" in ran.out
    assert again < first / 2
    # A page has 250 objects, and all are looked at again in the end.
    requests = int(ran.out.split(" requests")[0].rpartition(" ")[2])
    assert requests < 150
    assert ran.memory < 300

    # One less, one changed by hand: exactly these two are touched.
    (world.fleet.rendered / "operator/configmap-plain-00000.yaml").unlink()
    write_index(world.fleet)
    world.fleet.push()
    world.change("ConfigMap", "plain-00001", {"data": {"number": "something else"}})
    changed = world.versions()
    world.synced()
    after = world.versions()
    touched = {name for name in changed | after if changed.get(name) != after.get(name)}
    touched = {each for each in touched if not each.startswith("inventory")}
    assert touched == {"ConfigMap plain-00000", "ConfigMap plain-00001"}
