"""What the inventory says of an object before it is touched, and after."""

from datetime import datetime, timedelta

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.records import Action, Cause, Desired, Outcome, Owned, Result, Verb

SOON = timedelta(hours=1)
_GONE = {Result.PRUNED, Result.RELEASED, Result.FORGOTTEN}
_OURS = {Result.CREATED, Result.CONFIGURED, Result.ADOPTED, Result.UNCHANGED}


def intent(action: Action) -> Owned | None:
    """What is to be noted before a plan is carried out; None where that is nothing.

    Whatever the inventory knows of an object that was ours stays in it until there is better
    knowledge: it is what keeps a hosted cluster that somebody deleted from being made anew.
    """
    desired, owned, observed = action.desired, action.owned, action.observed
    known = owned if owned is not None and owned.digest and not owned.doomed else None
    if desired is not None and action.verb is Verb.CREATE:
        return known._replace(uid="", adopted=False) if known is not None else _new(desired)
    if desired is not None and observed is not None and action.verb is Verb.ADOPT:
        adopted = not observed.fields or (owned is not None and owned.adopted)
        return (known if known is not None else _new(desired))._replace(adopted=adopted)
    going = action.verb in {Verb.PRUNE, Verb.FORGET}
    if owned is not None and owned.doomed and not going and _is_there(action):
        return owned._replace(doomed=False)
    return None


def doomed(owned: Owned) -> Owned:
    """Of an object that is about to be deleted: when it is gone, nobody else has taken it away."""
    return owned._replace(doomed=True)


def spared(action: Action) -> dict[ObjectRef, Owned | None]:
    """Of an object that was about to be deleted, and is not: what the inventory says again."""
    if action.owned is None or not _is_there(action):
        return {}
    return {action.ref: action.owned._replace(doomed=False)}


def owned_after(outcome: Outcome, applied: str) -> dict[ObjectRef, Owned | None]:
    """What an outcome changes in the inventory; nothing for what is not known for sure.

    `applied` is when we wrote it last, empty when not known. An object that a deletion left behind
    stays ours.
    """
    action = outcome.action
    if outcome.result in _GONE:
        return {action.ref: None}
    desired, owned = action.desired, action.owned
    if desired is None:
        leaving = outcome.result is Result.DELETING or action.cause is Cause.DELETING
        return {} if leaving or outcome.uncertain else spared(action)
    if outcome.result not in _OURS:
        return {}
    undone = times_undone(outcome, applied)
    if outcome.uid:
        after = _new(desired)._replace(
            uid=outcome.uid, digest=desired.digest, fields=outcome.fields, applied=applied
        )
    elif owned is not None:  # nobody had to ask
        after = owned._replace(
            api_version=desired.api_version, cluster=desired.cluster, wave=desired.wave
        )
    else:
        return {}
    return {action.ref: after._replace(adopted=_is_adopted(outcome), doomed=False, undone=undone)}


def times_undone(outcome: Outcome, applied: str) -> int:
    """How many times in a row an object was put back, each time soon after the one before.

    What is put back once is nobody's habit. A number that needs no round to be taken back keeps
    rounds without changes from writing.
    """
    owned = outcome.action.owned
    if owned is None:
        return 0
    if outcome.result is Result.CONFIGURED and outcome.drift:
        return owned.undone + 1 if _is_soon(owned.applied, applied) else 1
    return owned.undone if outcome.result is Result.UNCHANGED else 0


def _is_soon(before: str, after: str) -> bool:
    try:
        return datetime.fromisoformat(after) - datetime.fromisoformat(before) < SOON
    except (ValueError, TypeError):
        return False


def _new(desired: Desired) -> Owned:
    """Of an object of which nothing is known yet."""
    return Owned(desired.ref, desired.api_version, "", "", "", "", desired.cluster, desired.wave)


def _is_adopted(outcome: Outcome) -> bool:
    action = outcome.action
    if action.verb is Verb.CREATE:  # somebody was faster
        return outcome.result is Result.ADOPTED
    before = intent(action) or action.owned
    return before is not None and before.adopted


def _is_there(action: Action) -> bool:
    """Whether the very object that the inventory knows is in the cluster, and stays."""
    owned, observed = action.owned, action.observed
    return (
        owned is not None
        and observed is not None
        and owned.uid == observed.uid
        and not observed.deleting
    )
