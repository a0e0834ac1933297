"""Of two replicas one works; the other takes over when it is gone, and not before."""

import signal
import time
from collections.abc import Callable

from tests.e2e.fleet import Pool
from tests.e2e.world import World

LOOP = ("--leader-elect", "--interval", "1", "--log", "json")


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never comes to that"
        time.sleep(0.1)


def replicas(world: World) -> int:
    return int(world.live("NodePool", "alpha-workers")["spec"]["replicas"])


def test_the_second_takes_over_when_the_first_is_killed(world: World) -> None:
    world.fleet.add("alpha")
    world.fleet.publish()
    first = world.replica("first", *LOOP)
    until(lambda: world.exists("NodePool", "alpha-workers"))
    second = world.replica("second", *LOOP)
    until(lambda: "lease-waiting" in second.out + second.err)
    world.fleet.add("alpha", pools={"workers": Pool(3)})
    world.fleet.publish()
    until(lambda: replicas(world) == 3)
    assert "lease-acquired" not in second.out + second.err
    first.kill()
    world.fleet.add("alpha", pools={"workers": Pool(4)})
    world.fleet.publish()
    until(lambda: replicas(world) == 4)
    assert "lease-acquired" in second.out + second.err
    second.kill(signal.SIGTERM)
    assert second.wait().code in {0, 143}


def test_who_ends_well_hands_over_at_once(world: World) -> None:
    world.fleet.add("alpha")
    world.fleet.publish()
    first = world.replica("first", *LOOP)
    until(lambda: world.exists("NodePool", "alpha-workers"))
    second = world.replica("second", *LOOP)
    until(lambda: "lease-waiting" in second.out + second.err)
    first.kill(signal.SIGTERM)
    first.wait()
    until(lambda: "lease-acquired" in second.out + second.err, 20)
    second.kill(signal.SIGTERM)
    second.wait()


def test_who_lost_the_lease_writes_nothing_more(world: World) -> None:
    """Somebody else holds it: the inventory is written by one only."""
    world.fleet.add("alpha")
    world.fleet.publish()
    first = world.replica("first", *LOOP)
    until(lambda: world.exists("NodePool", "alpha-workers"))
    [name] = [each for each in world.all("Lease", world.namespace) if world.name in each]
    holder = {"spec": {"holderIdentity": "somebody-else", "leaseDurationSeconds": 3600}}
    world.change("Lease", name, holder, namespace=world.namespace)
    time.sleep(6)
    before = world.versions()
    world.fleet.add("alpha", pools={"workers": Pool(9)})
    world.fleet.publish()
    time.sleep(4)
    assert world.versions() == before
    first.kill(signal.SIGTERM)
    first.wait()
