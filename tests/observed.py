"""Objects as a sync observes them, for tests that begin with an object of the API."""

from typing import Any

from hcpc.kube.object_ref import object_ref
from hcpc.sync.records import Observed


def observed_from(body: dict[str, Any]) -> Observed:
    """What the judgement on an object is made of."""
    metadata = body["metadata"]
    return Observed(
        object_ref(body),
        body["apiVersion"],
        metadata.get("uid", "1"),
        metadata.get("resourceVersion", "1"),
        generation=metadata.get("generation", 0),
        created=metadata.get("creationTimestamp", ""),
        deleting=metadata.get("deletionTimestamp", ""),
        finalizers=tuple(metadata.get("finalizers", ())),
        labels=metadata.get("labels", {}),
        annotations=metadata.get("annotations", {}),
        spec=body.get("spec", {}),
        status=body.get("status", {}),
    )
