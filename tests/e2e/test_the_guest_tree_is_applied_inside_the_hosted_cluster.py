"""What belongs inside a hosted cluster is applied there, with the kubeconfig HyperShift provides.

The same API server plays the hosted cluster: what is inside has namespaces of its own.
"""

from typing import Any

import pytest
from tests.e2e.world import World


def motd(world: World, text: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "motd", "namespace": f"{world.name}-guest"},
        "data": {"message": text},
    }


@pytest.fixture
def inside(world: World) -> World:
    """A cluster in service that has something inside; its kubeconfig is not there yet."""
    world.move_inventory(f"{world.name}-system")
    world.make_namespace(f"{world.name}-guest")
    world.fleet.add("alpha", guest={"manifests": {"motd": motd(world, "hello")}})
    world.fleet.publish()
    world.sync()
    world.player.settle()
    return world


def give_kubeconfig(world: World) -> None:
    text = world.plane.kubeconfig(world.plane.guest.token)
    name = {"metadata": {"name": "alpha-admin-kubeconfig"}}
    world.create("Secret", {**name, "stringData": {"kubeconfig": text}})


def message(world: World) -> str:
    found = world.live("ConfigMap", "motd", f"{world.name}-guest")
    return str(found["data"]["message"])


def test_it_waits_for_the_kubeconfig(inside: World) -> None:
    inside.sync()
    assert not inside.exists("ConfigMap", "motd", f"{inside.name}-guest")
    give_kubeconfig(inside)
    inside.synced()
    assert message(inside) == "hello"


def test_drift_inside_is_undone_and_nothing_is_written_without_need(inside: World) -> None:
    give_kubeconfig(inside)
    inside.synced()
    path = inside.path("ConfigMap", "motd", f"{inside.name}-guest")
    before = inside.admin.get(path).body["metadata"]["resourceVersion"]
    inside.synced()
    assert inside.admin.get(path).body["metadata"]["resourceVersion"] == before
    change = {"data": {"message": "bye"}}
    inside.change("ConfigMap", "motd", change, namespace=f"{inside.name}-guest")
    inside.synced()
    assert message(inside) == "hello"


def test_what_git_no_longer_has_inside_goes(inside: World) -> None:
    give_kubeconfig(inside)
    inside.synced()
    more = motd(inside, "more") | {"metadata": {"name": "b", "namespace": f"{inside.name}-guest"}}
    inside.fleet.clusters["alpha"]["guest"]["manifests"]["more"] = more
    inside.fleet.publish()
    inside.synced()
    assert inside.exists("ConfigMap", "b", f"{inside.name}-guest")
    del inside.fleet.clusters["alpha"]["guest"]["manifests"]["more"]
    inside.fleet.publish()
    inside.synced()
    assert not inside.exists("ConfigMap", "b", f"{inside.name}-guest")
    assert message(inside) == "hello"


def test_a_hosted_cluster_that_does_not_answer_holds_up_nobody(inside: World) -> None:
    text = inside.plane.kubeconfig(inside.plane.guest.token, "https://127.0.0.1:1")
    name = {"metadata": {"name": "alpha-admin-kubeconfig"}}
    inside.create("Secret", {**name, "stringData": {"kubeconfig": text}})
    inside.fleet.add("beta")
    inside.fleet.publish()
    ran = inside.sync("--timeout", "3")
    assert ran.code == 1, ran.said
    assert inside.exists("HostedCluster", "beta")
    assert "alpha" in str(inside.status())
    assert inside.plane.guest.token not in ran.said + str(inside.status())
