"""What is taken back from another manager, and what is a conflict that people solve."""

import pytest
from tests.unit.sync.stage import Stage, node_pool, outcome_of, ref_of, small_tree

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.apply.drift import is_drift
from hcpc.sync.records import Desired, FieldOwner, Owned, Result, Wave

POOL = ref_of("NodePool", "a-w")
REF = ObjectRef("", "ConfigMap", "clusters", "a")
APPLIED = "2026-06-15T12:00:00Z"
LATER = "2026-06-15T12:00:01Z"
OWNED = Owned(REF, "v1", "uid", "digest", "fields", APPLIED, "", Wave.CONFIG)


def desired(digest: str) -> Desired:
    return Desired(REF, "v1", {}, digest, Wave.CONFIG, "", "operator/x.yaml")


@pytest.mark.parametrize(
    ("digest", "owners", "drift"),
    [
        ("digest", [FieldOwner("edit", "Update", LATER)], True),
        ("digest", [FieldOwner("edit", "Update", "")], True),
        ("other", [FieldOwner("edit", "Update", LATER)], False),
        ("digest", [FieldOwner("argocd", "Apply", LATER)], False),
        ("digest", [FieldOwner("who", "", LATER)], False),
        (
            "digest",
            [FieldOwner("edit", "Update", LATER), FieldOwner("argocd", "Apply", LATER)],
            False,
        ),
    ],
)
def test_who_took_a_field_from_us(digest: str, owners: list[FieldOwner], drift: bool) -> None:  # noqa: FBT001
    assert is_drift(desired(digest), OWNED, "uid", owners) is drift


@pytest.mark.parametrize(
    ("owned", "uid"),
    [(None, "uid"), (OWNED._replace(uid=""), "uid"), (OWNED, "another")],
)
def test_nothing_was_taken_that_was_not_ours(owned: Owned | None, uid: str) -> None:
    assert not is_drift(desired("digest"), owned, uid, [FieldOwner("edit", "Update", LATER)])


def synced() -> Stage:
    stage = Stage()
    stage.publish(small_tree())
    assert stage.sync().is_applied
    return stage


def test_a_field_that_another_one_always_had_is_not_taken_when_git_begins_to_have_it() -> None:
    stage = synced()
    stage.cluster.edit(POOL, ("spec", "nodeDrainTimeout"), "1h", "customer")
    stage.sync()
    stage.cluster.edit(POOL, ("metadata", "labels", "x"), "y", "customer")
    pool = node_pool("a-w", "a", nodeDrainTimeout="0s", config=[{"name": "a-tuning"}])
    stage.publish({**small_tree(), "clusters/a/nodepool-w.yaml": pool})
    outcome = outcome_of(stage.sync(), "a-w")
    assert (outcome.result, outcome.drift) == (Result.CONFLICT, False)
    assert "customer has .spec.nodeDrainTimeout" in outcome.message
    assert stage.cluster.objects[POOL]["spec"]["nodeDrainTimeout"] == "1h"


def test_what_another_one_applies_between_the_question_and_the_write_is_not_taken() -> None:
    stage = synced()
    stage.cluster.edit(POOL, ("spec", "replicas"), 5)

    def fault(verb: str, ref: ObjectRef) -> None:
        if (verb, ref) == ("apply", POOL):
            stage.cluster.fault = None
            hotfix = node_pool("a-w", "a", release={"image": "hotfix"})
            hotfix["spec"] = {"release": hotfix["spec"]["release"]}
            stage.cluster.add(hotfix, "argocd", "Apply")

    stage.cluster.fault = fault
    outcome = outcome_of(stage.sync(), "a-w")
    assert outcome.result is Result.CONFLICT
    assert stage.cluster.objects[POOL]["spec"]["release"] == {"image": "hotfix"}


def test_what_comes_back_each_time_is_told() -> None:
    stage = synced()
    for times in range(1, 5):
        stage.cluster.edit(POOL, ("spec", "replicas"), 5 + times, "autoscaler")
        found = stage.sync()
        outcome = outcome_of(found, "a-w")
        assert outcome.drift
        assert found.inventory[POOL].undone == times
        assert (f"undone {times} times in a row" in outcome.message) == (times >= 3)
        assert stage.cluster.objects[POOL]["spec"]["replicas"] == 2
    assert stage.sync().inventory[POOL].undone == 4
    assert stage.cluster.written == []


def test_what_is_put_back_now_and_then_is_no_habit() -> None:
    stage = synced()
    for hour in range(13, 18):
        stage.cluster.time = f"2026-06-15T{hour}:00:00Z"
        stage.cluster.edit(POOL, ("spec", "replicas"), hour, "colleague")
        found = stage.sync()
        assert outcome_of(found, "a-w").message == ""
        assert found.inventory[POOL].undone == 1


def test_a_change_of_git_begins_the_count_anew() -> None:
    stage = synced()
    stage.cluster.edit(POOL, ("spec", "replicas"), 5)
    assert stage.sync().inventory[POOL].undone == 1
    pool = node_pool("a-w", "a", replicas=3, config=[{"name": "a-tuning"}])
    stage.publish({**small_tree(), "clusters/a/nodepool-w.yaml": pool})
    assert stage.sync().inventory[POOL].undone == 0
