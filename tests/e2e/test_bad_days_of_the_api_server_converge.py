"""Refusals, silence and broken connections end in what git wants, and nothing is made twice."""

import time

import pytest
from tests.e2e.fleet import Pool
from tests.e2e.proxy import ALL_FAULTS, Fault, What, at_random, first
from tests.e2e.world import World


def two_clusters(world: World) -> None:
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",)), "infra": Pool(1)})
    world.fleet.add("beta")
    world.fleet.publish()


def converged(world: World) -> None:
    """The next undisturbed sync has nothing to do."""
    world.proxy.reset()
    world.synced()
    assert world.proxy.writes == []
    assert set(world.all("HostedCluster")) == {"alpha", "beta"}
    assert set(world.all("NodePool")) == {"alpha-workers", "alpha-infra", "beta-workers"}


FIRST = [
    Fault(What.STATUS, 429, retry_after=1),
    Fault(What.STATUS, 429),
    Fault(What.STATUS, 500),
    Fault(What.STATUS, 503),
    Fault(What.STATUS, 504),
    Fault(What.DELAY, 1),
    Fault(What.RESET_BEFORE),
    Fault(What.RESET_AFTER),
    Fault(What.CUT),
]


@pytest.mark.parametrize("fault", FIRST, ids=str)
def test_one_sync_survives_it_for_a_while(world: World, fault: Fault) -> None:
    two_clusters(world)
    world.proxy.reset(first(3, fault))
    world.synced()
    assert world.proxy.faults[fault.what] == 3
    converged(world)


@pytest.mark.parametrize("what", [What.RESET_AFTER, What.CUT])
def test_writes_whose_answer_is_lost_are_not_done_twice(world: World, what: What) -> None:
    two_clusters(world)
    world.proxy.reset(first(4, Fault(what), lambda request: request.is_write))
    world.synced()
    generations = {
        body["metadata"]["generation"]
        for kind in ("HostedCluster", "NodePool")
        for body in world.all(kind).values()
    }
    assert generations == {1}
    converged(world)


@pytest.mark.parametrize("seed", range(3))
def test_a_third_of_all_requests_go_wrong(world: World, seed: int) -> None:
    two_clusters(world)
    world.proxy.reset(at_random(seed, 1 / 3, ALL_FAULTS))
    for _ in range(5):
        if world.sync().code == 0:
            break
    assert world.proxy.faults
    converged(world)


def test_a_server_that_is_down_is_told_and_waited_for(world: World) -> None:
    two_clusters(world)
    world.synced()
    world.fleet.add("beta", pools={"workers": Pool(4)})
    world.fleet.publish()
    before = world.versions()
    world.proxy.reset(first(10**9, Fault(What.STATUS, 503, retry_after=0)))
    ran = world.sync("--timeout", "3")
    assert ran.code == 2, ran.said
    assert "503" in ran.said
    assert world.versions() == before
    assert "503" in str(world.status()["summary.yaml"])
    world.proxy.reset()
    world.synced()
    assert world.live("NodePool", "beta-workers")["spec"]["replicas"] == 4


def test_the_server_is_not_asked_too_much_at_once(world: World) -> None:
    two_clusters(world)
    world.proxy.reset(lambda _: Fault(What.DELAY, 0.05))
    world.synced("--concurrency", "2")
    assert world.proxy.most_in_flight <= 2
    world.proxy.reset()
    converged(world)


def test_a_kind_that_may_not_be_read_is_left_alone(world: World) -> None:
    two_clusters(world)
    world.settle()
    before = world.versions()
    forbidden = Fault(What.STATUS, 403)
    world.fleet.add("beta", pools={"workers": Pool(4)})
    world.fleet.publish()
    world.proxy.reset(first(10**9, forbidden, lambda each: each.path.endswith("/nodepools")))
    ran = world.sync()
    assert ran.code == 1, ran.said
    assert world.versions() == before
    assert "403" in ran.said


def test_a_server_that_is_silent_is_not_waited_for_without_end(world: World) -> None:
    two_clusters(world)
    world.proxy.reset(first(10**9, Fault(What.DELAY, 30)))
    begun = time.monotonic()
    ran = world.sync("--timeout", "2")
    assert ran.code == 2, ran.said
    assert time.monotonic() - begun < 20
    assert world.all("HostedCluster") == {}
