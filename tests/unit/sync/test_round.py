"""Rounds from git to cluster, in memory: what is done, what is left, and what is told."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.unit.sync.fake_cluster import refused
from tests.unit.sync.stage import (
    Stage,
    config_map,
    hosted_cluster,
    namespace,
    node_pool,
    outcome_of,
    ref_of,
    results,
    small_tree,
)

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.apply import apply
from hcpc.sync.apply.inventory import LABEL
from hcpc.sync.cluster.faults import (
    ForbiddenError,
    InvalidError,
    UnauthorizedError,
    UnavailableError,
)
from hcpc.sync.crew import Crew
from hcpc.sync.events import OutcomeMade, Phase, PhaseStarted
from hcpc.sync.records import Cause, HealthState, Result, Verb


def synced() -> Stage:
    """The small tree, in the cluster."""
    stage = Stage()
    stage.publish(small_tree())
    assert not stage.sync().error
    return stage


def test_a_first_round_creates_everything_in_waves_after_its_intents() -> None:
    stage = Stage()
    stage.publish(small_tree())
    found = stage.sync()
    assert found.error == ""
    assert found.is_applied
    assert set(results(found).values()) == {"created"}
    applied = [ref.name for verb, ref in stage.cluster.written if verb == "apply"]
    assert applied == ["a-tuning", "flags", "a", "a-w"]
    first = next(at for at, (verb, _) in enumerate(stage.cluster.written) if verb == "apply")
    intents = [ref.name for verb, ref in stage.cluster.written[:first]]
    assert intents
    assert all(name.startswith("hcpc-inventory-mc-") for name in intents)
    assert {ref.name for ref in found.inventory} == {"a-tuning", "flags", "a", "a-w"}
    assert all(owned.uid and owned.digest and owned.applied for owned in found.inventory.values())


def test_a_second_round_writes_nothing_and_asks_only_for_lists() -> None:
    stage = synced()
    found = stage.sync()
    assert stage.cluster.written == []
    assert set(found.calls) == {"list", "get"}
    assert found.calls["get"] == 1  # which cluster it is
    assert set(results(found).values()) == {"unchanged"}


def test_outcomes_are_in_the_order_of_the_plan_whatever_was_done_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Backwards(Crew):
        def each(self, *given: Any) -> Iterator[Any]:
            yield from reversed(list(super().each(*given)))

    monkeypatch.setattr(apply, "Crew", Backwards)
    stage = Stage()
    stage.publish(small_tree())
    found = stage.sync()
    told = [each.outcome.action for each in stage.events if isinstance(each, OutcomeMade)]
    assert told != list(found.plan.actions)
    assert [each.action for each in found.outcomes] == list(found.plan.actions)


def test_the_round_is_told_as_it_goes() -> None:
    stage = Stage()
    stage.publish(small_tree())
    found = stage.sync()
    phases = [each.phase for each in stage.events if isinstance(each, PhaseStarted)]
    assert phases == [
        *(Phase.FETCH, Phase.READ, Phase.OBSERVE, Phase.PLAN, Phase.APPLY, Phase.HEALTH),
    ]
    told = [each.outcome for each in stage.events if isinstance(each, OutcomeMade)]
    assert sorted(told, key=lambda each: each.action.ref) == sorted(
        found.outcomes, key=lambda each: each.action.ref
    )
    totals = [each.total for each in stage.events if isinstance(each, PhaseStarted)]
    assert totals[4] == len(found.outcomes) == 4


def test_what_git_changes_is_applied_and_what_it_takes_back_goes() -> None:
    stage = synced()
    changed = small_tree()
    changed["operator/configmap-flags.yaml"] = config_map("flags", "2")
    del changed["clusters/a/configmap-a-tuning.yaml"]
    changed["clusters/a/nodepool-w.yaml"] = node_pool("a-w", "a")
    stage.publish(changed)
    found = stage.sync()
    assert results(found) == {
        "flags": "configured",
        "a": "unchanged",
        "a-w": "configured",
        "a-tuning": "waiting",
    }
    assert stage.cluster.objects[ref_of("ConfigMap", "flags")]["data"] == {"key": "2"}
    assert "config" not in stage.cluster.objects[ref_of("NodePool", "a-w")]["spec"]
    found = stage.sync()
    assert results(found)["a-tuning"] == "pruned"
    assert ref_of("ConfigMap", "a-tuning") not in stage.cluster.objects
    assert ref_of("ConfigMap", "a-tuning") not in found.inventory


def test_drift_is_undone_and_named() -> None:
    stage = synced()
    stage.cluster.edit(ref_of("NodePool", "a-w"), ("spec", "replicas"), 9)
    found = stage.sync()
    outcome = outcome_of(found, "a-w")
    assert outcome.result is Result.CONFIGURED
    assert outcome.drift
    assert [each.path for each in outcome.differences] == [("spec", "replicas")]
    assert stage.cluster.objects[ref_of("NodePool", "a-w")]["spec"]["replicas"] == 2
    assert stage.sync().calls.keys() == {"list", "get"}


def test_a_field_of_another_appliers_is_a_conflict() -> None:
    stage = synced()
    ref = ref_of("ConfigMap", "flags")
    other = config_map("flags", "other")
    stage.cluster.add(other, "argocd", "Apply")
    found = stage.sync()
    outcome = outcome_of(found, "flags")
    assert outcome.result is Result.CONFLICT
    assert [(each.manager, each.field) for each in outcome.conflicts] == [("argocd", ".data.key")]
    assert "argocd has .data.key" in outcome.message
    assert stage.cluster.objects[ref]["data"] == {"key": "other"}
    found = stage.sync(limits=stage.settings.limits._replace(force_conflicts=True))
    assert outcome_of(found, "flags").result is Result.CONFIGURED
    assert stage.cluster.objects[ref]["data"] == {"key": "1"}


def test_what_is_there_already_is_adopted_unless_it_differs() -> None:
    stage = Stage()
    stage.cluster.add(config_map("flags"))
    stage.cluster.add(config_map("a-tuning", "theirs"))
    stage.publish(small_tree())
    found = stage.sync()
    assert outcome_of(found, "flags").result is Result.ADOPTED
    assert outcome_of(found, "a-tuning").result is Result.CONFLICT
    assert found.inventory[ref_of("ConfigMap", "flags")].uid
    assert found.inventory[ref_of("ConfigMap", "a-tuning")].uid == ""
    assert outcome_of(found, "a-w").result is Result.WAITING
    assert "ConfigMap clusters/a-tuning, which is in conflict" in outcome_of(found, "a-w").message


def test_what_was_never_ours_is_not_deleted_when_git_gives_up() -> None:
    stage = Stage()
    stage.cluster.add(config_map("a-tuning", "theirs"))
    stage.publish(small_tree())
    stage.sync()
    less = small_tree()
    del less["clusters/a/configmap-a-tuning.yaml"]
    stage.publish(less)
    found = stage.sync()
    assert outcome_of(found, "a-tuning").result is Result.FORGOTTEN
    assert ref_of("ConfigMap", "a-tuning") in stage.cluster.objects


def test_one_refused_object_stops_only_what_needs_it() -> None:
    stage = Stage()
    stage.publish(
        {
            **small_tree(),
            "clusters/b/hostedcluster.yaml": hosted_cluster("b"),
            "clusters/b/nodepool-w.yaml": node_pool("b-w", "b"),
        }
    )
    stage.cluster.fault = refused(InvalidError, "apply", "a")
    found = stage.sync()
    assert results(found) == {
        "flags": "created",
        "a-tuning": "created",
        "a": "failed",
        "a-w": "waiting",
        "b": "created",
        "b-w": "created",
    }
    assert outcome_of(found, "a").message == "a is refused"
    waiting = outcome_of(found, "a-w")
    assert waiting.action.cause is Cause.DEPENDENCY
    assert waiting.message == "needs HostedCluster clusters/a, which failed"
    stage.cluster.fault = None
    assert stage.sync().is_applied


def test_a_bug_with_one_object_is_told_without_its_text() -> None:
    stage = Stage()
    stage.publish(small_tree())

    def fault(verb: str, ref: ObjectRef) -> None:
        if (verb, ref.name) == ("apply", "flags"):
            raise ValueError("secret words")

    stage.cluster.fault = fault
    found = stage.sync()
    assert outcome_of(found, "flags").message == "internal error: ValueError"
    assert outcome_of(found, "a").result is Result.CREATED


def test_namespaces_of_the_tree_come_first_and_missing_ones_are_named() -> None:
    stage = Stage()
    stage.publish(
        {
            "operator/namespace-new.yaml": namespace("new"),
            "operator/configmap-in-new.yaml": config_map("in-new", where="new"),
            "operator/configmap-nowhere.yaml": config_map("nowhere", where="gone"),
        }
    )
    found = stage.sync(dry_run=True)
    assert stage.cluster.written == []
    assert "Namespace new is yet to be created" in outcome_of(found, "in-new").message
    found = stage.sync()
    assert outcome_of(found, "in-new").result is Result.CREATED
    assert outcome_of(found, "nowhere").result is Result.FAILED
    assert outcome_of(found, "nowhere").message.startswith("namespace gone is not in the cluster")


def test_a_dry_run_says_all_and_writes_nothing() -> None:
    stage = synced()
    stage.cluster.edit(ref_of("NodePool", "a-w"), ("spec", "replicas"), 9)
    changed = small_tree()
    changed["clusters/b/hostedcluster.yaml"] = hosted_cluster("b")
    del changed["operator/configmap-flags.yaml"]
    stage.publish(changed)
    before = repr(stage.cluster.objects)
    found = stage.sync(dry_run=True)
    assert repr(stage.cluster.objects) == before
    assert stage.cluster.written == []
    assert results(found) == {
        "a-tuning": "unchanged",
        "a": "unchanged",
        "b": "created",
        "a-w": "configured",
        "flags": "pruned",
    }
    assert [each.path for each in outcome_of(found, "a-w").differences] == [("spec", "replicas")]


def test_a_pause_that_comes_while_the_round_runs_is_respected() -> None:
    stage = synced()
    ref = ref_of("HostedCluster", "a")
    changed = small_tree()
    changed["clusters/a/hostedcluster.yaml"] = hosted_cluster("a", channel="fast")
    stage.publish(changed)

    def fault(verb: str, asked: ObjectRef) -> None:
        if (verb, asked) == ("get", ref):
            stage.cluster.fault = None
            stage.cluster.edit(ref, ("spec", "pausedUntil"), "true", "oncall")

    stage.cluster.fault = fault
    found = stage.sync()
    outcome = outcome_of(found, "a")
    assert (outcome.result, outcome.action.cause) == (Result.SKIPPED, Cause.PAUSED)
    assert "channel" not in stage.cluster.objects[ref]["spec"]


def test_an_object_kept_by_an_annotation_meanwhile_is_not_deleted() -> None:
    stage = synced()
    less = small_tree()
    del less["operator/configmap-flags.yaml"]
    stage.publish(less)
    ref = ref_of("ConfigMap", "flags")

    def fault(verb: str, asked: ObjectRef) -> None:
        if (verb, asked) == ("get", ref):
            stage.cluster.fault = None
            stage.cluster.edit(ref, ("metadata", "annotations", "hcpc.dev/prune"), "disabled")

    stage.cluster.fault = fault
    assert outcome_of(stage.sync(), "flags").result is Result.SKIPPED
    assert ref in stage.cluster.objects


def test_a_refused_deletion_stays_ours_and_is_tried_again() -> None:
    stage = synced()
    less = small_tree()
    del less["operator/configmap-flags.yaml"]
    stage.publish(less)
    stage.cluster.fault = refused(ForbiddenError, "delete", "flags")
    found = stage.sync()
    assert outcome_of(found, "flags").result is Result.FAILED
    assert ref_of("ConfigMap", "flags") in found.inventory
    stage.cluster.fault = None
    assert outcome_of(stage.sync(), "flags").result is Result.PRUNED


def test_what_finalizers_hold_stays_ours_until_it_is_gone() -> None:
    stage = synced()
    ref = ref_of("ConfigMap", "flags")
    stage.cluster.objects[ref]["metadata"]["finalizers"] = ["example.com/hold"]
    less = small_tree()
    del less["operator/configmap-flags.yaml"]
    stage.publish(less)
    found = stage.sync()
    assert outcome_of(found, "flags").result is Result.DELETING
    assert outcome_of(found, "flags").message == "waits for example.com/hold"
    assert outcome_of(stage.sync(), "flags").result is Result.WAITING
    del stage.cluster.objects[ref]
    found = stage.sync()
    assert outcome_of(found, "flags").result is Result.FORGOTTEN
    assert ref not in found.inventory


def test_a_kind_that_may_not_be_read_is_not_touched() -> None:
    stage = synced()

    def fault(verb: str, ref: ObjectRef) -> None:
        if verb == "list" and ref.kind == "NodePool":
            raise ForbiddenError("may not list nodepools", status=403)

    stage.cluster.fault = fault
    less = small_tree()
    del less["operator/configmap-flags.yaml"]
    stage.publish(less)
    found = stage.sync()
    assert outcome_of(found, "a-w").result is Result.SKIPPED
    assert outcome_of(found, "a-w").action.cause is Cause.UNREAD
    assert "NodePools cannot be read" in found.plan.prune_stopped
    assert outcome_of(found, "flags").result is Result.SKIPPED


def test_without_git_nothing_is_done_and_health_is_still_told() -> None:
    stage = synced()
    stage.repository.broken = "git is not reachable"
    found = stage.sync()
    assert found.error == "git is not reachable"
    assert found.tree is None
    assert stage.cluster.written == []
    assert set(found.health) == {ref_of("HostedCluster", "a"), ref_of("NodePool", "a-w")}


def test_a_truncated_tree_is_refused_as_a_whole() -> None:
    stage = synced()
    del stage.repository.content["clusters/a/hostedcluster.yaml"]
    found = stage.sync()
    assert "clusters/a/hostedcluster.yaml" in found.error
    assert found.commit == stage.repository.commit
    assert stage.cluster.written == []


def test_an_object_that_is_not_there_has_no_known_health() -> None:
    stage = Stage()
    stage.publish(small_tree())
    stage.cluster.fault = refused(InvalidError, "apply", "a")
    found = stage.sync()
    health = found.health[ref_of("HostedCluster", "a")]
    assert (health.state, health.message) == (HealthState.UNKNOWN, "not in the cluster")


def test_another_writer_of_the_inventory_stops_the_round() -> None:
    stage = synced()
    changed = small_tree()
    changed["clusters/a/hostedcluster.yaml"] = hosted_cluster("a", channel="fast")
    stage.publish(changed)

    def fault(verb: str, _: ObjectRef) -> None:
        if verb == "replace":
            stage.cluster.fault = None
            for each in [ref for ref in stage.cluster.objects if "inventory" in ref.name]:
                stage.cluster.edit(each, ("data", "objects"), "another")

    stage.cluster.fault = fault
    found = stage.sync()
    assert "was written by another one" in found.error


def test_a_damaged_part_of_the_inventory_stops_deletions_and_is_not_overwritten() -> None:
    stage = synced()
    shards = [ref for ref in stage.cluster.objects if ref.name.startswith("hcpc-inventory-mc-")]
    owned = {
        ref: name
        for ref in shards
        for name in ("flags", "a-tuning")
        if f'"name":"{name}"' in stage.cluster.objects[ref]["data"]["objects"]
    }
    (damaged,) = [ref for ref, name in owned.items() if name == "a-tuning"]
    stage.cluster.edit(damaged, ("data", "objects"), "nonsense", "vandal")
    less = small_tree()
    del less["operator/configmap-flags.yaml"]
    stage.publish(less)
    found = stage.sync()
    assert "is not readable: somebody edited it" in found.plan.prune_stopped
    assert outcome_of(found, "flags").result is Result.SKIPPED
    assert outcome_of(found, "a-tuning").result is Result.FAILED
    assert stage.cluster.objects[damaged]["data"]["objects"] == "nonsense"
    del stage.cluster.objects[damaged]
    assert outcome_of(stage.sync(), "a-tuning").result is Result.ADOPTED


def test_without_leadership_nothing_more_is_written() -> None:
    stage = Stage()
    stage.publish(small_tree())
    leads = iter([True] * 5)
    found = stage.sync(may_write=lambda: next(leads, False))
    assert "no longer holds its Lease" in found.error
    applied = [ref.name for verb, ref in stage.cluster.written if verb == "apply"]
    assert applied == ["a-tuning", "flags"]
    assert stage.cluster.written[-1][0] == "apply"
    found = stage.sync()
    assert found.is_applied
    assert all(owned.uid for owned in found.inventory.values())


def test_asked_to_end_it_finishes_what_is_in_hand_and_notes_it() -> None:
    stage = Stage()
    stage.publish(small_tree())

    def listen(event: Any) -> None:
        if isinstance(event, OutcomeMade) and event.outcome.action.ref.name == "a-tuning":
            stage.stop.set()

    found = stage.sync(on_event=listen)
    assert found.error.startswith("asked to end")
    assert results(found) == {"a-tuning": "created"}
    assert found.inventory[ref_of("ConfigMap", "a-tuning")].uid
    stage.stop.clear()
    assert stage.sync().is_applied


def test_asked_to_end_before_it_looked_it_touches_nothing() -> None:
    stage = synced()
    before = repr(stage.cluster.objects)
    stage.stop.set()
    found = stage.sync()
    assert found.error.startswith("asked to end")
    assert repr(stage.cluster.objects) == before


def test_an_unreachable_server_ends_the_round() -> None:
    stage = Stage()
    many = {f"operator/configmap-x{each}.yaml": config_map(f"x{each}") for each in range(20)}
    stage.publish(dict(many))

    def fault(verb: str, _: ObjectRef) -> None:
        if verb == "apply":
            raise UnavailableError("connection refused")

    stage.cluster.fault = fault
    found = stage.sync()
    assert found.error == "the API server is not reachable: connection refused"
    assert len(found.outcomes) == 4


def test_a_webhook_that_is_down_ends_only_its_kind() -> None:
    stage = Stage()
    many = {f"operator/configmap-x{each}.yaml": config_map(f"x{each}") for each in range(20)}
    stage.publish({**many, "clusters/a/hostedcluster.yaml": hosted_cluster("a")})

    def fault(verb: str, ref: ObjectRef) -> None:
        if verb == "apply" and ref.kind == "ConfigMap":
            raise UnavailableError("failed calling webhook", status=500)

    stage.cluster.fault = fault
    found = stage.sync()
    assert found.error == ""
    assert outcome_of(found, "a").result is Result.CREATED
    assert stage.cluster.calls["apply"] == 5 + 1
    assert outcome_of(found, "x9").message.startswith("not tried")


def test_an_expired_token_ends_the_round() -> None:
    stage = Stage()
    stage.publish(small_tree())

    def fault(verb: str, _: ObjectRef) -> None:
        if verb == "apply":
            raise UnauthorizedError("the token has expired", status=401)

    stage.cluster.fault = fault
    found = stage.sync()
    assert found.error == "the token has expired"
    assert found.outcomes == ()


def test_an_object_that_vanishes_meanwhile_is_not_made_by_configuring() -> None:
    stage = synced()
    ref = ref_of("ConfigMap", "flags")
    changed = small_tree()
    changed["operator/configmap-flags.yaml"] = config_map("flags", "2")
    stage.publish(changed)

    def fault(verb: str, asked: ObjectRef) -> None:
        if (verb, asked) == ("dry-run", ref):
            stage.cluster.objects.pop(ref, None)

    stage.cluster.fault = fault
    assert outcome_of(stage.sync(), "flags").result is Result.FAILED
    assert ref not in stage.cluster.objects
    stage.cluster.fault = None
    found = stage.sync()
    assert (outcome_of(found, "flags").result, outcome_of(found, "flags").drift) == (
        "created",
        True,
    )


def test_the_inventory_makes_its_namespace() -> None:
    stage = Stage()
    del stage.cluster.objects[ObjectRef("", "Namespace", "", "hcpc-system")]
    stage.publish(small_tree())
    assert stage.sync().is_applied


def test_a_backup_under_way_leaves_the_cluster_alone() -> None:
    stage = synced()
    changed = small_tree()
    changed["clusters/a/hostedcluster.yaml"] = hosted_cluster("a", channel="fast")
    changed["operator/configmap-flags.yaml"] = config_map("flags", "2")
    stage.publish(changed)
    stage.cluster.add(namespace("openshift-adp"))
    restore = {
        "apiVersion": "velero.io/v1",
        "kind": "Restore",
        "metadata": {"name": "r", "namespace": "openshift-adp"},
        "spec": {"includedNamespaces": ["clusters", "clusters-a"]},
    }
    stage.cluster.add(restore)
    ref = ObjectRef("velero.io", "Restore", "openshift-adp", "r")
    stage.cluster.status(ref, {"phase": "InProgress"})
    found = stage.sync()
    assert outcome_of(found, "a").result is Result.SKIPPED
    assert outcome_of(found, "a").message == "restore openshift-adp/r is under way (InProgress)"
    assert outcome_of(found, "flags").result is Result.CONFIGURED
    stage.cluster.status(ref, {"phase": "Completed"})
    assert outcome_of(stage.sync(), "a").result is Result.CONFIGURED


def test_the_inventory_names_whose_it_is() -> None:
    stage = synced()
    parts = [each for each in stage.cluster.objects.values() if LABEL in str(each)]
    assert parts
    assert {each["metadata"]["labels"][LABEL] for each in parts} == {"mc"}


def test_actions_that_need_no_request_are_outcomes_too() -> None:
    stage = synced()
    found = stage.sync()
    assert [each.action.verb for each in found.outcomes] == [Verb.UNCHANGED] * 4
