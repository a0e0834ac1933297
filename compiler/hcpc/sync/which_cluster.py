"""Which cluster a management cluster's name stands for, so that no tree ends up in another one.

A cluster is known by the uid of its namespace `kube-system`. The inventory says which one it was
made in, the status branch which one it tells of: docs/decisions/0035-which-cluster-this-is.md.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from hcpc.kube.loose import mapping, text
from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.apply.inventory import InventoryStore
from hcpc.sync.errors import SourceError, StatusError, SyncError
from hcpc.sync.ports import Cluster, ReadableStatus
from hcpc.sync.status.documents import CLUSTER_STATUS, CLUSTERS, SUMMARY, SYNC_STATUS
from hcpc.sync.status.keeping import read_document

_KUBE_SYSTEM = ObjectRef("", "Namespace", "", "kube-system")


class WrongClusterError(SyncError):
    """The cluster is not the one that has this name: nothing is written, not even a status."""


class Told(NamedTuple):
    """What the status branch says of a management cluster before a round.

    `identity` is the uid of the cluster, empty when it says none; `ran` are the HostedClusters
    (`NAMESPACE/NAME`) that have run there. `files` is the branch itself, None when it was not read;
    `fault` says why it could not be.
    """

    identity: str = ""
    ran: frozenset[str] = frozenset()
    files: Mapping[str, bytes] | None = None
    fault: str = ""


def told_by(status: ReadableStatus | None) -> Told:
    """What the status branch says; nothing when there is none, or when nobody is to look."""
    if status is None:
        return Told()
    try:
        files = status.read() or {}
    except (SourceError, StatusError) as error:
        return Told(fault=str(error))
    summary = mapping(read_document(files.get(SUMMARY), SYNC_STATUS).get("status"))
    return Told(text(summary.get("cluster")), frozenset(_ran(files)), files)


def _ran(files: Mapping[str, bytes]) -> Iterator[str]:
    for path, content in files.items():
        if path.startswith(f"{CLUSTERS}/"):
            status = mapping(read_document(content, CLUSTER_STATUS).get("status"))
            hosted = mapping(status.get("hostedCluster"))
            if hosted.get("ran") is True:
                yield f"{text(hosted.get('namespace'))}/{text(hosted.get('name'))}"


def identified(
    cluster: Cluster, store: InventoryStore, told: Told, name: str, *, moved_here: bool
) -> str:
    """The uid of the cluster, when nothing speaks against its being the one called `name`.

    `store` has been loaded. `moved_here` says that another one had the name before. Raises
    WrongClusterError, SyncError when it cannot be known, and ApiErrors.
    """
    uid = _uid_of(cluster)
    sources = ((store.identity, "its inventory"), (told.identity, f"branch hcpc-status/{name}"))
    for known, source in sources:
        if known not in {"", uid} and not moved_here:
            raise WrongClusterError(
                f"this cluster is not the one called {name}: its namespace kube-system has the uid "
                f"{uid}, and {source} says {known}; nothing is written. Correct --kubeconfig, "
                f"--context or --management-cluster; if {name} is this cluster from now on, run "
                "once with `--once --moved-here`"
            )
    if told.fault and not store.inventory and not store.identity:
        raise SyncError(
            f"this cluster has no inventory of {name}, and whether another one is called so cannot "
            f"be known, as its status cannot be read: {told.fault}"
        )
    return uid


def _uid_of(cluster: Cluster) -> str:
    found = cluster.get(_KUBE_SYSTEM, "v1")
    uid = text(mapping(mapping(found).get("metadata")).get("uid"))
    if not uid:
        raise SyncError("which cluster this is cannot be known: it has no namespace kube-system")
    return uid
