"""Carries out a plan: wave by wave, several objects at a time, and writes down what is ours.

Nothing is created before the inventory says that it is about to be, so whatever a killed sync left
behind is known to the next one. What an object needs and did not get makes it wait; objects that
have nothing to do with each other do not stop each other.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.apply.change import Changed, Changer
from hcpc.sync.apply.established import is_established
from hcpc.sync.apply.inventory import InventoryStore
from hcpc.sync.apply.ownership import doomed, intent, owned_after, spared
from hcpc.sync.apply.second_look import TOUCHING, Judge, SecondLook
from hcpc.sync.crew import Crew
from hcpc.sync.errors import EndedEarlyError, StandDownError, SyncError
from hcpc.sync.plan.needs import CRD_KIND, definitions, needs
from hcpc.sync.ports import Cluster
from hcpc.sync.records import Action, Cause, Outcome, Owned, Plan, Result, Verb, Wave

_BAD = {
    Result.FAILED: "failed",
    Result.CONFLICT: "is in conflict",
    Result.WAITING: "waits itself",
}
_WRITTEN = {Result.CREATED, Result.CONFIGURED, Result.ADOPTED}
_DECIDED = {
    Verb.UNCHANGED: Result.UNCHANGED,
    Verb.WAIT: Result.WAITING,
    Verb.SKIP: Result.SKIPPED,
    Verb.FORGET: Result.FORGOTTEN,
}
"""What needs no request."""


class Terms(NamedTuple):
    """How a plan is carried out; RoundSettings says what they mean.

    `look` looks again at what may have begun meanwhile; None where nothing of the sort can.
    """

    cluster: Cluster
    store: InventoryStore
    now: Callable[[], datetime]
    may_write: Callable[[], bool]
    stop: threading.Event
    concurrency: int = 8
    dry_run: bool = False
    look: Callable[[], Judge] | None = None


class Executed(NamedTuple):
    """What came of a plan; `error` says why not all of it was carried out, empty when it was."""

    outcomes: tuple[Outcome, ...]
    error: str = ""


def execute(plan: Plan, terms: Terms, on_outcome: Callable[[Outcome], None]) -> Executed:
    """Carries out a plan, and records what is ours from then on.

    Outcomes come in the order of the plan. Never raises a SyncError: what was done before something
    went wrong is told in any case.
    """
    run = _Run(plan, terms, on_outcome)
    error = ""
    try:
        run.all()
    except SyncError as fault:
        error = str(fault)
    place = {each.ref: number for number, each in enumerate(plan.actions)}
    return Executed(tuple(sorted(run.outcomes, key=lambda each: place[each.action.ref])), error)


class _Run:
    """One plan while it is carried out; for one thread, but for what the Changer does."""

    def __init__(self, plan: Plan, terms: Terms, on_outcome: Callable[[Outcome], None]) -> None:
        self.outcomes: list[Outcome] = []
        self._plan = plan
        self._terms = terms
        self._tell = on_outcome
        self._defined = definitions(
            each.desired for each in plan.actions if each.desired is not None
        )
        self._bad: dict[ObjectRef, str] = {}
        self._changes: dict[ObjectRef, Owned | None] = {}
        self._again = SecondLook(terms.look) if terms.look is not None else None
        self._changer = Changer(
            terms.cluster,
            terms.now,
            terms.may_write,
            dry_run=terms.dry_run,
            coming=_coming(plan.actions),
            defined=self._defined,
        )

    def all(self) -> None:
        """The whole plan; SyncError when it ends early."""
        if self._terms.stop.is_set():
            raise EndedEarlyError
        self._record(self._intents())
        with Crew(self._terms.concurrency, self._terms.stop) as crew:
            for _, stage in groupby(self._plan.actions, key=_stage):
                self._stage(crew, list(stage))
        if len(self.outcomes) < len(self._plan.actions):
            raise EndedEarlyError

    def _intents(self) -> dict[ObjectRef, Owned | None]:
        """What is about to become ours, and what stays ours."""
        noted = {each.ref: intent(each) for each in self._plan.actions if self._is_sound(each)}
        return {ref: owned for ref, owned in noted.items() if owned is not None}

    def _is_sound(self, action: Action) -> bool:
        return not self._terms.store.fault_of(action.ref)

    def _stage(self, crew: Crew, actions: list[Action]) -> None:
        """One wave of objects to apply, or of objects to delete."""
        if self._terms.stop.is_set():
            return
        self._look_again(actions)
        going = self._going(actions)
        self._record({each.ref: doomed(each.owned) for each in going if each.owned is not None})
        # What is not even begun is as it was.
        for action in going:
            self._changes |= spared(action)
        try:
            for changed in crew.each(self._changer.change, self._to_ask(actions)):
                self._note(changed)
        finally:
            # Also when it ended early: what was done is done.
            changes, self._changes = self._changes, {}
            self._record(changes)
        self._await_kinds(actions)

    def _look_again(self, actions: list[Action]) -> None:
        """Before hosted clusters or what belongs to them is changed, and before any deletion."""
        removing, wave = _stage(actions[0])
        if self._again is None or not (removing or wave >= Wave.HOSTED_CLUSTER):
            return
        if any(each.verb in TOUCHING for each in actions):
            self._again.renew()

    def _judged(self, action: Action) -> Action:
        return self._again.judged(action) if self._again is not None else action

    def _going(self, actions: list[Action]) -> list[Action]:
        """The objects that are about to go by our hand."""
        return [
            each
            for each in actions
            if each.verb is Verb.PRUNE
            and self._is_sound(each)
            and self._judged(each).verb is Verb.PRUNE
        ]

    def _record(self, changes: dict[ObjectRef, Owned | None]) -> None:
        if self._terms.dry_run or not changes:
            return
        if not self._terms.may_write():
            raise StandDownError
        self._terms.store.record(changes)

    def _to_ask(self, actions: Iterable[Action]) -> Iterator[Action]:
        """The actions that take requests; what came of the others is noted on the way."""
        for planned in actions:
            action = self._judged(planned)
            outcome = self._without_asking(action)
            if outcome is None:
                self._changes.pop(action.ref, None)  # from now on what comes of it says
                yield action
            else:
                self._note(Changed(outcome))

    def _without_asking(self, action: Action) -> Outcome | None:
        if action.verb in _DECIDED:
            return Outcome(action, _DECIDED[action.verb], action.reason)
        fault = self._terms.store.fault_of(action.ref)
        if fault:
            return Outcome(action, Result.FAILED, fault)
        if action.desired is not None:
            for need in needs(action.desired, self._defined):
                if need in self._bad:
                    waiting = action._replace(cause=Cause.DEPENDENCY)
                    message = f"needs {need}, which {self._bad[need]}"
                    return Outcome(waiting, Result.WAITING, message)
        return None

    def _note(self, changed: Changed) -> None:
        outcome = changed.outcome
        self.outcomes.append(outcome)
        if outcome.action.desired is not None and outcome.result in _BAD:
            self._bad[outcome.action.ref] = _BAD[outcome.result]
        self._changes |= owned_after(outcome, changed.applied)
        self._tell(outcome)

    def _await_kinds(self, actions: list[Action]) -> None:
        """Until the server knows the kinds that were just defined."""
        if self._terms.dry_run or actions[0].desired is None or actions[0].ref.kind != CRD_KIND:
            return
        written = {each.action.ref for each in self.outcomes if each.result in _WRITTEN}
        for action in actions:
            desired = action.desired
            if desired is None or action.ref not in written:
                continue
            if not is_established(self._terms.cluster, desired, self._terms.stop):
                self._bad[action.ref] = "is not served yet"


def _stage(action: Action) -> tuple[bool, Wave]:
    """Objects to apply come before objects to delete; of each, one wave at a time."""
    if action.desired is not None:
        return False, action.desired.wave
    assert action.owned is not None
    return True, action.owned.wave


def _coming(actions: Iterable[Action]) -> frozenset[ObjectRef]:
    """The namespaces and kinds that are about to be created."""
    return frozenset(
        each.ref
        for each in actions
        if each.verb is Verb.CREATE and each.ref.kind in {"Namespace", CRD_KIND}
    )
