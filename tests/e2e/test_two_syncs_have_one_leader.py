"""Of two replicas one works; the other takes over when it is gone, and not before."""

import signal
import time

from tests.e2e.fleet import Pool
from tests.e2e.proxy import Fault, What
from tests.e2e.waiting import until
from tests.e2e.world import World

LOOP = ("--leader-elect", "--interval", "1", "--log", "json")


def replicas(world: World) -> int:
    return int(world.live("NodePool", "alpha-workers")["spec"]["replicas"])


def holder(world: World, name: str) -> str:
    said: str = world.live("Lease", name, world.namespace)["spec"]["holderIdentity"]
    return said


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
    time.sleep(10)
    before = world.versions()
    world.fleet.add("alpha", pools={"workers": Pool(9)})
    world.fleet.publish()
    time.sleep(4)
    assert world.versions() == before
    first.kill(signal.SIGTERM)
    first.wait()


def test_a_single_round_beside_one_that_runs_is_refused(world: World) -> None:
    """From another commit it would undo what the other one does, and the other way round."""
    world.fleet.add("alpha", pools={"workers": Pool(3)})
    old = world.fleet.publish()
    world.fleet.add("alpha", pools={"workers": Pool(4)})
    world.fleet.publish()
    first = world.replica("first", "--interval", "1", "--log", "json")
    until(lambda: world.exists("NodePool", "alpha-workers"))
    until(lambda: replicas(world) == 4)
    ran = world.sync("--revision", old)
    assert ran.code == 2, ran.said
    assert "another sync writes here: " in ran.err
    assert f"holds the Lease {world.namespace}/hcpc-sync-{world.name}" in ran.err
    assert replicas(world) == 4
    assert world.sync("--revision", old, "--dry-run").code == 1, "who writes nothing may look"
    assert replicas(world) == 4
    first.kill(signal.SIGTERM)
    first.wait()
    world.synced()


def test_single_rounds_follow_one_another(world: World) -> None:
    """Each gives the lease back; that of one that was killed is waited for until it is over."""
    world.fleet.add("alpha")
    world.fleet.publish()
    world.synced()
    name = f"hcpc-sync-{world.name}"
    assert holder(world, name) == ""
    world.synced()
    gone = {"spec": {"holderIdentity": "gone", "leaseDurationSeconds": 4}}
    world.change("Lease", name, gone, namespace=world.namespace)
    began = time.monotonic()
    after = world.replica("after", "--interval", "60", "--log", "json")
    until(lambda: "round-ended" in after.err)
    assert time.monotonic() - began > 4
    assert holder(world, name) not in {"", "gone"}
    after.kill(signal.SIGTERM)
    after.wait()
    assert holder(world, name) == ""


def test_two_without_election_end_as_one_would(world: World) -> None:
    """Somebody starts a second one by mistake: one of them waits for the other, or ends."""
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",))})
    world.fleet.publish()
    world.proxy.reset(lambda _: Fault(What.DELAY, 0.02))
    both = [world.start("--directory", str(world.directory / each)) for each in ("a", "b")]
    codes = [each.wait().code for each in both]
    assert set(codes) <= {0, 1, 2}
    assert 0 in codes or world.synced()
    world.settle()
    assert set(world.all("NodePool")) == {"alpha-workers"}
    world.proxy.reset()
    world.synced()
    assert world.proxy.writes == []
