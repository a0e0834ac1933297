"""Another way of encrypting etcd: legal, but every Secret is written anew, with two keys at work.

A new active key of the same kind is an ordinary rotation, and told nowhere: how far an earlier one
is stands in the cluster's status only.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.pair import hosted_clusters, shown

_TYPE = ("spec", "secretEncryption", "type")
_PROVIDER = ("spec", "secretEncryption", "kms", "provider")


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Warn about another kind of key."""
    pair = hosted_clusters(before, after)
    for path in (_TYPE, _PROVIDER):
        was, now = pair.was(path), pair.now(path)
        if was is not None and now is not None and was != now:
            pair.tell(
                codes.ENCRYPTION_SWITCHED,
                path,
                f"etcd would be encrypted in another way: {shown(now)} after {shown(was)}",
                sink,
                help="keep the old key until `status.secretEncryption` says that the rotation is "
                "completed, and have a backup from before",
            )
            return
