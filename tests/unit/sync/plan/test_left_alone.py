"""What somebody paused, backs up, restores or wants to be ignored is left alone, and all of it."""

from datetime import timedelta
from typing import Any

import pytest
from tests.sync_records import (
    NOW,
    config_map,
    hosted_cluster,
    inventory,
    live,
    node_pool,
    observed,
    owned,
    tree,
)

from hcpc.sync.plan.plan import make_plan
from hcpc.sync.records import Cause, Desired, Limits, Live, Verb

CLUSTER, POOL, CONFIG = hosted_cluster(), node_pool(), config_map()
OTHER = hosted_cluster("two")
ALL = (CONFIG, CLUSTER, OTHER, POOL)
IN_AN_HOUR = (NOW + timedelta(hours=1)).isoformat()
AN_HOUR_AGO = (NOW - timedelta(hours=1)).isoformat()


def causes(there: Live, wanted: tuple[Desired, ...] = ALL) -> dict[str, Cause]:
    made = make_plan(tree(*wanted), inventory(*map(owned, ALL)), there, Limits(), NOW)
    skipped = [each for each in made.actions if each.verb is Verb.SKIP]
    assert all(each.reason for each in skipped)
    return {each.ref.name: each.cause for each in skipped}


def with_cluster(**other: Any) -> Live:
    spec = {**CLUSTER.body["spec"], **other.pop("spec", {})}
    first = observed(CLUSTER, spec=spec, **other)
    return live(first, *map(observed, (CONFIG, OTHER, POOL)))


@pytest.mark.parametrize("until", ["true", "True", IN_AN_HOUR, "2999-01-01T00:00:00 garbage"])
def test_a_cluster_that_somebody_paused_is_left_alone_with_all_of_it(until: str) -> None:
    there = with_cluster(spec={"pausedUntil": until}, paused_by="kubectl-edit")
    expected = dict.fromkeys(("one", "one-workers", "one-config"), Cause.PAUSED)
    assert causes(there) == expected


@pytest.mark.parametrize("until", ["false", "False", "", AN_HOUR_AGO, "2026-01-01T00:00:00"])
def test_a_pause_that_is_over_is_none(until: str) -> None:
    assert causes(with_cluster(spec={"pausedUntil": until}, paused_by="kubectl-edit")) == {}


def test_a_pause_that_git_asks_for_is_applied_like_anything_else() -> None:
    asking = hosted_cluster(pausedUntil="true")
    there = with_cluster(spec={"pausedUntil": "true"}, paused_by="kubectl-edit")
    assert causes(there, (CONFIG, asking, OTHER, POOL)) == {}


def test_a_pause_that_git_no_longer_asks_for_ends() -> None:
    assert causes(with_cluster(spec={"pausedUntil": "true"}, paused_by="")) == {}


def test_another_pause_than_git_asks_for_is_that_of_somebody() -> None:
    asking = hosted_cluster(pausedUntil=AN_HOUR_AGO)
    there = with_cluster(spec={"pausedUntil": "true"}, paused_by="kubectl-edit")
    assert causes(there, (asking,))["one"] is Cause.PAUSED


def test_a_paused_node_pool_is_left_alone_by_itself() -> None:
    paused = observed(POOL, spec={"pausedUntil": "true"}, paused_by="somebody")
    there = live(paused, *map(observed, (CONFIG, CLUSTER, OTHER)))
    assert causes(there) == {"one-workers": Cause.PAUSED}


@pytest.mark.parametrize(
    ("annotation", "cause"),
    [
        (("hcpc.dev/reconcile", "disabled"), Cause.IGNORED),
        (("kustomize.toolkit.fluxcd.io/reconcile", "disabled"), Cause.IGNORED),
        (("oadp.openshift.io/paused-by", "hypershift-oadp-plugin"), Cause.BUSY),
    ],
)
def test_annotations_leave_a_cluster_alone(annotation: tuple[str, str], cause: Cause) -> None:
    there = with_cluster(annotations=dict([annotation]))
    assert causes(there) == dict.fromkeys(("one", "one-workers", "one-config"), cause)


def test_an_annotation_in_git_counts_too() -> None:
    ignored = config_map()
    ignored.body["metadata"]["annotations"] = {"hcpc.dev/reconcile": "disabled"}
    there = live(*map(observed, ALL))
    assert causes(there, (ignored, CLUSTER)) == {
        "one-config": Cause.IGNORED,
        "one-workers": Cause.NO_TOMBSTONE,
        "two": Cause.NO_TOMBSTONE,
    }


def test_a_cluster_under_restore_is_left_alone_even_where_it_is_not_there_yet() -> None:
    there = live(busy={"clusters/one": "Restore openshift-adp/r is in progress"})
    wanted = dict.fromkeys(("one", "one-workers", "one-config"), Cause.BUSY)
    assert causes(there, (CONFIG, CLUSTER, POOL)) == wanted


def test_a_renamed_directory_is_left_alone_by_both_names() -> None:
    renamed = CLUSTER._replace(cluster="uno")
    there = with_cluster(spec={"pausedUntil": "true"}, paused_by="kubectl-edit")
    found = causes(there, (renamed, OTHER))
    assert found == dict.fromkeys(("one", "one-workers", "one-config"), Cause.PAUSED)
