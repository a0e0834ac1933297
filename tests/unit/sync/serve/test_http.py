"""What the daemon answers, over real sockets on loopback."""

import http.client
import socket
from collections.abc import Iterator
from http import HTTPStatus

import pytest

from hcpc.sync.serve.http import (
    Address,
    Answer,
    ListenError,
    exposed,
    listening,
    read_address,
    triggers,
    yes_or_no,
)


class Served:
    """A server with all our routes, and what it knows."""

    def __init__(self) -> None:
        self.fault = ""
        self.rings = 0
        self.routes = {
            ("GET", "/healthz"): yes_or_no(lambda: self.fault),
            ("GET", "/metrics"): exposed(lambda accept: (accept.encode(), "text/x")),
            ("POST", "/sync"): triggers(self.ring),
        }
        self.port = 0

    def ring(self) -> None:
        """A round was asked for."""
        self.rings += 1

    def ask(self, verb: str, path: str, **headers: str) -> tuple[int, str, str]:
        """Status, content type and body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(verb, path, headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer.status, answer.headers["Content-Type"], body


@pytest.fixture
def served() -> Iterator[Served]:
    found = Served()
    with listening(Address("127.0.0.1", 0), found.routes) as address:
        found.port = address.port
        yield found


def test_what_is_well_is_ok_and_what_is_not_says_why(served: Served) -> None:
    text = "text/plain; charset=utf-8"
    assert served.ask("GET", "/healthz") == (200, text, "ok\n")
    assert served.ask("HEAD", "/healthz") == (200, text, "")
    served.fault = "nothing has moved for 700 seconds"
    assert served.ask("GET", "/healthz?verbose") == (503, text, f"{served.fault}\n")


def test_metrics_are_in_the_format_that_is_asked_for(served: Served) -> None:
    assert served.ask("GET", "/metrics", Accept="a/b") == (200, "text/x", "a/b")


def test_a_post_asks_for_a_round(served: Served) -> None:
    assert served.ask("POST", "/sync")[0] == 202
    assert served.ask("POST", "/sync", Host="localhost")[0] == 202
    assert served.rings == 2


def test_a_page_in_a_browser_cannot_ask_for_a_round(served: Served) -> None:
    assert served.ask("POST", "/sync", Origin="http://evil.example.com")[0] == 403
    assert served.ask("POST", "/sync", Host="evil.example.com:80")[0] == 403
    assert served.rings == 0


def test_other_paths_and_verbs_are_refused(served: Served) -> None:
    assert served.ask("GET", "/sync")[0] == 405
    assert served.ask("GET", "/")[0] == 404


def test_the_server_does_not_say_what_it_is_made_of(served: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)
    connection.request("GET", "/healthz")
    answer = connection.getresponse()
    assert answer.headers["Server"] == "hcpc"
    answer.read()
    connection.close()


def test_an_address_that_is_taken_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = Address("127.0.0.1", taken.getsockname()[1])
        with (
            pytest.raises(ListenError, match=f"cannot listen at {address}: "),
            listening(address, {}),
        ):
            pass


def test_no_host_is_every_address() -> None:
    routes = {("GET", "/"): lambda _headers: Answer(HTTPStatus.OK, b"here")}
    with listening(Address("", 0), routes) as address:
        connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=10)
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"here"
        connection.close()


@pytest.mark.parametrize(
    ("text", "address", "is_loopback"),
    [
        (":8080", Address("", 8080), False),
        ("127.0.0.1:0", Address("127.0.0.1", 0), True),
        ("[::1]:80", Address("::1", 80), True),
        ("localhost:80", Address("localhost", 80), True),
        ("10.0.0.1:80", Address("10.0.0.1", 80), False),
    ],
)
def test_addresses_are_read(text: str, address: Address, *, is_loopback: bool) -> None:
    assert read_address(text) == address
    assert read_address(str(address)) == address
    assert address.is_loopback is is_loopback


@pytest.mark.parametrize("text", ["8080", "::1:80", "host:99999", "host:", "http://host:80", ""])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ADDRESS:PORT"):
        read_address(text)
