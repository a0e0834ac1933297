"""An API server of the tests' own: it speaks TLS and says what it is told to, also nonsense."""

import base64
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from hcpc.sync.cluster.api import Api
from hcpc.sync.cluster.connection import Connection, connect

_RESET = struct.pack("ii", 1, 0)  # a close that the other side sees as a reset

CORE = {
    "kind": "APIResourceList",
    "resources": [
        {"name": "configmaps", "kind": "ConfigMap", "namespaced": True},
        {"name": "configmaps/status", "kind": "ConfigMap", "namespaced": True},
        {"name": "secrets", "kind": "Secret", "namespaced": True},
        {"name": "namespaces", "kind": "Namespace", "namespaced": False},
    ],
}


class Asked(NamedTuple):
    """A request as it came in."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


class Reply(NamedTuple):
    """What is answered. `cut` leaves out the end, `reset` everything."""

    status: int = 200
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False
    reset: bool = False
    chunked: bool = False
    pieces_apart: float = 0


def status(code: int, reason: str = "", message: str = "", **details: Any) -> Reply:
    """How Kubernetes refuses."""
    body = {"kind": "Status", "status": "Failure", "code": code, "reason": reason}
    return Reply(code, body | {"message": message, "details": details})


class Stub:
    """What the server is to say (`answer`), and what it was asked. Discovery works by itself."""

    def __init__(self, url: str, certificate: Path) -> None:
        self.url = url
        self.certificate = certificate
        self.asked: list[Asked] = []
        self.answer: Callable[[Asked], Reply] = lambda asked: Reply(body=asked.body)
        self.connections = 0
        self.accepts = ""
        self.groups: dict[str, Any] = {"/api/v1": CORE}
        self.most_at_once = 0
        self._at_once = 0
        self._lock = threading.Lock()

    def script(self, *replies: Reply) -> None:
        """One reply after the other; the last for all that come later."""
        rest = list(replies)
        self.answer = lambda _: rest.pop(0) if len(rest) > 1 else rest[0]

    def reply(self, asked: Asked) -> Reply:
        """What is answered to a request."""
        if asked.path in self.groups and asked.method == "GET":
            return Reply(body=self.groups[asked.path])
        with self._lock:
            self.asked.append(asked)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
            if self.accepts and (scheme.lower(), token) != ("bearer", self.accepts):
                return status(401, "Unauthorized", "Unauthorized")
            return self.answer(asked)
        finally:
            with self._lock:
                self._at_once -= 1


class _Server(ThreadingHTTPServer):
    stub: Stub
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections that clients break off are no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.stub.connections += 1

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # its name there
        """Nothing."""

    def _serve(self) -> None:
        place = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:  # as the API server does: half a request is none
            self.close_connection = True
            return
        asked = Asked(
            self.command,
            place.path,
            dict(parse_qsl(place.query, keep_blank_values=True)),
            dict(self.headers),
            json.loads(body) if body else None,
        )
        self._send(self.server.stub.reply(asked))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815  # their names there

    def _send(self, reply: Reply) -> None:
        if reply.reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.close_connection = True
            return
        text = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        if reply.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self._write(text[: len(text) // 2] if reply.cut else text, reply)
        self.close_connection = self.close_connection or reply.cut

    def _write(self, text: bytes, reply: Reply) -> None:
        if reply.pieces_apart:
            for byte in text:
                self.wfile.write(bytes([byte]))
                if threading.Event().wait(reply.pieces_apart):
                    return
        elif reply.chunked:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(text), text))
            self.wfile.write(b"" if reply.cut else b"0\r\n\r\n")
        else:
            self.wfile.write(text)


@contextmanager
def serving(certificate: Path, key: Path, clients: Path | None = None) -> Iterator[Stub]:
    """A server on a free port of this machine, until the context ends.

    With `clients` it talks only to those who show that certificate, and asks for no token.
    """
    server = _Server(("127.0.0.1", 0), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(clients)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    server.stub = Stub(f"https://127.0.0.1:{server.server_address[1]}", certificate)
    server.stub.accepts = "" if clients else "first-token"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def kubeconfig(stub: Stub, **user: Any) -> dict[str, Any]:
    """One with a context `prod`, and a token unless `user` says otherwise."""
    cluster = {"server": stub.url, "certificate-authority": str(stub.certificate)}
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": "prod",
        "contexts": [{"name": "prod", "context": {"cluster": "c", "user": "u"}}],
        "clusters": [{"name": "c", "cluster": cluster}],
        "users": [{"name": "u", "user": user or {"token": stub.accepts}}],
    }


def inline(stub: Stub, **user: Any) -> dict[str, Any]:
    """A kubeconfig with everything in it, as in a Secret."""
    config = kubeconfig(stub, **user)
    cluster = config["clusters"][0]["cluster"]
    del cluster["certificate-authority"]
    data = base64.b64encode(stub.certificate.read_bytes()).decode()
    cluster["certificate-authority-data"] = data
    return config


def connected(stub: Stub, directory: Path, timeout: float = 10, **rest: Any) -> Connection:
    """A connection to the stub by a kubeconfig in `directory`."""
    path = directory / "kubeconfig"
    path.write_text(json.dumps(kubeconfig(stub)))
    return connect(path, None, timeout=timeout, **rest)


def api_of(stub: Stub, directory: Path, timeout: float = 10, **rest: Any) -> Api:
    """The API of such a connection."""
    return connected(stub, directory, timeout, **rest).cluster
