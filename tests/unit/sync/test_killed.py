"""Killed at any request, before the server sees it or after, the next rounds end at the same."""

from contextlib import suppress
from typing import Any

import pytest
from tests.unit.sync.fake_cluster import FakeCluster, Killed
from tests.unit.sync.stage import Stage, config_map, hosted_cluster, node_pool, small_tree

from hcpc.sync.apply.inventory import InventoryStore


def end_of(cluster: FakeCluster) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is in the cluster and in the inventory, without what depends on the way there."""
    objects = {
        str(ref): {key: body.get(key) for key in ("spec", "data", "status")}
        for ref, body in cluster.objects.items()
        if not ref.name.startswith("hcpc-inventory-")
    }
    store = InventoryStore(cluster, "mc", "hcpc-system")
    owned = {str(ref): each._replace(uid="") for ref, each in store.load().items()}
    for ref, each in store.inventory.items():
        assert each.uid == cluster.objects[ref]["metadata"]["uid"]
    return objects, owned


def first(stage: Stage) -> None:
    stage.publish(small_tree())


def second(stage: Stage) -> None:
    """One object changes, one goes, one comes, one is adopted; somebody deleted one."""
    stage.publish(small_tree())
    assert stage.sync().is_applied
    stage.cluster.add(config_map("theirs"))
    del stage.cluster.objects[next(ref for ref in stage.cluster.objects if ref.name == "a-tuning")]
    changed = small_tree()
    changed["clusters/a/hostedcluster.yaml"] = hosted_cluster("a", channel="fast")
    del changed["operator/configmap-flags.yaml"]
    changed["clusters/a/nodepool-x.yaml"] = node_pool("a-x", "a")
    changed["operator/configmap-theirs.yaml"] = config_map("theirs")
    stage.publish(changed)


def undisturbed(prepare: Any) -> tuple[Any, int]:
    """The end that a round which nobody kills comes to, and how many requests it takes."""
    stage = Stage()
    prepare(stage)
    assert stage.sync().is_applied
    requests = stage.cluster.requests
    stage.cluster.revive()
    return end_of(stage.cluster), requests


@pytest.mark.parametrize("prepare", [first, second])
@pytest.mark.parametrize("after", [False, True])
def test_killed_at_every_request(prepare: Any, after: bool) -> None:  # noqa: FBT001
    wanted, requests = undisturbed(prepare)
    assert requests > 10
    for step in range(1, requests + 1):
        stage = Stage()
        prepare(stage)
        stage.cluster.revive()
        stage.cluster.die_at, stage.cluster.after = step, after
        died = False
        try:
            stage.run()
        except Killed:
            died = True
        assert died or after  # requests that only read are not told apart afterwards
        assert not stage.sync().error
        assert end_of(stage.cluster) == wanted, step
        assert stage.sync().calls.keys() == {"list", "get"}, step


@pytest.mark.parametrize("after", [False, True])
def test_killed_with_several_requests_in_hand(after: bool) -> None:  # noqa: FBT001
    wanted, requests = undisturbed(second)
    for step in range(1, requests + 1):
        stage = Stage()
        second(stage)
        stage.cluster.revive()
        stage.cluster.die_at, stage.cluster.after = step, after
        with suppress(Killed):
            stage.run(concurrency=4)
        assert not stage.sync(concurrency=4).error
        assert end_of(stage.cluster) == wanted, step


@pytest.mark.parametrize("after", [False, True])
def test_killed_twice_in_a_row(after: bool) -> None:  # noqa: FBT001
    wanted, requests = undisturbed(second)
    for step in range(1, requests, 3):
        stage = Stage()
        second(stage)
        for kill in (step, max(1, step // 2)):
            stage.cluster.revive()
            stage.cluster.die_at, stage.cluster.after = kill, after
            with suppress(Killed):
                stage.run()
        assert not stage.sync().error
        assert end_of(stage.cluster) == wanted, step


@pytest.mark.parametrize("after", [False, True])
def test_what_git_no_longer_wants_when_it_comes_back(after: bool) -> None:  # noqa: FBT001
    """What a killed round created is ours, and goes; what it had yet to create was never there."""
    _, requests = undisturbed(first)
    for step in range(1, requests + 1):
        stage = Stage()
        first(stage)
        stage.cluster.add(config_map("bystander"))
        stage.cluster.revive()
        stage.cluster.die_at, stage.cluster.after = step, after
        with suppress(Killed):
            stage.run()
        less = small_tree()
        del less["operator/configmap-flags.yaml"]
        stage.publish(less)
        assert not stage.sync().error
        objects, owned = end_of(stage.cluster)
        assert "ConfigMap clusters/flags" not in objects, step
        assert "ConfigMap clusters/flags" not in owned, step
        assert "ConfigMap clusters/bystander" in objects


def retired() -> dict[str, Any]:
    """The small tree without its hosted cluster, which may go."""
    kept = {path: body for path, body in small_tree().items() if path.startswith("operator/")}
    group, namespace = "hypershift.openshift.io", "clusters"
    leave = {"group": group, "namespace": namespace, "owner": "a", "reason": "b"}
    stones = [
        {**leave, "kind": "HostedCluster", "name": "a"},
        {**leave, "kind": "NodePool", "cluster": "a"},
    ]
    data = {"apiVersion": "hcpc.dev/v1alpha1", "kind": "SyncData", "managementCluster": "mc"}
    return {**kept, "sync.yaml": {**data, "tombstones": stones}}


@pytest.mark.parametrize("after", [False, True])
def test_killed_while_a_hosted_cluster_goes_it_can_still_come_back(after: bool) -> None:  # noqa: FBT001
    """A sync that deleted it, and did not live to say so, does not take it for lost."""
    step, died = 0, True
    while died:
        step += 1
        stage = Stage()
        stage.publish(small_tree())
        assert stage.sync().is_applied
        stage.publish(retired())
        stage.cluster.revive()
        stage.cluster.die_at, stage.cluster.after = step, after
        try:
            stage.run()
            died = step <= stage.cluster.requests
        except Killed:
            died = True
        stage.publish(small_tree())
        stage.sync()
        found = stage.sync()
        assert found.is_applied, (step, found.outcomes)
        assert len(found.inventory) == len(small_tree())
    assert step > 10
