"""Attempts that came to nothing: what happened, in words, and whether another one makes sense.

In comes what the network raised, or an answer; out comes a `Setback`, or the answer's object.
"""

import json
import re
import ssl
from typing import Any, Final, NamedTuple

from urllib3.exceptions import (
    ConnectTimeoutError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
    SSLError,
)

from hcpc.sync.cluster.faults import NotServedError, one_line, read_status, refusal

_TOO_MANY: Final = 429
_UNAUTHORIZED: Final = 401
_NOT_FOUND: Final = 404
_INTERNAL: Final = 500
_SERVER_FAULTS: Final = 500
_UNPROCESSABLE: Final = 422
# Server-side apply answers 500, without a reason, to an object with unknown fields or with values
# of other types (k8s.io/apimachinery/pkg/util/managedfields/internal/structuredmerge.go).
_UNREADABLE: Final = re.compile(
    r"failed to (?:create typed patch|convert new(?: typed)?) object \([^)]*\)(?: to [\w ]+)?: "
    r"(?:unable to convert unstructured object to [^:]+: )?(?:error decoding from json: )?"
)
_VALUE: Final = re.compile(r", got &value\.valueUnstructured\{.*$")
_SUCCESS: Final = range(200, 300)
_TRANSIENT: Final = frozenset({408, _TOO_MANY, 500, 502, 503, 504})
_NO_SUCH_PATH: Final = b"404 page not found"  # Go's words, of an API server that has no such kind
# The server answers, and something behind it fails: a webhook, as a rule. That is no matter of
# seconds, while other objects are waiting.
_ATTEMPTS_AT_500: Final = 5
_ATTEMPTS_AT_WEBHOOK: Final = 2


class Setback(NamedTuple):
    """An attempt that came to nothing.

    `why` goes on from "the API server ...". `sent` says that the server may have acted, `status`
    what Kubernetes answered, 0 when it did not. `wait` is how many seconds it asks for, `attempts`
    how often to try at most, 0 for as often as time allows. `stranger` says that new credentials
    may help, `unauthorized` that nothing else will, `busy` that nobody should ask meanwhile.
    """

    why: str
    sent: bool = True
    status: int = 0
    wait: float = 0
    attempts: int = 0
    stranger: bool = False
    unauthorized: bool = False
    busy: bool = False


def of_error(error: Exception, address: str) -> Setback:
    """What the network did to a request to a server at `address`."""
    match error:
        case NameResolutionError():
            return Setback(f"cannot be found: the name in {address} has no address", sent=False)
        case ProxyError(original_error=cause):
            return Setback(f"cannot be reached through the proxy: {_cause(cause)}", sent=False)
        case NewConnectionError():
            return Setback(f"cannot be reached at {address}: {_cause(error)}", sent=False)
        case ConnectTimeoutError():
            return Setback(f"cannot be reached at {address}: no connection in time", sent=False)
        case ReadTimeoutError() | TimeoutError():
            return Setback("does not answer in time")
        case SSLError():
            return _of_tls(error, address)
        case _:
            return Setback(f"breaks the connection off: {_cause(error)}")


def of_answer(
    code: int, wait: float, body: bytes, server: str, *, secret: bool
) -> dict[str, Any] | Setback:
    """The object that an answer has, or why it has none. Raises what Kubernetes refuses for good.

    Only Kubernetes itself can say that something is not there; what stands in between cannot.
    """
    if code in _SUCCESS:
        return _object(body)
    busy, stranger, sent = code == _TOO_MANY, code == _UNAUTHORIZED, code >= _SERVER_FAULTS
    if (status := read_status(body)) is None:
        if code == _NOT_FOUND and body.strip() == _NO_SUCH_PATH:
            raise NotServedError(f"{server} has no such path", status=code)
        why = f"answers {code}, and not as Kubernetes does"
        return Setback(
            why, sent=sent, wait=wait, stranger=stranger, unauthorized=stranger, busy=busy
        )
    if code == _INTERNAL and (found := _UNREADABLE.match(status.message)):
        said = _VALUE.sub("", status.message[found.end() :])
        status = status._replace(reason="Invalid", message=f"not what the schema allows: {said}")
        raise refusal(_UNPROCESSABLE, status, server, secret=secret)
    if code not in _TRANSIENT and not stranger:
        raise refusal(code, status, server, secret=secret)
    why = f"answers {code}: {'' if secret else status.message or status.reason}".removesuffix(": ")
    attempts = _attempts(code, status.message)
    return Setback(
        why,
        sent,
        status=code,
        wait=wait,
        attempts=attempts,
        stranger=stranger,
        unauthorized=stranger,
        busy=busy,
    )


def _object(body: bytes) -> dict[str, Any] | Setback:
    """What Kubernetes says; nothing that was cut off passes for it, and no page of a portal."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict) and isinstance(found.get("kind"), str):
        return found
    return Setback("answers with something that is not of Kubernetes, or only a part of it")


def _attempts(code: int, message: str) -> int:
    if code != _INTERNAL:
        return 0
    return _ATTEMPTS_AT_WEBHOOK if "webhook" in message else _ATTEMPTS_AT_500


def _of_tls(error: SSLError, address: str) -> Setback:
    cause = error.args[0] if error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        why = f"at {address} shows a certificate that is not to be trusted: {cause.verify_message}"
        return Setback(why, sent=False, attempts=1, stranger=True)
    # By an alert a server also says that it does not know the certificate we have shown.
    return Setback(f"breaks the connection off: {_cause(error)}", stranger="ALERT" in str(cause))


def _cause(error: BaseException) -> str:
    """The innermost reason, without the addresses in memory that libraries put before it."""
    while (inner := error.__cause__ or _carried(error)) is not None:
        error = inner
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return one_line(said or type(error).__name__).lower()


def _carried(error: BaseException) -> BaseException | None:
    """An error among what another was made of."""
    return next((each for each in error.args if isinstance(each, BaseException)), None)
