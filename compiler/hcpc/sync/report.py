"""A plan, a dry run, a round or a comparison, told to people and to programs.

Values come masked from where they are compared; every other text from a server goes through
`clean` here.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.masking import clean
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
from hcpc.sync.verdict import Told, counts, every_outcome, is_difference, shortfalls, verdict
from hcpc.syntax.tree import dotted

VERSION = "hcpc.dev/v1alpha1"
SHORT = 9
_MOST_DIFFERENCES = 20
# What a dry run would do, where a round says what it did.
_WOULD = {
    Result.CREATED: Verb.CREATE.value,
    Result.CONFIGURED: Verb.CONFIGURE.value,
    Result.ADOPTED: Verb.ADOPT.value,
    Result.PRUNED: Verb.PRUNE.value,
    Result.FORGOTTEN: Verb.FORGET.value,
    Result.WAITING: Verb.WAIT.value,
    Result.SKIPPED: Verb.SKIP.value,
}


def text(done: Round) -> str:
    """A round or a dry run, for people: what is not unchanged, what is not healthy, and a sum.

    The error of a round that ended early is not in it.
    """
    lines = [_head(done), ""]
    rows = [each for each in every_outcome(done) if each.outcome.result is not Result.UNCHANGED]
    if rows:
        lines += [*_table(done, rows), ""]
    ill = [
        (ref, each)
        for ref, each in sorted(done.health.items())
        if each.state is not HealthState.HEALTHY
    ]
    if ill and not done.dry_run:
        lines += [*(_ill(ref, each) for ref, each in ill), ""]
    return "\n".join([*lines, *_sums(done)]) + "\n"


def _head(done: Round) -> str:
    seconds = (done.ended - done.started).total_seconds()
    requests = sum(done.calls.values())
    commit = f" at {done.commit[:SHORT]}" if done.commit else ""
    what = "dry run of " if done.dry_run else ""
    return f"{what}{done.management_cluster}{commit}: {seconds:.1f} s, {requests} requests"


def _table(done: Round, rows: list[Told]) -> list[str]:
    words = [_word(each.outcome, dry_run=done.dry_run) for each in rows]
    width = max(map(len, words))
    lines: list[str] = []
    guest = ""
    for word, told in zip(words, rows, strict=True):
        if told.guest != guest:
            guest = told.guest
            lines += ["", f"inside hosted cluster {guest}"]
        drift = " (drift)" if told.outcome.drift else ""
        lines.append(f"{word:{width}}  {told.outcome.action.ref}{drift}".rstrip())
        lines += [f"{' ' * width}    {line}" for line in _details(told.outcome)]
    return lines


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
    return f"~ {path}: {found.live} -> {found.wanted}{by}"


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
    if done.dry_run and not done.error:
        return
    # Why a round ended early is told by whoever shows this, as any other error.
    early = done._replace(error="the round ended early" if done.error else "")
    missing = [clean(each) for each in shortfalls(early)]
    yield f"not all is applied: {'; '.join(missing)}" if missing else "all is applied"


def as_json(done: Round) -> dict[str, Any]:
    """A round or a dry run, for programs."""
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


def comparison_text(done: Round) -> str:
    """What differs between git and the cluster, field by field, for people."""
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
    same = sum(counts(done).values()) - len(blocks)
    verb = "differs" if len(blocks) == 1 else "differ"
    return "\n".join(
        [
            *blocks,
            *broken,
            f"{len(blocks)} {verb} from git, {same} {'is' if same == 1 else 'are'} the same\n",
        ]
    )


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


def comparison_json(done: Round) -> dict[str, Any]:
    """What differs between git and the cluster, for programs."""
    found = [each for each in every_outcome(done) if is_difference(each.outcome)]
    report = as_json(done)
    return {
        "apiVersion": VERSION,
        "kind": "LiveDiff",
        "managementCluster": done.management_cluster,
        "commit": done.commit,
        "error": clean(done.error),
        "same": sum(counts(done).values()) - len(found),
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
