"""Whether a field that another manager has was taken from us: then it is taken back.

A field that the other one had before is not ours to take, and what it applies itself is its own
declared wish: both are conflicts, which people solve.
"""

from collections.abc import Iterable, Iterator

from hcpc.sync.records import Desired, FieldOwner, Owned


def is_drift(desired: Desired, owned: Owned | None, uid: str, owners: Iterable[FieldOwner]) -> bool:
    """Whether every one of the `owners` of fields in conflict changed what we had applied.

    `uid` is that of the object in the cluster. With the manifest that was applied last, a value
    can differ only because somebody changed it since; with another one, the time tells.
    """
    if owned is None or not owned.uid or owned.uid != uid:
        return False
    same = owned.digest == desired.digest
    since = owned.applied or "9999"
    return all(each.operation == "Update" and (same or each.time > since) for each in owners)


def dated(owners: Iterable[FieldOwner], known: Iterable[FieldOwner]) -> Iterator[FieldOwner]:
    """The `owners` of fields in conflict, with the time that the server did not say.

    `known` are all that the object has. One that has fields by several entries may have this one by
    the oldest of them.
    """
    entries = list(known)
    for owner in owners:
        times = [
            each.time
            for each in entries
            if (each.name, each.operation) == (owner.name, owner.operation)
        ]
        yield owner if owner.time else owner._replace(time=min(times, default=""))
