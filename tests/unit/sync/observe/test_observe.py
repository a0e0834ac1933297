"""Which lists are read, and that what could not be read is never taken for absent."""

import threading
from typing import Any

import pytest
from tests.unit.sync.fake_cluster import FakeCluster
from tests.unit.sync.stage import config_map, hosted_cluster, namespace, node_pool, ref_of

from hcpc.kube.object_ref import ObjectRef, object_ref
from hcpc.sync.cluster.faults import ForbiddenError, NotFoundError, UnavailableError
from hcpc.sync.cluster.resource import Resource
from hcpc.sync.errors import SyncError
from hcpc.sync.observe.observe import MANY, observe_all
from hcpc.sync.records import Desired, Inventory, Owned, RenderedTree, Wave


class Asked(FakeCluster):
    """Notes its lists."""

    def __init__(self) -> None:
        super().__init__()
        self.lists: set[tuple[str, str]] = set()
        self.fault = self._note

    def _note(self, verb: str, ref: ObjectRef) -> None:
        if verb == "list":
            self.lists.add((ref.kind, ref.namespace))


def tree(*bodies: dict[str, object]) -> RenderedTree:
    objects = [
        Desired(object_ref(each), str(each["apiVersion"]), each, "d", Wave.REST, "", "operator/x")
        for each in bodies
    ]
    return RenderedTree("mc", "c", tuple(objects))


def owns(ref: ObjectRef, api_version: str) -> Inventory:
    return {ref: Owned(ref, api_version, "u", "d", "f", "", "", Wave.REST)}


ALWAYS = {("HostedCluster", ""), ("NodePool", ""), ("Backup", ""), ("Restore", "")}


def test_only_kinds_and_namespaces_that_matter_are_listed() -> None:
    cluster = Asked()
    wanted = tree(config_map("a"), config_map("b", where="other"), namespace("n"))
    live = observe_all(cluster, wanted, {})
    assert cluster.lists == ALWAYS | {
        ("ConfigMap", "clusters"),
        ("ConfigMap", "other"),
        ("Namespace", ""),
    }
    assert live.objects == {}


def test_inside_a_hosted_cluster_there_are_no_others() -> None:
    cluster = Asked()
    observe_all(cluster, tree(config_map("a")), {}, hosts=False)
    assert cluster.lists == {("ConfigMap", "clusters")}


def test_kinds_in_many_namespaces_are_listed_at_once_but_not_those_of_the_core() -> None:
    cluster = Asked()
    places = [f"n{each}" for each in range(MANY)]
    policies: list[dict[str, object]] = [
        {
            "apiVersion": "example.com/v1",
            "kind": "Policy",
            "metadata": {"name": "p", "namespace": each},
        }
        for each in places
    ]
    maps = [config_map("m", where=each) for each in places]
    observe_all(cluster, tree(*policies, *maps), {}, hosts=False)
    assert cluster.lists == {("Policy", ""), *(("ConfigMap", each) for each in places)}


def test_only_what_matters_is_kept() -> None:
    cluster = FakeCluster()
    cluster.add(namespace("clusters"))
    for body in (config_map("a"), config_map("stranger"), hosted_cluster("h"), node_pool("p", "h")):
        cluster.add(body)
    live = observe_all(cluster, tree(config_map("a", "2")), {})
    assert set(live.objects) == {
        ref_of("ConfigMap", "a"),
        ref_of("HostedCluster", "h"),
        ref_of("NodePool", "p"),
    }
    assert [each.path for each in live.objects[ref_of("ConfigMap", "a")].differences] == [
        ("data", "key")
    ]
    assert set(live.control_planes) == {"clusters/h"}
    assert [each.ref for each in live.pools] == [ref_of("NodePool", "p")]


def test_a_cluster_without_hypershift_and_velero_has_none_of_it() -> None:
    cluster = Asked()
    cluster.kinds = set()
    live = observe_all(cluster, tree(config_map("a"), hosted_cluster("h")), {})
    assert cluster.lists == {("ConfigMap", "clusters")}
    assert live.unread == {}
    assert "hypershift.openshift.io/HostedCluster" in live.not_served
    assert "/ConfigMap" not in live.not_served


OURS = owns(ref_of("HostedCluster", "h"), "hypershift.openshift.io/v1beta1")
NOT_SERVED = "the cluster does not serve HostedCluster now, so what became of ours is not known"


def test_a_kind_that_is_not_served_is_not_taken_for_gone_where_something_is_ours() -> None:
    cluster = FakeCluster()
    cluster.kinds = set()
    live = observe_all(cluster, tree(), OURS)
    assert live.unread == {"hypershift.openshift.io/HostedCluster": NOT_SERVED}
    assert "hypershift.openshift.io/HostedCluster" in live.not_served
    assert "is not served" not in str(live.unread.get("hypershift.openshift.io/NodePool"))


def test_nor_is_one_that_stops_to_be_served_while_it_is_listed() -> None:
    cluster = FakeCluster()

    def fault(verb: str, ref: ObjectRef) -> None:
        if (verb, ref.kind) == ("list", "HostedCluster"):
            raise NotFoundError("no such path", status=404)

    cluster.fault = fault
    unread = observe_all(cluster, tree(), OURS).unread
    assert unread == {"hypershift.openshift.io/HostedCluster": NOT_SERVED}
    assert observe_all(cluster, tree(), {}).unread == {}


@pytest.mark.parametrize("end", [{"doomed": True}, {"uid": "", "digest": ""}])
def test_what_we_set_out_to_delete_or_never_made_ends_with_its_kind(end: dict[str, Any]) -> None:
    cluster = FakeCluster()
    cluster.kinds = set()
    known = {ref: each._replace(**end) for ref, each in OURS.items()}
    assert observe_all(cluster, tree(), known).unread == {}


def test_a_kind_that_lost_our_version_is_read_in_another_one() -> None:
    class Moved(Asked):
        def resource(self, api_version: str, kind: str) -> Resource:
            if api_version != "example.com/v1beta1":
                raise NotFoundError("not served", status=404)
            return super().resource(api_version, kind)

    cluster = Moved()
    ref = ObjectRef("example.com", "Policy", "n", "p")
    cluster.add(
        {
            "apiVersion": "example.com/v1beta1",
            "kind": "Policy",
            "metadata": {"name": "p", "namespace": "n"},
        }
    )
    live = observe_all(cluster, tree(), owns(ref, "example.com/v1alpha9"), hosts=False)
    assert live.objects[ref].api_version == "example.com/v1beta1"


@pytest.mark.parametrize(
    "error", [ForbiddenError("no", status=403), UnavailableError("no", status=500)]
)
def test_what_cannot_be_read_is_told(error: Exception) -> None:
    cluster = FakeCluster()

    def fault(_: str, ref: ObjectRef) -> None:
        if ref.kind == "ConfigMap":
            raise error

    cluster.fault = fault
    live = observe_all(cluster, tree(config_map("a")), {})
    assert live.unread == {"/ConfigMap": "no"}


@pytest.mark.parametrize("status", [500, 0])
def test_a_group_that_cannot_say_what_it_serves_is_told(status: int) -> None:
    class Broken(FakeCluster):
        def resource(self, api_version: str, kind: str) -> Resource:
            if kind == "Restore":
                raise UnavailableError("no", status=status)
            return super().resource(api_version, kind)

    if status:
        live = observe_all(Broken(), tree(hosted_cluster("h")), {})
        assert live.unread == {"velero.io/Restore": "no"}
        assert "is not known: no" in live.busy["clusters/h"]
    else:
        with pytest.raises(UnavailableError):
            observe_all(Broken(), tree(hosted_cluster("h")), {})


def test_an_odd_object_spares_the_other_kinds() -> None:
    cluster = FakeCluster()
    cluster.add(namespace("clusters"))
    cluster.add(hosted_cluster("h"))
    cluster.add(config_map("a"))
    cluster.objects[ref_of("ConfigMap", "a")]["metadata"]["managedFields"] = 7
    live = observe_all(cluster, tree(config_map("a")), {})
    assert live.unread == {"/ConfigMap": "internal error: TypeError"}
    assert set(live.control_planes) == {"clusters/h"}


def test_a_server_that_is_gone_is_an_error() -> None:
    cluster = FakeCluster()

    def fault(*_: object) -> None:
        raise UnavailableError("connection refused")

    cluster.fault = fault
    with pytest.raises(UnavailableError):
        observe_all(cluster, tree(config_map("a")), {})


def test_half_of_an_answer_is_none() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(SyncError, match="asked to end"):
        observe_all(FakeCluster(), tree(config_map("a")), {}, stop)


def test_backups_that_may_not_be_read_may_be_under_way() -> None:
    cluster = FakeCluster()

    def fault(_: str, ref: ObjectRef) -> None:
        if ref.kind == "Restore":
            raise ForbiddenError("may not list restores", status=403)

    cluster.fault = fault
    live = observe_all(cluster, tree(hosted_cluster("h")), {})
    assert live.busy == {
        "clusters/h": "whether a backup or restore is under way is not known: may not list restores"
    }
