"""The way into a hosted cluster, by the kubeconfig that HyperShift leaves in a Secret."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hcpc.sync.cluster.connection import connect_with
from hcpc.sync.ports import Cluster

SECONDS = 10.0
"""For one request: a hosted cluster that is slower than that is looked after another time."""


@contextmanager
def open_guest(name: str, kubeconfig: bytes, stop: threading.Event) -> Iterator[Cluster]:
    """The API server of the hosted cluster `name`, while it is used. Raises ConnectError."""
    title = f"hosted cluster {name}"
    with connect_with(kubeconfig, name=title, timeout=SECONDS, stop=stop) as connection:
        yield connection.cluster
