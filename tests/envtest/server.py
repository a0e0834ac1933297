"""A real kube-apiserver with its etcd, on free ports of this machine, while a test needs it.

`make envtest` provides both programs; the variable `KUBEBUILDER_ASSETS` names their directory. All
that the two write lies below a directory of the caller. They end with `stop()`, and also when this
process ends in any other way.
"""

import base64
import os
import secrets
import socket
import ssl
import subprocess
import time
from collections.abc import Iterable, Sequence
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from tests.envtest.client import Client

ROOT = Path(__file__).parents[2]
SECONDS_TO_START = 120
ATTEMPTS = 3

# Runs a program until standard input ends: that is, until whoever holds its other end is gone.
WATCHED = """
exec 3<&0
"$@" 3<&- </dev/null &
server=$!
{ cat <&3; kill -9 "$server"; } >/dev/null 2>&1 &
exec 3<&-
wait "$server"
"""


def programs() -> Path:
    """The directory of etcd and kube-apiserver; a test that needs them fails without them."""
    directory = Path(os.environ.get("KUBEBUILDER_ASSETS") or ROOT / ".tools/envtest/bin").absolute()
    if not all((directory / name).is_file() for name in ("etcd", "kube-apiserver")):
        pytest.fail(f"no etcd and kube-apiserver in {directory}; `make envtest` provides them")
    return directory


class NotReadyError(Exception):
    """A program ended, or did not get ready in time; the message ends with its last words."""


class ApiServer:
    """One API server with an etcd of its own.

    Whoever shows `token` may do everything. `authorization` is a mode of the server; with `RBAC`
    the tokens of `users` (name and token) may do what roles give them. `arguments` are more flags.
    """

    def __init__(
        self,
        directory: Path,
        *,
        authorization: str = "AlwaysAllow",
        users: Iterable[tuple[str, str]] = (),
        arguments: Sequence[str] = (),
    ) -> None:
        self.token = secrets.token_hex(16)
        self.url = ""
        self.certificate = directory / "certificates" / "apiserver.crt"
        self._directory = directory
        self._authorization = authorization
        self._users = tuple(users)
        self._arguments = tuple(arguments)
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self) -> Self:
        """Starts both and returns when the API server is ready. NotReadyError if it never is."""
        self._write_credentials()
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._start()
            except NotReadyError:
                # Another process may have taken a port that was free a moment ago.
                self.stop()
                if attempt == ATTEMPTS:
                    raise
            except BaseException:
                self.stop()
                raise
            else:
                return self
        raise AssertionError("unreachable")

    def stop(self) -> None:
        """Ends both; nothing they stored is wanted any more, so they are not asked kindly."""
        while self._running:
            process = self._running.pop()
            assert process.stdin
            process.stdin.close()
            process.wait(timeout=30)

    def client(self, token: str | None = None) -> Client:
        """A connection of one thread's own, by default of the one who may do everything."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        # Python 3.13 asks self-made certificates for extensions that kube-apiserver's own has not.
        context.verify_flags &= ~ssl.VERIFY_X509_STRICT
        return Client(self.url, token or self.token, context)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _write_credentials(self) -> None:
        self._directory.mkdir(parents=True, exist_ok=True)
        (self._directory / "service-accounts.key").write_text(_signing_key())
        rows = [f"{self.token},admin,admin,system:masters"]
        rows += [f"{token},{name},{name}" for name, token in self._users]
        (self._directory / "tokens.csv").write_text("\n".join(rows) + "\n")

    def _start(self) -> None:
        client_port, peer_port, port = _free_ports(3)
        etcd = f"http://127.0.0.1:{client_port}"
        self.url = f"https://127.0.0.1:{port}"
        self._run("etcd", _etcd_flags(self._directory, etcd, f"http://127.0.0.1:{peer_port}"))
        flags = _api_server_flags(self._directory, etcd, port)
        flags += [f"--authorization-mode={self._authorization}", *self._arguments]
        self._run("kube-apiserver", flags)
        self._wait()

    def _run(self, program: str, flags: list[str]) -> None:
        log = self._directory / f"{program}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                ["sh", "-c", WATCHED, "watched", programs() / program, *flags],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self._directory,
            )
        self._running.append(process)

    def _wait(self) -> None:
        """Until the API server is ready, and has the namespace that all others lack at first."""
        until = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < until:
            if any(process.poll() is not None for process in self._running):
                raise NotReadyError(self._last_words())
            if self._is_ready():
                return
            time.sleep(0.1)
        raise NotReadyError(f"not ready after {SECONDS_TO_START} s\n{self._last_words()}")

    def _is_ready(self) -> bool:
        if not self.certificate.is_file():
            return False
        try:
            with self.client() as client:
                ready = client.get("/readyz").status
                return {ready, client.get("/api/v1/namespaces/default").status} == {200}
        except (OSError, HTTPException):
            return False

    def _last_words(self) -> str:
        logs = sorted(self._directory.glob("*.log"))
        ends = [log.read_text(errors="replace").splitlines()[-15:] for log in logs]
        return "\n".join(line for end in ends for line in end)


def _signing_key() -> str:
    """A new EC key of the curve P-256, as PEM.

    RFC 5915 lets its public half be left out, so the secret number is all there is to it; nothing
    but the standard library is needed.
    """
    head, curve = bytes.fromhex("30310201010420"), bytes.fromhex("a00a06082a8648ce3d030107")
    number = secrets.token_bytes(31).rjust(32, b"\x01")  # surely below the order of the curve
    body = base64.encodebytes(head + number + curve).decode()
    return f"-----BEGIN EC PRIVATE KEY-----\n{body}-----END EC PRIVATE KEY-----\n"


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now; all are held at once so that none is given twice."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _etcd_flags(directory: Path, url: str, peers: str) -> list[str]:
    return [
        f"--data-dir={directory / 'etcd'}",
        f"--listen-client-urls={url}",
        f"--advertise-client-urls={url}",
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        f"--initial-cluster=default={peers}",
        "--unsafe-no-fsync",
        "--log-level=warn",
    ]


def _api_server_flags(directory: Path, etcd: str, port: int) -> list[str]:
    key = directory / "service-accounts.key"
    return [
        f"--etcd-servers={etcd}",
        f"--secure-port={port}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--cert-dir={directory / 'certificates'}",
        f"--token-auth-file={directory / 'tokens.csv'}",
        f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}",
        "--service-account-issuer=https://127.0.0.1",
        "--service-cluster-ip-range=10.0.0.0/24",
        # No test is to be slowed down because another asks much.
        "--enable-priority-and-fairness=false",
        "--max-requests-inflight=0",
        "--max-mutating-requests-inflight=0",
        "--profiling=false",
    ]
