"""What the inventory says of an object before it is touched, and after."""

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.records import Desired, Outcome, Owned, Result, Verb

_GONE = {Result.PRUNED, Result.FORGOTTEN}
_OURS = {Result.CREATED, Result.CONFIGURED, Result.ADOPTED, Result.UNCHANGED}


def intent(desired: Desired) -> Owned:
    """Of an object that is about to be created or adopted: nothing of it is known yet."""
    return Owned(desired.ref, desired.api_version, "", "", "", "", desired.cluster, desired.wave)


def doomed(owned: Owned) -> Owned:
    """Of an object that is about to be deleted: when it is gone, nobody else has taken it away."""
    return owned._replace(digest="")


def owned_after(outcome: Outcome, applied: str) -> dict[ObjectRef, Owned | None]:
    """What an outcome changes in the inventory; nothing for what is not known for sure.

    `applied` is when we wrote it last, empty when not known. An object that a deletion left behind
    stays ours.
    """
    action = outcome.action
    if outcome.result in _GONE:
        return {action.ref: None}
    desired, owned = action.desired, action.owned
    if action.verb is Verb.PRUNE and outcome.result is Result.SKIPPED:
        return {action.ref: owned}  # as it was before it was doomed
    if desired is None or outcome.result not in _OURS:
        return {}
    if outcome.uid:
        after = intent(desired)._replace(
            uid=outcome.uid, digest=desired.digest, fields=outcome.fields, applied=applied
        )
    elif owned is not None:  # nobody had to ask
        after = owned._replace(
            api_version=desired.api_version, cluster=desired.cluster, wave=desired.wave
        )
    else:
        return {}
    return {action.ref: after}
