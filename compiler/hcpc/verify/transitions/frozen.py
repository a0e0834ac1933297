"""Tables of frozen fields, held against an object then and now.

The API server refuses some of these changes itself, with some versions of the operator and in words
of its own; the others it takes, and the cluster does not follow.
"""

from collections.abc import Iterable

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.frozen import Effect, Frozen
from hcpc.syntax.tree import FieldPath
from hcpc.verify.transitions.pair import Pair, differences


def check_table(pair: Pair, base: FieldPath, table: Iterable[Frozen], sink: Sink) -> None:
    """Report changes of the fields of a table below a path; of a field and its parts, the field."""
    told: list[FieldPath] = []
    for entry in table:
        path = (*base, *entry.path)
        if any(path[: len(each)] == each for each in told):
            continue
        was, now = pair.was(path), pair.now(path)
        effect = entry.effect(was, now)
        if effect != "free":
            told.append(path)
            _report(pair, path, entry, effect, sink)


def _report(pair: Pair, field: FieldPath, entry: Frozen, effect: Effect, sink: Sink) -> None:
    """Report a change at the first place in which a value differs, if both are there."""
    was, now = pair.was(field), pair.now(field)
    both = was is not None and now is not None
    places = list(differences(was, now, field)) if both else [field]
    more = len(places) - 1
    code, message = codes.FIELD_NOT_FOLLOWED, _not_followed
    if effect == "refused":
        code, message = codes.FIELD_FROZEN, _refused
    pair.tell(
        code,
        places[0],
        message(
            pair.title(places[0]),
            "" if was is None else pair.said_was(places[0]),
            "" if now is None else pair.said_now(places[0]),
        ),
        sink,
        help=f"put it back; {entry.remedy}",
        notes=(f"`{pair.title(field)}` differs in {more} other place{'s' if more > 1 else ''}",)
        if more
        else (),
        about=field,
    )


def _refused(title: str, was: str, now: str) -> str:
    if not was:
        return f"`{title}` is fixed once the cluster exists: {now} comes too late"
    if not now:
        return f"`{title}` is fixed once the cluster exists: {was} cannot be removed"
    return f"`{title}` is fixed once the cluster exists: it was {was}, now {now}"


def _not_followed(title: str, was: str, now: str) -> str:
    known = f"it was {was or 'not set'}, now {now or 'not set'}"
    return f"a running cluster does not follow `{title}`: {known}"
