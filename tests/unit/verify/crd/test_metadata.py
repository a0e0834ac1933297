"""The metadata of an object, and of objects inside it."""

from typing import Any

import pytest
from tests.unit.verify.crd.kinds import kind_of, thing

from hcpc.verify.crd.verdict import check_object

KIND = kind_of({"type": "object", "x-kubernetes-preserve-unknown-fields": True})
UID = "123e4567-e89b-42d3-a456-426614174000"
OWNER = {"apiVersion": "v1", "kind": "ConfigMap", "name": "a", "uid": UID}


def found(old: dict[str, Any] | None = None, **metadata: Any) -> list[str]:
    """Faults in short, of a thing with this metadata."""
    faults = check_object(KIND, thing({}, **metadata), old)
    return [
        " ".join([*(str(step) for step in fault.path[1:]), f"<{fault.rule}>"]) for fault in faults
    ]


@pytest.mark.parametrize(
    ("metadata", "faults"),
    [
        ({}, []),
        ({"name": "a.b-c"}, []),
        ({"name": "A"}, ["name <pattern>"]),
        ({"name": "a" * 254}, ["name <pattern>"]),
        ({"name": ""}, ["name <missing>"]),
        ({"name": None, "generateName": "a-"}, []),
        ({"name": None, "generateName": "a_"}, ["generateName <pattern>"]),
        ({"name": 5}, ["name <type>"]),
        ({"namespace": "a.b"}, ["namespace <pattern>"]),
        ({"namespace": None}, []),
        ({"creationTimestamp": None}, []),
        ({"creationTimestamp": "yesterday"}, ["creationTimestamp <type>"]),
        ({"resourceVersion": "5"}, ["resourceVersion <metadata>"]),
        ({"generation": -1}, []),
        ({"lables": {}}, ["lables <unknown-field>"]),
        ({"labels": {"a": 1}}, ["labels a <type>"]),
        ({"labels": {"a": None}}, []),
        ({"labels": {"a/b/c": "d"}}, ["labels a/b/c <bad-key>"]),
        ({"labels": {"example.com/a": "d.e"}}, []),
        ({"labels": {"a": "-"}}, ["labels a <pattern>"]),
        ({"labels": {"a": "b" * 64}}, ["labels a <pattern>"]),
        ({"annotations": {"Example.com/A": "any text at all"}}, []),
        ({"annotations": {"a b": ""}}, ["annotations a b <bad-key>"]),
        ({"annotations": {"a": "x" * 262_144}}, ["annotations <too-long>"]),
        ({"finalizers": ["example.com/a", "a b"]}, ["finalizers 1 <pattern>"]),
        ({"finalizers": ["orphan", "foregroundDeletion"]}, ["finalizers <metadata>"]),
        ({"ownerReferences": [OWNER]}, []),
        ({"ownerReferences": [{**OWNER, "uid": ""}]}, ["ownerReferences 0 uid <missing>"]),
        ({"ownerReferences": [{**OWNER, "Uid": UID}]}, ["ownerReferences 0 Uid <unknown-field>"]),
        (
            {"ownerReferences": [{**OWNER, "controller": True}, {**OWNER, "controller": True}]},
            ["ownerReferences 1 controller <metadata>"],
        ),
    ],
)
def test_metadata_of_a_new_object(metadata: dict[str, Any], faults: list[str]) -> None:
    assert found(**metadata) == faults


@pytest.mark.parametrize("metadata", [None, "text", []])
def test_metadata_that_is_none(metadata: Any) -> None:
    [fault] = check_object(KIND, {**thing({}), "metadata": metadata})
    assert fault.path[0] == "metadata"


def test_the_name_of_an_object_stays() -> None:
    assert found(old=thing({}, name="before")) == ["name <transition>"]
    assert found(old=thing({}), resourceVersion="5") == []


def test_objects_inside_have_heads_of_their_own() -> None:
    inside = {"type": "object", "x-kubernetes-embedded-resource": True}
    kind = kind_of(
        {"type": "array", "items": {**inside, "x-kubernetes-preserve-unknown-fields": True}}
    )
    objects = [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "Any_Name"}, "spec": {}},
        {"kind": "Pod!", "metadata": {"labels": {"a": "-"}, "nmae": "x"}},
    ]
    faults = check_object(kind, thing(objects))
    assert [(fault.path[1:], fault.rule) for fault in faults] == [
        ((1, "apiVersion"), "missing"),
        ((1, "kind"), "pattern"),
        ((1, "metadata", "nmae"), "unknown-field"),
    ]
