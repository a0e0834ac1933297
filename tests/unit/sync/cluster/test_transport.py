"""What networks and busy servers do to requests, and what becomes of them."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.certificates import make
from tests.unit.sync.cluster.stub import Reply, Stub, api_of, connected, inline, status

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.cluster.api import Api
from hcpc.sync.cluster.bounds import Bounds
from hcpc.sync.cluster.connection import connect, connect_with
from hcpc.sync.cluster.faults import (
    ApiError,
    ConnectError,
    ForbiddenError,
    InvalidError,
    TimeUpError,
    UnauthorizedError,
    UnavailableError,
)
from hcpc.sync.errors import StandDownError

REF = ObjectRef("", "ConfigMap", "a", "b")
BODY: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "b", "namespace": "a"},
    "data": {"c": "d"},
}
GOOD = Reply(body=BODY)
BUSY = status(429, "TooManyRequests", "slow down")


class Waits(threading.Event):
    """Notes how long it would have been waited for."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        """Returns at once."""
        if timeout:
            self.seconds.append(timeout)
        return self.is_set()


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def quick(stub: Stub, tmp_path: Path, waits: Waits) -> Api:
    """A connection that waits for nothing, but notes that it would."""
    return api_of(stub, tmp_path, stop=waits)


SETBACKS = {
    "429": BUSY,
    "500": status(500, "InternalError", "etcd has no leader"),
    "500-of-something-else": Reply(500, b"<html>oops</html>"),
    "502": Reply(502, b"bad gateway"),
    "503": status(503, "ServiceUnavailable", "not yet"),
    "504": status(504, "Timeout", "took too long"),
    "reset": Reply(reset=True),
    "cut": Reply(body=BODY, cut=True),
    "cut-chunks": Reply(body=BODY, chunked=True, cut=True),
    "half-an-object": Reply(body=b'{"kind": "ConfigMap", "meta'),
    "portal": Reply(body=b"<html>please log in</html>"),
    "no-kind": Reply(body={"message": "hello"}),
    "redirect": Reply(302, b"", (("Location", "https://127.0.0.1:1/"),)),
    "404-of-something-else": Reply(404, b"<html>no such page</html>"),
    "403-of-something-else": Reply(403, b"<html>blocked by policy</html>"),
}


@pytest.mark.parametrize("setback", SETBACKS.values(), ids=SETBACKS)
@pytest.mark.parametrize("verb", ["get", "apply"])
def test_it_is_tried_again(setback: Reply, verb: str, stub: Stub, quick: Api) -> None:
    stub.script(setback, setback, GOOD)
    assert (quick.get(REF, "v1") if verb == "get" else quick.apply(BODY)) == BODY
    assert len(stub.asked) == quick.calls[verb] == 3


def test_an_answer_in_chunks_is_read_whole(stub: Stub, api: Api) -> None:
    stub.script(Reply(body=BODY, chunked=True))
    assert api.get(REF, "v1") == api.get(REF, "v1") == BODY


def test_connections_are_used_again(stub: Stub, api: Api) -> None:
    stub.script(GOOD, Reply(body=BODY, chunked=True), status(404, "NotFound", "no", name="b"), GOOD)
    for _ in range(4):
        api.get(REF, "v1")
    assert stub.connections == 1


def test_waits_grow_and_differ(stub: Stub, quick: Api, waits: Waits) -> None:
    stub.script(*[Reply(reset=True)] * 5, GOOD)
    quick.get(REF, "v1")
    assert len(set(waits.seconds)) == 5
    for number, seconds in enumerate(waits.seconds):
        assert 0.05 * 2**number <= seconds <= 0.1 * 2**number


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured(form: str, stub: Stub, quick: Api, waits: Waits) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=4.5), usegmt=True)
    said = (("Retry-After", "3" if form == "seconds" else date),)
    stub.script(BUSY._replace(headers=said), GOOD)
    assert quick.get(REF, "v1") == BODY
    assert 3 <= waits.seconds[0] <= 5


def test_nonsense_in_retry_after_is_nothing(stub: Stub, quick: Api, waits: Waits) -> None:
    stub.script(*(BUSY._replace(headers=(("Retry-After", said),)) for said in ("soon", "-5")), GOOD)
    assert quick.get(REF, "v1") == BODY
    assert max(waits.seconds) < 1


def test_a_server_that_asks_for_more_than_there_is_is_not_waited_for(
    stub: Stub, quick: Api, waits: Waits
) -> None:
    stub.script(BUSY._replace(headers=(("Retry-After", "3600"),)))
    with pytest.raises(UnavailableError, match="slow down; it asks to wait 3600 s") as error:
        quick.get(REF, "v1")
    assert (error.value.status, waits.seconds) == (429, [])


def test_what_is_too_busy_is_left_alone_by_all_threads(
    stub: Stub, quick: Api, waits: Waits
) -> None:
    stub.script(BUSY._replace(headers=(("Retry-After", "4"),)), GOOD)
    quick.get(REF, "v1")
    quick.get(REF, "v1")
    assert 3 < waits.seconds[1] <= 4


def test_nobody_waits_an_hour_because_one_was_told_to(stub: Stub, quick: Api, waits: Waits) -> None:
    stub.script(BUSY._replace(headers=(("Retry-After", "3600"),)), GOOD)
    with pytest.raises(UnavailableError):
        quick.get(REF, "v1")
    assert quick.get(REF, "v1") == BODY
    assert sum(waits.seconds) <= 10


def test_who_waits_long_for_a_place_is_still_served(stub: Stub, tmp_path: Path) -> None:
    """Even when there is no time left by then for what is to be tried again."""
    api = api_of(stub, tmp_path, timeout=0.6, concurrency=1)
    api.resource("v1", "ConfigMap")
    first = [Reply(503, b"not yet")]

    def answer(_: object) -> Reply:
        time.sleep(0.25)
        return first.pop() if first else GOOD

    stub.answer = answer
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(api.get, REF, "v1") for _ in range(8)]
        errors = [each.exception() for each in asked]
    assert {type(each) for each in errors} <= {type(None), UnavailableError}
    assert sum(each is None for each in errors) >= 7


def test_it_ends_in_time(stub: Stub, tmp_path: Path) -> None:
    api = api_of(stub, tmp_path, timeout=1)
    stub.script(Reply(503, b"no backend"))
    began = time.monotonic()
    with pytest.raises(UnavailableError, match=r"answers 503.* \(\d attempts in [01] s\)") as error:
        api.get(REF, "v1")
    assert time.monotonic() - began < 1.5
    assert error.value.status == 0


def test_silence_ends_in_time(stub: Stub, tmp_path: Path) -> None:
    api = api_of(stub, tmp_path, timeout=0.5)
    api.resource("v1", "ConfigMap")
    release = threading.Event()
    stub.answer = lambda _: (release.wait(5), GOOD)[1]
    began = time.monotonic()
    with pytest.raises(UnavailableError, match="does not answer in time"):
        api.get(REF, "v1")
    assert time.monotonic() - began < 1
    release.set()


def test_an_answer_that_never_ends_is_given_up(stub: Stub, tmp_path: Path) -> None:
    api = api_of(stub, tmp_path, timeout=0.5)
    api.resource("v1", "ConfigMap")
    stub.script(Reply(body=BODY, pieces_apart=0.05))
    began = time.monotonic()
    with pytest.raises(UnavailableError, match="does not answer in time"):
        api.get(REF, "v1")
    assert time.monotonic() - began < 1.5


def test_a_stop_ends_all_waiting(stub: Stub, tmp_path: Path) -> None:
    stop = threading.Event()
    api = api_of(stub, tmp_path, timeout=60, stop=stop)
    stub.script(BUSY._replace(headers=(("Retry-After", "30"),)))
    threading.Timer(0.3, stop.set).start()
    began = time.monotonic()
    with pytest.raises(UnavailableError):
        api.get(REF, "v1")
    assert time.monotonic() - began < 5


def test_after_a_stop_a_request_is_still_sent(stub: Stub, tmp_path: Path) -> None:
    stop = threading.Event()
    api = api_of(stub, tmp_path, stop=stop)
    stop.set()
    stub.script(GOOD)
    assert api.get(REF, "v1") == BODY


def test_an_outage_is_waited_for_once_and_not_for_each_object(stub: Stub, tmp_path: Path) -> None:
    api = api_of(stub, tmp_path, timeout=0.6)
    api.resource("v1", "ConfigMap")
    stub.script(Reply(503, b"no backend"))
    began = time.monotonic()
    for _ in range(50):
        with pytest.raises(UnavailableError, match="answers 503"):
            api.get(REF, "v1")
    assert time.monotonic() - began < 2
    asked = len(stub.asked)
    assert asked < 15
    stub.script(GOOD)
    time.sleep(1.1)
    assert api.get(REF, "v1") == api.get(REF, "v1") == BODY


def test_a_webhook_that_is_down_does_not_hold_up_the_others(stub: Stub, quick: Api) -> None:
    down = 'Internal error occurred: failed calling webhook "a.b": connection refused'
    stub.script(status(500, "InternalError", down))
    with pytest.raises(UnavailableError, match="failed calling webhook") as error:
        quick.apply(BODY)
    assert (len(stub.asked), error.value.status) == (2, 500)


def test_no_more_than_so_many_at_once(stub: Stub, tmp_path: Path) -> None:
    api = api_of(stub, tmp_path, concurrency=3)
    three = threading.Barrier(3)
    stub.answer = lambda _: (three.wait(10), GOOD)[1]
    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(lambda _: api.get(REF, "v1"), range(60))) == [BODY] * 60
    assert stub.most_at_once == 3
    assert api.calls == {"get": 60, "discover": 1}
    assert stub.connections <= 3


def test_what_is_apart_waits_for_nobody(stub: Stub, tmp_path: Path) -> None:
    api = api_of(stub, tmp_path, concurrency=1)
    other = api.apart(5)
    api.resource("v1", "ConfigMap")
    held, release = threading.Event(), threading.Event()

    def answer(asked: Any) -> Reply:
        if asked.method == "PATCH":
            held.set()
            release.wait(5)
        return GOOD

    stub.answer = answer
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(api.apply, BODY)
        assert held.wait(5)
        assert other.get(REF, "v1") == BODY
        assert not first.done()
        release.set()
        assert first.result() == BODY
    assert api.calls is other.calls
    assert api.calls["get"] == 1


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (status(403, "Forbidden", "you may not"), ForbiddenError),
        (status(422, "Invalid", "spec.a: required"), InvalidError),
        (status(400, "BadRequest", "no"), InvalidError),
        (status(413, "RequestEntityTooLarge", "large"), InvalidError),
        (status(405, "MethodNotAllowed", "not that"), ApiError),
    ],
)
def test_what_is_refused_is_not_tried_again(
    reply: Reply, kind: type[ApiError], stub: Stub, api: Api
) -> None:
    stub.script(reply)
    with pytest.raises(kind, match=reply.body["message"]) as error:
        api.apply(BODY)
    assert type(error.value) is kind
    assert (error.value.status, error.value.reason) == (reply.status, reply.body["reason"])
    assert len(stub.asked) == 1


def test_new_credentials_are_tried_once(stub: Stub, tmp_path: Path) -> None:
    api = api_of(stub, tmp_path)
    stub.accepts = "second-token"
    stub.answer = lambda _: GOOD
    text = (tmp_path / "kubeconfig").read_text()
    (tmp_path / "kubeconfig").write_text(text.replace("first-token", "second-token"))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: api.get(REF, "v1"), range(8))) == [BODY] * 8


def test_an_expired_token_is_said_and_never_shown(stub: Stub, api: Api) -> None:
    stub.accepts = "another-one"
    with pytest.raises(
        UnauthorizedError, match=r"context prod answers 401: .*log in again"
    ) as error:
        api.get(REF, "v1")
    assert len(stub.asked) == 2
    assert "first-token" not in f"{error.value!r} {error.value.__context__!r}"
    with pytest.raises(UnauthorizedError):
        api.get(REF, "v1")
    assert len(stub.asked) == 3, "credentials are not loaded for every request"


def test_nobody_at_the_address(stub: Stub, tmp_path: Path) -> None:
    api = api_of(stub, tmp_path, timeout=0.3)
    path = tmp_path / "kubeconfig"
    path.write_text(path.read_text().replace(stub.url, "https://127.0.0.1:1"))
    stub.accepts = "another-one"  # so that the kubeconfig is read again
    with pytest.raises(
        UnavailableError,
        match=r"^the API server of context prod cannot be reached at \S+:1: connection refused",
    ):
        api.get(REF, "v1")


def test_a_server_that_is_somebody_else_is_not_talked_to(
    stub: Stub, tmp_path: Path, certificate: Path
) -> None:
    make(tmp_path / "other.crt", tmp_path / "other.key")
    connected(stub, tmp_path)
    path = tmp_path / "kubeconfig"
    path.write_text(path.read_text().replace(str(certificate), str(tmp_path / "other.crt")))
    api = connect(path, None, timeout=5).cluster
    with pytest.raises(UnavailableError, match="certificate that is not to be trusted"):
        api.get(REF, "v1")
    assert stub.asked == []


def test_a_token_is_not_sent_without_tls(stub: Stub, tmp_path: Path) -> None:
    connected(stub, tmp_path)
    path = tmp_path / "kubeconfig"
    path.write_text(path.read_text().replace("https://", "http://"))
    with pytest.raises(ConnectError, match="without https"):
        connect(path, None)


class TimeLeft:
    """How long we may write, by what was left at each time it was asked; the last goes on."""

    def __init__(self, *left: float) -> None:
        self._left = list(left)
        self.asked = 0

    def __call__(self) -> float:
        """The next one."""
        self.asked += 1
        return self._left.pop(0) if len(self._left) > 1 else self._left[0]


WRITES: dict[str, Callable[[Api], Any]] = {
    "apply": lambda api: api.apply(BODY),
    "create": lambda api: api.create(BODY),
    "replace": lambda api: api.replace(
        {**BODY, "metadata": {**BODY["metadata"], "resourceVersion": "1"}}
    ),
    "delete": lambda api: api.delete(REF, "v1", "1"),
}


@pytest.mark.parametrize("verb", WRITES)
def test_without_leave_nothing_is_written(verb: str, stub: Stub, api: Api) -> None:
    with pytest.raises(StandDownError):
        WRITES[verb](api.under(TimeLeft(0)))
    assert stub.asked == []


def test_without_leave_there_is_still_much_to_read(stub: Stub, api: Api) -> None:
    stub.script(GOOD)
    held = api.under(TimeLeft(0))
    assert held.get(REF, "v1") == held.apply(BODY, dry_run=True) == BODY


@pytest.mark.parametrize("verb", WRITES)
def test_a_write_that_failed_is_not_tried_again_when_the_leave_is_over(
    verb: str, stub: Stub, quick: Api
) -> None:
    """Another one may have written since: what we have is old by then."""
    stub.script(SETBACKS["503"], GOOD)
    with pytest.raises(StandDownError):
        WRITES[verb](quick.under(TimeLeft(9, 9, 0)))
    assert [asked.method for asked in stub.asked] == [stub.asked[0].method]


def test_who_waited_for_a_place_asks_for_leave_afterwards(stub: Stub, tmp_path: Path) -> None:
    api = api_of(stub, tmp_path, concurrency=1)
    api.resource("v1", "ConfigMap")
    held, release, leads = threading.Event(), threading.Event(), [9.0]

    def answer(_: Any) -> Reply:
        held.set()
        release.wait(5)
        return GOOD

    stub.answer = answer
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(api.get, REF, "v1")
        assert held.wait(5)
        second = pool.submit(api.under(lambda: leads[0]).apply, BODY)
        time.sleep(0.2)
        leads[0] = 0
        release.set()
        assert first.result() == BODY
        assert isinstance(second.exception(), StandDownError)
    assert [asked.method for asked in stub.asked] == ["GET"]


def test_leave_that_ends_while_the_connection_is_made_is_no_leave(stub: Stub, api: Api) -> None:
    """A write is one only with its body."""
    stub.script(GOOD)
    time_left = TimeLeft(9, 0)
    with pytest.raises(StandDownError):
        api.under(time_left).apply(BODY)
    assert time_left.asked == 2
    assert stub.asked == []
    assert api.get(REF, "v1") == BODY


def test_a_write_is_waited_for_no_longer_than_we_may_write(stub: Stub, tmp_path: Path) -> None:
    api = api_of(stub, tmp_path, timeout=30)
    api.resource("v1", "ConfigMap")
    release = threading.Event()
    stub.answer = lambda _: (release.wait(10), GOOD)[1]
    began = time.monotonic()
    end = began + 0.6
    with pytest.raises(StandDownError):
        api.under(lambda: max(0.0, end - time.monotonic())).apply(BODY)
    assert time.monotonic() - began < 2
    release.set()
    assert len(stub.asked) == 1
    assert 0.3 < float(stub.asked[0].query["timeout"].removesuffix("s")) <= 0.6, "the server's, too"


def test_who_may_always_write_sets_no_limit_of_time(stub: Stub, api: Api) -> None:
    stub.script(GOOD)
    api.apply(BODY)
    assert "timeout" not in stub.asked[0].query


def test_what_is_under_a_leave_has_the_same_places_and_is_counted(
    stub: Stub, tmp_path: Path
) -> None:
    api = api_of(stub, tmp_path, concurrency=2)
    held = api.under(lambda: 9)
    stub.answer = lambda _: (threading.Event().wait(0.01), GOOD)[1]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda each: each.apply(BODY), [api, held] * 10))
    assert stub.most_at_once == 2
    assert api.calls is held.calls
    assert api.calls["apply"] == 20


def test_after_its_time_a_server_is_asked_nothing_more(stub: Stub, tmp_path: Path) -> None:
    del tmp_path
    bounds = Bounds(10, until=time.monotonic() + 0.4)
    api = connect_with(json.dumps(inline(stub)), name="hosted cluster a", bounds=bounds).cluster
    stub.script(GOOD)
    assert api.get(REF, "v1") == BODY
    stub.script(Reply(503, b"not yet"))
    with pytest.raises(UnavailableError):
        api.get(REF, "v1")
    time.sleep(0.4)
    asked = len(stub.asked)
    with pytest.raises(TimeUpError, match="hosted cluster a takes too long"):
        api.get(REF, "v1")
    assert len(stub.asked) == asked
