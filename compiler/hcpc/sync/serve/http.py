"""What the daemon answers: `/healthz`, `/readyz` and `/metrics`; and `POST /sync` on loopback.

Two servers: what anyone may read, and what asks for a round. Neither knows anything of Kubernetes.
"""

import contextlib
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from socketserver import TCPServer
from typing import NamedTuple

from hcpc.sync.errors import SyncError

_TIMEOUT = 10.0
_ADDRESS = re.compile(r"(?:\[(?P<v6>[0-9a-fA-F:.]+)\]|(?P<host>[\w.-]*)):(?P<port>\d{1,5})")
_PORTS = 65536
_TEXT = "text/plain; charset=utf-8"


class ListenError(SyncError):
    """Nothing can be listened to at an address; the text says why."""


class Address(NamedTuple):
    """Where to listen. No host is every address of the machine."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine (or pod) can reach it."""
        return _is_loopback(self.host)


def read_address(text: str) -> Address:
    """`HOST:PORT`, `[IPV6]:PORT` or `:PORT`; a ValueError for anything else."""
    found = _ADDRESS.fullmatch(text)
    if found is None or int(found["port"]) >= _PORTS:
        raise ValueError(f"{text!r} is no ADDRESS:PORT")
    return Address(found["v6"] or found["host"] or "", int(found["port"]))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Answer(NamedTuple):
    """What a request gets."""

    status: HTTPStatus
    body: bytes
    content_type: str = _TEXT


Route = Callable[[Mapping[str, str]], Answer]
"""Answers a request by its headers (names in lower case)."""


def yes_or_no(why_not: Callable[[], str]) -> Route:
    """200 `ok`, or 503 with why not."""

    def answer(_headers: Mapping[str, str]) -> Answer:
        reason = why_not()
        if reason:
            return Answer(HTTPStatus.SERVICE_UNAVAILABLE, reason.encode() + b"\n")
        return Answer(HTTPStatus.OK, b"ok\n")

    return answer


def exposed(exposition: Callable[[str], tuple[bytes, str]]) -> Route:
    """Metrics, in the format that the scraper takes."""

    def answer(headers: Mapping[str, str]) -> Answer:
        body, content_type = exposition(headers.get("accept", ""))
        return Answer(HTTPStatus.OK, body, content_type)

    return answer


def triggers(ring: Callable[[], None]) -> Route:
    """Asks for a round, unless a web page of somebody's browser does."""

    def answer(headers: Mapping[str, str]) -> Answer:
        host = headers.get("host", "")
        name = host.rpartition(":")[0] if re.search(r":\d+$", host) else host
        if "origin" in headers or not _is_loopback(name.strip("[]")):
            return Answer(HTTPStatus.FORBIDDEN, b"not from a browser\n")
        ring()
        return Answer(HTTPStatus.ACCEPTED, b"a round begins\n")

    return answer


@contextlib.contextmanager
def listening(address: Address, routes: Mapping[tuple[str, str], Route]) -> Iterator[Address]:
    """Answers requests by verb and path for as long as it is entered; the address as it came to be.

    Raises ListenError. Port 0 takes any that is free.
    """
    try:
        server = _server(address, routes)
    except OSError as failure:
        why = failure.strerror or str(failure)
        raise ListenError(f"cannot listen at {address}: {why}") from None
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
    )
    thread.start()
    try:
        yield Address(address.host, server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _server(address: Address, routes: Mapping[tuple[str, str], Route]) -> ThreadingHTTPServer:
    class Handler(_Handler):
        known = routes

    families = [socket.AF_INET6] if ":" in address.host else [socket.AF_INET]
    if not address.host and socket.has_dualstack_ipv6():
        families.insert(0, socket.AF_INET6)  # pods often have only one of the two
    *others, last = families
    for family in others:
        with contextlib.suppress(OSError):
            return _Server(address, family, Handler)
    return _Server(address, last, Handler)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(
        self, address: Address, family: socket.AddressFamily, handler: type[BaseHTTPRequestHandler]
    ) -> None:
        self.address_family = family
        super().__init__((address.host, address.port), handler)

    def server_bind(self) -> None:
        """Bind, without asking a name server who we are, which may take its time."""
        if self.address_family == socket.AF_INET6 and not self.server_address[0]:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "hcpc", self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: whoever asked went away."""
        del request, client_address


class _Handler(BaseHTTPRequestHandler):
    """One request each: nobody holds a thread for long."""

    known: Mapping[tuple[str, str], Route] = {}
    timeout = _TIMEOUT
    protocol_version = "HTTP/1.0"

    def _answer(self) -> None:
        path = self.path.partition("?")[0]
        route = self.known.get((self.command, path))
        if route is None and self.command == "HEAD":
            route = self.known.get(("GET", path))
        if route is None:
            allowed = any(path == each for _, each in self.known)
            status = HTTPStatus.METHOD_NOT_ALLOWED if allowed else HTTPStatus.NOT_FOUND
            answer = Answer(status, status.phrase.lower().encode() + b"\n")
        else:
            answer = route({name.lower(): value for name, value in self.headers.items()})
        self._send(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  # as http.server calls them

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def version_string(self) -> str:
        """Who answers, without versions."""
        return "hcpc"

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: probes come every few seconds."""
