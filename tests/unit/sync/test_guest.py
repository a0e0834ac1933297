"""What is inside hosted clusters: visited when they are up, and never an error of the round."""

import base64
from typing import Any

from tests.unit.sync.fake_cluster import Body, FakeCluster, refused
from tests.unit.sync.stage import (
    Stage,
    config_map,
    hosted_cluster,
    namespace,
    ref_of,
    results,
)

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.cluster.faults import InvalidError
from hcpc.sync.events import GuestFinished
from hcpc.sync.records import Result

CREDENTIALS = ref_of("Secret", "a-kubeconfig")
AVAILABLE = {"type": "Available", "status": "True"}


def tree(*guests: str, value: str = "1") -> dict[str, Any]:
    """A hosted cluster with these ConfigMaps inside, in a namespace of git."""
    files: dict[str, Any] = {"clusters/a/hostedcluster.yaml": hosted_cluster("a")}
    if guests:
        files["clusters/a/guest/namespace-inner.yaml"] = namespace("inner")
    for name in guests:
        path = f"clusters/a/guest/configmap-{name}.yaml"
        files[path] = config_map(name, value, where="inner")
    return files


def opened(*guests: str) -> Stage:
    """A hosted cluster that is up, with its kubeconfig, before its first visit."""
    stage = Stage()
    stage.guests["a"] = FakeCluster()
    stage.publish(tree(*guests))
    found = stage.sync()
    assert found.guests["a"].error == "the hosted cluster is not available yet" if guests else True
    up(stage)
    return stage


def up(stage: Stage) -> None:
    status = {"conditions": [AVAILABLE], "kubeconfig": {"name": "a-kubeconfig"}}
    stage.cluster.status(ref_of("HostedCluster", "a"), status)
    secret = {"name": "a-kubeconfig", "namespace": "clusters"}
    data = {"kubeconfig": base64.b64encode(b"for a").decode()}
    stage.cluster.add({"apiVersion": "v1", "kind": "Secret", "metadata": secret, "data": data})


def test_a_guest_is_visited_when_its_cluster_is_available() -> None:
    stage = opened("motd")
    found = stage.sync()
    assert found.is_applied
    assert results(found.guests["a"]) == {"inner": "created", "motd": "created"}
    assert ref_of("ConfigMap", "motd", "inner") in stage.guests["a"].objects
    assert any(ref.name.startswith("hcpc-inventory-a-") for ref in stage.guests["a"].objects)
    finished = [each for each in stage.events if isinstance(each, GuestFinished)]
    assert finished[-1] == GuestFinished("a")


def test_a_second_visit_writes_nothing() -> None:
    stage = opened("motd")
    stage.sync()
    stage.guests["a"].written.clear()
    found = stage.sync()
    assert stage.guests["a"].written == []
    assert stage.cluster.written == []
    assert set(found.guests["a"].calls) == {"list"}


def test_a_dry_run_writes_nothing_inside() -> None:
    stage = opened("motd")
    found = stage.sync(dry_run=True)
    assert stage.guests["a"].objects == {}
    assert stage.cluster.written == []
    assert results(found.guests["a"]) == {"inner": "created", "motd": "created"}


def test_what_fails_inside_is_no_error_of_the_round() -> None:
    stage = opened("motd")
    stage.guests["a"].fault = refused(InvalidError, "apply", "motd")
    found = stage.sync()
    assert found.error == ""
    assert found.is_applied
    assert not found.guests["a"].is_applied
    assert results(found.guests["a"])["motd"] == Result.FAILED


def test_a_guest_that_cannot_be_opened_says_why() -> None:
    stage = opened("motd")
    del stage.cluster.objects[CREDENTIALS]
    found = stage.sync()
    assert found.error == ""
    assert found.guests["a"].error == (
        "Secret clusters/a-kubeconfig, its kubeconfig, is not in the management cluster"
    )
    broken = {"name": "a-kubeconfig", "namespace": "clusters"}
    stage.cluster.add(
        {"apiVersion": "v1", "kind": "Secret", "metadata": broken, "data": {"kubeconfig": "?"}}
    )
    assert "has no usable key" in stage.sync().guests["a"].error
    del stage.guests["a"]
    stage.cluster.edit(CREDENTIALS, ("data", "kubeconfig"), base64.b64encode(b"for a").decode())
    assert stage.sync().guests["a"].error == "internal error: KeyError"


def test_a_cluster_that_is_left_alone_is_not_entered() -> None:
    stage = opened("motd")
    stage.cluster.edit(ref_of("HostedCluster", "a"), ("spec", "pausedUntil"), "true", "oncall")
    found = stage.sync()
    assert found.guests["a"].error == "left alone: paused by oncall, not by git"
    assert stage.guests["a"].objects == {}


def test_what_git_no_longer_wants_inside_goes_also_when_nothing_is_left() -> None:
    stage = opened("motd", "other")
    stage.sync()
    stage.publish(tree("motd"))
    assert results(stage.sync().guests["a"])["other"] == "pruned"
    stage.publish(tree())
    found = stage.sync()
    inside = {each.action.ref.name: str(each.result) for each in found.guests["a"].outcomes}
    assert inside == {"motd": "pruned", "inner": "skipped"}  # no tombstone
    assert ObjectRef("", "Namespace", "", "inner") in stage.guests["a"].objects


def test_a_guest_with_nothing_of_ours_is_not_visited_again() -> None:
    stage = Stage()
    stage.guests["a"] = FakeCluster()
    stage.guests["a"].add(namespace("inner"))
    files = tree("motd")
    del files["clusters/a/guest/namespace-inner.yaml"]
    stage.publish(files)
    stage.sync()
    up(stage)
    stage.sync()
    stage.publish(tree())
    assert results(stage.sync().guests["a"]) == {"motd": "pruned"}
    assert stage.sync().guests == {}


def test_what_a_manifest_work_delivers_from_now_on_is_handed_over() -> None:
    stage = opened("motd")
    stage.sync()
    files = tree("motd")
    files["clusters/a/delivery/manifestwork-a-guest.yaml"] = {
        "apiVersion": "work.open-cluster-management.io/v1",
        "kind": "ManifestWork",
        "metadata": {"name": "a-guest", "namespace": "a"},
        "spec": {
            "workload": {"manifests": [namespace("inner"), config_map("motd", where="inner")]}
        },
    }
    stage.publish(files)
    found = stage.sync()
    assert found.guests["a"].outcomes == ()
    assert ref_of("ConfigMap", "motd", "inner") in stage.guests["a"].objects
    assert found.guests["a"].inventory == {}
    assert stage.sync().guests == {}


def test_a_guest_is_remembered_for_as_long_as_its_cluster_is_there() -> None:
    stage = opened("motd")
    stage.sync()
    flags: dict[str, Body | str] = {"operator/configmap-flags.yaml": config_map("flags")}
    stage.publish(flags)
    found = stage.sync()
    assert results(found)["a"] == "skipped"  # no tombstone
    stage.publish({**flags, **tree()})
    assert results(stage.sync().guests["a"]) == {"inner": "skipped", "motd": "pruned"}


def test_guests_can_be_left_out() -> None:
    stage = opened("motd")
    assert stage.sync(guests=False).guests == {}
    assert stage.guests["a"].objects == {}
