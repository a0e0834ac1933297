"""How an API server calls the kinds that it serves, asked once for each version of a group."""

import threading
import time
from typing import Any, Final

from hcpc.kube.object_ref import group_of
from hcpc.sync.cluster.exchange import Request
from hcpc.sync.cluster.faults import NotServedError
from hcpc.sync.cluster.resource import Resource
from hcpc.sync.cluster.transport import Transport

_SECONDS: Final = 5.0  # for which a kind that was missing is not asked for again


class Discovery:
    """What one API server serves, for any number of threads."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._lock = threading.Lock()
        self._known: dict[str, dict[str, Resource]] = {}
        self._asked: dict[str, float] = {}

    def resource(self, api_version: str, kind: str) -> Resource:
        """How a kind is called. NotFoundError when it is not served, as of a few seconds ago."""
        with self._lock:
            if kind not in self._known.get(api_version, {}) and self._is_old(api_version):
                self._known[api_version] = self._ask(api_version)
                self._asked[api_version] = time.monotonic()
            found = self._known.get(api_version, {}).get(kind)
        if found is None:
            raise self.missing(api_version, kind)
        return found

    def forget(self, api_version: str) -> None:
        """Asks anew when the next kind of this version is wanted: a path was not served."""
        with self._lock:
            self._known.pop(api_version, None)
            self._asked.pop(api_version, None)

    def missing(self, api_version: str, kind: str) -> NotServedError:
        """The error for a kind that is not served."""
        return NotServedError(
            f"{self._transport.server} has no {kind} of {api_version}: is its CRD installed?",
            status=404,
            reason="NotFound",
        )

    def _is_old(self, api_version: str) -> bool:
        return time.monotonic() - self._asked.get(api_version, float("-inf")) > _SECONDS

    def _ask(self, api_version: str) -> dict[str, Resource]:
        try:
            answer = self._transport.send(Request("discover", "GET", root(api_version)))
        except NotServedError:
            return {}
        return dict(_resource(each) for each in answer.get("resources") or () if _is_kind(each))


def root(api_version: str) -> str:
    """Where the paths of a version of a group begin."""
    return f"/apis/{api_version}" if group_of(api_version) else f"/api/{api_version}"


def _is_kind(each: dict[str, Any]) -> bool:
    """Not a part of another resource, such as its status."""
    return "/" not in each["name"]


def _resource(each: dict[str, Any]) -> tuple[str, Resource]:
    return each["kind"], Resource(each["name"], bool(each["namespaced"]))
