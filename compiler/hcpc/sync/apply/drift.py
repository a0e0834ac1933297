"""Whether a field that another manager has was taken from us: then it is taken back.

With the manifest that was applied last, every field of it was ours: whoever has one now took it
since. With another one nothing tells whether a field was ever ours, and what others apply is their
own declared wish: both are conflicts, which people solve.
"""

from collections.abc import Iterable

from hcpc.sync.records import Desired, FieldOwner, Owned


def is_drift(desired: Desired, owned: Owned | None, uid: str, owners: Iterable[FieldOwner]) -> bool:
    """Whether every one of the `owners` of fields in conflict changed what we had applied.

    `uid` is that of the object in the cluster.
    """
    if owned is None or not owned.uid or owned.uid != uid or owned.digest != desired.digest:
        return False
    return all(each.operation == "Update" for each in owners)
