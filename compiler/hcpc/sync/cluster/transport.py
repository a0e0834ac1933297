"""Requests to one API server that survive what networks and busy servers do to them.

In comes a request, out comes the answer of Kubernetes as JSON, or an error of `faults`. Every verb
is tried again: whoever sends a request tells a repetition from somebody else's work. Nothing is
logged, and no redirect is followed, as both could give away who we are.
"""

import threading
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from http.client import HTTPException
from types import MappingProxyType
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import HTTPError

from hcpc.sync.cluster.backoff import Outage, retry_after, seconds_to_wait
from hcpc.sync.cluster.credentials import Credentials, Identity
from hcpc.sync.cluster.faults import LOG_IN, ApiError, UnauthorizedError, UnavailableError
from hcpc.sync.cluster.setback import Setback, of_answer, of_error

_CONNECT: Final = 10.0  # seconds
_SILENCE: Final = 30.0  # seconds without a byte
_LEAST: Final = 0.1  # seconds for an attempt
_PIECE: Final = 65536
_LARGEST: Final = 256 * 2**20  # of an answer; a page of objects has a tenth of it at most


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


class _Trial:
    """What became of one request so far."""

    def __init__(self, patience: float) -> None:
        self.began = time.monotonic()
        self.until = self.began + patience
        self.attempts = 0
        self.identity: Identity | None = None
        self.renewed = False
        self.uncertain = False

    def left(self) -> float:
        """Seconds until it has to be given up; some, however late a place was free for it."""
        return max(_LEAST, self.until - time.monotonic())

    def tried(self) -> str:
        """How much was tried, for a message."""
        if self.attempts < 2:  # noqa: PLR2004
            return ""
        return f" ({self.attempts} attempts in {time.monotonic() - self.began:.0f} s)"


class Tally:
    """How many requests were sent, by verb."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, verb: str) -> None:
        """Counts one; adding to a Counter is no single step."""
        with self._lock:
            self.calls[verb] += 1


class Transport:
    """The way to one API server, for any number of threads.

    A request is under way while it has one of `places`. `timeout` is how long it may take in all,
    in seconds, with all that is tried again. When `stop` is set nothing is waited for.
    """

    def __init__(
        self,
        credentials: Credentials,
        *,
        places: AbstractContextManager[Any],
        timeout: float,
        stop: threading.Event,
        tally: Tally,
    ) -> None:
        self.tally = tally
        self._credentials = credentials
        self._places = places
        self._timeout = timeout
        self._stop = stop
        self._outage = Outage()

    @property
    def server(self) -> str:
        """What messages call it: `the API server of context prod`."""
        return self._credentials.server

    def apart(self, timeout: float) -> "Transport":
        """The same way, for requests that wait for no other; they are counted with the others."""
        who, stop, tally = self._credentials, self._stop, self.tally
        return Transport(who, places=nullcontext(), timeout=timeout, stop=stop, tally=tally)

    def send(self, request: Request) -> dict[str, Any]:
        """What the server answers, always an object of Kubernetes; raises errors of `faults`."""
        if why := self._outage.turned_away(self._timeout):
            raise UnavailableError(f"{self.server} {why}")
        self._stop.wait(min(self._outage.quiet(), self._timeout))
        trial: _Trial | None = None
        while True:
            with self._places:
                trial = trial or _Trial(self._timeout)
                answer = self._attempt(request, trial)
            if not isinstance(answer, Setback):
                return answer
            self._get_over(answer, trial)

    def _attempt(self, request: Request, trial: _Trial) -> dict[str, Any] | Setback:
        """The answer to one attempt; raises what need not be tried again."""
        trial.attempts += 1
        trial.identity = self._credentials.current()
        self.tally.add(request.verb)
        try:
            status, wait, body = _exchange(request, trial.identity, trial.left())
        except (HTTPError, HTTPException, OSError) as error:
            return of_error(error, trial.identity.address)
        try:
            answer = of_answer(status, wait, body, self.server, secret=request.secret)
        except ApiError as error:
            error.uncertain = trial.uncertain
            self._outage.over()
            raise
        if not isinstance(answer, Setback):
            self._outage.over()
        return answer

    def _get_over(self, setback: Setback, trial: _Trial) -> None:
        """Returns when the request is to be sent again; raises when it is not."""
        trial.uncertain |= setback.sent
        if setback.stranger and trial.identity and not trial.renewed:
            trial.renewed = True
            if self._credentials.renew(trial.identity):
                return
        if setback.status:
            self._outage.over()
        else:
            self._outage.failed(setback.why)
        delay = seconds_to_wait(trial.attempts, setback.wait)
        if setback.busy:
            self._outage.busy(setback.wait)
        if self._is_enough(setback, trial, delay) or self._stop.wait(delay):
            raise self._given_up(setback, trial)

    def _is_enough(self, setback: Setback, trial: _Trial, delay: float) -> bool:
        return (
            setback.unauthorized
            or 0 < setback.attempts <= trial.attempts
            or time.monotonic() + delay >= trial.until
            or self._outage.lasts(self._timeout)
        )

    def _given_up(self, setback: Setback, trial: _Trial) -> ApiError:
        error: ApiError
        if setback.unauthorized:
            error = UnauthorizedError(f"{self.server} {setback.why}; {LOG_IN}", status=401)
        else:
            asks = f"; it asks to wait {setback.wait:.0f} s" if setback.wait else ""
            text = f"{self.server} {setback.why}{asks}{trial.tried()}"
            error = UnavailableError(text, status=setback.status)
        error.uncertain = trial.uncertain
        return error


def _exchange(request: Request, identity: Identity, seconds: float) -> tuple[int, float, bytes]:
    """Status, seconds that the server asks to wait, and body of the answer to one attempt."""
    until = time.monotonic() + seconds
    query = f"?{urlencode(request.query)}" if request.query else ""
    headers = identity.headers | ({"Content-Type": request.content_type} if request.body else {})
    response = identity.pool.urlopen(
        request.method,
        f"{identity.address}{request.path}{query}",
        redirect=False,
        body=request.body,
        headers=headers,
        retries=False,
        preload_content=False,
        timeout=Timeout(connect=min(_CONNECT, seconds), read=min(_SILENCE, seconds)),
    )
    try:
        body = _read(response, until)
    except BaseException:
        response.close()
        raise
    response.release_conn()
    return response.status, retry_after(response.headers.get("Retry-After")), body


def _read(response: BaseHTTPResponse, until: float) -> bytes:
    """The whole body, however slowly it comes, but not for ever; an error when it is cut off."""
    pieces, size = [], 0
    while piece := response.read1(_PIECE):
        pieces.append(piece)
        size += len(piece)
        if time.monotonic() > until:
            raise TimeoutError
        if size > _LARGEST:
            raise OSError(f"an answer of more than {_LARGEST} bytes")
    return b"".join(pieces)
