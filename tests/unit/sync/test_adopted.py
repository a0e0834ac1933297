"""What others made and git had a part in: git may take its part back, and nothing else of it."""

from typing import Any

import pytest
from tests.unit.sync.fake_cluster import Body
from tests.unit.sync.stage import (
    Stage,
    config_map,
    hosted_cluster,
    outcome_of,
    ref_of,
    small_tree,
)

from hcpc.sync.cluster.faults import ApiError, InvalidError, UnavailableError
from hcpc.sync.records import Cause, Result, Verb

CA = ref_of("ConfigMap", "user-ca")


def user_ca(key: str) -> Body:
    return {**config_map("user-ca"), "data": {key: "precious"}}


def adopted() -> Stage:
    """A ConfigMap of a customer, to which git adds a key."""
    stage = Stage()
    stage.cluster.add(user_ca("customers.pem"), "customer")
    stage.publish({**small_tree(), "operator/ca.yaml": user_ca("ours.pem")})
    found = stage.sync()
    assert outcome_of(found, "user-ca").result is Result.ADOPTED
    assert found.inventory[CA].adopted
    assert not found.inventory[ref_of("ConfigMap", "flags")].adopted
    return stage


def test_git_takes_back_its_own_part_and_no_more() -> None:
    stage = adopted()
    stage.sync()
    assert stage.cluster.written == []
    stage.publish(small_tree())
    found = stage.sync(dry_run=True)
    assert outcome_of(found, "user-ca").action.verb is Verb.RELEASE
    assert "ours.pem" in stage.cluster.objects[CA]["data"]
    found = stage.sync()
    outcome = outcome_of(found, "user-ca")
    assert outcome.result is Result.RELEASED
    assert [each.path for each in outcome.differences] == [("data", "ours.pem")]
    assert stage.cluster.objects[CA]["data"] == {"customers.pem": "precious"}
    assert CA not in found.inventory
    assert found.is_applied
    stage.sync()
    assert stage.cluster.written == []


def test_whose_it_is_is_not_forgotten_when_git_changes_its_part() -> None:
    stage = adopted()
    stage.publish({**small_tree(), "operator/ca.yaml": user_ca("other.pem")})
    assert outcome_of(stage.sync(), "user-ca").result is Result.CONFIGURED
    assert stage.sync().inventory[CA].adopted


def test_a_sync_that_was_killed_after_its_write_knows_whose_it_is() -> None:
    stage = Stage()
    stage.cluster.add(user_ca("customers.pem"), "customer")
    stage.publish({**small_tree(), "operator/ca.yaml": user_ca("ours.pem")})
    written = []

    def fault(verb: str, ref: Any) -> None:
        if (verb, ref) == ("apply", CA):
            written.append(ref)
        if written and verb == "replace":
            raise InvalidError("not now", status=422)

    stage.cluster.fault = fault
    assert stage.sync().error
    stage.cluster.fault = None
    assert written
    assert stage.sync().inventory[CA].adopted


def test_what_a_restore_brings_back_with_our_fields_is_ours() -> None:
    stage = Stage()
    stage.publish(small_tree())
    stage.sync()
    ref = ref_of("ConfigMap", "flags")
    stage.cluster.objects[ref]["metadata"]["uid"] = "another"
    found = stage.sync()
    assert outcome_of(found, "flags").result is Result.ADOPTED
    assert not found.inventory[ref].adopted


def test_one_that_somebody_makes_just_before_us_is_theirs() -> None:
    stage = Stage()
    stage.publish({"operator/ca.yaml": user_ca("ours.pem")})

    def fault(verb: str, ref: Any) -> None:
        if (verb, ref) == ("apply", CA):
            stage.cluster.fault = None
            stage.cluster.add(user_ca("customers.pem"), "customer")

    stage.cluster.fault = fault
    found = stage.sync()
    assert outcome_of(found, "user-ca").result is Result.ADOPTED
    assert found.inventory[CA].adopted


def test_one_that_we_make_anew_is_ours() -> None:
    stage = adopted()
    del stage.cluster.objects[CA]
    found = stage.sync()
    assert outcome_of(found, "user-ca").result is Result.CREATED
    assert not found.inventory[CA].adopted


def test_a_server_that_is_away_is_asked_again() -> None:
    stage = adopted()
    stage.publish(small_tree())

    def fault(verb: str, _: Any) -> None:
        if verb == "dry-run":
            raise UnavailableError("not ready", status=503)

    stage.cluster.fault = fault
    assert outcome_of(stage.sync(), "user-ca").result is Result.FAILED
    stage.cluster.fault = None
    assert outcome_of(stage.sync(), "user-ca").result is Result.RELEASED


@pytest.mark.parametrize(("error", "status"), [(InvalidError, 422), (UnavailableError, 500)])
def test_what_the_server_does_not_let_go_stays_and_is_told(
    error: type[ApiError], status: int
) -> None:
    stage = adopted()
    stage.publish(small_tree())

    def fault(verb: str, _: Any) -> None:
        if verb == "dry-run":
            raise error("user-ca is refused", status=status)

    stage.cluster.fault = fault
    found = stage.sync()
    outcome = outcome_of(found, "user-ca")
    assert (outcome.result, outcome.action.cause) == (Result.SKIPPED, Cause.NOT_OURS)
    assert "does not let go of what is ours of it: user-ca is refused" in outcome.message
    assert "ours.pem" in stage.cluster.objects[CA]["data"]
    assert CA in found.inventory


def test_what_nothing_is_ours_of_any_more_is_forgotten() -> None:
    stage = adopted()
    stage.publish(small_tree())
    stage.cluster.objects[CA]["metadata"]["managedFields"] = []
    found = stage.sync()
    assert outcome_of(found, "user-ca").result is Result.FORGOTTEN
    assert CA not in found.inventory


def test_a_tombstone_may_still_delete_it() -> None:
    stage = Stage()
    stage.cluster.add(hosted_cluster("b"), "customer")
    stage.publish({**small_tree(), "clusters/b/hostedcluster.yaml": hosted_cluster("b")})
    assert stage.sync().inventory[ref_of("HostedCluster", "b")].adopted
    stage.publish(small_tree())
    assert outcome_of(stage.sync(), "b").action.cause is Cause.NO_TOMBSTONE
    stone = {"group": "hypershift.openshift.io", "kind": "HostedCluster", "namespace": "clusters"}
    data = {"apiVersion": "hcpc.dev/v1alpha1", "kind": "SyncData", "managementCluster": "mc"}
    stones = [{**stone, "name": "b", "reason": "b", "owner": "a"}]
    stage.publish({**small_tree(), "sync.yaml": {**data, "tombstones": stones}})
    assert outcome_of(stage.sync(), "b").result is Result.PRUNED
