"""The way into a hosted cluster, by the kubeconfig that HyperShift leaves in a Secret.

Whoever rules in there is a tenant, so what it may cost us is bounded: seconds, and bytes at a time.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from hcpc.sync.cluster.bounds import MIB, Bounds, TimeLeft, for_ever
from hcpc.sync.cluster.connection import connect_with
from hcpc.sync.ports import Cluster

SECONDS = 10.0
"""For one request: a hosted cluster that is slower than that is looked after another time."""
LONGEST = 180.0
"""Seconds after which nothing more is asked of a hosted cluster in this round."""
LARGEST = 4 * MIB
"""Of an answer, which can take twenty times that in memory; etcd takes no object above 1.5 MiB."""
PAGE, PAGES = 10, 1000
AT_A_TIME = 2
"""Requests: several hosted clusters are looked after at once, and each answer is in memory."""


@contextmanager
def open_guest(
    name: str, kubeconfig: bytes, stop: threading.Event, time_left: TimeLeft = for_ever
) -> Iterator[Cluster]:
    """The API server of the hosted cluster `name`, while it is used. Raises ConnectError.

    `time_left` says for how many seconds we may still write there.
    """
    bounds = Bounds(SECONDS, time.monotonic() + LONGEST, LARGEST, PAGE, PAGES, time_left)
    title = f"hosted cluster {name}"
    with connect_with(
        kubeconfig, name=title, concurrency=AT_A_TIME, bounds=bounds, stop=stop
    ) as connection:
        yield connection.cluster
