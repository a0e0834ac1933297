"""Live objects for tests, with managed fields as an API server would write them."""

import copy
from typing import Any

from hcpc.kube.object_ref import object_ref
from hcpc.sync.records import Desired
from hcpc.sync.tree.rendered_objects import wave_of

Object = dict[str, Any]
THING = {"apiVersion": "example.com/v1", "kind": "Thing"}
CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap"}
SECRET = {"apiVersion": "v1", "kind": "Secret"}
NODE_POOL = {"apiVersion": "hypershift.openshift.io/v1beta1", "kind": "NodePool"}
OURS = "2026-06-15T11:00:00Z"
LATER = "2026-06-15T12:00:00Z"


def made(head: Object, **rest: Any) -> Object:
    """An object with a name; `labels` and `annotations` go into its metadata."""
    metadata: Object = {"name": "a", "namespace": "clusters"}
    metadata |= {key: rest.pop(key) for key in ("labels", "annotations") if key in rest}
    return copy.deepcopy({**head, "metadata": metadata, **rest})


def wanted(body: Object) -> Desired:
    """It as git wants it."""
    ref = object_ref(body)
    return Desired(ref, body["apiVersion"], body, "digest", wave_of(ref), "one", "x.yaml")


def live(body: Object, *entries: Object, **metadata: Any) -> Object:
    """It as the cluster has it."""
    found = copy.deepcopy(body)
    known = {"uid": "u", "resourceVersion": "7", "generation": 2, "creationTimestamp": OURS}
    found["metadata"] |= {**known, **metadata, "managedFields": list(entries)}
    return found


def entry(
    manager: str,
    fields: Object,
    operation: str = "Update",
    time: str = LATER,
    subresource: str = "",
) -> Object:
    """An entry of managed fields."""
    found: Object = {"manager": manager, "operation": operation, "time": time, "apiVersion": "v1"}
    found |= {"fieldsType": "FieldsV1", "fieldsV1": fields}
    return {**found, "subresource": subresource} if subresource else found


def ours(body: Object, time: str = OURS) -> Object:
    """The entry of a sync that applied an object in which no list is merged."""
    kept = {key: value for key, value in body.items() if key not in {"apiVersion", "kind"}}
    kept["metadata"] = {key: value for key, value in kept["metadata"].items() if key[0] in "al"}
    return entry("hcpc", fields(kept), "Apply", time)


def fields(value: Any) -> Object:
    """All of a value as managed fields; lists are owned whole."""
    if not isinstance(value, dict):
        return {}
    return {f"f:{key}": fields(each) for key, each in value.items()}
