"""A proxy before the API server that does to requests what networks and servers do on bad days.

It speaks TLS on both sides and counts what passes. What happens to a request is said by a plan: a
function from the request to a `Fault`, or None for a good day. It can also kill a process just
before or just after a request of its has reached the API server.
"""

import http.client
import json
import os
import random
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple, Self, cast
from urllib.parse import parse_qs, urlsplit

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "upgrade", "content-length"}
_LINGER = struct.pack("ii", 1, 0)  # a close that the other side sees as a reset


class What(StrEnum):
    """What happens to a request."""

    STATUS = "status"  # the proxy answers, the API server never hears of it
    DELAY = "delay"
    RESET_BEFORE = "reset-before"  # the connection is reset, the API server never hears of it
    RESET_AFTER = "reset-after"  # the API server has done it, nobody hears its answer
    CUT = "cut"  # the answer stops in its middle
    KILL_BEFORE = "kill-before"
    KILL_AFTER = "kill-after"


class Fault(NamedTuple):
    """What happens to one request; `value` is a status, or seconds to wait."""

    what: What
    value: float = 0
    retry_after: int | None = None


class Request(NamedTuple):
    """A request as it came in. `number` counts from 1 since the last `reset`."""

    number: int
    method: str
    path: str
    query: dict[str, list[str]]

    @property
    def is_write(self) -> bool:
        """Whether it would change something; who leads is nothing that git wants."""
        return self.method != "GET" and "dryRun" not in self.query and "/leases" not in self.path


Plan = Callable[[Request], Fault | None]


def no_faults(request: Request) -> None:
    """A good day."""
    del request


def at(number: int, fault: Fault) -> Plan:
    """One fault, to the request of this number."""
    return lambda request: fault if request.number == number else None


def at_write(number: int, fault: Fault) -> Plan:
    """One fault, to the nth request that would change something."""
    seen = iter(range(1, 10**9))
    lock = threading.Lock()

    def plan(request: Request) -> Fault | None:
        if not request.is_write:
            return None
        with lock:
            return fault if next(seen) == number else None

    return plan


def first(count: int, fault: Fault, matches: Callable[[Request], bool] = lambda _: True) -> Plan:
    """A fault to each of the first requests that match."""
    left = [count]
    lock = threading.Lock()

    def plan(request: Request) -> Fault | None:
        with lock:
            if not matches(request) or not left[0]:
                return None
            left[0] -= 1
            return fault

    return plan


ALL_FAULTS = (
    Fault(What.STATUS, 429, retry_after=0),
    Fault(What.STATUS, 429, retry_after=1),
    Fault(What.STATUS, 500),
    Fault(What.STATUS, 503),
    Fault(What.DELAY, 0.1),
    Fault(What.RESET_BEFORE),
    Fault(What.RESET_AFTER),
    Fault(What.CUT),
)


def at_random(seed: int, share: float, faults: tuple[Fault, ...] = ALL_FAULTS) -> Plan:
    """Faults to a share of all requests; the same for the same seed and order of requests."""
    dice = random.Random(seed)  # noqa: S311  # a game, no secret
    lock = threading.Lock()

    def plan(request: Request) -> Fault | None:
        del request
        with lock:
            return dice.choice(faults) if dice.random() < share else None

    return plan


class Proxy:
    """A server of its own on a free port of loopback, before one API server.

    `plan` may be changed at any time. `kill` is what a plan's `KILL_BEFORE` and `KILL_AFTER` call.
    Tokens in `expired` are answered with 401.
    """

    def __init__(self, upstream: str, certificate: Path, key: Path) -> None:
        self.plan: Plan = no_faults
        self.kill: Callable[[], None] = lambda: None
        self.expired: set[str] = set()
        self.requests: list[Request] = []
        self.faults: Counter[str] = Counter()
        self.most_in_flight = 0
        self._in_flight = 0
        self._lock = threading.Lock()
        self._upstream = urlsplit(upstream)
        self._trust = ssl.create_default_context(cafile=str(certificate))
        self._own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._own.load_cert_chain(certificate, key)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self._server.context = self._own
        self._thread = threading.Thread(
            target=lambda: self._server.serve_forever(poll_interval=0.05), daemon=True
        )

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self._server.server_address[1]}"

    @property
    def writes(self) -> list[Request]:
        """Requests that would have changed something, since the last `reset`."""
        return [each for each in self.requests if each.is_write]

    def start(self) -> Self:
        """Starts to listen."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ends it, and every connection."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=10)

    def reset(self, plan: Plan = no_faults) -> None:
        """Counts from the beginning; by default good days come again."""
        with self._lock:
            self.plan = plan
            self.requests = []
            self.faults = Counter()
            self.most_in_flight = 0

    def came_in(self, method: str, target: str) -> tuple[Request, Fault | None]:
        """Notes a request; what is to happen to it."""
        place = urlsplit(target)
        with self._lock:
            number = len(self.requests) + 1
            request = Request(number, method, place.path, parse_qs(place.query))
            self.requests.append(request)
            self._in_flight += 1
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
            fault = self.plan(request)
            if fault:
                self.faults[fault.what] += 1
        return request, fault

    def went_out(self) -> None:
        """Notes that a request was answered, or never will be."""
        with self._lock:
            self._in_flight -= 1

    def connect(self) -> http.client.HTTPSConnection:
        """A connection to the API server."""
        assert self._upstream.hostname
        return http.client.HTTPSConnection(
            self._upstream.hostname, self._upstream.port, context=self._trust, timeout=60
        )


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64
    proxy: Proxy
    context: ssl.SSLContext

    def finish_request(self, request: object, client_address: object) -> None:
        # In the thread of the connection, so that one slow handshake holds up nobody.
        connection = cast("socket.socket", request)
        connection.settimeout(60)
        with suppress(OSError):
            wrapped = self.context.wrap_socket(connection, server_side=True)
            try:
                _Handler(wrapped, cast("tuple[str, int]", client_address), self)
            finally:
                with suppress(OSError):
                    wrapped.close()

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go away are what this is for."""


class _Answer(NamedTuple):
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    _upstream: http.client.HTTPSConnection | None = None

    def setup(self) -> None:
        super().setup()
        # The head and the body of an answer are two writes: without this they are 40 ms apart.
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        if self._upstream:
            self._upstream.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # named by the base
        """The tests have enough to say."""

    def _pass(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        _, fault = self.server.proxy.came_in(self.command, self.path)
        try:
            self._treat(body, fault)
        finally:
            self.server.proxy.went_out()

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _pass  # noqa: N815  # named by the base

    def _treat(self, body: bytes, fault: Fault | None) -> None:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if token in self.server.proxy.expired:
            self._say(_refusal(401, "Unauthorized"))
            return
        match fault:
            case None:
                self._say(self._forward(body))
            case Fault(What.STATUS):
                self._say(_refusal(int(fault.value), "TestFault", fault.retry_after))
            case Fault(What.DELAY):
                time.sleep(fault.value)
                self._say(self._forward(body))
            case Fault(What.RESET_BEFORE):
                self._reset()
            case Fault(What.RESET_AFTER):
                self._forward(body)
                self._reset()
            case Fault(What.CUT):
                self._say(self._forward(body), cut=True)
            case Fault(What.KILL_BEFORE):
                self.server.proxy.kill()
                self._reset()
            case Fault(What.KILL_AFTER):
                self._forward(body)
                self.server.proxy.kill()
                self._reset()
            case _:
                raise AssertionError(fault)

    def _forward(self, body: bytes) -> _Answer:
        headers = {name: value for name, value in self.headers.items() if _is_passed_on(name)}
        for attempt in (1, 2):
            connection = self._upstream or self.server.proxy.connect()
            self._upstream = connection
            try:
                connection.request(self.command, self.path, body or None, headers)
                answer = connection.getresponse()
                passed = [
                    (name, value) for name, value in answer.getheaders() if _is_passed_on(name)
                ]
                return _Answer(answer.status, passed, answer.read())
            except (OSError, http.client.HTTPException):
                connection.close()
                self._upstream = None
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    def _say(self, answer: _Answer, *, cut: bool = False) -> None:
        body = answer.body
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
        self.wfile.flush()
        if cut:
            self._reset()

    def _reset(self) -> None:
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER)
        self.close_connection = True
        # `close` would wait for the streams that are made of the socket.
        with suppress(OSError):
            os.close(self.connection.detach())


def _is_passed_on(header: str) -> bool:
    return header.lower() not in _HOP_BY_HOP


def _refusal(status: int, reason: str, retry_after: int | None = None) -> _Answer:
    said = {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": f"the proxy answers {status}",
        "reason": reason,
        "code": status,
    }
    headers = [("Content-Type", "application/json")]
    if retry_after is not None:
        headers.append(("Retry-After", str(retry_after)))
    return _Answer(status, headers, json.dumps(said).encode())
