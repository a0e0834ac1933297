"""A plan, a dry run, a round or a comparison, told to people and to programs.

Values come masked from where they are compared, and those that are private are told only to a
person (`values`); every other text from a server goes through `clean` here.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.masking import WITHHELD, clean, withheld
from hcpc.sync.records import (
    Cause,
    Difference,
    Health,
    HealthState,
    Outcome,
    Result,
    Round,
    Verb,
)
from hcpc.sync.tell.verdict import (
    Told,
    counts,
    every_outcome,
    is_difference,
    left_to_hub,
    shortfalls,
    verdict,
)
from hcpc.syntax.tree import dotted

VERSION = "hcpc.dev/v1alpha1"
SHORT = 9
_MOST_DIFFERENCES = 20
_MOST_ON_THEIR_WAY = 10
# What a dry run would do, where a round says what it did.
_WOULD = {
    Result.CREATED: Verb.CREATE.value,
    Result.CONFIGURED: Verb.CONFIGURE.value,
    Result.ADOPTED: Verb.ADOPT.value,
    Result.PRUNED: Verb.PRUNE.value,
    Result.RELEASED: Verb.RELEASE.value,
    Result.FORGOTTEN: Verb.FORGET.value,
    Result.WAITING: Verb.WAIT.value,
    Result.SKIPPED: Verb.SKIP.value,
}


def text(done: Round, *, values: bool = False) -> str:
    """A round or a dry run, for people: what is not unchanged, what is not healthy, and a sum.

    The error of a round that ended early is not in it.
    """
    done = done if values else withheld(done)
    lines = [_head(done), ""]
    if done.error and not done.outcomes:
        return "\n".join([*lines, _early(done)]) + "\n"
    rows = [each for each in every_outcome(done) if _is_news(each.outcome)]
    if rows:
        lines += [*_table(done, rows), ""]
    ill = [] if done.dry_run else list(_ills(done))
    if ill:
        lines += [*ill, ""]
    return "\n".join([*lines, *_sums(done)]) + "\n"


def _is_news(outcome: Outcome) -> bool:
    """Whether an outcome is worth a line each time that it comes."""
    return outcome.result is not Result.UNCHANGED and not outcome.is_left_to_hub


def _early(done: Round) -> str:
    """Of a round with an error; why it ended is told by whoever shows this, as any other error."""
    return f"the {'dry run' if done.dry_run else 'round'} ended early"


def _head(done: Round) -> str:
    seconds = (done.ended - done.started).total_seconds()
    requests = sum(done.calls.values())
    commit = f" at {done.commit[:SHORT]}" if done.commit else ""
    what = "dry run of " if done.dry_run else ""
    return f"{what}{done.management_cluster}{commit}: {seconds:.1f} s, {requests} requests"


class _Row(NamedTuple):
    """An outcome in words, and where it came."""

    guest: str
    word: str
    details: tuple[str, ...]
    title: str


def _table(done: Round, told: list[Told]) -> list[str]:
    rows = [_row(each, dry_run=done.dry_run) for each in told]
    width = max(len(each.word) for each in rows)
    lines: list[str] = []
    inside = ""
    # What holds for one object after the other is said once, below them.
    for (guest, word, details), group in groupby(rows, key=lambda row: row[:3]):
        if guest != inside:
            inside = guest
            lines += ["", f"inside hosted cluster {guest}"]
        lines += [f"{word:{width}}  {each.title}" for each in group]
        lines += [f"{' ' * width}    {line}" for line in details]
    return lines


def _row(told: Told, *, dry_run: bool) -> _Row:
    outcome = told.outcome
    word = _word(outcome, dry_run=dry_run)
    drift = " (drift)" if outcome.drift else ""
    return _Row(told.guest, word, tuple(_details(outcome)), f"{outcome.action.ref}{drift}")


def _word(outcome: Outcome, *, dry_run: bool) -> str:
    result = outcome.result
    return _WOULD.get(result, result.value) if dry_run else result.value


def _details(outcome: Outcome) -> Iterator[str]:
    """Why, who is in the way, and which fields."""
    why = outcome.message or outcome.action.reason
    if why:
        yield clean(why)
    for conflict in outcome.conflicts:
        yield f"{clean(conflict.field)} belongs to {clean(conflict.manager)}"
    shown = outcome.differences[:_MOST_DIFFERENCES]
    yield from map(difference_text, shown)
    if left := len(outcome.differences) - len(shown):
        yield f"and {left} more field{'s' * (left > 1)}"


def difference_text(found: Difference) -> str:
    """`+ FIELD: GIT`, `- FIELD: LIVE` or `~ FIELD: LIVE -> GIT`."""
    path = clean(dotted(found.path))
    by = f"  (by {clean(found.manager)})" if found.manager else ""
    if found.live is None:
        return f"+ {path}: {found.wanted}{by}"
    if found.wanted is None:
        return f"- {path}: {found.live}{by}"
    if found.live == found.wanted == WITHHELD:
        return f"~ {path}: {WITHHELD}{by}"
    return f"~ {path}: {found.live} -> {found.wanted}{by}"


def _ills(done: Round) -> Iterator[str]:
    """What is not healthy. Of what is merely on its way there may be a whole fleet."""
    left_out = shown = 0
    for ref, health in sorted(done.health.items()):
        if health.state is HealthState.PROGRESSING and not health.stuck:
            shown += 1
            if shown > _MOST_ON_THEIR_WAY:
                left_out += 1
                continue
        if health.state is not HealthState.HEALTHY:
            yield _ill(ref, health)
    if left_out:
        yield f"{HealthState.PROGRESSING.value:11}  and {left_out} more"


def _ill(ref: ObjectRef, health: Health) -> str:
    since = f", since {health.since}" if health.since else ""
    stuck = ", stuck" if health.stuck else ""
    return f"{health.state.value:11}  {ref}{stuck}{since}: {clean(health.message)}"


def _sums(done: Round) -> Iterator[str]:
    count = counts(done)
    total = sum(count.values())
    told = [
        f"{count[each]} {_WOULD.get(each, each.value) if done.dry_run else each.value}"
        for each in Result
        if count[each]
    ]
    yield f"{total} object{'s' * (total != 1)}" + (f": {', '.join(told)}" if told else "")
    if hub := left_to_hub(done):
        yield f"{hub} of them {_are(hub)} left to the hub, as this cluster does not know the kind"
    if done.dry_run and not done.error:
        return
    early = done._replace(error=_early(done) if done.error else "")
    missing = [clean(each) for each in shortfalls(early)]
    yield f"not all is applied: {'; '.join(missing)}" if missing else "all is applied"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def as_json(done: Round, *, values: bool = False) -> dict[str, Any]:
    """A round or a dry run, for programs."""
    done = done if values else withheld(done)
    return {
        "apiVersion": VERSION,
        "kind": "SyncReport",
        "managementCluster": done.management_cluster,
        "dryRun": done.dry_run,
        "commit": done.commit,
        "started": _time(done.started),
        "ended": _time(done.ended),
        "result": verdict(done).value,
        "shortfalls": [clean(each) for each in shortfalls(done)],
        "error": clean(done.error),
        "pruneStopped": clean(done.plan.prune_stopped),
        "counts": {each.value: number for each, number in sorted(counts(done).items())},
        "objects": [_object(each) for each in every_outcome(done)],
        "health": [_health(ref, each) for ref, each in sorted(done.health.items())],
        "guests": {
            name: {
                "error": clean(guest.error),
                "pruneStopped": clean(guest.plan.prune_stopped),
                "requests": dict(sorted(guest.calls.items())),
            }
            for name, guest in sorted(done.guests.items())
        },
        "requests": dict(sorted(done.calls.items())),
    }


def _object(told: Told) -> dict[str, Any]:
    outcome, action = told.outcome, told.outcome.action
    return {
        **_ref(action.ref),
        "cluster": action.cluster,
        "guest": told.guest,
        "result": outcome.result.value,
        "verb": action.verb.value,
        "cause": action.cause.value if action.cause is not Cause.NONE else "",
        "reason": clean(action.reason),
        "message": clean(outcome.message),
        "drift": outcome.drift,
        "conflicts": [
            {"manager": clean(each.manager), "field": clean(each.field)}
            for each in outcome.conflicts
        ],
        "differences": [_difference(each) for each in outcome.differences],
    }


def _ref(ref: ObjectRef) -> dict[str, str]:
    return {"group": ref.group, "kind": ref.kind, "namespace": ref.namespace, "name": ref.name}


def _difference(found: Difference) -> dict[str, Any]:
    return {
        "path": list(found.path),
        "git": found.wanted,
        "live": found.live,
        "manager": clean(found.manager),
    }


def _health(ref: ObjectRef, health: Health) -> dict[str, Any]:
    return {
        **_ref(ref),
        "state": health.state.value,
        "message": clean(health.message),
        "since": health.since,
        "stuck": health.stuck,
    }


def _time(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def comparison_text(done: Round, *, values: bool = False) -> str:
    """What differs between git and the cluster, field by field, for people."""
    done = done if values else withheld(done)
    blocks = [
        "\n".join(_compared(told)) + "\n"
        for told in every_outcome(done)
        if is_difference(told.outcome)
    ]
    broken = [
        f"inside hosted cluster {name}: {clean(guest.error)}\n"
        for name, guest in sorted(done.guests.items())
        if guest.error
    ]
    same, hub = _same(done, len(blocks)), left_to_hub(done)
    sums = [
        f"{len(blocks)} differ{'s' * (len(blocks) == 1)} from git",
        f"{same} {_are(same)} the same",
    ]
    sums += [f"{hub} {_are(hub)} left to the hub"] if hub else []
    return "\n".join([*blocks, *broken, ", ".join(sums) + "\n"])


def _same(done: Round, different: int) -> int:
    return sum(counts(done).values()) - different - left_to_hub(done)


def _compared(told: Told) -> Iterator[str]:
    outcome, action = told.outcome, told.outcome.action
    where = f", inside hosted cluster {told.guest}" if told.guest else ""
    desired, there = action.desired, action.observed
    if desired is None:
        state = ": in the cluster, not in git"
    elif there is None and action.cause is not Cause.UNREAD:
        state = ": in git, not in the cluster"
    else:
        state = ""
    yield f"{action.ref}{where}{state}"
    if action.cause is not Cause.NONE or outcome.message:
        yield f"  {outcome.result.value}: {clean(outcome.message or action.reason)}"
    for conflict in outcome.conflicts:
        yield f"  {clean(conflict.field)} belongs to {clean(conflict.manager)}"
    found = outcome.differences or (there.differences if there is not None and desired else ())
    for each in found:
        yield f"  {difference_text(each)}"
    if there is not None and desired is not None and not (found or outcome.message):
        yield "  (no field differs; a sync would take it over)"


def comparison_json(done: Round, *, values: bool = False) -> dict[str, Any]:
    """What differs between git and the cluster, for programs."""
    done = done if values else withheld(done)
    found = [each for each in every_outcome(done) if is_difference(each.outcome)]
    report = as_json(done, values=values)
    return {
        "apiVersion": VERSION,
        "kind": "LiveDiff",
        "managementCluster": done.management_cluster,
        "commit": done.commit,
        "error": clean(done.error),
        "same": _same(done, len(found)),
        "leftToHub": left_to_hub(done),
        "objects": [_compared_object(each) for each in found],
        "guests": report["guests"],
    }


def _compared_object(told: Told) -> dict[str, Any]:
    action = told.outcome.action
    found = _object(told)
    there = action.observed
    if not told.outcome.differences and there is not None and action.desired is not None:
        found["differences"] = [_difference(each) for each in there.differences]
    found["inGit"] = action.desired is not None
    found["inCluster"] = there is not None
    return found
