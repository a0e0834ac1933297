"""What is said of an object, and the conditions that it is said from.

`Conditions` reads the status of an object of any shape: what has the wrong one is not there.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hcpc.kube.conditions import BAD_PAUSE
from hcpc.kube.loose import number, numbered, text
from hcpc.sync.records import HealthState, Observed

BEING_DELETED = "being deleted"


class Verdict(NamedTuple):
    """How an object is, why, and since when (as the API server writes times; empty: not told)."""

    state: HealthState
    message: str
    since: str = ""


class Conditions:
    """The conditions of an object, by type; of two of one type the last one counts."""

    def __init__(self, observed: Observed) -> None:
        listed = [each for _, each in numbered(observed.status.get("conditions"))]
        self._by_type = {text(each.get("type")): each for each in listed}
        self._generation = observed.generation
        self._paused = observed.spec.get("pausedUntil") in {"true", "True"}

    def __contains__(self, name: str) -> bool:
        return name in self._by_type

    def names(self) -> Iterable[str]:
        """The types of all of them, in the order in which the object has them."""
        return self._by_type

    def status(self, name: str) -> str:
        """`True`, `False`, `Unknown`; empty when the object says nothing of it."""
        return self._text(name, "status")

    def reason(self, name: str) -> str:
        """Why, in one word."""
        return self._text(name, "reason")

    def message(self, name: str) -> str:
        """Why, in words."""
        return self._text(name, "message")

    def changed(self, name: str) -> str:
        """When its status became what it is; empty when it does not tell."""
        return self._text(name, "lastTransitionTime")

    def is_stale(self, name: str) -> bool:
        """Whether it is about an older spec than the present one."""
        seen = number(self._by_type.get(name, {}).get("observedGeneration")) or 0
        return seen != 0 and seen < self._generation

    def told(self, name: str) -> str:
        """A condition in a sentence."""
        words = self.message(name) or self.reason(name)
        return f"{name} is {self.status(name)}: {words}"

    def newest_change(self, names: Iterable[str]) -> str:
        """When the last of these conditions became what it is."""
        return max(map(self.changed, names), default="")

    def verdict(self, state: HealthState, name: str) -> Verdict:
        """That an object is so because of a condition."""
        return Verdict(state, self.told(name), self.changed(name))

    def pause(self) -> Verdict | None:
        """That the operator leaves the object alone."""
        if self.status("ReconciliationActive") == "False":
            is_nonsense = self.reason("ReconciliationActive") == BAD_PAUSE
            state = HealthState.DEGRADED if is_nonsense else HealthState.PAUSED
            return self.verdict(state, "ReconciliationActive")
        if self._paused:
            return Verdict(HealthState.PAUSED, "paused: spec.pausedUntil is true")
        return None

    def first_with(self, names: Iterable[str], status: str) -> str:
        """The first of these conditions that has a status; empty when none has."""
        return next((name for name in names if self.status(name) == status), "")

    def blocked(self, names: Iterable[str]) -> Verdict | None:
        """That the operator does not go on, for one of these conditions is False."""
        for name in names:
            if self.status(name) == "False" and not self.is_stale(name):
                return self.verdict(HealthState.DEGRADED, name)
        return None

    def unreported(self, names: Iterable[str], since: str) -> Verdict | None:
        """That the operator has not said enough yet; `since` is when it could have begun to."""
        for name in names:
            if name not in self:
                return Verdict(HealthState.PROGRESSING, f"waiting for condition {name}", since)
            if self.is_stale(name):
                message = f"condition {name} is about an older spec"
                return Verdict(HealthState.PROGRESSING, message)
        return None

    def _text(self, name: str, field: str) -> str:
        return text(self._by_type.get(name, {}).get(field))


def deletion(observed: Observed) -> Verdict | None:
    """That an object is on its way out, and what holds it."""
    if not observed.deleting:
        return None
    held = f", held by {', '.join(observed.finalizers)}" if observed.finalizers else ""
    return Verdict(HealthState.PROGRESSING, BEING_DELETED + held, observed.deleting)


def history(observed: Observed) -> list[dict[str, Any]]:
    """The versions of a HostedCluster, newest first."""
    version = observed.status.get("version")
    return [each for _, each in numbered(version.get("history"))] if type(version) is dict else []


def seconds_between(since: str, now: datetime) -> float | None:
    """From a time that the API server wrote; None when there is none to read."""
    try:
        then = datetime.fromisoformat(since)
    except ValueError:
        return None
    return (now - (then if then.tzinfo else then.replace(tzinfo=UTC))).total_seconds()
