"""What must exist before a fleet's clusters can start: their Secrets, with their keys.

Reads the same layers as the pipeline, so that what it says is what is compiled.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import suggest
from hcpc.payloads.needed_secrets import needed_secrets
from hcpc.resolve.cluster import Cluster, resolve_cluster
from hcpc.resolve.document import Document, read_document
from hcpc.resolve.fleet import holds_only_clusters, read_fleet
from hcpc.resolve.scope import Environment, ManagementCluster
from hcpc.resolve.shared import read_shared
from hcpc.syntax.parse import parse


class UnknownClusterError(Exception):
    """No cluster of this name; the text suggests one."""


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
    """The Secrets that the named clusters, or all, need. Raises UnknownClusterError."""
    found: list[Needed] = []
    faulty: list[str] = []
    known: list[str] = []
    for name, cluster in _clusters(root):
        known.append(name)
        if names and name not in names:
            continue
        if cluster is None:
            faulty.append(name)
        else:
            found += _needed(cluster)
    for name in names:
        if name not in known:
            raise _unknown("cluster", name, known)
    return Inventory(tuple(sorted(found)), tuple(sorted(faulty)))


def find_cluster(root: Path, name: str) -> tuple[Cluster | None, Environment]:
    """A cluster, None when its faults hide it, and what it lives in. Raises UnknownClusterError."""
    known: list[str] = []
    for document, environment in _documents(root):
        if document.name == name:
            return resolve_cluster(document, environment, Sink()), environment
        known.append(document.name)
    raise _unknown("cluster", name, known)


def find_management_cluster(environment: Environment, name: str) -> ManagementCluster:
    """A management cluster by its name. Raises UnknownClusterError."""
    known = {each.name: each for each in environment.management_clusters()}
    if name not in known:
        raise _unknown("management cluster", name, known)
    return known[name]


def _unknown(what: str, name: str, known: Iterable[str]) -> UnknownClusterError:
    near = suggest(name, known)
    hint = f"; did you mean {near}?" if near else ""
    return UnknownClusterError(f"there is no {what} {name}{hint}")


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


def _clusters(root: Path) -> Iterator[tuple[str, Cluster | None]]:
    for document, environment in _documents(root):
        yield document.name, resolve_cluster(document, environment, Sink())


def _documents(root: Path) -> Iterator[tuple[Document, Environment]]:
    """The document of every cluster."""
    sink = Sink()
    fleet = read_fleet(root, sink)
    if fleet is None:
        raise UnknownClusterError("fleet.yaml is not usable; run 'hcpc lint'")
    shared_files = [file for file in fleet.files if not holds_only_clusters(file)]
    environment = read_shared(fleet, shared_files, Sink()).environment
    for file in fleet.files:
        for tree in parse(file, Sink()):
            document = read_document(tree, Sink())
            if document and document.kind == "Cluster":
                yield document, environment
