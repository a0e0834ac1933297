"""What came of each object, in words that last: how it is now, not what a round happened to do."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from hcpc.kube.loose import numbered, text
from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.health.verdict import seconds_between
from hcpc.sync.masking import WITHHELD
from hcpc.sync.records import Cause, Difference, Limits, Observed, Outcome, Path, Result
from hcpc.sync.status.views import APPLIED

LEFT_ALONE = frozenset({Cause.PAUSED, Cause.BUSY, Cause.IGNORED})
_ON_ITS_WAY = frozenset({Result.WAITING, Result.DELETING})
_MOST_FIELDS = 10
_HOUR = 3600

Entry = dict[str, Any]


class Clock(NamedTuple):
    """When a round ended, as a time and as it is written, and how long things may take."""

    now: datetime
    limits: Limits

    @property
    def stamp(self) -> str:
        """The time as the API server would write it."""
        return self.now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def result_of(outcome: Outcome) -> str:
    """What came of an object; `applied` for all that end with what git wants."""
    return "applied" if outcome.result in APPLIED else outcome.result.value


def named(ref: ObjectRef) -> Entry:
    """An object's name in a document."""
    parts = {"group": ref.group, "kind": ref.kind, "namespace": ref.namespace, "name": ref.name}
    return {field: value for field, value in parts.items() if value}


def object_entries(outcomes: Iterable[Outcome], before: Any, clock: Clock) -> list[Entry]:
    """One entry for each object, by name; what is not as it should be says why and since when."""
    known = {_key(entry): entry for _, entry in numbered(before)}
    ordered = sorted(outcomes, key=lambda each: each.action.ref)
    return [_entry(outcome, known, clock) for outcome in ordered]


def _entry(outcome: Outcome, known: Mapping[tuple[str, ...], Entry], clock: Clock) -> Entry:
    entry = named(outcome.action.ref) | {"result": result_of(outcome)}
    if outcome.result in APPLIED:
        return entry
    if outcome.action.cause:
        entry["cause"] = outcome.action.cause.value
    entry["message"] = outcome.message or outcome.action.reason
    entry["since"] = _since(entry, outcome, known, clock)
    return entry


def _since(
    entry: Entry, outcome: Outcome, known: Mapping[tuple[str, ...], Entry], clock: Clock
) -> str:
    observed = outcome.action.observed
    if outcome.result == Result.DELETING and observed is not None and observed.deleting:
        return observed.deleting
    old = known.get(_key(entry), {})
    same = all(old.get(field) == entry.get(field) for field in ("result", "cause"))
    since = text(old.get("since")) if same else ""
    return clock.stamp if seconds_between(since, clock.now) is None else since


def _key(entry: Entry) -> tuple[str, ...]:
    return tuple(text(entry.get(field)) for field in ("group", "kind", "namespace", "name"))


def title(entry: Entry) -> str:
    """An object in a sentence."""
    where = f"{entry['namespace']}/" if "namespace" in entry else ""
    return f"{entry['kind']} {where}{entry['name']}"


def left_alone(entries: Sequence[Entry], clock: Clock) -> list[Entry]:
    """What is left alone, for each reason: since when, how many objects, and whether too long."""
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        if entry.get("cause") in LEFT_ALONE:
            groups.setdefault((entry["cause"], entry["message"]), []).append(entry)
    return [
        {
            "cause": cause,
            "message": message,
            "objects": len(group),
            "since": min(entry["since"] for entry in group),
            "alarm": any(_is_over(entry, clock, clock.limits.left_alone_for) for entry in group),
        }
        for (cause, message), group in sorted(groups.items())
    ]


def alarms(entries: Sequence[Entry], alone: Sequence[Entry], clock: Clock) -> list[str]:
    """What has lasted for too long, in sentences."""
    hours = clock.limits.left_alone_for // _HOUR
    said = [
        f"left alone for more than {hours} h: {each['message']}" for each in alone if each["alarm"]
    ]
    hours = clock.limits.stuck_after // _HOUR
    said += [
        f"{title(each)} has been {each['result']} for more than {hours} h: {each['message']}"
        for each in entries
        if each["result"] in _ON_ITS_WAY
        and each.get("cause") not in LEFT_ALONE
        and _is_over(each, clock, clock.limits.stuck_after)
    ]
    return said


def _is_over(entry: Entry, clock: Clock, seconds: int) -> bool:
    taken = seconds_between(entry["since"], clock.now)
    return taken is not None and taken > seconds


def habits(outcomes: Iterable[Outcome]) -> list[str]:
    """What somebody changes and we put back again and again, in sentences."""
    return [
        f"{title(named(each.action.ref))} is put back in every round: somebody else writes it too"
        for each in sorted(outcomes, key=lambda each: each.action.ref)
        if each.drift and each.result is Result.CONFIGURED and each.message
    ]


def drift(outcomes: Iterable[Outcome]) -> list[Entry]:
    """Objects that somebody has changed after we applied them, and whether that is undone."""
    found = []
    for outcome in sorted(outcomes, key=lambda each: each.action.ref):
        differences = outcome.differences or _remaining(outcome)
        if not (outcome.drift or (differences and _is_left(outcome))):
            continue
        entry = named(outcome.action.ref) | {"undone": outcome.result in APPLIED}
        if differences:
            entry["fields"] = [_field(each) for each in differences[:_MOST_FIELDS]]
        found.append(entry)
    return found


def _remaining(outcome: Outcome) -> tuple[Difference, ...]:
    observed = outcome.action.observed
    return observed.differences if observed is not None else ()


def _is_left(outcome: Outcome) -> bool:
    """Whether an object is left as others changed it: git still says what we applied."""
    desired, owned = outcome.action.desired, outcome.action.owned
    if desired is None or owned is None or outcome.action.cause not in LEFT_ALONE:
        return False
    return desired.digest == owned.digest


def _field(difference: Difference) -> Entry:
    parts = {
        "field": _path(difference.path),
        "wanted": difference.wanted,
        "live": difference.live,
        "manager": difference.manager or None,
    }
    return {name: value for name, value in parts.items() if value not in {None, WITHHELD}}


def _path(path: Path) -> str:
    return "".join(
        f"[{step}]" if isinstance(step, int) else f".{step}" for step in path
    ).removeprefix(".")


def foreign(outcomes: Iterable[Outcome], live: Mapping[ObjectRef, Observed]) -> list[Entry]:
    """Fields that others have added to what git wants, and who; they stay."""
    found = []
    for outcome in sorted(outcomes, key=lambda each: each.action.ref):
        ref = outcome.action.ref
        observed = live.get(ref) or outcome.action.observed
        if observed is not None and observed.foreign:
            fields = [
                dict(zip(("manager", "field"), each.split(": ", 1), strict=False))
                for each in sorted(observed.foreign)[:_MOST_FIELDS]
            ]
            found.append(named(ref) | {"fields": fields})
    return found


def conflicts(outcomes: Iterable[Outcome]) -> list[Entry]:
    """Fields that git wants otherwise, and that another manager holds."""
    return [
        named(outcome.action.ref) | {"manager": each.manager, "field": each.field}
        for outcome in sorted(outcomes, key=lambda each: each.action.ref)
        for each in outcome.conflicts
        if outcome.result not in APPLIED
    ]


def first_error(outcomes: Iterable[Outcome]) -> str:
    """The first failure, in words; empty when nothing failed."""
    failed = (each for each in outcomes if each.result in {Result.FAILED, Result.CONFLICT})
    return next((f"{each.action.ref}: {each.message}" for each in failed), "")
