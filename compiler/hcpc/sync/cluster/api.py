"""What a sync says to an API server: read, apply, delete, and little else, in plain JSON.

In come references and bodies, out come objects as the server has them. Nothing here decides what
ought to be done.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from urllib.parse import quote

from hcpc.kube.object_ref import ObjectRef, object_ref
from hcpc.sync.cluster.bounds import TimeLeft
from hcpc.sync.cluster.discovery import Discovery, root
from hcpc.sync.cluster.encode import encode
from hcpc.sync.cluster.exchange import Request
from hcpc.sync.cluster.faults import (
    AlreadyExistsError,
    InvalidError,
    NotFoundError,
    NotServedError,
    OptimisticLockError,
    UnavailableError,
    one_line,
)
from hcpc.sync.cluster.listing import pages
from hcpc.sync.cluster.resource import Resource
from hcpc.sync.cluster.transport import Transport
from hcpc.sync.errors import StoppedError
from hcpc.sync.records import FIELD_MANAGER

_APPLY: Final = "application/apply-patch+yaml"  # JSON is YAML
_WRITE: Final = {"fieldManager": FIELD_MANAGER, "fieldValidation": "Strict"}
_ATTEMPTS: Final = 5  # at what the server itself could not settle between two writers


class _Place(NamedTuple):
    """Where a request goes, and for what."""

    path: str
    api_version: str
    kind: str


class Api:
    """One API server, for any number of threads.

    Requests that get no answer are sent again for as long as `timeout` says, so every call takes
    its time; all raise `ApiError`s: UnavailableError when no answer was to be had, ForbiddenError
    and UnauthorizedError when the server does not let us. `calls` counts what was sent by verb
    (`discover`, `list`, `get`, `apply`, `dry-run`, `create`, `replace`, `delete`).
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._discovery = Discovery(transport)
        self.calls: Counter[str] = transport.tally.calls

    @property
    def server(self) -> str:
        """What messages call it: `the API server of context prod`."""
        return self._transport.server

    def apart(self, timeout: float) -> "Api":
        """The same server, for requests that do not queue behind others, with a `timeout` (s)."""
        return Api(self._transport.apart(timeout))

    def under(self, time_left: TimeLeft) -> "Api":
        """The same server, with writes only while `time_left` says so.

        It is asked before each attempt of a write, which then raises StandDownError instead.
        """
        return Api(self._transport.under(time_left))

    def resource(self, api_version: str, kind: str) -> Resource:
        """How a kind is called in paths. NotFoundError when the server does not serve it."""
        for each in api_version.split("/", 1):
            _segment(each, "group or version")
        return self._discovery.resource(api_version, kind)

    def list(
        self,
        api_version: str,
        kind: str,
        *,
        namespace: str = "",
        label_selector: str = "",
        limit: int = 250,
    ) -> Iterator[list[dict[str, Any]]]:
        """All objects of a kind, page by page; without a namespace those of all namespaces.

        Every object that exists all the while comes. Where the server cannot go on with a list that
        it began, objects may come twice: the later one counts. There are `limit` of them in a page
        at most; fewer where more would be too large. NotFoundError when the kind is not served,
        StoppedError when we are asked to end between two pages, UnavailableError when the list
        has no end or an object is too large.
        """
        place = self._collection(api_version, kind, namespace)
        selected = {"labelSelector": label_selector} if label_selector else {}
        bounds, server = self._transport.bounds, self.server

        def ask(query: Mapping[str, str]) -> dict[str, Any]:
            return _checked(self._send("list", "GET", place, {**query, **selected}), kind, server)

        title = f"the list of {kind} of {server}"
        for page in pages(ask, min(limit, bounds.page), bounds.pages, title):
            yield _items(page, api_version, kind)
            if page["metadata"].get("continue") and self._transport.is_stopped:
                raise StoppedError

    def get(self, ref: ObjectRef, api_version: str) -> dict[str, Any] | None:
        """One object; None when it is not there. NotFoundError when the kind is not served."""
        place = self._place(ref, api_version)
        try:
            return self._send("get", "GET", place)
        except NotServedError:
            raise
        except NotFoundError:
            return None

    def apply(
        self, body: dict[str, Any], *, force: bool = False, dry_run: bool = False
    ) -> dict[str, Any]:
        """The object after server-side apply, or as it would be after it.

        ApplyConflictError when others own fields, InvalidError when it is refused as such,
        NotFoundError when its namespace is missing or its kind is not served.
        """
        query = _WRITE | {"force": str(force).lower()} | ({"dryRun": "All"} if dry_run else {})
        verb = "dry-run" if dry_run else "apply"
        place, content = self._place(object_ref(body), body["apiVersion"]), encode(body)
        pinned = {"uid", "resourceVersion"} & set(body["metadata"])
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._send(verb, "PATCH", place, query, content, _APPLY)
            except OptimisticLockError:
                # Two wrote at once, and the server has given up on merging them.
                if pinned or attempt == _ATTEMPTS:
                    raise
        raise AssertionError("unreachable")

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """The object as stored. AlreadyExistsError when there is one of its name."""
        place = self._place(object_ref(body), body["apiVersion"])
        place = place._replace(path=place.path.rpartition("/")[0])
        try:
            return self._send("create", "POST", place, _WRITE, encode(body))
        except AlreadyExistsError as error:
            return self._done_before(error, body)

    def replace(self, body: dict[str, Any]) -> dict[str, Any]:
        """The object as stored, in the place of the one with `body`'s resourceVersion.

        OptimisticLockError when that has changed, NotFoundError when it is gone.
        """
        if not body["metadata"].get("resourceVersion"):
            raise InvalidError("the object to replace is not said by its resourceVersion")
        try:
            return self._send(
                "replace",
                "PUT",
                self._place(object_ref(body), body["apiVersion"]),
                _WRITE,
                encode(body),
            )
        except OptimisticLockError as error:
            return self._done_before(error, body)

    def delete(
        self, ref: ObjectRef, api_version: str, uid: str, version: str = ""
    ) -> dict[str, Any] | None:
        """Deletes the object if it still is the one of this uid, and later what depends on it.

        The object when it is still there, on its way out; None when it is gone, or when another of
        its name has taken its place. OptimisticLockError when it has another resourceVersion than
        `version`, if that is given.
        """
        options = {
            "apiVersion": "v1",
            "kind": "DeleteOptions",
            "propagationPolicy": "Background",
            "preconditions": {"uid": uid} | ({"resourceVersion": version} if version else {}),
        }
        place = self._place(ref, api_version)
        try:
            answer = self._send("delete", "DELETE", place, {}, encode(options))
        except NotServedError:
            raise
        except NotFoundError:
            return None
        except OptimisticLockError:
            live = self.get(ref, api_version)
            if live is None or live["metadata"]["uid"] != uid:
                return None
            if live["metadata"].get("deletionTimestamp"):
                return live
            raise
        return None if answer["kind"] == "Status" else answer

    def _done_before(self, error: OptimisticLockError, body: dict[str, Any]) -> dict[str, Any]:
        """The live object, if an attempt that got no answer has written it; else the error."""
        live = self.get(object_ref(body), body["apiVersion"]) if error.uncertain else None
        if live is None or not _has_all(live, body):
            raise error
        return live

    def _place(self, ref: ObjectRef, api_version: str) -> _Place:
        """Where an object is. InvalidError when its name or namespace is none."""
        name = _segment(ref.name, "name")
        if ref.namespace:
            _segment(ref.namespace, "namespace")
        if bool(ref.namespace) != self.resource(api_version, ref.kind).namespaced:
            says = (
                "no namespace, which it needs" if not ref.namespace else "a namespace, but has none"
            )
            raise InvalidError(f"{ref.kind} {ref.name} says {says}")
        place = self._collection(api_version, ref.kind, ref.namespace)
        return place._replace(path=f"{place.path}/{name}")

    def _collection(self, api_version: str, kind: str, namespace: str) -> _Place:
        """Where all objects of a kind are."""
        within = f"/namespaces/{_segment(namespace, 'namespace')}" if namespace else ""
        plural = quote(self.resource(api_version, kind).plural, safe="")
        return _Place(f"{root(api_version)}{within}/{plural}", api_version, kind)

    def _send(
        self,
        verb: str,
        method: str,
        place: _Place,
        query: Mapping[str, str] = MappingProxyType({}),
        body: bytes | None = None,
        content_type: str = "application/json",
    ) -> dict[str, Any]:
        secret = (place.api_version, place.kind) == ("v1", "Secret")
        request = Request(verb, method, place.path, query, body, content_type, secret)
        try:
            return self._transport.send(request)
        except NotServedError:
            self._discovery.forget(place.api_version)
            raise self._discovery.missing(place.api_version, place.kind) from None


def _checked(page: dict[str, Any], kind: str, server: str) -> dict[str, Any]:
    """A page, if it is one of such a list."""
    items = page.get("items") or []
    sound = isinstance(items, list) and all(isinstance(each, dict) for each in items)
    if page["kind"] != f"{kind}List" or not sound or not isinstance(page.get("metadata"), dict):
        raise UnavailableError(
            f"{server} answers with {one_line(page['kind'])} where a list of {kind} was asked for"
        )
    return page


def _items(page: dict[str, Any], api_version: str, kind: str) -> list[dict[str, Any]]:
    """The objects of a page, each of which says what it is; built-in kinds leave that out."""
    items: list[dict[str, Any]] = page.get("items") or []
    for each in items:
        each.setdefault("apiVersion", api_version)
        each.setdefault("kind", kind)
    return items


def _segment(text: str, what: str) -> str:
    """A name as one step of a path; InvalidError when it would be another path.

    The same rule as `IsValidPathSegmentName` of k8s.io/apimachinery/pkg/api/validation/path. Even
    when it is quoted, a `..` or a `/` would be resolved on the way.
    """
    if not text or text in {".", ".."} or "/" in text or "%" in text:
        raise InvalidError(f"{one_line(text)!r} is no {what}: it cannot be a step of a path")
    return quote(text, safe="")


def _has_all(live: Any, wanted: Any) -> bool:
    """Whether the live object says all that was to be written, besides what it is made of."""
    if isinstance(wanted, dict) and isinstance(live, dict):
        return all(
            key in {"resourceVersion", "managedFields"}
            or (key in live and _has_all(live[key], value))
            for key, value in wanted.items()
        )
    return bool(live == wanted)
