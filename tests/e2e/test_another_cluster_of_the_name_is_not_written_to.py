"""A name stands for one cluster: in any other one nothing is written, until somebody says so."""

import hashlib

from tests.e2e.world import World

OTHER = "00000000-0000-4000-8000-000000000000\n"


def test_a_cluster_of_another_identity_is_left_alone_until_it_is_said_to_have_moved(
    world: World,
) -> None:
    world.fleet.add("alpha")
    world.fleet.publish()
    world.settle()
    name = f"hcpc-inventory-{world.name}-identity"
    uid = world.admin.get("/api/v1/namespaces/kube-system").body["metadata"]["uid"]
    assert world.live("ConfigMap", name, world.namespace)["data"]["objects"] == f"{uid}\n"
    assert world.status()["summary.yaml"]["status"]["cluster"] == uid
    data = {"objects": OTHER, "sha256": hashlib.sha256(OTHER.encode()).hexdigest()}
    world.change("ConfigMap", name, {"data": data}, namespace=world.namespace)

    world.fleet.clusters["alpha"]["labels"] = {"team": "blue"}
    world.fleet.publish()
    before, told = world.versions(), world.status()
    ran = world.sync()
    assert ran.code == 2
    assert "this cluster is not the one called" in ran.said
    assert world.versions() == before
    assert world.status() == told

    assert world.sync("--moved-here").code in {0, 1}
    world.settle()
    labels = world.live("HostedCluster", "alpha")["metadata"]["labels"]
    assert labels["team"] == "blue"


def test_a_cluster_that_ran_is_not_made_anew_without_an_inventory(world: World) -> None:
    world.fleet.add("alpha")
    world.fleet.publish()
    world.settle()
    for kind in ("NodePool", "HostedCluster"):
        for name in world.all(kind):
            world.change(kind, name, {"metadata": {"finalizers": None}})
        world.admin.delete(world.path(kind))
    for name in world.inventory_objects():
        world.admin.delete(world.path("ConfigMap", name, world.namespace))
    ran = world.sync()
    assert ran.code == 1
    assert "alpha has run before" in ran.said
    assert not world.exists("HostedCluster", "alpha")
    world.sync("--recreate", f"{world.name}/alpha")
    assert world.exists("HostedCluster", "alpha")
