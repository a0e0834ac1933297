"""What can go wrong between us and an API server, as errors that a reader can act on.

In comes an answer of the server, out comes the error. No error shows a token, nor the words of a
server about a Secret, as they may quote it.
"""

import json
import re
from typing import Any, Final, NamedTuple

from hcpc.sync.errors import SyncError
from hcpc.sync.records import Conflict, FieldOwner

_LONGEST: Final = 1000  # of a message: servers may quote whole objects
LOG_IN: Final = (
    "the token or certificate is wrong or has expired: log in again, or name another kubeconfig"
)
_NOT_SHOWN: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
# `printManager` of k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go
_OWNER: Final = re.compile(
    rf"conflict with (?P<name>{_QUOTED})(?: with subresource {_QUOTED})?"
    r"(?P<update> using \S+(?: at (?P<time>\S+))?)?"
)


class ApiError(SyncError):
    """An API server refuses a request, or cannot be asked.

    `status` is that of HTTP, 0 when there was no answer. `reason` is the server's own word for it
    (`NotFound`, `Invalid`), `message` its sentence. `uncertain` says that an earlier attempt of the
    same request got no answer, and may have been carried out.
    """

    def __init__(self, text: str, *, status: int = 0, reason: str = "", message: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.reason = reason
        self.message = message or text
        self.uncertain = False


class ConnectError(ApiError):
    """There is no way to an API server: the kubeconfig, or what it names, is at fault."""


class UnauthorizedError(ApiError):
    """The server does not know us, with credentials that were loaded anew either."""


class ForbiddenError(ApiError):
    """We may not do this."""


class NotFoundError(ApiError):
    """What a request needs is not there: the kind, or the namespace."""


class NotServedError(NotFoundError):
    """The server has no such path at all: it does not serve the kind, or no longer."""


class OptimisticLockError(ApiError):
    """The object was changed, or made anew, since it was read."""


class AlreadyExistsError(OptimisticLockError):
    """There is an object of this name by now."""


class InvalidError(ApiError):
    """The object itself is at fault; asking again does not help."""


class ExpiredError(ApiError):
    """A list cannot be continued; `go_on` is where a newer one may, empty where it cannot."""

    go_on = ""


class UnavailableError(ApiError):
    """No usable answer, after all that could be tried; another time there may be one."""


class TooLargeError(UnavailableError):
    """An answer has more bytes than we take in."""


class TimeUpError(SyncError):
    """The time for all requests to a server is up: none is sent any more."""


class ApplyConflictError(ApiError):
    """Other managers own fields that are to get other values.

    `conflicts` are the fields, sorted; `owners` say of each, in the same order, by which operation
    (`Apply` or `Update`) it was written and when (empty where the server does not say).
    """

    def __init__(self, text: str, owned: list[tuple[Conflict, FieldOwner]], message: str) -> None:
        super().__init__(text, status=409, reason="Conflict", message=message)
        owned = sorted(owned)
        self.conflicts = tuple(conflict for conflict, _ in owned)
        self.owners = tuple(owner for _, owner in owned)


class Status(NamedTuple):
    """What Kubernetes says when it refuses: an object of kind `Status`."""

    reason: str
    message: str
    name: str
    causes: tuple[dict[str, Any], ...]
    go_on: str


def read_status(body: bytes) -> Status | None:
    """None when that is not how Kubernetes refuses: something else has answered."""
    try:
        status = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(status, dict) or status.get("kind") != "Status":
        return None
    details = status.get("details")
    details = details if isinstance(details, dict) else {}
    causes = details.get("causes")
    metadata = status.get("metadata")
    return Status(
        str(status.get("reason") or ""),
        one_line(str(status.get("message") or "")),
        str(details.get("name") or ""),
        tuple(each for each in causes if isinstance(each, dict))
        if isinstance(causes, list)
        else (),
        str(metadata.get("continue") or "") if isinstance(metadata, dict) else "",
    )


def one_line(text: str) -> str:
    """A sentence of somebody else, as it can stand in a message: one line, and not without end."""
    text = _NOT_SHOWN.sub(" ", text).strip()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def refusal(code: int, status: Status, server: str, *, secret: bool = False) -> ApiError:
    """The error for an answer of Kubernetes with a 4xx; of a Secret it keeps no word but fields."""
    owned = [_owned(each) for each in status.causes if _is_conflict(each)]
    said = status.message
    if secret:
        fields = sorted({str(each.get("field")) for each in status.causes if each.get("field")})
        said = f"{status.reason} (its words may quote the Secret, so they are not shown)"
        said += f": {one_line(', '.join(fields))}" if fields else ""
    if owned:
        return ApplyConflictError(_conflict_text(owned), owned, said)
    error = _CLASSES.get(code, ApiError)
    if status.reason == "AlreadyExists":
        error = AlreadyExistsError
    if error is NotFoundError and not status.name:
        error = NotServedError
    refused = error(
        said or f"{server} answers {code}", status=code, reason=status.reason, message=said
    )
    if isinstance(refused, ExpiredError):
        refused.go_on = status.go_on
    return refused


_CLASSES: Final[dict[int, type[ApiError]]] = {
    400: InvalidError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: OptimisticLockError,
    410: ExpiredError,
    413: InvalidError,
    422: InvalidError,
}


def _is_conflict(cause: dict[str, Any]) -> bool:
    return cause.get("reason") == "FieldManagerConflict"


def _owned(cause: dict[str, Any]) -> tuple[Conflict, FieldOwner]:
    message, field = str(cause.get("message", "")), one_line(str(cause.get("field", "")))
    if (found := _OWNER.search(message)) is None:
        name = one_line(message)
        return Conflict(name, field), FieldOwner(name, "", "")
    try:
        name = json.loads(found["name"])
    except ValueError:  # Go's quotes have escapes that JSON has not
        name = found["name"][1:-1]
    operation = "Update" if found["update"] else "Apply"
    return Conflict(one_line(name), field), FieldOwner(
        one_line(name), operation, found["time"] or ""
    )


def _conflict_text(owned: list[tuple[Conflict, FieldOwner]]) -> str:
    managers = sorted({conflict.manager for conflict, _ in owned})
    parts = [
        f"`{manager}` owns {', '.join(sorted(c.field for c, _ in owned if c.manager == manager))}"
        for manager in managers
    ]
    return one_line("; ".join(parts))
