"""What a round comes to."""

import pytest
from tests.unit.sync.rounds import (
    CLUSTER,
    CONFIGURED,
    CONFLICT,
    CREATED,
    FAILED,
    HEALTHY,
    LEFT_TO_HUB,
    ORPHAN,
    PAUSED,
    POOL,
    STUCK,
    UNCHANGED,
    WAITING,
    outcome,
    round_of,
)

from hcpc.sync.records import Action, Health, HealthState, Outcome, Result, Verb
from hcpc.sync.tell.forge import State
from hcpc.sync.tell.verdict import Verdict, differs, shortfalls, statuses, verdict


def test_a_round_in_which_all_was_done_is_applied() -> None:
    done = round_of(CREATED, CONFIGURED, UNCHANGED)
    assert verdict(done) is Verdict.APPLIED
    assert shortfalls(done) == []


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (FAILED, "1 failed"),
        (CONFLICT, "1 in conflict with other managers"),
        (WAITING, "1 waiting"),
        (PAUSED, "1 left out"),
        (outcome(POOL, Result.DELETING), "1 being deleted"),
    ],
)
def test_what_was_not_done_is_counted(bad: Outcome, words: str) -> None:
    done = round_of(UNCHANGED, bad)
    assert verdict(done) is Verdict.INCOMPLETE
    assert shortfalls(done) == [words]


def test_what_is_left_to_the_hub_is_not_missing() -> None:
    done = round_of(UNCHANGED, LEFT_TO_HUB)
    assert (verdict(done), shortfalls(done), done.is_applied) == (Verdict.APPLIED, [], True)
    assert not differs(done._replace(dry_run=True))
    assert statuses(done)[0].description == "all of 1 object applied"
    assert shortfalls(round_of(PAUSED, LEFT_TO_HUB)) == ["1 left out"]


def test_pruning_that_was_stopped_leaves_a_round_incomplete() -> None:
    done = round_of(UNCHANGED, prune_stopped="40 objects are more than 30")
    assert verdict(done) is Verdict.INCOMPLETE
    assert shortfalls(done) == ["nothing was deleted: 40 objects are more than 30"]


def test_what_happens_inside_a_hosted_cluster_counts() -> None:
    assert verdict(round_of(UNCHANGED, guests={"demo": round_of(FAILED)})) is Verdict.INCOMPLETE
    unreached = round_of(UNCHANGED, guests={"demo": round_of(error="no answer")})
    assert shortfalls(unreached) == ["inside hosted cluster demo: no answer"]
    assert differs(unreached._replace(dry_run=True))


def test_a_round_that_ended_early_failed() -> None:
    assert verdict(round_of(error="git cannot be read")) is Verdict.FAILED


@pytest.mark.parametrize(
    ("each", "is_one"),
    [
        (UNCHANGED, False),
        (outcome(POOL, Result.FORGOTTEN), False),
        (PAUSED, False),
        (PAUSED._replace(differences=CONFIGURED.differences), True),
        (CREATED, True),
        (CONFIGURED, True),
        (WAITING, True),
        (CONFLICT, True),
        (ORPHAN, True),
        (outcome(POOL, Result.PRUNED, action=Action(Verb.PRUNE, POOL)), True),
    ],
)
def test_a_dry_run_finds_what_is_not_as_git_wants_it(each: Outcome, is_one: bool) -> None:  # noqa: FBT001
    assert differs(round_of(UNCHANGED, each, dry_run=True)) is is_one


def test_commit_statuses_say_what_is_applied_and_how_all_is() -> None:
    applied, healthy = statuses(round_of(CREATED, UNCHANGED))
    assert applied == ("hcpc/mgmt-1/applied", State.SUCCESS, "all of 2 objects applied")
    assert healthy == ("hcpc/mgmt-1/healthy", State.SUCCESS, "1 healthy")


@pytest.mark.parametrize(
    ("bad", "state"),
    [(FAILED, State.FAILURE), (CONFLICT, State.FAILURE), (WAITING, State.PENDING)],
)
def test_what_only_needs_time_is_pending(bad: Outcome, state: State) -> None:
    assert statuses(round_of(bad))[0].state is state


@pytest.mark.parametrize(
    ("health", "state", "words"),
    [
        (HEALTHY._replace(state=HealthState.DEGRADED), State.FAILURE, "1 degraded"),
        (HEALTHY._replace(state=HealthState.PROGRESSING), State.PENDING, "1 progressing"),
        (HEALTHY._replace(state=HealthState.PAUSED), State.SUCCESS, "1 paused"),
        (STUCK, State.FAILURE, "1 progressing, 1 stuck"),
    ],
)
def test_the_health_of_all_is_one_status(health: Health, state: State, words: str) -> None:
    assert statuses(round_of(health={CLUSTER: health}))[1][1:] == (state, words)
