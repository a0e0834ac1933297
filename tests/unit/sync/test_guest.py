"""What is inside hosted clusters: visited when they are up, and never an error of the round."""

import base64
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from tests.unit.sync.fake_cluster import Body, FakeCluster, refused
from tests.unit.sync.stage import (
    NOW,
    Stage,
    config_map,
    hosted_cluster,
    namespace,
    ref_of,
    results,
)

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync import guest
from hcpc.sync.cluster.faults import InvalidError
from hcpc.sync.events import GuestFinished, OutcomeMade
from hcpc.sync.guest import INVENTORY
from hcpc.sync.records import Result
from hcpc.sync.tell.verdict import Verdict, shortfalls, verdict

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


def buried(name: str) -> str:
    """What the compiler says of tombstones: one of an object inside."""
    kind = "ConfigMap" if name == "motd" else "Namespace"
    place = ", namespace: inner" if name == "motd" else ""
    return (
        "apiVersion: hcpc.dev/v1alpha1\nkind: SyncData\nmanagementCluster: mc\n"
        "guestTombstones:\n"
        f"  a:\n  - {{kind: {kind}, name: {name}{place}, reason: r, owner: o}}\n"
    )


def opened(*guests: str) -> Stage:
    """A hosted cluster that is up, with its kubeconfig, before its first visit."""
    stage = Stage()
    stage.guests["a"] = FakeCluster()
    stage.publish(tree(*guests))
    found = stage.sync()
    assert found.guests["a"].error == "the hosted cluster is not available yet" if guests else True
    up(stage)
    return stage


def up(stage: Stage, name: str = "a") -> None:
    status = {"conditions": [AVAILABLE], "kubeconfig": {"name": f"{name}-kubeconfig"}}
    stage.cluster.status(ref_of("HostedCluster", name), status)
    secret = {"name": f"{name}-kubeconfig", "namespace": "clusters"}
    data = {"kubeconfig": base64.b64encode(f"for {name}".encode()).decode()}
    stage.cluster.add({"apiVersion": "v1", "kind": "Secret", "metadata": secret, "data": data})


def test_a_guest_is_visited_when_its_cluster_is_available() -> None:
    stage = opened("motd")
    found = stage.sync()
    assert found.is_applied
    assert results(found.guests["a"]) == {"inner": "created", "motd": "created"}
    assert ref_of("ConfigMap", "motd", "inner") in stage.guests["a"].objects
    inventory = f"hcpc-inventory-{INVENTORY}-"
    assert any(ref.name.startswith(inventory) for ref in stage.guests["a"].objects)
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


def test_what_git_no_longer_wants_inside_goes() -> None:
    stage = opened("motd", "other")
    stage.sync()
    stage.publish(tree("motd"))
    found = stage.sync()
    assert results(found.guests["a"])["other"] == "pruned"
    finished = [each for each in stage.events if isinstance(each, GuestFinished)]
    assert len(finished) == 3  # not once for each look
    stage.guests["a"].written.clear()
    assert stage.sync().is_applied
    assert stage.guests["a"].written == []


def test_a_guest_that_git_says_nothing_of_any_more_keeps_all_without_a_tombstone() -> None:
    stage = opened("motd")
    stage.sync()
    stage.publish(tree())
    found = stage.sync()
    assert results(found.guests["a"]) == {"motd": "skipped", "inner": "skipped"}
    assert "a tombstone of one of the objects" in found.guests["a"].plan.prune_stopped
    stage.publish(tree() | {"sync.yaml": buried("inner")})
    found = stage.sync()
    assert results(found.guests["a"]) == {"motd": "pruned", "inner": "waiting"}
    assert ObjectRef("", "Namespace", "", "inner") in stage.guests["a"].objects
    assert results(stage.sync().guests["a"]) == {"inner": "pruned"}


def many(count: int, each: int, *, wanted: bool = True) -> tuple[Stage, dict[str, Any]]:
    """So many hosted clusters that are up, with so many ConfigMaps inside of each."""
    stage = Stage()
    files: dict[str, Any] = {}
    for cluster in (f"g{number}" for number in range(count)):
        files[f"clusters/{cluster}/hostedcluster.yaml"] = hosted_cluster(cluster)
        for number in range(each):
            path = f"clusters/{cluster}/guest/configmap-{number}.yaml"
            files[path] = config_map(f"c{number}", where="inner")
        stage.guests[cluster] = FakeCluster()
        stage.guests[cluster].add(namespace("inner"))
    stage.publish(files)
    stage.sync()
    for cluster in stage.guests:
        up(stage, cluster)
    assert all(each.is_applied for each in stage.sync().guests.values()) or not wanted
    return stage, files


def test_what_may_go_at_once_is_said_of_all_guests_together() -> None:
    stage, files = many(8, 5)
    less = {path: body for path, body in files.items() if "-4.yaml" not in path}
    stage.publish(less)
    found = stage.sync()  # 8 of 48
    assert {str(results(each)["c4"]) for each in found.guests.values()} == {"pruned"}
    less = {path: body for path, body in less.items() if not path.endswith(("-2.yaml", "-3.yaml"))}
    less["clusters/g0/guest/configmap-0.yaml"] = config_map("c0", "2", where="inner")
    stage.publish(less)
    found = stage.sync()
    assert {str(results(each)["c3"]) for each in found.guests.values()} == {"skipped"}
    causes = {each.plan.prune_stopped for each in found.guests.values()}
    (cause,) = causes
    assert cause.startswith("16 objects would be deleted, and one sync may delete 10 ")
    assert results(found.guests["g0"])["c0"] == "configured"  # all else is done
    assert verdict(found) is Verdict.INCOMPLETE
    limits = stage.settings.limits._replace(prune_percent=50)
    found = stage.sync(limits=limits)
    assert {str(results(each)["c3"]) for each in found.guests.values()} == {"pruned"}


def test_what_goes_outside_counts_as_well() -> None:
    stage, files = many(2, 5)
    flags = {f"operator/configmap-{each}.yaml": config_map(f"f{each}") for each in range(6)}
    stage.publish({**files, **flags})
    stage.sync()
    stage.publish(
        {path: each for path, each in files.items() if "g0/guest/configmap-1" not in path}
    )
    found = stage.sync(limits=stage.settings.limits._replace(prune_count=6))
    assert results(found)["f0"] == "pruned"
    assert results(found.guests["g0"])["c1"] == "skipped"
    assert found.guests["g0"].plan.prune_stopped.startswith("7 objects would be deleted")


def test_more_than_was_counted_does_not_go() -> None:
    stage = opened("motd", "other", "third")
    stage.sync()
    stage.publish(tree("motd"))
    inside = stage.guests["a"]
    third = ref_of("ConfigMap", "third", "inner")
    inside.edit(third, ("metadata", "annotations", "hcpc.dev/prune"), "disabled")
    looks = []

    def fault(verb: str, ref: ObjectRef) -> None:
        if (verb, ref.namespace) == ("list", "hcpc-system"):
            looks.append(ref)
            if len(looks) == 2:
                inside.edit(third, ("metadata", "annotations", "hcpc.dev/prune"), "enabled")

    inside.fault = fault
    found = stage.sync()
    assert results(found.guests["a"])["other"] == "skipped"
    assert "more would be deleted than a moment ago" in found.guests["a"].plan.prune_stopped
    assert results(stage.sync().guests["a"])["other"] == "pruned"


def test_an_inventory_inside_outlives_the_name_of_the_directory() -> None:
    stage = opened("motd", "other")
    stage.sync()
    stage.guests["b"] = stage.guests["a"]
    stage.cluster.edit(CREDENTIALS, ("data", "kubeconfig"), base64.b64encode(b"for b").decode())
    stage.publish(
        {path.replace("clusters/a/", "clusters/b/"): body for path, body in tree("motd").items()}
    )
    found = stage.sync()
    assert results(found.guests["b"])["other"] == "pruned"
    assert ref_of("ConfigMap", "other", "inner") not in stage.guests["a"].objects
    stage.publish({"clusters/c/hostedcluster.yaml": hosted_cluster("a")})
    stage.guests["c"] = stage.guests["a"]
    stage.cluster.edit(CREDENTIALS, ("data", "kubeconfig"), base64.b64encode(b"for c").decode())
    assert results(stage.sync().guests["c"])["motd"] == "skipped"  # it is still known to be there


def test_a_round_that_is_to_end_before_guests_says_so() -> None:
    stage = opened("motd")

    def on_event(event: Any) -> None:
        if isinstance(event, OutcomeMade):
            stage.stop.set()

    found = stage.sync(on_event=on_event)
    assert found.error.startswith("asked to end before all was done")
    assert found.guests == {}
    assert verdict(found) is Verdict.FAILED


def test_a_slow_guest_is_told_to_be_one() -> None:
    stage = opened("motd")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guest, "SECONDS", 0)
        found = stage.sync()
    assert found.guests["a"].error.startswith("it took too long: asked to end")
    assert found.error == ""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(guest, "SECONDS_OF_ALL", 0)
        found = stage.sync()
    assert (found.error, found.guests) == ("", {})
    assert "1 hosted cluster not looked into" in shortfalls(found)


def test_it_is_not_always_the_same_guests_that_come_last(monkeypatch: pytest.MonkeyPatch) -> None:
    stage, _ = many(3, 1)
    monkeypatch.setattr(guest, "AT_A_TIME", 1)
    first = set()
    for minute in range(3):
        stage.events.clear()
        stage.sync(now=partial(NOW.__add__, timedelta(minutes=minute)))
        first.add(next(each.guest for each in stage.events if isinstance(each, GuestFinished)))
    assert first == {"g0", "g1", "g2"}


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
    stage.publish(tree() | {"sync.yaml": buried("motd")})
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
    assert results(stage.sync().guests["a"]) == {"inner": "skipped", "motd": "skipped"}


def test_guests_can_be_left_out() -> None:
    stage = opened("motd")
    found = stage.sync(guests=False)
    assert found.guests == {}
    assert shortfalls(found) == ["1 hosted cluster not looked into"]
    assert verdict(found) is Verdict.INCOMPLETE
    assert stage.guests["a"].objects == {}
