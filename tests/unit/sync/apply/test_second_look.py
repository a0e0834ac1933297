"""What begins while a round runs is seen before the clusters that it is about are touched."""

import time
from collections.abc import Callable

import pytest
from tests.unit.sync.fake_cluster import Body
from tests.unit.sync.stage import (
    Stage,
    config_map,
    hosted_cluster,
    node_pool,
    outcome_of,
    ref_of,
    results,
    small_tree,
)

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.apply.second_look import SECONDS
from hcpc.sync.cluster.faults import ForbiddenError, OptimisticLockError
from hcpc.sync.records import Cause, Result

CLUSTER, POOL = ref_of("HostedCluster", "a"), ref_of("NodePool", "a-w")
RESTORE = {
    "apiVersion": "velero.io/v1",
    "kind": "Restore",
    "metadata": {"name": "r", "namespace": "velero"},
    "spec": {"includedNamespaces": ["clusters"]},
}


def synced() -> Stage:
    """The small tree, in the cluster."""
    stage = Stage()
    stage.publish(small_tree())
    assert stage.sync().is_applied
    return stage


def scaled() -> dict[str, Body | str]:
    """A change of the pool, and before it one of something else."""
    pool = node_pool("a-w", "a", replicas=9, config=[{"name": "a-tuning"}])
    return {
        **small_tree(),
        "clusters/a/nodepool-w.yaml": pool,
        "operator/configmap-flags.yaml": config_map("flags", "2"),
    }


def retired() -> dict[str, Body | str]:
    """Leave to delete the cluster, and a change of something else before that."""
    leave = {"group": "hypershift.openshift.io", "namespace": "clusters", "owner": "a"}
    stones = [
        {**leave, "kind": "HostedCluster", "name": "a", "reason": "b"},
        {**leave, "kind": "NodePool", "cluster": "a", "reason": "b"},
    ]
    data = {"apiVersion": "hcpc.dev/v1alpha1", "kind": "SyncData", "managementCluster": "mc"}
    return {
        "operator/configmap-flags.yaml": config_map("flags", "2"),
        "sync.yaml": {**data, "tombstones": stones},
    }


def when(stage: Stage, verb: str, name: str, happens: Callable[[], object]) -> None:
    """Something happens when the sync asks for something, once."""

    def fault(asked: str, ref: ObjectRef) -> None:
        if (asked, ref.name) == (verb, name):
            stage.cluster.fault = None
            happens()

    stage.cluster.fault = fault


def pause(stage: Stage) -> None:
    stage.cluster.edit(CLUSTER, ("spec", "pausedUntil"), "true", "oncall")


def test_a_pool_of_a_cluster_that_was_paused_meanwhile_is_left_alone() -> None:
    stage = synced()
    stage.publish(scaled())
    when(stage, "apply", "flags", lambda: pause(stage))
    found = stage.sync()
    outcome = outcome_of(found, "a-w")
    assert (outcome.result, outcome.action.cause) == (Result.SKIPPED, Cause.PAUSED)
    assert "oncall" in outcome.message
    assert stage.cluster.objects[POOL]["spec"]["replicas"] == 2
    assert not found.is_applied


def test_a_pool_is_left_alone_once_a_restore_has_begun() -> None:
    stage = synced()
    stage.publish(scaled())
    when(stage, "apply", "flags", lambda: stage.cluster.add(RESTORE))
    outcome = outcome_of(stage.sync(), "a-w")
    assert (outcome.result, outcome.action.cause) == (Result.SKIPPED, Cause.BUSY)
    assert ("apply", POOL) not in stage.cluster.written


def test_backups_that_can_no_longer_be_read_are_taken_for_running() -> None:
    stage = synced()
    stage.publish(scaled())

    def forbid() -> None:
        def fault(verb: str, ref: ObjectRef) -> None:
            if (verb, ref.kind) == ("list", "Restore"):
                raise ForbiddenError("may not list restores", status=403)

        stage.cluster.fault = fault

    when(stage, "apply", "flags", forbid)
    assert outcome_of(stage.sync(), "a-w").action.cause is Cause.BUSY


def test_a_cluster_is_not_made_beside_a_restore_of_it() -> None:
    """A new one has an empty etcd, and the restore would skip what is there."""
    stage = Stage()
    stage.publish(small_tree())
    when(stage, "apply", "a-tuning", lambda: stage.cluster.add(RESTORE))
    found = stage.sync()
    assert outcome_of(found, "a").action.cause is Cause.BUSY
    assert CLUSTER not in stage.cluster.objects
    assert POOL not in stage.cluster.objects


@pytest.mark.parametrize("moment", ["apply a-tuning", "get a"])
def test_a_cluster_that_somebody_made_meanwhile_is_not_written(moment: str) -> None:
    stage = Stage()
    stage.publish(small_tree())
    verb, name = moment.split()
    when(stage, verb, name, lambda: stage.cluster.add(hosted_cluster("a"), "velero-server"))
    found = stage.sync()
    outcome = outcome_of(found, "a")
    assert outcome.result is Result.WAITING
    assert "the next sync looks again" in outcome.message
    assert ("apply", CLUSTER) not in stage.cluster.written


def test_a_cluster_with_a_pool_that_came_meanwhile_is_not_deleted() -> None:
    stage = synced()
    stage.publish(retired())
    when(stage, "apply", "flags", lambda: stage.cluster.add(node_pool("customers", "a")))
    found = stage.sync()
    outcome = outcome_of(found, "a")
    assert (outcome.result, outcome.action.cause) == (Result.SKIPPED, Cause.IN_USE)
    assert "NodePool clusters/customers of it is not ours" in outcome.message
    assert CLUSTER in stage.cluster.objects
    assert not found.inventory[CLUSTER].doomed


def test_nothing_is_deleted_once_a_backup_has_begun() -> None:
    stage = synced()
    stage.publish(retired())
    when(stage, "apply", "flags", lambda: stage.cluster.add({**RESTORE, "kind": "Backup"}))
    found = stage.sync()
    assert {CLUSTER, POOL} <= stage.cluster.objects.keys()
    assert results(found)["a-w"] == "skipped"


def test_a_long_wave_looks_again_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = synced()
    later = {
        **small_tree(),
        "clusters/a/nodepool-w.yaml": node_pool("a-w", "a", replicas=9),
        "clusters/a/nodepool-x.yaml": node_pool("a-x", "a"),
    }
    stage.publish(later)

    def passes() -> None:
        pause(stage)
        clock = time.monotonic() + SECONDS + 1
        monkeypatch.setattr(time, "monotonic", lambda: clock)

    when(stage, "apply", "a-w", passes)
    found = stage.sync()
    assert results(found)["a-w"] == "configured"
    assert outcome_of(found, "a-x").action.cause is Cause.PAUSED


def test_a_round_that_changes_no_cluster_looks_once() -> None:
    stage = synced()
    lists = stage.sync().calls["list"]
    stage.publish({**small_tree(), "operator/configmap-flags.yaml": config_map("flags", "2")})
    found = stage.sync()
    assert outcome_of(found, "flags").result is Result.CONFIGURED
    assert found.calls["list"] < 2 * lists  # those of the health after it
    stage.sync()
    assert stage.cluster.written == []


def test_a_dry_run_looks_once() -> None:
    stage = synced()
    lists = stage.sync().calls["list"]
    stage.publish(scaled())
    assert stage.sync(dry_run=True).calls["list"] == lists


def test_what_an_operator_writes_in_between_is_no_reason_to_wait() -> None:
    stage = synced()
    stage.publish(scaled())
    times: list[str] = []

    def fault(verb: str, ref: ObjectRef) -> None:
        if (verb, ref) == ("apply", POOL) and len(times) < 3:
            times.append(verb)
            stage.cluster.status(POOL, {"replicas": len(times)})

    stage.cluster.fault = fault
    found = stage.sync()
    assert outcome_of(found, "a-w").result is Result.CONFIGURED
    assert len(times) == 3
    assert stage.cluster.objects[POOL]["spec"]["replicas"] == 9


def test_a_pause_between_the_question_and_the_write_is_seen() -> None:
    stage = synced()
    changed = small_tree()
    changed["clusters/a/hostedcluster.yaml"] = hosted_cluster("a", channel="fast")
    stage.publish(changed)
    when(stage, "apply", "a", lambda: pause(stage))
    outcome = outcome_of(stage.sync(), "a")
    assert (outcome.result, outcome.action.cause) == (Result.SKIPPED, Cause.PAUSED)
    assert "channel" not in stage.cluster.objects[CLUSTER]["spec"]


def test_a_pause_between_the_question_and_the_deletion_is_seen() -> None:
    stage = synced()
    stage.publish(retired())
    when(stage, "delete", "a", lambda: pause(stage))
    outcome = outcome_of(stage.sync(), "a")
    assert (outcome.result, outcome.action.cause) == (Result.SKIPPED, Cause.PAUSED)
    assert CLUSTER in stage.cluster.objects


def test_an_object_that_is_written_without_end_is_left_for_the_next_round() -> None:
    stage = synced()
    stage.publish(scaled())

    def fault(verb: str, ref: ObjectRef) -> None:
        if (verb, ref) == ("apply", POOL):
            stage.cluster.status(POOL, {"at": stage.cluster.requests})

    stage.cluster.fault = fault
    outcome = outcome_of(stage.sync(), "a-w")
    assert outcome.result is Result.FAILED
    assert "the next sync looks again" in outcome.message


def test_a_write_whose_answer_was_lost_is_told_as_what_it_was() -> None:
    stage = synced()
    stage.publish(scaled())
    apply = stage.cluster.apply

    def once(body: Body, *, force: bool = False, dry_run: bool = False) -> Body:
        made = apply(body, force=force, dry_run=dry_run)
        if not dry_run and body["metadata"]["name"] == "a-w":
            error = OptimisticLockError("sent twice", status=409)
            error.uncertain = True
            raise error
        return made

    stage.cluster.apply = once  # type: ignore[method-assign]
    outcome = outcome_of(stage.sync(), "a-w")
    assert outcome.result is Result.CONFIGURED
    assert [each.path for each in outcome.differences] == [("spec", "replicas")]
