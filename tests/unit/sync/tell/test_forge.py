"""Commit statuses, against a forge of our own on loopback."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from hcpc.sync.tell.forge import ForgeError, HttpForge, State, Status, Where, find_forge, find_token

COMMIT = "0123456789abcdef0123456789abcdef01234567"
TOKEN = "a-token-that-nobody-may-see"  # noqa: S105  # of nobody
APPLIED = Status("hcpc/mgmt-1/applied", State.SUCCESS, "12 objects unchanged")
HEALTHY = Status("hcpc/mgmt-1/healthy", State.FAILURE, "demo is degraded")


class StubForge:
    """Answers what it is told to, and keeps what was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self.listed: Any = []
        self.refusal: tuple[int, bytes, dict[str, str]] | None = None
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(size)) if size else None
                stub.asked.append((self.command, self.path, dict(self.headers), body))
                code, content = 200, json.dumps(stub.listed).encode()
                more: dict[str, str] = {}
                if self.command == "POST" or not isinstance(stub.listed, list | dict):
                    code, content = 201, b"{}"
                if stub.refusal and self.command == "POST":
                    code, content, more = stub.refusal
                self.send_response(code)
                for name, value in {**more, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = answer  # noqa: N815  # names of the base class

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def posted(self) -> list[tuple[str, Any]]:
        """Paths and bodies of what was written."""
        return [(path, body) for verb, path, _, body in self.asked if verb == "POST"]


@pytest.fixture
def stub() -> Iterator[StubForge]:
    forge = StubForge()
    thread = threading.Thread(target=forge.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield forge
    forge.server.shutdown()
    thread.join()
    forge.server.server_close()


def github(stub: StubForge) -> HttpForge:
    return HttpForge(Where("github", stub.url, "org/fleet"), TOKEN)


def gitlab(stub: StubForge) -> HttpForge:
    return HttpForge(Where("gitlab", stub.url, "group/sub/fleet"), TOKEN)


def test_github_gets_each_context_with_the_token_as_a_bearer(stub: StubForge) -> None:
    stub.listed = {"statuses": []}
    assert github(stub).tell(COMMIT, (APPLIED, HEALTHY)) == ""
    path = f"/repos/org/fleet/statuses/{COMMIT}"
    assert stub.posted() == [
        (
            path,
            {"state": "success", "context": APPLIED.context, "description": "12 objects unchanged"},
        ),
        (path, {"state": "failure", "context": HEALTHY.context, "description": "demo is degraded"}),
    ]
    assert {headers["Authorization"] for _, _, headers, _ in stub.asked} == {f"Bearer {TOKEN}"}


def test_gitlab_gets_its_own_words_and_its_own_header(stub: StubForge) -> None:
    assert gitlab(stub).tell(COMMIT, (HEALTHY,)) == ""
    path = f"/projects/group%2Fsub%2Ffleet/statuses/{COMMIT}"
    body = {"state": "failed", "name": HEALTHY.context, "description": "demo is degraded"}
    assert stub.posted() == [(path, body)]
    assert {headers["Private-Token"] for _, _, headers, _ in stub.asked} == {TOKEN}


def test_what_was_said_is_not_said_again(stub: StubForge) -> None:
    stub.listed = {"statuses": []}
    forge = github(stub)
    forge.tell(COMMIT, (APPLIED,))
    forge.tell(COMMIT, (APPLIED,))
    assert len(stub.asked) == 2
    forge.tell(COMMIT, (APPLIED._replace(state=State.PENDING),))
    assert len(stub.posted()) == 2


def test_another_process_knows_what_the_forge_has(stub: StubForge) -> None:
    stub.listed = {
        "statuses": [
            {
                "context": APPLIED.context,
                "state": "success",
                "description": APPLIED.description,
            }
        ]
    }
    github(stub).tell(COMMIT, (APPLIED,))
    assert stub.posted() == []
    stub.listed = [{"name": HEALTHY.context, "status": "failed", "description": "demo is degraded"}]
    gitlab(stub).tell(COMMIT, (HEALTHY,))
    assert stub.posted() == []


def test_gitlab_refusing_a_state_that_is_there_already_is_no_failure(stub: StubForge) -> None:
    message = b'{"message": "Cannot transition status via :enqueue from :pending"}'
    stub.refusal = (400, message, {})
    forge = gitlab(stub)
    assert forge.tell(COMMIT, (APPLIED,)) == ""
    assert forge.tell(COMMIT, (APPLIED,)) == ""
    assert len(stub.posted()) == 1


def test_a_refusal_is_told_in_words_and_tried_again(stub: StubForge) -> None:
    stub.listed = {"statuses": []}
    stub.refusal = (403, b'{"message": "Resource not\\n accessible"}', {})
    forge = github(stub)
    told = "the commit status cannot be written: github answered 403: Resource not accessible"
    assert forge.tell(COMMIT, (APPLIED,)) == told
    stub.refusal = None
    assert forge.tell(COMMIT, (APPLIED,)) == ""
    assert len(stub.posted()) == 2


def test_a_forge_that_says_the_token_back_is_not_repeated(stub: StubForge) -> None:
    stub.refusal = (401, json.dumps({"message": f"bad {TOKEN}"}).encode(), {})
    told = gitlab(stub).tell(COMMIT, (APPLIED,))
    assert told.endswith("401: bad …")


def test_no_redirect_takes_the_token_elsewhere(stub: StubForge) -> None:
    stub.listed = {"statuses": []}
    stub.refusal = (302, b"", {"Location": f"{stub.url}/elsewhere"})
    assert github(stub).tell(COMMIT, (APPLIED,)).endswith("github answered 302")
    assert [path for _, path, _, _ in stub.asked if "elsewhere" in path] == []


def test_a_forge_that_is_not_there_is_told(stub: StubForge) -> None:
    where = Where("github", "http://127.0.0.1:1", "org/fleet")
    told = HttpForge(where, TOKEN).tell(COMMIT, (APPLIED,))
    assert told.startswith("the commit status cannot be written: github cannot be reached: ")
    assert stub.asked == []


def test_a_description_fits(stub: StubForge) -> None:
    stub.listed = {"statuses": []}
    github(stub).tell(COMMIT, (APPLIED._replace(description="x" * 200),))
    ((_, body),) = stub.posted()
    assert body["description"] == "x" * 139 + "…"


def test_without_a_commit_nothing_is_asked(stub: StubForge) -> None:
    assert github(stub).tell("", (APPLIED,)) == ""
    assert stub.asked == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("https://github.com/org/fleet.git", ("github", "https://api.github.com", "org/fleet")),
        ("git@github.com:org/fleet.git", ("github", "https://api.github.com", "org/fleet")),
        ("ssh://git@gitlab.com:22/a/b/c.git", ("gitlab", "https://gitlab.com/api/v4", "a/b/c")),
        ("https://user:pw@github.com/org/fleet", ("github", "https://api.github.com", "org/fleet")),
    ],
)
def test_a_forge_is_found_in_the_address_of_the_repository(
    source: str, found: tuple[str, str, str]
) -> None:
    assert find_forge(source) == found


@pytest.mark.parametrize("source", ["https://git.example.com/a/b", "/srv/fleet.git", "fleet"])
def test_a_host_that_nobody_named_is_no_forge(source: str) -> None:
    assert find_forge(source) is None


def test_an_enterprise_forge_is_named() -> None:
    source = "git@git.example.com:a/b.git"
    assert find_forge(source, kind="github") == (
        "github",
        "https://git.example.com/api/v3",
        "a/b",
    )
    assert find_forge(source, kind="gitlab", api="https://api.example.com/v4/", project="c/d") == (
        "gitlab",
        "https://api.example.com/v4",
        "c/d",
    )


@pytest.mark.parametrize(
    "api",
    [
        "http://git.example.com",
        "ftp://git.example.com",
        "https://u:p@git.example.com",
        "git",
        "https://[x",
    ],
)
def test_a_token_is_never_sent_in_the_open(api: str) -> None:
    with pytest.raises(ForgeError, match="the address of the forge's API"):
        find_forge("git@git.example.com:a/b.git", kind="github", api=api)


def test_a_directory_has_no_project() -> None:
    with pytest.raises(ForgeError, match="--forge-project"):
        find_forge("/srv/fleet.git", kind="github")
    with pytest.raises(ForgeError, match="--forge-api"):
        find_forge("/srv/fleet.git", kind="github", project="a/b")


def test_our_own_variable_goes_before_those_of_the_forges() -> None:
    where = Where("gitlab", "https://gitlab.com/api/v4", "a/b")
    assert find_token(where, {"GITHUB_TOKEN": "x"}) == ""
    assert find_token(where, {"GITLAB_TOKEN": "y"}) == "y"
    assert find_token(where, {"GITLAB_TOKEN": "y", "HCPC_FORGE_TOKEN": "z\n"}) == "z"
    with pytest.raises(ForgeError, match="characters"):
        find_token(where, {"HCPC_FORGE_TOKEN": "z\nInjected: header"})
