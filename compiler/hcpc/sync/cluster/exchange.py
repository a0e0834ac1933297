"""One attempt of one request: what goes over the wire, and what comes back.

Bounded in time and size, whatever the server does. Errors are those of the network, TooLargeError,
and StandDownError for a write that may no longer be sent.
"""

import math
import time
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple
from urllib.parse import urlencode

from urllib3 import BaseHTTPResponse, Timeout

from hcpc.sync.cluster.backoff import retry_after
from hcpc.sync.cluster.bounds import MIB, Bounds, TimeLeft
from hcpc.sync.cluster.credentials import Identity
from hcpc.sync.cluster.faults import TooLargeError
from hcpc.sync.errors import StandDownError

_CONNECT: Final = 10.0  # seconds
_SILENCE: Final = 30.0  # seconds without a byte
_SHORTEST: Final = 0.001  # seconds; for the server 0 means its own default
_PIECE: Final = 65536
_OK: Final = 200
_WRITES: Final = frozenset({"apply", "create", "replace", "delete"})


class Request(NamedTuple):
    """One request.

    `verb` is what it counts as. `path` is below the server's address. `secret` says that it is
    about a Secret, of which no message may show anything.
    """

    verb: str
    method: str
    path: str
    query: Mapping[str, str] = MappingProxyType({})
    body: bytes | None = None
    content_type: str = "application/json"
    secret: bool = False

    @property
    def is_write(self) -> bool:
        """Whether it changes something."""
        return self.verb in _WRITES


class Answer(NamedTuple):
    """What came back; `wait` is how many seconds the server asks for."""

    status: int
    wait: float
    body: bytes


def exchange(request: Request, identity: Identity, bounds: Bounds, seconds: float) -> Answer:
    """The answer to one attempt, for which there are `seconds`.

    A write is bound by the time that is left for it as well: we wait no longer, and the API server
    gives it up then. Whether there is any is asked before the connection is made, and once more
    when it is, for that may have taken long.
    """
    query, body = dict(request.query), None
    headers = dict(identity.headers)
    if request.body is not None:
        headers |= {"Content-Type": request.content_type, "Content-Length": str(len(request.body))}
        body = iter((request.body,))
    if request.is_write:
        body = _when_allowed(request.body or b"", bounds.time_left)
        allowed = _time_left(bounds.time_left)
        if allowed < math.inf:
            seconds = min(seconds, allowed)
            query["timeout"] = f"{max(_SHORTEST, seconds):.3f}s"
    until = time.monotonic() + seconds
    response = identity.pool.urlopen(
        request.method,
        f"{identity.address}{request.path}{f'?{urlencode(query)}' if query else ''}",
        redirect=False,
        body=body,
        headers=headers,
        retries=False,
        preload_content=False,
        timeout=Timeout(seconds, connect=min(_CONNECT, seconds), read=min(_SILENCE, seconds)),
    )
    try:
        content = _read(response, until, bounds.largest)
    except BaseException:
        response.close()
        raise
    response.release_conn()
    return Answer(response.status, retry_after(response.headers.get("Retry-After")), content)


def _when_allowed(body: bytes, time_left: TimeLeft) -> Iterator[bytes]:
    """The body, taken when the connection is there: without it a server does nothing."""
    _time_left(time_left)
    yield body


def _time_left(time_left: TimeLeft) -> float:
    left = time_left()
    if left <= 0:
        raise StandDownError
    return left


def _read(response: BaseHTTPResponse, until: float, largest: int) -> bytes:
    """The whole body, however slowly it comes, but not for ever; an error when it is cut off."""
    said = response.headers.get("Content-Length") or ""
    if said.isdecimal() and int(said) > largest:
        raise _too_large(largest)
    pieces, size = [], 0
    while piece := response.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if time.monotonic() > until:
            raise TimeoutError
        if size > largest:
            raise _too_large(largest)
    return b"".join(pieces)


def _too_large(largest: int) -> TooLargeError:
    return TooLargeError(f"answers with more than {largest // MIB} MiB", status=_OK)
