"""What a round comes to: whether all is applied, what is not, and whether a dry run found anything.

A round inside a hosted cluster counts like a part of the round that it belongs to.
"""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from hcpc.sync.records import Cause, HealthState, Outcome, Result, Round
from hcpc.sync.tell.forge import State, Status

LEFT_ALONE = frozenset({Cause.PAUSED, Cause.BUSY, Cause.IGNORED})
"""Causes of being left alone because somebody else asks for it."""

_NOT_APPLIED = {
    Result.FAILED: "failed",
    Result.CONFLICT: "in conflict with other managers",
    Result.WAITING: "waiting",
    Result.SKIPPED: "left out",
    Result.DELETING: "being deleted",
}


class Verdict(StrEnum):
    """What came of a round; the values are those of the metric and of reports."""

    APPLIED = "applied"
    INCOMPLETE = "incomplete"
    FAILED = "failed"


class Told(NamedTuple):
    """An outcome, and the hosted cluster inside which it came; empty for the management cluster."""

    outcome: Outcome
    guest: str


def every_outcome(done: Round) -> Iterator[Told]:
    """All outcomes of a round, those inside hosted clusters last."""
    for outcome in done.outcomes:
        yield Told(outcome, "")
    for name in sorted(done.guests):
        for outcome in done.guests[name].outcomes:
            yield Told(outcome, name)


def counts(done: Round) -> Counter[Result]:
    """How many actions came to what."""
    return Counter(each.outcome.result for each in every_outcome(done))


def left_to_hub(done: Round) -> int:
    """How many objects are for the hub to have."""
    return sum(each.is_left_to_hub for each in done.outcomes)


def verdict(done: Round) -> Verdict:
    """Whether all that git wants is in the cluster."""
    if done.error:
        return Verdict.FAILED
    return Verdict.INCOMPLETE if shortfalls(done) else Verdict.APPLIED


def shortfalls(done: Round) -> list[str]:
    """What keeps a round from being applied, in words; empty when nothing does."""
    found = [done.error] if done.error else []
    count = counts(done)
    count[Result.SKIPPED] -= left_to_hub(done)
    found += [f"{count[result]} {words}" for result, words in _NOT_APPLIED.items() if count[result]]
    if done.plan.prune_stopped:
        found.append(f"nothing was deleted: {done.plan.prune_stopped}")
    unseen = _unseen(done)
    if unseen:
        found.append(f"{unseen} hosted cluster{'s' * (unseen != 1)} not looked into")
    for name in sorted(done.guests):
        guest = done.guests[name]
        if guest.error:
            found.append(f"inside hosted cluster {name}: {guest.error}")
        elif guest.plan.prune_stopped:
            why = guest.plan.prune_stopped
            found.append(f"inside hosted cluster {name} nothing was deleted: {why}")
    return found


def _unseen(done: Round) -> int:
    """How many hosted clusters git wants something inside of where nobody has looked."""
    if done.tree is None or done.error:
        return 0
    return len(done.tree.guests.keys() - done.guests.keys())


def is_difference(outcome: Outcome) -> bool:
    """Whether the cluster is not as git wants it, as far as a dry run can tell."""
    if outcome.result in {Result.UNCHANGED, Result.FORGOTTEN} or outcome.is_left_to_hub:
        return False
    action = outcome.action
    if outcome.result in {Result.SKIPPED, Result.WAITING} and action.desired is not None:
        there = action.observed
        return there is None or bool(outcome.differences or there.differences)
    return True


def differs(done: Round) -> bool:
    """Whether a dry run found that anything is not as git wants it."""
    return any(is_difference(each.outcome) for each in every_outcome(done)) or any(
        guest.error for guest in done.guests.values()
    )


def statuses(done: Round) -> tuple[Status, ...]:
    """The commit statuses of a round: whether it is applied, and whether all is well."""
    prefix = f"hcpc/{done.management_cluster}"
    missing = shortfalls(done)
    result = verdict(done)
    bad = result is Verdict.FAILED or _is_broken(done)
    state = State.FAILURE if bad else State.PENDING if missing else State.SUCCESS
    words = "; ".join(missing) if missing else _all_applied(done)
    return (Status(f"{prefix}/applied", state, words), _health(done, f"{prefix}/healthy"))


def _is_broken(done: Round) -> bool:
    """Whether time alone will not help."""
    count = counts(done)
    # Of a hosted cluster that cannot be looked into, its own health says how bad that is.
    stopped = [each.plan.prune_stopped for each in (done, *done.guests.values())]
    return bool(any(stopped) or count[Result.FAILED] or count[Result.CONFLICT])


def _all_applied(done: Round) -> str:
    total = sum(counts(done).values()) - left_to_hub(done)
    return f"all of {total} object{'s' * (total != 1)} applied"


def _health(done: Round, context: str) -> Status:
    states = Counter(each.state for each in done.health.values())
    stuck = sum(each.stuck for each in done.health.values())
    told = [f"{states[state]} {state.value}" for state in HealthState if states[state]]
    told += [f"{stuck} stuck"] if stuck else []
    words = ", ".join(told) or "no hosted cluster"
    if states[HealthState.DEGRADED] or stuck:
        return Status(context, State.FAILURE, words)
    if done.error or states[HealthState.PROGRESSING] or states[HealthState.UNKNOWN]:
        return Status(context, State.PENDING, words)
    return Status(context, State.SUCCESS, words)
