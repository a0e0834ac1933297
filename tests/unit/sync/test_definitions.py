"""Kinds that the tree itself defines: their objects come when the server knows them."""

import threading
import time
from typing import Any

import pytest
from tests.unit.sync.stage import Stage, outcome_of

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.apply import established
from hcpc.sync.cluster.faults import InvalidError
from hcpc.sync.records import Result

CRD = ObjectRef("apiextensions.k8s.io", "CustomResourceDefinition", "", "policies.example.com")


def tree() -> dict[str, Any]:
    definition = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": CRD.name},
        "spec": {"group": "example.com", "names": {"kind": "Policy", "plural": "policies"}},
    }
    policy = {
        "apiVersion": "example.com/v1",
        "kind": "Policy",
        "metadata": {"name": "strict", "namespace": "clusters"},
    }
    return {"operator/crd.yaml": definition, "operator/policy.yaml": policy}


def stage() -> Stage:
    made = Stage()
    made.cluster.kinds = {"CustomResourceDefinition"}
    made.publish(tree())
    return made


def test_objects_come_when_their_kind_is_served() -> None:
    made = stage()

    def fault(verb: str, ref: ObjectRef) -> None:
        if (verb, ref) == ("get", CRD) and made.cluster.kinds is not None:
            made.cluster.kinds.add("Policy")
            condition = {"type": "Established", "status": "True"}
            made.cluster.status(CRD, {"conditions": [condition]})

    made.cluster.fault = fault
    found = made.sync()
    assert found.is_applied
    assert outcome_of(found, "strict").result is Result.CREATED


def test_objects_wait_for_a_kind_that_is_refused_or_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(established, "SECONDS", 0.0)
    made = stage()
    found = made.sync()
    assert outcome_of(found, "strict").result is Result.WAITING
    assert outcome_of(found, "strict").message.endswith("which is not served yet")

    made = stage()

    def fault(verb: str, ref: ObjectRef) -> None:
        if (verb, ref) == ("apply", CRD):
            raise InvalidError("no such field", status=422)

    made.cluster.fault = fault
    assert outcome_of(made.sync(), "strict").result is Result.WAITING


def test_a_dry_run_does_not_ask_about_a_kind_to_come() -> None:
    made = stage()
    found = made.sync(dry_run=True)
    assert outcome_of(found, "strict").result is Result.CREATED
    assert "is yet to be created" in outcome_of(found, "strict").message


def test_an_unknown_kind_fails_by_itself() -> None:
    made = stage()
    files = tree()
    del files["operator/crd.yaml"]
    made.publish(files)
    found = made.sync()
    assert outcome_of(found, "strict").result is Result.FAILED
    assert "does not serve Policy" in outcome_of(found, "strict").message


def test_waiting_ends_with_the_sync() -> None:
    made = stage()
    (desired,) = [each.desired for each in made.sync(dry_run=True).plan.actions[:1]]
    assert desired is not None
    stop = threading.Event()
    stop.set()
    began = time.monotonic()
    assert not established.is_established(made.cluster, desired, stop)
    assert time.monotonic() - began < established.SECONDS / 2
