"""Waits until a kind that was just defined is served."""

import threading
import time

from hcpc.sync.ports import Cluster
from hcpc.sync.records import Desired

SECONDS = 30.0
_BETWEEN = 0.2


def is_established(cluster: Cluster, desired: Desired, stop: threading.Event) -> bool:
    """Whether a CustomResourceDefinition is in use now, or gets so soon."""
    until = time.monotonic() + SECONDS
    while True:
        live = cluster.get(desired.ref, desired.api_version) or {}
        conditions = (live.get("status") or {}).get("conditions") or ()
        told = {str(each.get("type")): each.get("status") for each in conditions}
        if told.get("Established") == "True":
            return True
        if time.monotonic() > until or stop.wait(_BETWEEN):
            return False
