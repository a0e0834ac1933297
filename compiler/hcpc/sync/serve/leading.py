"""Who may write: whoever holds the Lease of a management cluster, one at a time.

Every sync that writes takes it, also one for a single round: two that write in turns, from
different commits, would undo each other's work with the same field manager, and nothing would tell.
"""

import socket
import threading
from functools import partial
from uuid import uuid4

from hcpc.sync.cluster.api import Api
from hcpc.sync.cluster.lease import LONG, Leader, pace
from hcpc.sync.errors import SyncError
from hcpc.sync.guest_door import open_guest
from hcpc.sync.masking import clean
from hcpc.sync.settings import RoundSettings


class LeaseHeldError(SyncError):
    """Another sync writes."""


def candidate(cluster: Api, management_cluster: str, namespace: str, patience: float) -> Leader:
    """For the Lease of a management cluster, which lies where its inventory does.

    `patience` is for how many seconds a server may be silent.
    """
    # Two processes must not share a name: not two pods of a name, one after the other, either.
    identity = f"{socket.gethostname()}_{uuid4()}"
    name = f"hcpc-sync-{management_cluster}"
    return Leader(cluster, name, namespace, identity, pace(LONG), patience)


def lead(leader: Leader, stop: threading.Event, *, waits: bool) -> bool:
    """Whether we lead; False when `stop` was set first, or when the server does not answer.

    Another one that leads is waited for only with `waits`; one that is gone without a word always.
    LeaseHeldError when another one leads, ApiErrors when we may not have the Lease.
    """
    if leader.acquire(stop, waits=waits):
        return True
    if stop.is_set() or leader.fault:
        return False
    raise LeaseHeldError(
        f"another sync writes here: {clean(leader.holder)} holds the Lease "
        f"{leader.namespace}/{leader.name}; end that one first, or wait for it with --leader-elect"
    )


def while_leading(settings: RoundSettings, leader: Leader) -> RoundSettings:
    """The same round, that writes nothing, anywhere, when `leader` no longer leads."""
    time_left = leader.time_left
    return settings._replace(
        cluster=leader.cluster.under(time_left),
        connect_guest=partial(open_guest, time_left=time_left),
        may_write=lambda: leader.is_leader,
    )
