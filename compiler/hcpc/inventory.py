"""What must exist before a fleet's clusters can start: their Secrets, with their keys.

Reads the same layers as the pipeline, so that what it says is what is compiled.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hcpc.diagnostics.sink import Sink
from hcpc.payloads.needed_secrets import needed_secrets
from hcpc.resolve.cluster import Cluster, resolve_cluster
from hcpc.resolve.lookup import open_fleet, unknown
from hcpc.resolve.scope import Environment, ManagementCluster


class Needed(NamedTuple):
    """A Secret that a cluster names; `from_store` tells that an ExternalSecret brings it."""

    management_cluster: str
    cluster: str
    namespace: str
    name: str
    keys: tuple[str, ...]
    from_store: bool


class Inventory(NamedTuple):
    """The Secrets, and the clusters whose faults hide theirs."""

    secrets: tuple[Needed, ...]
    faulty: tuple[str, ...]


def list_secrets(root: Path, names: Sequence[str]) -> Inventory:
    """The Secrets that the named clusters, or all, need. Raises UnknownNameError."""
    found: list[Needed] = []
    faulty: list[str] = []
    known: list[str] = []
    fleet = open_fleet(root)
    for document in fleet.clusters():
        known.append(document.name)
        if names and document.name not in names:
            continue
        cluster = resolve_cluster(document, fleet.environment, Sink())
        if cluster is None:
            faulty.append(document.name)
        else:
            found += _needed(cluster)
    for name in names:
        if name not in known:
            raise unknown("cluster", name, known)
    return Inventory(tuple(sorted(found)), tuple(sorted(faulty)))


def find_cluster(root: Path, name: str) -> tuple[Cluster | None, Environment]:
    """A cluster, None when its faults hide it, and what it lives in. Raises UnknownNameError."""
    fleet = open_fleet(root)
    return resolve_cluster(fleet.cluster(name), fleet.environment, Sink()), fleet.environment


def find_management_cluster(environment: Environment, name: str) -> ManagementCluster:
    """A management cluster by its name. Raises UnknownNameError."""
    known = {each.name: each for each in environment.management_clusters()}
    if name not in known:
        raise unknown("management cluster", name, known)
    return known[name]


def _needed(cluster: Cluster) -> Iterator[Needed]:
    settings: dict[str, Any] | None = cluster.payloads.get("secrets")
    sources: dict[str, Any] = (settings or {}).get("sources", {})
    for each in needed_secrets(cluster.spec):
        from_store = settings is not None and not sources.get(each.name, {}).get("present")
        yield Needed(
            cluster.management_cluster,
            cluster.name,
            cluster.namespace,
            each.name,
            each.keys,
            from_store,
        )
