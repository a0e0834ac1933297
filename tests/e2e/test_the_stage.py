"""What scenarios stand on: the server with its roles, the proxy, the operator, the repository."""

import ssl
from http.client import HTTPException

import pytest
from tests.e2e.fleet import IMAGES, Pool
from tests.e2e.proxy import Fault, Proxy, What, at, first
from tests.e2e.world import World
from tests.envtest.client import Client

CONFIG_MAPS = "/api/v1/namespaces/default/configmaps"


def through(world: World) -> Client:
    """A client of the proxy that may do everything."""
    context = ssl.create_default_context(cafile=str(world.plane.certificate))
    return Client(world.proxy.url, world.plane.server.token, context)


def apply_all(world: World) -> None:
    """What a sync would do, without a sync."""
    from tests.fidelity.sets import documents  # noqa: PLC0415  # only here

    for file in sorted(world.fleet.rendered.rglob("*.yaml")):
        for body in documents(file.read_text(encoding="utf-8")):
            if body["kind"] not in {"Kustomization", "SyncData"}:
                path = world.path(body["kind"], body["metadata"]["name"])
                answer = world.admin.apply(path, body, "hcpc", fieldValidation="Strict")
                assert answer.status == 201, answer.body


def test_the_proxy_passes_requests_on_and_counts_them(world: World) -> None:
    with through(world) as client:
        body = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": world.name}}
        assert client.create(CONFIG_MAPS, body, dryRun="All").status == 201
        assert client.get(f"{CONFIG_MAPS}/{world.name}").status == 404
        assert client.create(CONFIG_MAPS, body).status == 201
        assert client.delete(f"{CONFIG_MAPS}/{world.name}").status == 200
    assert [each.method for each in world.proxy.requests] == ["POST", "GET", "POST", "DELETE"]
    assert len(world.proxy.writes) == 2


@pytest.mark.parametrize("what", [What.RESET_BEFORE, What.RESET_AFTER, What.CUT])
def test_the_proxy_breaks_connections(world: World, what: What) -> None:
    # The client asks again by itself where nothing of an answer has come.
    world.proxy.reset(first(2, Fault(what)))
    with through(world) as client, pytest.raises((OSError, HTTPException)):
        client.get(CONFIG_MAPS)


def test_the_proxy_answers_in_place_of_the_server(world: World) -> None:
    world.proxy.reset(at(1, Fault(What.STATUS, 429, retry_after=3)))
    with through(world) as client:
        assert client.get(CONFIG_MAPS).status == 429
        assert client.get(CONFIG_MAPS).status == 200
        world.proxy.expired.add(world.plane.server.token)
        assert client.get(CONFIG_MAPS).status == 401


def test_the_sync_may_not_do_everything(world: World) -> None:
    with world.plane.client(world.plane.sync) as client:
        assert client.get("/apis").status == 200
        assert client.get("/api/v1/nodes").status == 403


def test_the_operator_installs_what_is_there_and_upgrades_it(world: World) -> None:
    world.fleet.add("alpha", pools={"workers": Pool(config=("slow",)), "infra": Pool(1)})
    world.fleet.publish()
    apply_all(world)
    assert world.player.step()
    world.player.settle()
    alpha = world.live("HostedCluster", "alpha")
    assert alpha["status"]["version"]["history"][0]["state"] == "Completed"
    pool = world.live("NodePool", "alpha-workers")
    assert (pool["status"]["version"], pool["status"]["replicas"]) == ("4.19.14", 2)
    assert not world.player.step()

    image = {"spec": {"release": {"image": IMAGES["4.20.3"]}}}
    world.change("NodePool", "alpha-workers", image)
    world.player.settle()
    assert world.player.faults == [
        "alpha-workers asks for 4.20.3 while its control plane has 4.19.14"
    ]
    world.change("HostedCluster", "alpha", image)
    world.player.step()
    assert (
        world.live("HostedCluster", "alpha")["status"]["version"]["history"][0]["state"]
        == "Partial"
    )
    world.player.settle()
    assert world.live("NodePool", "alpha-workers")["status"]["version"] == "4.20.3"


def test_the_operator_removes_a_hosted_cluster_step_by_step(world: World) -> None:
    world.fleet.add("alpha")
    world.fleet.publish()
    apply_all(world)
    world.player.settle()
    world.admin.delete(world.path("HostedCluster", "alpha"))
    world.player.step()
    assert world.exists("HostedCluster", "alpha")
    world.player.settle()
    assert not world.exists("HostedCluster", "alpha")
    assert not world.exists("NodePool", "alpha-workers")


def test_a_paused_cluster_makes_no_progress(world: World) -> None:
    world.fleet.add("alpha", pausedUntil="true")
    world.fleet.publish()
    apply_all(world)
    world.player.settle()
    assert "version" not in world.live("HostedCluster", "alpha")["status"]


def test_worlds_are_alike(proxy: Proxy, world: World) -> None:
    assert world.proxy is proxy
    assert world.all("HostedCluster") == {}
    assert world.all("ConfigMap") == {}
    assert world.status() == {}
