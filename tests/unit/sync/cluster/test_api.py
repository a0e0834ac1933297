"""Verbs become the right requests, and answers what a sync needs to know."""

import copy
import json
import threading
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unit.sync.cluster.stub import Asked, Reply, Stub, api_of, inline, status

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.cluster.api import Api
from hcpc.sync.cluster.bounds import MIB, Bounds
from hcpc.sync.cluster.connection import connect_with
from hcpc.sync.cluster.faults import (
    AlreadyExistsError,
    ApiError,
    ApplyConflictError,
    ExpiredError,
    InvalidError,
    NotFoundError,
    OptimisticLockError,
    TooLargeError,
    UnavailableError,
)
from hcpc.sync.cluster.resource import Resource
from hcpc.sync.errors import StoppedError
from hcpc.sync.records import Conflict, FieldOwner

REF = ObjectRef("", "ConfigMap", "a", "b")
BODY: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "ConfigMap",
    "metadata": {"name": "b", "namespace": "a"},
    "data": {"c": "d"},
}
LIVE = BODY | {"metadata": BODY["metadata"] | {"uid": "1", "resourceVersion": "7"}}
PATH = "/api/v1/namespaces/a/configmaps/b"
LOCKED = status(409, "Conflict", "the object has been modified", name="b")
WRITTEN = {"fieldManager": "hcpc", "fieldValidation": "Strict"}
RESET = Reply(reset=True)


def page(*names: str, go_on: str = "") -> Reply:
    items = [{"metadata": {"name": name}} for name in names]
    return Reply(
        body={"kind": "ConfigMapList", "metadata": {"continue": go_on}, "items": items or None}
    )


def bounded(stub: Stub, **bounds: Any) -> Api:
    """A hosted cluster, within bounds."""
    text = json.dumps(inline(stub))
    return connect_with(text, name="hosted cluster a", bounds=Bounds(10, **bounds)).cluster


def names(pages: Any) -> list[list[str]]:
    return [[each["metadata"]["name"] for each in page] for page in pages]


def test_get(stub: Stub, api: Api) -> None:
    stub.script(Reply(body=LIVE))
    assert api.get(REF, "v1") == LIVE
    [asked] = stub.asked
    assert (asked.method, asked.path, asked.query, asked.body) == ("GET", PATH, {}, None)
    assert asked.headers["User-Agent"].startswith("hcpc/")


def test_what_is_not_there_is_none(stub: Stub, api: Api) -> None:
    stub.script(status(404, "NotFound", 'configmaps "b" not found', name="b", kind="configmaps"))
    assert api.get(REF, "v1") is None


@pytest.mark.parametrize(
    "reply",
    [Reply(404, b"404 page not found\n"), status(404, "NotFound", "could not find the resource")],
)
def test_a_kind_that_is_not_served_is_no_missing_object(reply: Reply, stub: Stub, api: Api) -> None:
    stub.script(reply)
    with pytest.raises(NotFoundError, match="has no ConfigMap of v1: is its CRD installed"):
        api.get(REF, "v1")
    with pytest.raises(NotFoundError):
        list(api.list("v1", "ConfigMap"))
    with pytest.raises(NotFoundError):
        api.delete(REF, "v1", "1")


def test_names_cannot_leave_their_path(stub: Stub, api: Api) -> None:
    stub.script(Reply(body=LIVE))
    api.get(ObjectRef("", "ConfigMap", "a", "b?c#d"), "v1")
    assert stub.asked[0].path == "/api/v1/namespaces/a/configmaps/b%3Fc%23d"


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../b", "a%2fb"])
def test_what_is_no_name_is_refused_before_anything_is_asked(
    name: str, stub: Stub, api: Api
) -> None:
    """A step of a path that is resolved on the way would lead to another object, or to all."""
    body = {**BODY, "metadata": {"name": name, "namespace": "a"}}
    nowhere = ObjectRef("", "ConfigMap", "a", name)
    asks: list[Callable[[], Any]] = [
        lambda: api.get(nowhere, "v1"),
        lambda: api.delete(nowhere, "v1", "1"),
        lambda: api.apply(body),
        lambda: api.create(body),
        lambda: api.replace({**body, "metadata": {**body["metadata"], "resourceVersion": "1"}}),
    ]
    if name:
        asks.append(lambda: api.get(REF._replace(namespace=name), "v1"))
        asks.append(lambda: list(api.list("v1", "ConfigMap", namespace=name)))
    for ask in asks:
        with pytest.raises(InvalidError, match="cannot be a step of a path"):
            ask()
    assert (stub.asked, api.calls) == ([], {})


@pytest.mark.parametrize("version", ["", "..", "../v1", "a/", "a/b/c", "a/.."])
def test_what_is_no_version_is_refused_before_anything_is_asked(
    version: str, stub: Stub, api: Api
) -> None:
    with pytest.raises(InvalidError, match="no group or version"):
        api.get(REF, version)
    assert (stub.asked, api.calls) == ([], {})


def test_kinds_of_groups(stub: Stub, api: Api) -> None:
    kinds = [{"name": "foos", "kind": "Foo", "namespaced": False}]
    stub.groups["/apis/x.y/v2"] = {"kind": "APIResourceList", "resources": kinds}
    stub.script(Reply(body={"kind": "Foo"}))
    assert api.resource("x.y/v2", "Foo") == Resource("foos", namespaced=False)
    api.get(ObjectRef("x.y", "Foo", "", "b"), "x.y/v2")
    assert stub.asked[0].path == "/apis/x.y/v2/foos/b"
    assert api.calls == {"discover": 1, "get": 1}


def test_a_kind_that_is_installed_later_is_found(
    stub: Stub, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub.script(Reply(404, b"404 page not found\n"))
    for _ in range(3):
        with pytest.raises(NotFoundError):
            api.resource("x.y/v1", "Foo")
    assert api.calls["discover"] == 1, "not for every object of the kind"
    monkeypatch.setattr("hcpc.sync.cluster.discovery._SECONDS", 0)
    kinds = [{"name": "foos", "kind": "Foo", "namespaced": True}]
    stub.groups["/apis/x.y/v1"] = {"kind": "APIResourceList", "resources": kinds}
    assert api.resource("x.y/v1", "Foo") == Resource("foos", namespaced=True)


@pytest.mark.parametrize("ref", [REF._replace(namespace=""), ObjectRef("", "Namespace", "a", "b")])
def test_a_namespace_too_much_or_too_little(ref: ObjectRef, stub: Stub, api: Api) -> None:
    with pytest.raises(InvalidError, match="namespace"):
        api.get(ref, "v1")
    assert stub.asked == []


def test_lists_come_page_by_page(stub: Stub, api: Api) -> None:
    stub.script(page("a", "b", go_on="next"), page("c"))
    pages = list(api.list("v1", "ConfigMap", label_selector="x=y,z", limit=2))
    assert names(pages) == [["a", "b"], ["c"]]
    assert {(each["apiVersion"], each["kind"]) for page in pages for each in page} == {
        ("v1", "ConfigMap")
    }
    first, second = stub.asked
    assert first.path == "/api/v1/configmaps"
    assert first.query == {"limit": "2", "labelSelector": "x=y,z"}
    assert second.query == first.query | {"continue": "next"}


def test_an_empty_list_of_a_namespace(stub: Stub, api: Api) -> None:
    stub.script(page())
    assert list(api.list("v1", "ConfigMap", namespace="a")) == [[]]
    assert stub.asked[0].path == "/api/v1/namespaces/a/configmaps"


def test_of_a_long_list_one_page_is_in_memory(stub: Stub, api: Api) -> None:
    text = "x" * 4000

    def answer(asked: Asked) -> Reply:
        number = int(asked.query.get("continue", "0"))
        items = [{"metadata": {"name": f"{number}-{i}"}, "data": {"a": text}} for i in range(250)]
        go_on = str(number + 1) if number < 30 else ""
        return Reply(
            body={"kind": "ConfigMapList", "metadata": {"continue": go_on}, "items": items}
        )

    stub.answer = answer
    pages = api.list("v1", "ConfigMap")
    next(pages)
    tracemalloc.start()
    try:
        assert sum(len(page) for page in pages) == 30 * 250
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 12e6, "a page has 1 MB; all of them 30"


def test_a_list_that_was_forgotten_goes_on_as_it_is_now(stub: Stub, api: Api) -> None:
    gone = status(410, "Expired", "too old")
    gone.body["metadata"] = {"continue": "newer"}
    stub.script(page("a", go_on="old"), gone, page("b"))
    assert names(api.list("v1", "ConfigMap")) == [["a"], ["b"]]
    assert [each.query.get("continue") for each in stub.asked] == [None, "old", "newer"]


def test_a_list_that_cannot_go_on_begins_again(stub: Stub, api: Api) -> None:
    stub.script(page("a", go_on="old"), status(410, "Expired", "too old"), page("a", "b"))
    assert names(api.list("v1", "ConfigMap")) == [["a"], ["a", "b"]]
    assert [each.query.get("continue") for each in stub.asked] == [None, "old", None]


def test_a_page_that_is_too_large_is_halved(stub: Stub) -> None:
    """Whoever fills a cluster with large objects costs us time, not memory."""
    api = bounded(stub, largest=10_000, page=10)
    left = [{"metadata": {"name": str(i)}, "data": {"a": "x" * 3000}} for i in range(10)]

    def answer(asked: Asked) -> Reply:
        start, limit = int(asked.query.get("continue", "0")), int(asked.query["limit"])
        rest = start + limit < len(left)
        metadata = {"continue": str(start + limit) if rest else ""}
        items = left[start : start + limit]
        return Reply(body={"kind": "ConfigMapList", "metadata": metadata, "items": items})

    stub.answer = answer
    assert names(api.list("v1", "ConfigMap", limit=250)) == [
        [str(i), str(i + 1)] for i in range(0, 10, 2)
    ]
    assert [each.query["limit"] for each in stub.asked] == ["10", "5", *["2"] * 5]


@pytest.mark.parametrize("chunked", [False, True])
def test_an_object_that_is_too_large_is_told(chunked: bool, stub: Stub) -> None:  # noqa: FBT001
    api = bounded(stub, largest=2 * MIB, page=2)
    items = [{"metadata": {"name": "a"}, "data": {"a": "x" * 3 * MIB}}]
    body = {"kind": "ConfigMapList", "metadata": {}, "items": items}
    stub.script(Reply(body=body, chunked=chunked))
    with pytest.raises(
        TooLargeError, match="hosted cluster a answers with more than 2 MiB"
    ) as error:
        list(api.list("v1", "ConfigMap"))
    assert error.value.status, "the kind cannot be read; others can"
    assert len(stub.asked) == 2, "it is not tried again"


def test_the_length_that_is_said_is_looked_at_first(stub: Stub) -> None:
    api = bounded(stub, largest=2 * MIB)
    api.resource("v1", "ConfigMap")
    stub.script(Reply(body=b"x" * 3 * MIB, pieces_apart=0.5))
    began = time.monotonic()
    with pytest.raises(TooLargeError):
        api.get(REF, "v1")
    assert time.monotonic() - began < 1


def test_a_list_without_end_is_given_up(stub: Stub) -> None:
    api = bounded(stub, pages=7)
    stub.answer = lambda asked: page(go_on=f"{asked.query.get('continue', '')}x")
    with pytest.raises(UnavailableError, match="has no end: 7 pages were read") as error:
        list(api.list("v1", "ConfigMap"))
    assert error.value.status
    assert len(stub.asked) == 7


def test_a_list_that_goes_round_in_a_circle_is_given_up(stub: Stub, api: Api) -> None:
    stub.script(page("a", go_on="x"), page("b", go_on="y"), page("a", go_on="x"))
    with pytest.raises(UnavailableError, match="goes round in a circle"):
        list(api.list("v1", "ConfigMap"))
    assert len(stub.asked) == 3


def test_between_two_pages_a_stop_is_heeded(stub: Stub, tmp_path: Path) -> None:
    stop = threading.Event()
    api = api_of(stub, tmp_path, stop=stop)
    stub.answer = lambda asked: page("a", go_on=f"{asked.query.get('continue', '')}x")
    pages = api.list("v1", "ConfigMap")
    next(pages)
    stop.set()
    with pytest.raises(StoppedError):
        next(pages)
    assert len(stub.asked) == 1


@pytest.mark.parametrize("body", [{"metadata": []}, {"metadata": {}, "items": ["a"]}])
def test_nonsense_is_no_list(body: Any, stub: Stub, api: Api) -> None:
    stub.script(Reply(body={"kind": "ConfigMapList"} | body))
    with pytest.raises(UnavailableError, match="where a list of ConfigMap was asked for"):
        list(api.list("v1", "ConfigMap"))


def test_a_list_that_never_ends_ends(stub: Stub, api: Api) -> None:
    stub.script(status(410, "Expired", "too old"))
    with pytest.raises(ExpiredError, match="too old"):
        list(api.list("v1", "ConfigMap"))


@pytest.mark.parametrize("body", [LIVE, {"kind": "SecretList", "metadata": {}, "items": []}])
def test_what_is_no_list_of_that_kind_is_not_taken_for_an_empty_one(
    body: Any, stub: Stub, api: Api
) -> None:
    stub.script(Reply(body=body))
    with pytest.raises(UnavailableError, match="where a list of ConfigMap was asked for"):
        list(api.list("v1", "ConfigMap"))


@pytest.mark.parametrize("force", [True, False])
@pytest.mark.parametrize("dry_run", [True, False])
def test_apply(force: bool, dry_run: bool, stub: Stub, api: Api) -> None:  # noqa: FBT001
    stub.script(Reply(body=LIVE))
    assert api.apply(BODY, force=force, dry_run=dry_run) == LIVE
    [asked] = stub.asked
    assert (asked.method, asked.path, asked.body) == ("PATCH", PATH, BODY)
    assert asked.headers["Content-Type"] == "application/apply-patch+yaml"
    dry = {"dryRun": "All"} if dry_run else {}
    assert asked.query == WRITTEN | dry | {"force": str(force).lower()}
    assert api.calls["dry-run" if dry_run else "apply"] == 1


def test_a_conflict_names_managers_and_fields(stub: Stub, api: Api) -> None:
    def cause(message: str, field: str) -> dict[str, str]:
        return {"reason": "FieldManagerConflict", "message": message, "field": field}

    causes = [
        cause('conflict with "oc" using v1 at 2026-06-15T10:00:00Z', ".data.c"),
        cause('conflict with "flux"', ".data.a"),
        cause('conflict with "x \\"y\\"" with subresource "status" using v1', ".status.b"),
        cause("conflict with somebody", ".data.z"),
    ]
    stub.script(status(409, "Conflict", "Apply failed with 4 conflicts", causes=causes))
    with pytest.raises(ApplyConflictError) as error:
        api.apply(BODY)
    assert error.value.conflicts == (
        Conflict("conflict with somebody", ".data.z"),
        Conflict("flux", ".data.a"),
        Conflict("oc", ".data.c"),
        Conflict('x "y"', ".status.b"),
    )
    assert error.value.owners[1:] == (
        FieldOwner("flux", "Apply", ""),
        FieldOwner("oc", "Update", "2026-06-15T10:00:00Z"),
        FieldOwner('x "y"', "Update", ""),
    )
    assert "`flux` owns .data.a; `oc` owns .data.c" in str(error.value)
    assert len(stub.asked) == 1


def test_two_who_apply_at_once_are_no_conflict(stub: Stub, api: Api) -> None:
    stub.script(LOCKED, LOCKED, Reply(body=LIVE))
    assert api.apply(BODY) == LIVE


def test_an_apply_to_one_uid_is_not_repeated(stub: Stub, api: Api) -> None:
    stub.script(LOCKED)
    with pytest.raises(OptimisticLockError):
        api.apply(LIVE)
    assert len(stub.asked) == 1


# As kube-apiserver 1.35 has it; to other writes of the same it answers 400.
UNREADABLE = {
    "failed to create typed patch object (a/b; /v1, Kind=ConfigMap): .data.c: expected string, "
    "got &value.valueUnstructured{Value:12345}": ".data.c: expected string",
    "failed to create typed patch object (a/b; /v1, Kind=ConfigMap): .foo: field not declared in "
    "schema": ".foo: field not declared in schema",
    "failed to convert new object (a/b; /v1, Kind=Secret) to proper version: unable to convert "
    "unstructured object to /v1, Kind=Secret: error decoding from json: illegal base64 data at "
    "input byte 7": "illegal base64 data at input byte 7",
}


@pytest.mark.parametrize(("said", "words"), UNREADABLE.items())
def test_an_object_that_apply_cannot_read_is_invalid(
    said: str, words: str, stub: Stub, api: Api
) -> None:
    stub.script(status(500, "", said))
    with pytest.raises(InvalidError) as error:
        api.apply(BODY)
    assert str(error.value) == f"not what the schema allows: {words}"
    assert len(stub.asked) == 1


def test_a_live_object_that_cannot_be_read_is_not_its_fault(stub: Stub, api: Api) -> None:
    said = (
        "failed to convert live object (a/b; /v1, Kind=ConfigMap) to proper version: webhook down"
    )
    stub.script(status(500, "", said))
    with pytest.raises(UnavailableError):
        api.apply(BODY)


def test_create(stub: Stub, api: Api) -> None:
    stub.script(Reply(201, LIVE))
    assert api.create(BODY) == LIVE
    [asked] = stub.asked
    assert (asked.method, asked.path) == ("POST", "/api/v1/namespaces/a/configmaps")
    assert (asked.query, asked.body) == (WRITTEN, BODY)


def exists_with(data: dict[str, str]) -> Any:
    """The first attempt is lost, then there is one; this is what it has."""
    lost = [RESET]

    def answer(asked: Asked) -> Reply:
        if asked.method == "GET":
            return Reply(body=LIVE | {"data": data})
        if asked.method == "POST":
            return lost.pop() if lost else status(409, "AlreadyExists", "exists", name="b")
        return lost.pop() if lost else LOCKED

    return answer


def test_what_was_created_though_nobody_said_so_is_ours(stub: Stub, api: Api) -> None:
    stub.answer = exists_with({"c": "d"})
    assert api.create(BODY)["metadata"]["uid"] == "1"


def test_what_another_has_created_meanwhile_is_not_ours(stub: Stub, api: Api) -> None:
    stub.answer = exists_with({"c": "e"})
    with pytest.raises(AlreadyExistsError):
        api.create(BODY)


def test_what_was_there_before_is_not_ours_even_if_it_is_the_same(stub: Stub, api: Api) -> None:
    stub.script(status(409, "AlreadyExists", "exists", name="b"))
    with pytest.raises(OptimisticLockError):
        api.create(BODY)
    assert len(stub.asked) == 1


def test_replace(stub: Stub, api: Api) -> None:
    stub.script(Reply(body=LIVE))
    assert api.replace(LIVE) == LIVE
    [asked] = stub.asked
    assert (asked.method, asked.path, asked.query) == ("PUT", PATH, WRITTEN)
    assert asked.body["metadata"]["resourceVersion"] == "7"


def test_what_was_replaced_though_nobody_said_so_is_done(stub: Stub, api: Api) -> None:
    stub.answer = exists_with({"c": "d"})
    assert api.replace(LIVE)["data"] == {"c": "d"}
    stub.answer = exists_with({"c": "e"})
    with pytest.raises(OptimisticLockError):
        api.replace(LIVE)


def test_nothing_is_replaced_blindly(stub: Stub, api: Api) -> None:
    with pytest.raises(InvalidError):
        api.replace(BODY)
    assert stub.asked == []


def test_delete(stub: Stub, api: Api) -> None:
    stub.script(Reply(body={"kind": "Status", "status": "Success"}))
    assert api.delete(REF, "v1", "1") is None
    [asked] = stub.asked
    assert (asked.method, asked.path) == ("DELETE", PATH)
    assert asked.body["preconditions"] == {"uid": "1"}
    assert asked.body["propagationPolicy"] == "Background"


def test_delete_what_was_looked_at(stub: Stub, api: Api) -> None:
    stub.script(Reply(body={"kind": "Status", "status": "Success"}))
    assert api.delete(REF, "v1", "1", "7") is None
    [asked] = stub.asked
    assert asked.body["preconditions"] == {"uid": "1", "resourceVersion": "7"}


def test_what_is_still_there_is_told(stub: Stub, api: Api) -> None:
    going = copy.deepcopy(LIVE)
    going["metadata"] |= {"deletionTimestamp": "2026-06-15T10:00:00Z", "finalizers": ["a/b"]}
    stub.script(Reply(body=going))
    assert api.delete(REF, "v1", "1") == going


def test_what_is_gone_already_is_none(stub: Stub, api: Api) -> None:
    stub.script(RESET, status(404, "NotFound", "not found", name="b"))
    assert api.delete(REF, "v1", "1") is None


@pytest.mark.parametrize(("uid", "deleting"), [("1", True), ("1", False), ("2", False)])
def test_a_refused_delete_is_looked_into(
    uid: str,
    deleting: bool,  # noqa: FBT001
    stub: Stub,
    api: Api,
) -> None:
    live = copy.deepcopy(LIVE)
    live["metadata"] |= {"uid": uid} | ({"deletionTimestamp": "now"} if deleting else {})
    stub.answer = lambda asked: LOCKED if asked.method == "DELETE" else Reply(body=live)
    if uid == "2":
        assert api.delete(REF, "v1", "1") is None
    elif deleting:
        assert api.delete(REF, "v1", "1") == live
    else:
        with pytest.raises(OptimisticLockError):
            api.delete(REF, "v1", "1")


def test_no_word_about_secrets_is_passed_on(stub: Stub, api: Api) -> None:
    body = BODY | {"kind": "Secret", "data": {"c": "hunter2!"}}
    causes = [{"field": "data[c]", "message": 'Invalid value: "hunter2!"', "reason": "x"}]
    conflict = [
        {"field": ".data.c", "message": 'conflict with "oc"', "reason": "FieldManagerConflict"}
    ]
    for reply in (
        status(422, "Invalid", 'Secret "b" is invalid: data[c]: "hunter2!"', causes=causes),
        status(400, "BadRequest", "illegal base64 data at hunter2!"),
        status(500, "InternalError", "failed calling webhook: hunter2! is not nice"),
        status(500, "", "failed to create typed patch object (a/b; /v1): .data.c: got hunter2!"),
        status(409, "Conflict", "hunter2!", causes=conflict),
        status(403, "Forbidden", "hunter2!"),
    ):
        stub.script(reply)
        with pytest.raises(ApiError) as error:
            api.apply(body)
        told = f"{error.value} {vars(error.value)} {error.value.__cause__!r}"
        assert "hunter2" not in told
        assert "hunter2" not in repr(error.value.__context__)
    stub.script(status(422, "Invalid", "hunter2", causes=causes))
    with pytest.raises(InvalidError, match=r"Invalid .*data\[c\]"):
        api.apply(body)
