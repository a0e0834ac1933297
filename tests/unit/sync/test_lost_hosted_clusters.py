"""A hosted cluster that was ours and that somebody deleted is made anew by nobody but people."""

from typing import Any

import pytest
from tests.unit.sync.stage import (
    Stage,
    hosted_cluster,
    outcome_of,
    ref_of,
    small_tree,
)

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.cluster.faults import ApiError, ForbiddenError, InvalidError, UnavailableError
from hcpc.sync.records import Cause, Limits, Result

CLUSTER = ref_of("HostedCluster", "a")


def synced() -> Stage:
    stage = Stage()
    stage.publish(small_tree())
    assert stage.sync().is_applied
    return stage


def retired() -> dict[str, Any]:
    """The small tree without its hosted cluster, which may go."""
    kept = {path: body for path, body in small_tree().items() if path.startswith("operator/")}
    leave = {"group": "hypershift.openshift.io", "namespace": "clusters", "owner": "a"}
    stones = [
        {**leave, "kind": "HostedCluster", "name": "a", "reason": "b"},
        {**leave, "kind": "NodePool", "cluster": "a", "reason": "b"},
    ]
    data = {"apiVersion": "hcpc.dev/v1alpha1", "kind": "SyncData", "managementCluster": "mc"}
    return {**kept, "sync.yaml": {**data, "tombstones": stones}}


def is_lost(stage: Stage) -> bool:
    """Somebody deletes it: whether the next sync leaves that alone."""
    del stage.cluster.objects[CLUSTER]
    outcome = outcome_of(stage.sync(), "a")
    return (outcome.result, outcome.action.cause) == (Result.SKIPPED, Cause.GONE)


def refuse(stage: Stage, verb: str, error: type[ApiError]) -> None:
    def fault(asked: str, ref: ObjectRef) -> None:
        if asked == verb and ref == CLUSTER:
            raise error("no", status=403)

    stage.cluster.fault = fault


def test_after_an_adoption_that_failed() -> None:
    """A restore brought it back otherwise than git wants it, and was bad."""
    stage = synced()
    del stage.cluster.objects[CLUSTER]
    stage.cluster.add(hosted_cluster("a", release={"image": "release-0"}), "velero-server")
    found = stage.sync()
    assert outcome_of(found, "a").result is Result.CONFLICT
    assert found.inventory[CLUSTER].uid
    assert is_lost(stage)


@pytest.mark.parametrize("error", [ForbiddenError, UnavailableError])
def test_after_a_deletion_that_failed(error: type[ApiError]) -> None:
    stage = synced()
    stage.publish(retired())
    refuse(stage, "delete", error)
    found = stage.sync()
    assert outcome_of(found, "a").result is Result.FAILED
    # Without an answer it may be on its way.
    assert found.inventory[CLUSTER].doomed == (error is UnavailableError)
    stage.cluster.fault = None
    stage.publish(small_tree())
    stage.cluster.edit(CLUSTER, ("spec", "pausedUntil"), "true", "oncall")
    found = stage.sync()
    assert outcome_of(found, "a").action.cause is Cause.PAUSED
    assert not found.inventory[CLUSTER].doomed
    assert is_lost(stage)


def test_after_a_deletion_that_was_not_begun() -> None:
    stage = synced()
    stage.publish(retired())

    def fault(verb: str, _: ObjectRef) -> None:
        if verb == "replace":
            stage.stop.set()

    stage.cluster.fault = fault
    assert stage.sync().error
    stage.cluster.fault = None
    stage.stop.clear()
    assert CLUSTER in stage.cluster.objects
    stage.publish(small_tree())
    assert is_lost(stage)


def test_when_git_takes_it_back_after_an_answer_that_was_lost() -> None:
    stage = synced()
    stage.publish(retired())
    refuse(stage, "delete", UnavailableError)
    stage.sync()
    stage.cluster.fault = None
    stage.publish(small_tree())
    found = stage.sync()
    assert found.is_applied
    assert not found.inventory[CLUSTER].doomed
    assert is_lost(stage)


def test_after_it_could_not_be_made_anew() -> None:
    """Leave for one attempt is leave for one hosted cluster, not for the next one as well."""
    stage = synced()
    del stage.cluster.objects[CLUSTER]
    refuse(stage, "apply", InvalidError)
    limits = Limits(recreate=frozenset({"clusters/a"}))
    assert outcome_of(stage.sync(limits=limits), "a").result is Result.FAILED
    stage.cluster.fault = None
    outcome = outcome_of(stage.sync(), "a")
    assert (outcome.result, outcome.action.cause) == (Result.SKIPPED, Cause.GONE)
    assert outcome_of(stage.sync(limits=limits), "a").result is Result.CREATED


def test_but_one_that_we_deleted_is_made_anew() -> None:
    stage = synced()
    stage.publish(retired())
    assert outcome_of(stage.sync(), "a").result is Result.PRUNED
    stage.publish(small_tree())
    assert outcome_of(stage.sync(), "a").result is Result.CREATED


def test_and_one_that_we_set_out_to_delete_and_that_went_later() -> None:
    stage = synced()
    stage.cluster.objects[CLUSTER]["metadata"]["finalizers"] = ["hypershift.openshift.io/hold"]
    stage.publish(retired())
    found = stage.sync()
    assert outcome_of(found, "a").result is Result.DELETING
    stage.publish(small_tree())
    found = stage.sync()
    assert outcome_of(found, "a").action.cause is Cause.DELETING
    assert found.inventory[CLUSTER].doomed
    del stage.cluster.objects[CLUSTER]
    assert outcome_of(stage.sync(), "a").result is Result.CREATED
