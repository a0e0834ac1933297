"""The little of HTTP that tests say to an API server, over a connection that is kept open."""

import http.client
import json
import ssl
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlencode, urlsplit

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
APPLY_PATCH = "application/apply-patch+yaml"  # JSON is YAML


class Answer(NamedTuple):
    """What the API server said. `body` is what its JSON says, or the text of any other answer."""

    status: int
    body: Any

    @property
    def is_refusal(self) -> bool:
        """That the object is at fault: not who asks, nor how much the server has to do."""
        return self.status in {400, 422}


class Client:
    """One connection of one thread. It is opened again when the server has closed it."""

    def __init__(self, url: str, token: str, context: ssl.SSLContext, timeout: float = 60) -> None:
        place = urlsplit(url)
        assert place.hostname
        self._connection = http.client.HTTPSConnection(
            place.hostname, place.port, context=context, timeout=timeout
        )
        self._token = token

    def get(self, path: str, **query: str) -> Answer:
        """Reads an object or a collection."""
        return self.request("GET", path, query=query)

    def create(self, path: str, body: Any, **query: str) -> Answer:
        """Adds an object to the collection that the path names."""
        return self.request("POST", path, body, query=query)

    def replace(self, path: str, body: Any, **query: str) -> Answer:
        """Puts an object in the place of the one that the path names."""
        return self.request("PUT", path, body, query=query)

    def apply(self, path: str, body: Any, manager: str, **query: str) -> Answer:
        """Server-side apply."""
        query = {"fieldManager": manager, **query}
        return self.request("PATCH", path, body, content=APPLY_PATCH, query=query)

    def delete(self, path: str, **query: str) -> Answer:
        """Removes an object."""
        return self.request("DELETE", path, query=query)

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        content: str = JSON,
        query: dict[str, str] | None = None,
    ) -> Answer:
        """Any request. OSError and HTTPException when there is no answer."""
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        headers = {
            "Authorization": f"Bearer {self._token}",
            "Accept": JSON,
            "Content-Type": content,
        }
        target = f"{path}?{urlencode(query)}" if query else path
        try:
            return self._send(method, target, data, headers)
        except (
            http.client.BadStatusLine,
            ConnectionError,
            ssl.SSLEOFError,
            ssl.SSLZeroReturnError,
        ):
            self.close()
            return self._send(method, target, data, headers)

    def close(self) -> None:
        """Closes the connection; the next request opens another."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _send(
        self, method: str, target: str, data: bytes | None, headers: dict[str, str]
    ) -> Answer:
        self._connection.request(method, target, data, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        is_json = (answer.headers.get("Content-Type") or "").startswith(JSON)
        return Answer(answer.status, json.loads(text) if is_json else text.decode())
