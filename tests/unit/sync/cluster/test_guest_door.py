"""The way into a hosted cluster: what a tenant may cost us is bounded."""

import json
import threading

import pytest
from tests.unit.sync.cluster.stub import Reply, Stub, inline

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.cluster.bounds import MIB
from hcpc.sync.cluster.faults import ConnectError, TooLargeError
from hcpc.sync.errors import StandDownError
from hcpc.sync.guest_door import open_guest

REF = ObjectRef("", "ConfigMap", "a", "b")
BODY = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "b", "namespace": "a"}}
GO_ON = threading.Event()


def kubeconfig(stub: Stub) -> bytes:
    return json.dumps(inline(stub)).encode()


def test_it_is_asked_little_at_a_time(stub: Stub) -> None:
    stub.script(Reply(body={"kind": "ConfigMapList", "metadata": {}, "items": []}))
    with open_guest("one", kubeconfig(stub), GO_ON) as cluster:
        assert list(cluster.list("v1", "ConfigMap", limit=250)) == [[]]
        assert stub.asked[0].query["limit"] == "10"
        stub.script(Reply(body={**BODY, "data": {"a": "x" * 5 * MIB}}))
        with pytest.raises(TooLargeError, match="hosted cluster one answers with more than 4 MiB"):
            cluster.get(REF, "v1")


def test_who_no_longer_leads_writes_nothing_in_there_either(stub: Stub) -> None:
    stub.script(Reply(body=BODY))
    with open_guest("one", kubeconfig(stub), GO_ON, lambda: 0) as cluster:
        assert cluster.get(REF, "v1") == BODY
        with pytest.raises(StandDownError):
            cluster.apply(dict(BODY))
    assert [asked.method for asked in stub.asked] == ["GET"]


def test_no_proxy_of_a_tenant_is_used(stub: Stub) -> None:
    config = inline(stub)
    config["clusters"][0]["cluster"]["proxy-url"] = "http://tenant.example.com:3128"
    with (
        pytest.raises(ConnectError, match=r"hosted cluster one is not used: .*`proxy-url`"),
        open_guest("one", json.dumps(config).encode(), GO_ON),
    ):
        raise AssertionError
    assert stub.asked == []
