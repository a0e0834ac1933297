"""Servers of git on loopback: `git daemon`, `git http-backend` behind HTTP, and one that is silent.

Each serves the repositories below a directory, takes pushes, and ends with its `with` block.
"""

import base64
import contextlib
import os
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from tests.git import git

_START = 10.0


def empty_repository(path: Path, *options: str) -> Path:
    """A new bare repository that may be pushed to."""
    path.mkdir(parents=True)
    git(path, "init", "-q", "--bare", "-b", "main", *options)
    return path


class GitDaemon:
    """`git daemon`; the repository `BASE/NAME` is at `.url + NAME`."""

    def __init__(self, base: Path) -> None:
        self._port = _free_port()
        self.url = f"git://127.0.0.1:{self._port}/"
        self._command = [
            *("git", "daemon", f"--base-path={base}", "--export-all", "--reuseaddr"),
            *("--enable=receive-pack", "--informative-errors", "--listen=127.0.0.1"),
            *(f"--port={self._port}", str(base)),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + _START
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port)):
                return self
            time.sleep(0.02)
        raise TimeoutError("git daemon does not answer")

    def __exit__(self, *_: object) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.wait()


class SilentServer:
    """Takes connections, and never says anything; at `.port`."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()


class HttpGit:
    """`git http-backend`; the repository `BASE/NAME` is at `.url + NAME`.

    With `users` (passwords by name) everyone has to say who they are. `requests` are those that
    came, as `METHOD PATH?QUERY`. While `fault` is set, that HTTP status is all that is answered.
    """

    def __init__(self, base: Path, users: Mapping[str, str] | None = None) -> None:
        self.base = base
        self.users = users or {}
        self.requests: list[str] = []
        self.fault = 0
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.told = self
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}/"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def knows(self, authorization: str) -> bool:
        """Whether a header names one of the users."""
        kind, _, word = authorization.partition(" ")
        if not self.users:
            return True
        if kind != "Basic":
            return False
        name, _, password = base64.b64decode(word).decode().partition(":")
        return self.users.get(name) == password


class _Server(ThreadingHTTPServer):
    told: HttpGit


class _Handler(BaseHTTPRequestHandler):
    """One request: handed to `git http-backend` as CGI says."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *_: Any) -> None:
        pass

    def _serve(self) -> None:
        told = self.server.told
        told.requests.append(f"{self.command} {self.path}")
        body = self._body()
        if told.fault:
            self._answer(told.fault, {}, b"")
        elif not told.knows(self.headers.get("Authorization", "")):
            self._answer(401, {"WWW-Authenticate": 'Basic realm="git"'}, b"")
        else:
            done = subprocess.run(
                ["git", "http-backend"],
                input=body,
                env=os.environ | self._variables(len(body)),
                capture_output=True,
                check=False,
            )
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if line)
            self._answer(int(headers.pop("Status", "200")[:3]), headers, content)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _variables(self, length: int) -> dict[str, str]:
        path, _, query = self.path.partition("?")
        return {
            "GIT_PROJECT_ROOT": str(self.server.told.base),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "PATH_INFO": unquote(path),
            "QUERY_STRING": query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "REMOTE_USER": "somebody",
            "REMOTE_ADDR": "127.0.0.1",
        }

    def _answer(self, status: int, headers: Mapping[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(content)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
