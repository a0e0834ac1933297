"""The name under which Kubernetes knows an object, whatever the version of its API."""

from typing import Any, NamedTuple


class ObjectRef(NamedTuple):
    """Group (empty for core), kind, namespace (empty for cluster-wide objects) and name."""

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        where = f"{self.namespace}/{self.name}" if self.namespace else self.name
        return f"{self.kind} {where}"

    @property
    def id(self) -> str:
        """`NAMESPACE_NAME_GROUP_KIND`, as inventories of other tools write it."""
        return f"{self.namespace}_{self.name}_{self.group}_{self.kind}"


def object_ref(body: dict[str, Any]) -> ObjectRef:
    """Of an object with an apiVersion, a kind and a name."""
    metadata = body["metadata"]
    group = group_of(body["apiVersion"])
    return ObjectRef(group, body["kind"], metadata.get("namespace", ""), metadata["name"])


def group_of(api_version: str) -> str:
    """The group of `GROUP/VERSION`; empty for core, which says only its version."""
    return api_version.rpartition("/")[0]
