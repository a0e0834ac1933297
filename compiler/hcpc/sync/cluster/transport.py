"""Requests to one API server that survive what networks and busy servers do to them.

In comes a request, out comes the answer of Kubernetes as JSON, or an error of `faults`. Every verb
is tried again: whoever sends a request tells a repetition from somebody else's work. Nothing is
logged, and no redirect is followed, as both could give away who we are.
"""

import threading
import time
from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from http.client import HTTPException
from typing import Any, Final

from urllib3.exceptions import HTTPError

from hcpc.sync.cluster.backoff import Outage, seconds_to_wait
from hcpc.sync.cluster.bounds import Bounds, TimeLeft
from hcpc.sync.cluster.credentials import Credentials, Identity
from hcpc.sync.cluster.exchange import Request, exchange
from hcpc.sync.cluster.faults import (
    LOG_IN,
    ApiError,
    TimeUpError,
    TooLargeError,
    UnauthorizedError,
    UnavailableError,
)
from hcpc.sync.cluster.setback import Setback, of_answer, of_error

_LEAST: Final = 0.1  # seconds for an attempt


class _Trial:
    """What became of one request so far."""

    def __init__(self, bounds: Bounds) -> None:
        self.began = time.monotonic()
        self.until = min(self.began + bounds.timeout, bounds.until)
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

    A request is under way while it has one of `places`. When `stop` is set nothing is waited for.
    No write is begun when the time left for writing is over, however often it was tried before.
    """

    def __init__(
        self,
        credentials: Credentials,
        bounds: Bounds,
        *,
        places: AbstractContextManager[Any],
        stop: threading.Event,
        tally: Tally,
    ) -> None:
        self.tally = tally
        self.bounds = bounds
        self._credentials = credentials
        self._places = places
        self._stop = stop
        self._outage = Outage()

    @property
    def server(self) -> str:
        """What messages call it: `the API server of context prod`."""
        return self._credentials.server

    @property
    def is_stopped(self) -> bool:
        """Whether we were asked to end."""
        return self._stop.is_set()

    def apart(self, timeout: float) -> "Transport":
        """The same way, for requests that wait for no other; they are counted with the others."""
        return self._with(self.bounds._replace(timeout=timeout), nullcontext())

    def under(self, time_left: TimeLeft) -> "Transport":
        """The same way and the same places, with writes only while there is time left for them."""
        return self._with(self.bounds._replace(time_left=time_left), self._places)

    def _with(self, bounds: Bounds, places: AbstractContextManager[Any]) -> "Transport":
        who, stop, tally = self._credentials, self._stop, self.tally
        return Transport(who, bounds, places=places, stop=stop, tally=tally)

    def send(self, request: Request) -> dict[str, Any]:
        """What the server answers, always an object of Kubernetes; raises errors of `faults`.

        StandDownError for a write when no time is left for it, be it the first attempt or a later
        one: whether an earlier one was carried out the next sync finds out.
        """
        if why := self._outage.turned_away(self.bounds.timeout):
            raise UnavailableError(f"{self.server} {why}")
        self._stop.wait(min(self._outage.quiet(), self.bounds.timeout))
        trial: _Trial | None = None
        while True:
            with self._places:
                trial = trial or _Trial(self.bounds)
                answer = self._attempt(request, trial)
            if not isinstance(answer, Setback):
                return answer
            self._get_over(answer, trial)

    def _attempt(self, request: Request, trial: _Trial) -> dict[str, Any] | Setback:
        """The answer to one attempt; raises what need not be tried again."""
        if time.monotonic() >= self.bounds.until:
            raise TimeUpError(f"{self.server} takes too long: no more is asked of it in this sync")
        trial.identity = self._credentials.current()
        trial.attempts += 1
        self.tally.add(request.verb)
        try:
            status, wait, body = exchange(request, trial.identity, self.bounds, trial.left())
        except TooLargeError as error:
            self._outage.over()
            raise TooLargeError(f"{self.server} {error}", status=error.status) from None
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
            or self._outage.lasts(self.bounds.timeout)
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
