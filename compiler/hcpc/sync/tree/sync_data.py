"""`sync.yaml` of a rendered tree: what the compiler tells the sync beside the objects.

Read strictly: what this version does not know, a newer compiler wrote, and it may matter.
"""

from typing import Any

from hcpc import API_VERSION
from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.errors import TreeError
from hcpc.sync.records import SyncData, Tombstone, WaiverInForce
from hcpc.sync.tree.rendered_objects import rendered_documents

SYNC_DATA = "sync.yaml"
KIND = "SyncData"
_NEWER = "is not known here: a newer hcpc may have written it"


def read_sync_data(content: bytes, management_cluster: str) -> SyncData:
    """What the file says to the sync of a management cluster. Raises TreeError without its name."""
    body = _document(content)
    if (body.pop("apiVersion", None), body.pop("kind", None)) != (API_VERSION, KIND):
        raise TreeError(f"it is no {KIND} of `{API_VERSION}`")
    if body.pop("managementCluster", None) != management_cluster:
        raise TreeError(f"its `managementCluster` is not `{management_cluster}`")
    releases = body.pop("releases", {})
    tombstones = body.pop("tombstones", [])
    inside = body.pop("guestTombstones", {})
    waivers = body.pop("waivers", [])
    if body:
        raise TreeError(f"`{next(iter(body))!s}` {_NEWER}")
    if not isinstance(inside, dict):
        raise TreeError("`guestTombstones` is no mapping")
    return SyncData(
        _texts("releases", releases),
        _tombstones("tombstones", tombstones),
        {str(cluster): _tombstones("guestTombstones", each) for cluster, each in inside.items()},
        tuple(_waiver(each) for each in _items("waivers", waivers)),
    )


def _document(content: bytes) -> dict[str, Any]:
    documents = rendered_documents(content)
    if len(documents) != 1 or not isinstance(documents[0], dict):
        raise TreeError(f"it is no {KIND}")
    return documents[0]


def _tombstones(where: str, items: Any) -> tuple[Tombstone, ...]:
    return tuple(_tombstone(where, each) for each in _items(where, items))


def _tombstone(where: str, item: dict[str, str]) -> Tombstone:
    """One for an object by its name, or for the node pools of a hosted cluster."""
    whose = "cluster" if "cluster" in item else "name"
    known = _fields(where, item, ("kind", whose, "reason", "owner"), ("group", "namespace"))
    name, cluster = known.get("name", ""), known.get("cluster", "")
    ref = ObjectRef(known["group"], known["kind"], known["namespace"], name)
    return Tombstone(ref, known["reason"], known["owner"], cluster)


def _waiver(item: dict[str, str]) -> WaiverInForce:
    return WaiverInForce(**_fields("waivers", item, WaiverInForce._fields, ()))


def _fields(
    where: str, item: dict[str, str], needed: tuple[str, ...], optional: tuple[str, ...]
) -> dict[str, str]:
    """Exactly these fields; those that may be left out are empty then."""
    for name in needed:
        if not item.get(name):
            raise TreeError(f"an item of `{where}` has no `{name}`")
    for name in item:
        if name not in needed and name not in optional:
            raise TreeError(f"`{name}` in `{where}` {_NEWER}")
    return {**dict.fromkeys(optional, ""), **item}


def _items(where: str, items: Any) -> list[dict[str, str]]:
    if not isinstance(items, list):
        raise TreeError(f"`{where}` is no list")
    return [_texts(where, each) for each in items]


def _texts(where: str, value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise TreeError(f"`{where}` has no mapping where one should be")
    for each in (*value, *value.values()):
        if not isinstance(each, str):
            raise TreeError(f"`{where}` has something that is no text")
    return value
