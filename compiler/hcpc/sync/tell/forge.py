"""Commit statuses on GitHub and GitLab: whether a commit is applied, and whether all is well.

Two contexts for each management cluster, and each is written only when it says something new. A
forge that does not answer is told to whoever asks, and stops nothing. The token goes nowhere but to
the forge's API, over TLS.
"""

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from http.client import HTTPException
from ipaddress import ip_address
from typing import Any, NamedTuple, Protocol
from urllib.error import HTTPError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from hcpc.sync.errors import SyncError

GITHUB, GITLAB = "github", "gitlab"
KINDS = (GITHUB, GITLAB)
_HOSTS = {"github.com": GITHUB, "gitlab.com": GITLAB}
_TOKENS = {GITHUB: "GITHUB_TOKEN", GITLAB: "GITLAB_TOKEN"}
OWN_TOKEN = "HCPC_FORGE_TOKEN"  # noqa: S105  # the name of a variable
_TIMEOUT = 10.0
_LONGEST = 140  # what GitHub takes of a description
_MOST = 1 << 20
_BAD_REQUEST = 400
_SCP = re.compile(r"(?:[^@/]+@)?(?P<host>[^:/]+):(?!//)(?P<path>.+)")
_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


class ForgeError(SyncError):
    """No statuses can be written as things are; the text says why, and what to do."""


class State(StrEnum):
    """What a commit status says."""

    SUCCESS = "success"
    PENDING = "pending"
    FAILURE = "failure"


class Status(NamedTuple):
    """One context of a commit."""

    context: str
    state: State
    description: str


class Where(NamedTuple):
    """A project on a forge: its kind, the address of its API without a `/` at the end, its path."""

    kind: str
    api: str
    project: str


def find_forge(source: str, *, kind: str = "", api: str = "", project: str = "") -> Where | None:
    """The project that a repository's address belongs to; None where there is no forge to tell.

    Without a `kind` only the hosts that everyone knows count. Raises ForgeError when what was said
    is not enough, or would show a token to others.
    """
    host, path = _host_and_path(source)
    kind = kind or _HOSTS.get(host, "")
    if not kind:
        return None
    project = (project or path).strip("/").removesuffix(".git")
    if not re.fullmatch(r"[\w.~-]+(?:/[\w.~-]+)+", project):
        raise ForgeError(
            "the project of the commit statuses is not known; name it with `--forge-project`"
        )
    if not api:
        if not host:
            raise ForgeError("the forge's API is not known; name it with `--forge-api`")
        api = _default_api(kind, host)
    return Where(kind, _checked(api), project)


def _host_and_path(source: str) -> tuple[str, str]:
    """Host (in lower case) and path of an address as git takes it; empty for a directory."""
    if "://" in source:
        parts = urlsplit(source)
        known = parts.scheme in {"https", "http", "ssh", "git"}
        return ((parts.hostname or "").lower(), parts.path) if known else ("", "")
    found = _SCP.fullmatch(source)
    return (found["host"].lower(), found["path"]) if found else ("", "")


def _default_api(kind: str, host: str) -> str:
    if kind == GITLAB:
        return f"https://{host}/api/v4"
    return "https://api.github.com" if host == "github.com" else f"https://{host}/api/v3"


def _checked(api: str) -> str:
    """The address, when a token may be sent there."""
    try:
        parts = urlsplit(api)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        raise ForgeError("the address of the forge's API cannot be read") from None
    if not host or parts.username is not None or parts.query or parts.fragment:
        raise ForgeError("the address of the forge's API must be https://HOST, with a path or none")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ForgeError("the address of the forge's API must begin with https://")
    return api.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def has_token(environment: Mapping[str, str]) -> bool:
    """Whether the environment has a token for any forge."""
    return any(environment.get(name) for name in (OWN_TOKEN, *_TOKENS.values()))


def find_token(where: Where, environment: Mapping[str, str]) -> str:
    """The token that the environment has for a forge; empty when it has none."""
    token = (environment.get(OWN_TOKEN) or environment.get(_TOKENS[where.kind]) or "").strip()
    if not (token.isascii() and token.isprintable()):
        raise ForgeError("the token for the forge has characters that no token has")
    return token


class Forge(Protocol):
    """Where commit statuses are written."""

    def tell(self, commit: str, statuses: tuple[Status, ...]) -> str:
        """Write what is new; what went wrong, in words, or nothing."""
        ...


class HttpForge:
    """Commit statuses through the API of GitHub or GitLab.

    What it said last is kept, and asked for once after a start: GitHub takes no more than 1,000
    statuses for a commit and a context.
    """

    def __init__(self, where: Where, token: str, *, timeout: float = _TIMEOUT) -> None:
        self._where = where
        self._token = token
        self._timeout = timeout
        # A redirect would take the token along, to whoever it names.
        handlers: list[Any] = [_NoRedirects]
        if _is_loopback(urlsplit(where.api).hostname or ""):
            handlers.append(ProxyHandler({}))
        self._opener = build_opener(*handlers)
        self._commit = ""
        self._said: dict[str, tuple[str, str]] = {}

    def tell(self, commit: str, statuses: tuple[Status, ...]) -> str:
        """Write what is new; what went wrong, in words, or nothing."""
        if not _COMMIT.fullmatch(commit):
            return ""
        try:
            if commit != self._commit:
                self._said = self._known(commit)
                self._commit = commit
            for status in statuses:
                self._write(commit, status)
        except (_RefusedError, OSError, HTTPException, ValueError) as failure:
            return f"the commit status cannot be written: {self._why(failure)}"
        return ""

    def _write(self, commit: str, status: Status) -> None:
        description = _short(status.description)
        state = self._state(status.state)
        if self._said.get(status.context) == (state, description):
            return
        if self._where.kind == GITHUB:
            path = f"repos/{quote(self._where.project)}/statuses/{commit}"
            body = {"state": state, "context": status.context, "description": description}
            self._call("POST", path, body)
        else:
            path = f"projects/{quote(self._where.project, safe='')}/statuses/{commit}"
            self._post_to_gitlab(path, status.context, state, description)
        self._said[status.context] = (state, description)

    def _post_to_gitlab(self, path: str, context: str, state: str, description: str) -> None:
        body = {"state": state, "name": context, "description": description}
        try:
            self._call("POST", path, body)
        except _RefusedError as refused:
            # GitLab refuses a state that a status has already, whatever else is new.
            if refused.code != _BAD_REQUEST or "transition" not in refused.message:
                raise

    def _known(self, commit: str) -> dict[str, tuple[str, str]]:
        """The state and description of each context as the forge has them."""
        most = urlencode({"per_page": 100})
        if self._where.kind == GITHUB:
            path = f"repos/{quote(self._where.project)}/commits/{commit}/status?{most}"
            answer = self._call("GET", path)
            listed = answer.get("statuses") if isinstance(answer, dict) else None
            name, state = "context", "state"
        else:
            project = quote(self._where.project, safe="")
            path = f"projects/{project}/repository/commits/{commit}/statuses?{most}"
            listed = self._call("GET", path)
            name, state = "name", "status"
        return {
            str(each.get(name)): (str(each.get(state)), str(each.get("description") or ""))
            for each in (listed if isinstance(listed, list) else ())
            if isinstance(each, dict)
        }

    def _state(self, state: State) -> str:
        return "failed" if self._where.kind == GITLAB and state == State.FAILURE else state.value

    def _call(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
        request = Request(  # noqa: S310  # the scheme was looked at
            f"{self._where.api}/{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"User-Agent": "hcpc", "Accept": "application/json"},
        )
        if body is not None:
            request.add_header("Content-Type", "application/json")
        if self._where.kind == GITHUB:
            request.add_header("Authorization", f"Bearer {self._token}")
        else:
            request.add_header("PRIVATE-TOKEN", self._token)
        try:
            with self._opener.open(request, timeout=self._timeout) as answer:
                content = answer.read(_MOST)
        except HTTPError as refused:
            raise _refusal(refused) from None
        return json.loads(content) if content else None

    def _why(self, failure: Exception) -> str:
        match failure:
            case _RefusedError():
                text = f"{self._where.kind} answered {failure}"
            case OSError():
                reason = getattr(failure, "reason", None) or failure.strerror or "no answer"
                text = f"{self._where.kind} cannot be reached: {reason}"
            case _:
                text = f"{self._where.kind} answered something that is not JSON"
        return text.replace(self._token, "…") if self._token else text


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        """No request: what was answered is then an HTTPError."""


class _RefusedError(Exception):
    """The forge does not take a request."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(f"{code}: {message}" if message else str(code))
        self.code = code
        self.message = message


def _refusal(answer: HTTPError) -> _RefusedError:
    """With what the forge says of it, in one line."""
    try:
        with answer:
            body = json.loads(answer.read(_MOST))
    except (OSError, HTTPException, ValueError):
        body = None
    told = body.get("message") or body.get("error") if isinstance(body, dict) else ""
    return _RefusedError(answer.code, " ".join(str(told or "").split())[:_LONGEST])


def _short(description: str) -> str:
    return description if len(description) <= _LONGEST else description[: _LONGEST - 1] + "…"
