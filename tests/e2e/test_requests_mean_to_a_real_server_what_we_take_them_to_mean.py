"""What the stub of the unit tests says of API servers is what a real one says."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from tests.e2e.control_plane import SYSTEM, ControlPlane

from hcpc.kube.object_ref import ObjectRef, object_ref
from hcpc.sync.cluster.api import Api
from hcpc.sync.cluster.bounds import Bounds
from hcpc.sync.cluster.connection import connect_with
from hcpc.sync.cluster.faults import (
    AlreadyExistsError,
    ApplyConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
    NotServedError,
    OptimisticLockError,
    UnauthorizedError,
    UnavailableError,
)
from hcpc.sync.cluster.lease import Leader, Pace
from hcpc.sync.records import Conflict

_NUMBERS = count(1)
ODD = "\x01\t\n \x7f\x85\xa0ü\u2028\u2029\ufeff\ufffe\U0001f600 'a': \"b\" #c - &d *e !f %g"


@pytest.fixture
def api(plane: ControlPlane) -> Api:
    """Somebody who may do everything."""
    return connect_with(plane.kubeconfig(plane.guest.token), bounds=Bounds(timeout=30)).cluster


@pytest.fixture
def namespace(api: Api) -> Iterator[str]:
    """One of the test's own."""
    name = f"requests-{next(_NUMBERS)}"
    made = api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
    yield name
    api.delete(ObjectRef("", "Namespace", "", name), "v1", made["metadata"]["uid"])


def config_map(namespace: str, name: str = "a", **data: Any) -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def test_every_character_arrives_as_it_is(api: Api, namespace: str) -> None:
    body = config_map(namespace, odd=ODD, text="1e3", other="0777")
    for written in (api.apply(body), api.get(object_ref(body), "v1")):
        assert written
        assert written["data"] == body["data"]


def test_a_dry_run_changes_nothing(api: Api, namespace: str) -> None:
    body = config_map(namespace, b="c")
    assert api.apply(body, dry_run=True)["data"] == {"b": "c"}
    assert api.get(object_ref(body), "v1") is None


def test_a_second_apply_of_the_same_changes_nothing(api: Api, namespace: str) -> None:
    body = config_map(namespace, b="c")
    first, second = api.apply(body), api.apply(body)
    assert first == second
    [owner] = first["metadata"]["managedFields"]
    assert (owner["manager"], owner["operation"]) == ("hcpc", "Apply")


def test_conflicts_say_who_and_how(api: Api, namespace: str, plane: ControlPlane) -> None:
    body = config_map(namespace, b="c", d="e")
    path = f"/api/v1/namespaces/{namespace}/configmaps/a"
    api.apply(body)
    with plane.client(plane.colleague) as other:
        assert other.apply(path, body | {"data": {"b": "x"}}, "flux", force="true").status == 200
        merge = "application/merge-patch+json"
        changed = other.request(
            "PATCH", path, {"data": {"d": "y"}}, content=merge, query={"fieldManager": "oc edit"}
        )
        assert changed.status == 200
    with pytest.raises(ApplyConflictError) as error:
        api.apply(body)
    assert error.value.conflicts == (Conflict("flux", ".data.b"), Conflict("oc edit", ".data.d"))
    flux, edit = error.value.owners
    assert (flux.operation, flux.time) == ("Apply", "")
    assert (edit.operation, edit.time) == ("Update", "")
    assert api.apply(body, force=True)["data"] == {"b": "c", "d": "e"}


@pytest.mark.parametrize(
    "change",
    [
        {"data": {"b": 1}},
        {"data": {"b": {"c": "d"}}},
        {"data": {"not ok/": "d"}},
        {"binaryData": {"b": "no base64"}},
        {"unknown": 1},
    ],
)
@pytest.mark.parametrize("verb", ["apply", "create"])
def test_what_is_wrong_with_an_object_is_its_own_fault(
    change: dict[str, Any], verb: str, api: Api, namespace: str
) -> None:
    before = api.calls[verb]
    with pytest.raises(InvalidError, match=r"\.b|ConfigMap.data|base64|unknown|not ok"):
        getattr(api, verb)(config_map(namespace) | change)
    assert api.calls[verb] == before + 1


@pytest.mark.parametrize("value", ["hunter2?", 12345, ["hunter2"]])
def test_what_is_wrong_with_a_secret_is_not_quoted(value: Any, api: Api, namespace: str) -> None:
    body = config_map(namespace, password=value) | {"kind": "Secret"}
    for call in (api.apply, api.create):
        with pytest.raises(InvalidError) as error:
            call(body)
        assert not {"hunter2", "12345"} & set(str(error.value).replace('"', " ").split())
        assert "hunter2" not in repr(error.value.__context__)


def test_what_is_missing_is_told_apart(api: Api, namespace: str) -> None:
    body = config_map("no-such-namespace", b="c")
    for call in (api.apply, api.create):
        with pytest.raises(
            NotFoundError, match='namespaces "no-such-namespace" not found'
        ) as error:
            call(body)
        assert not isinstance(error.value, NotServedError)
    assert api.get(ObjectRef("", "ConfigMap", namespace, "none"), "v1") is None
    assert api.get(ObjectRef("", "ConfigMap", "no-such-namespace", "a"), "v1") is None
    for version, kind in (("v1", "Foo"), ("no.such/v1", "Foo"), ("apps/v7", "Deployment")):
        with pytest.raises(NotServedError):
            api.resource(version, kind)


def test_a_kind_that_was_removed_is_no_empty_list(api: Api, namespace: str) -> None:
    """Its objects are not missing one by one: nothing may be concluded of them."""
    names = {"plural": "shortlived", "kind": "ShortLived"}
    schema = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    crd = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "shortlived.hcpc.test"},
        "spec": {
            "group": "hcpc.test",
            "scope": "Namespaced",
            "names": names,
            "versions": [version],
        },
    }
    made = api.apply(crd)
    body = {
        "apiVersion": "hcpc.test/v1",
        "kind": "ShortLived",
        "metadata": {"name": "a", "namespace": namespace},
    }
    _until(lambda: _is_served(api, body))
    api.apply(body)
    assert [len(page) for page in api.list("hcpc.test/v1", "ShortLived")] == [1]
    api.delete(object_ref(crd), "apiextensions.k8s.io/v1", made["metadata"]["uid"])
    _until(lambda: not _is_served(api, body))
    for ask in (lambda: list(api.list("hcpc.test/v1", "ShortLived")), lambda: api.apply(body)):
        with pytest.raises(NotServedError, match=r"has no ShortLived of hcpc\.test/v1"):
            ask()


def _is_served(api: Api, body: dict[str, Any]) -> bool:
    try:
        list(api.list(body["apiVersion"], body["kind"]))
    except NotServedError:
        return False
    return True


def _until(holds: Any) -> None:
    for _ in range(150):
        if holds():
            return
        threading.Event().wait(0.2)
    raise AssertionError("it never comes to that")


def test_lists_have_everything_page_by_page(api: Api, namespace: str) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = [f"n{number:03}" for number in range(100)]
        list(pool.map(lambda name: api.apply(config_map(namespace, name, b="c")), names))
    pages = list(api.list("v1", "ConfigMap", namespace=namespace, limit=30))
    assert [len(page) for page in pages] == [30, 30, 30, 10]
    assert [each["metadata"]["name"] for page in pages for each in page] == names
    assert {(each["apiVersion"], each["kind"]) for page in pages for each in page} == {
        ("v1", "ConfigMap")
    }
    assert list(api.list("v1", "ConfigMap", namespace=namespace, label_selector="no=such")) == [[]]


def test_a_list_that_changes_under_us_has_all_that_stays(api: Api, namespace: str) -> None:
    uids = {}
    for name in "abcdef":
        uids[name] = api.apply(config_map(namespace, name))["metadata"]["uid"]
    pages = api.list("v1", "ConfigMap", namespace=namespace, limit=2)
    seen = [each["metadata"]["name"] for each in next(pages)]
    for name in "ce":
        api.delete(ObjectRef("", "ConfigMap", namespace, name), "v1", uids[name])
    seen += [each["metadata"]["name"] for page in pages for each in page]
    assert {"a", "b", "d", "f"} <= set(seen)
    assert len(seen) == len(set(seen))


def test_what_is_created_or_replaced_has_one_writer(api: Api, namespace: str) -> None:
    first = api.create(config_map(namespace, b="1"))
    with pytest.raises(AlreadyExistsError):
        api.create(config_map(namespace, b="1"))
    second = api.replace(first | {"data": {"b": "2"}})
    with pytest.raises(OptimisticLockError):
        api.replace(first | {"data": {"b": "3"}})
    assert second["data"] == {"b": "2"}
    api.delete(object_ref(second), "v1", second["metadata"]["uid"])
    with pytest.raises(NotFoundError):
        api.replace(second)


def test_only_the_object_that_was_meant_is_deleted(api: Api, namespace: str) -> None:
    body = config_map(namespace)
    first = api.apply(body)["metadata"]["uid"]
    assert api.delete(object_ref(body), "v1", first) is None
    assert api.delete(object_ref(body), "v1", first) is None
    second = api.apply(body)["metadata"]["uid"]
    assert api.delete(object_ref(body), "v1", first) is None
    left = api.get(object_ref(body), "v1")
    assert left
    assert left["metadata"]["uid"] == second


def test_only_what_was_looked_at_is_written_or_deleted(api: Api, namespace: str) -> None:
    body = config_map(namespace, b="1")
    old = api.apply(body)["metadata"]
    new = api.apply(config_map(namespace, b="2"))["metadata"]
    pins = {"uid": old["uid"], "resourceVersion": old["resourceVersion"]}
    pinned = {**body, "metadata": {**body["metadata"], **pins}}
    for dry_run in (True, False):
        with pytest.raises(OptimisticLockError):
            api.apply(pinned, force=True, dry_run=dry_run)
    with pytest.raises(OptimisticLockError):
        api.delete(object_ref(body), "v1", old["uid"], old["resourceVersion"])
    assert api.delete(object_ref(body), "v1", new["uid"], new["resourceVersion"]) is None
    assert api.get(object_ref(body), "v1") is None


def test_to_apply_nothing_is_to_let_go(api: Api, namespace: str, plane: ControlPlane) -> None:
    path = f"/api/v1/namespaces/{namespace}/configmaps"
    with plane.client(plane.colleague) as other:
        assert other.create(path, config_map(namespace, theirs="1")).status == 201
    body = config_map(namespace, ours="2")
    api.apply(body)
    del body["data"]
    left = api.apply(body)
    assert left["data"] == {"theirs": "1"}
    assert "hcpc" not in {each["manager"] for each in left["metadata"]["managedFields"]}


def test_what_an_object_cannot_be_without_is_not_let_go(api: Api, namespace: str) -> None:
    metadata = {"name": "a", "namespace": namespace}
    group = "rbac.authorization.k8s.io"
    role = {"apiGroup": group, "kind": "Role", "name": "a"}
    binding = {"apiVersion": f"{group}/v1", "kind": "RoleBinding", "metadata": metadata}
    api.apply(binding | {"roleRef": role})
    with pytest.raises(UnavailableError, match="unsupported role reference") as error:
        api.apply(binding, dry_run=True)
    assert error.value.status == 500
    service = {"apiVersion": "v1", "kind": "Service", "metadata": metadata}
    api.apply(service | {"spec": {"ports": [{"port": 80}]}})
    with pytest.raises(InvalidError, match="ports"):
        api.apply(service, dry_run=True)


def test_a_finalizer_keeps_it_and_that_is_told(api: Api, namespace: str) -> None:
    body = config_map(namespace)
    body["metadata"]["finalizers"] = ["hcpc.test/wait"]
    uid = api.apply(body)["metadata"]["uid"]
    for _ in range(2):
        left = api.delete(object_ref(body), "v1", uid)
        assert left
        assert left["metadata"]["deletionTimestamp"]
    del body["metadata"]["finalizers"]
    api.apply(body)
    assert api.get(object_ref(body), "v1") is None


def test_a_namespace_on_its_way_out_is_told_as_often_as_it_is_asked(api: Api) -> None:
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "on-its-way-out"}}
    uid = api.apply(body)["metadata"]["uid"]
    for _ in range(2):
        left = api.delete(object_ref(body), "v1", uid)
        assert left
        assert left["metadata"]["deletionTimestamp"]
    with pytest.raises(ForbiddenError, match="being terminated"):
        api.create(config_map("on-its-way-out"))


def test_who_may_not_and_who_is_unknown(plane: ControlPlane, namespace: str) -> None:
    sync = connect_with(plane.kubeconfig(plane.sync.token)).cluster
    role = ObjectRef("rbac.authorization.k8s.io", "ClusterRole", "", "admin")
    with pytest.raises(ForbiddenError, match="cannot get resource"):
        sync.get(role, "rbac.authorization.k8s.io/v1")
    stranger = connect_with(plane.kubeconfig("no-such-token")).cluster
    with pytest.raises(UnauthorizedError, match="log in again") as error:
        stranger.get(ObjectRef("", "ConfigMap", namespace, "a"), "v1")
    assert "no-such-token" not in str(error.value)


def test_a_lease_has_one_holder(api: Api) -> None:
    pace = Pace(lease=3, renew=2, retry=0.2)
    name = f"lease-{next(_NUMBERS)}"
    many = [Leader(api, name, SYSTEM, str(number), pace) for number in range(4)]
    stop = threading.Event()
    with ThreadPoolExecutor(4) as pool:
        waiting = {pool.submit(each.acquire, stop): each for each in many}
        _until(lambda: any(each.is_leader for each in many))
        [first] = [each for each in many if each.is_leader]
        first.release()
        _until(lambda: any(each.is_leader for each in many))
        assert sum(each.is_leader for each in many) == 1
        assert not first.is_leader
        stop.set()
        assert sum(future.result() for future in waiting) == 2
    for each in many:
        each.release()
    lease = api.get(
        ObjectRef("coordination.k8s.io", "Lease", SYSTEM, name), "coordination.k8s.io/v1"
    )
    assert lease
    assert lease["spec"]["holderIdentity"] == ""
    assert lease["spec"]["leaseTransitions"] == 1


def test_a_lease_that_is_removed_is_made_again(api: Api) -> None:
    name = f"lease-{next(_NUMBERS)}"
    ref = ObjectRef("coordination.k8s.io", "Lease", SYSTEM, name)
    leader = Leader(api, name, SYSTEM, "a", Pace(lease=6, renew=4, retry=0.2))
    assert leader.acquire(threading.Event())
    lease = api.get(ref, "coordination.k8s.io/v1")
    assert lease
    api.delete(ref, "coordination.k8s.io/v1", lease["metadata"]["uid"])
    _until(lambda: api.get(ref, "coordination.k8s.io/v1") is not None)
    assert leader.is_leader
    leader.release()
