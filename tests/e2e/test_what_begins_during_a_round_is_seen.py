"""People do not wait for a round to end before they pause a cluster or restore it."""

from collections.abc import Callable

import pytest
from tests.e2e.fleet import Pool
from tests.e2e.proxy import Plan, Request
from tests.e2e.world import World

RELEASE_OF_A_POOL = {"spec": {"release": {"image": "quay.io/x/hotfix:1"}}}


@pytest.fixture
def settled(world: World) -> World:
    """A cluster in service, of which git wants more nodes; and before that, something else."""
    world.fleet.add("alpha")
    world.fleet.publish()
    world.settle()
    world.fleet.add("alpha", pools={"workers": Pool(3)})
    world.fleet.add("beta", pools={"workers": Pool(config=("slow",))})
    world.fleet.publish()
    return world


def when(path: str, method: str, happens: Callable[[], object], *, dry: bool = False) -> Plan:
    """Something happens before the first such request reaches the API server."""
    seen: list[Request] = []

    def plan(request: Request) -> None:
        mine = request.path.endswith(path) and request.method == method
        if mine and not seen and ("dryRun" in request.query) == dry:
            seen.append(request)
            happens()

    return plan


def replicas(world: World) -> int:
    return int(world.live("NodePool", "alpha-workers")["spec"]["replicas"])


def test_a_pause(settled: World) -> None:
    pause = {"spec": {"pausedUntil": "true"}}
    settled.proxy.reset(
        when("/beta-slow", "PATCH", lambda: settled.change("HostedCluster", "alpha", pause))
    )
    ran = settled.sync()
    assert replicas(settled) == 2
    assert "paused by colleague" in ran.said
    assert settled.exists("NodePool", "beta-workers")


def test_a_restore_of_a_cluster_that_is_not_there_yet(settled: World) -> None:
    body = {
        "metadata": {"name": f"{settled.name}-now"},
        "spec": {"includedNamespaces": [settled.name]},
        "status": {"phase": "InProgress"},
    }
    settled.proxy.reset(when("/beta-slow", "PATCH", lambda: settled.create("Restore", body)))
    ran = settled.sync()
    assert not settled.exists("HostedCluster", "beta")
    assert not settled.exists("NodePool", "beta-workers")
    assert replicas(settled) == 2
    assert f"restore {settled.name}/{settled.name}-now is under way" in ran.said


def test_a_cluster_that_somebody_makes_first(settled: World) -> None:
    made = {key: settled.live("HostedCluster", "alpha")[key] for key in ("spec",)}
    body = {"metadata": {"name": "beta"}, **made}
    settled.proxy.reset(
        when("/beta", "GET", lambda: settled.create("HostedCluster", body)),
    )
    ran = settled.sync()
    assert "somebody made it" in ran.said or "it was made while" in ran.said
    writers = settled.live("HostedCluster", "beta")["metadata"]["managedFields"]
    assert "hcpc" not in {each["manager"] for each in writers}


def test_a_status_is_no_obstacle(settled: World) -> None:
    """The operator writes between our question and our change, as it does all the time."""
    mark = {"metadata": {"annotations": {"seen": "now"}}}
    settled.proxy.reset(
        when("/alpha-workers", "PATCH", lambda: settled.change("NodePool", "alpha-workers", mark))
    )
    settled.sync()
    assert replicas(settled) == 3


def test_what_another_one_applies_while_drift_is_undone(world: World) -> None:
    world.fleet.add("alpha")
    world.fleet.publish()
    world.settle()
    world.change("NodePool", "alpha-workers", {"spec": {"replicas": 7}})
    path = world.path("NodePool", "alpha-workers")
    pool = world.live("NodePool", "alpha-workers")
    body = {
        "apiVersion": pool["apiVersion"],
        "kind": "NodePool",
        "metadata": {"name": "alpha-workers", "namespace": world.name},
        **RELEASE_OF_A_POOL,
    }
    hotfix = RELEASE_OF_A_POOL["spec"]["release"]
    world.proxy.reset(
        when(
            "/alpha-workers",
            "PATCH",
            lambda: world.admin.apply(path, body, "argocd", force="true"),
        )
    )
    ran = world.sync()
    assert "argocd has .spec.release.image" in ran.said
    assert world.live("NodePool", "alpha-workers")["spec"]["release"] == hotfix
