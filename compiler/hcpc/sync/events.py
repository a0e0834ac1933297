"""What a round tells while it runs, for the terminal, the log and the metrics.

A listener is called by one thread at a time, of which it may be any; it must be quick, and must
not raise.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from hcpc.sync.records import Outcome


class Phase(StrEnum):
    """A stage of a round, in the order in which they come."""

    FETCH = "fetch"
    READ = "read"
    OBSERVE = "observe"
    PLAN = "plan"
    APPLY = "apply"
    GUESTS = "guests"
    HEALTH = "health"


class PhaseStarted(NamedTuple):
    """A stage begins.

    `total` counts what is to come, 0 where that is not known: actions of APPLY, hosted clusters of
    GUESTS. `guest` names the hosted cluster inside which it happens, and is empty for the
    management cluster. `commit` is known from READ on.
    """

    phase: Phase
    total: int = 0
    guest: str = ""
    commit: str = ""


class OutcomeMade(NamedTuple):
    """An action is done, one for each action of the plan; `guest` as in PhaseStarted."""

    outcome: Outcome
    guest: str = ""


class GuestFinished(NamedTuple):
    """A hosted cluster has been looked after; `error` says why not, empty when it was."""

    guest: str
    error: str = ""


Event = PhaseStarted | OutcomeMade | GuestFinished
Listener = Callable[[Event], None]


def silent(event: Event) -> None:
    """Listens to nothing."""
    del event
