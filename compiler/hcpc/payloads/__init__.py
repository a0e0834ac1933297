"""Payloads: what stands beside HostedCluster and NodePools, each made from a short spec.

Every module is a function from resolved documents to manifests; mistakes go to the sink, at the
spec's own lines. A module is imported when a fleet uses it.
"""

from collections.abc import Container, Iterable
from typing import NamedTuple

from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Manifest
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.scope import Environment, ManagementCluster


class ClusterPayloads(NamedTuple):
    """Objects for the management cluster, and those inside the hosted cluster."""

    manifests: tuple[Manifest, ...] = ()
    guest: tuple[Manifest, ...] = ()


class RestorePart(NamedTuple):
    """A restore, for the tree of `management_cluster`, and what has to be done by hand.

    `patches` are for the files of a cluster of management cluster `home`; where there are none,
    `objects` stand alone.
    """

    name: str
    management_cluster: str
    home: str
    cluster: str
    patches: tuple[Manifest, ...]
    objects: tuple[Manifest, ...]
    runbook: str


def check_shared(
    environment: Environment, used: Container[str], troubled: Iterable[str], sink: Sink
) -> None:
    """Report what is wrong with payloads that clusters share, once.

    `used` are the ids of NodeConfigs in use, `troubled` the directories of clusters that may use
    others as well.
    """
    if any(document.kind == "NodeConfig" for document in environment.documents):
        from hcpc.payloads import node_config  # noqa: PLC0415  # only fleets that use it pay for it

        node_config.check(environment, used, troubled, sink)


def cluster_payloads(cluster: Cluster, environment: Environment, sink: Sink) -> ClusterPayloads:
    """Everything that one hosted cluster needs beside its HostedCluster and NodePools."""
    manifests: list[Manifest] = []
    guest: list[Manifest] = []
    if cluster.node_configs:
        from hcpc.payloads import node_config  # noqa: PLC0415  # as above

        manifests += node_config.config_maps(cluster, environment, sink)
    if "secrets" in cluster.payloads:
        from hcpc.payloads import secrets  # noqa: PLC0415  # as above

        manifests += secrets.external_secrets(cluster, sink)
    if "backup" in cluster.payloads:
        from hcpc.payloads import backup  # noqa: PLC0415  # as above

        manifests += backup.schedules(cluster, sink)
    if "guest" in cluster.payloads:
        from hcpc.payloads import guest as inside  # noqa: PLC0415  # as above

        guest += inside.manifests(cluster, sink)
    return ClusterPayloads(tuple(manifests), tuple(guest))


def delivery(cluster: Cluster, guest: tuple[Manifest, ...]) -> tuple[Manifest, ...]:
    """What takes the objects inside the hosted cluster there, when the cluster wants that."""
    if "guest" not in cluster.payloads:
        return ()
    from hcpc.payloads import guest as inside  # noqa: PLC0415  # as above

    return tuple(inside.deliver(cluster, guest))


def restore_parts(
    cluster: Cluster, manifests: tuple[Manifest, ...], environment: Environment, sink: Sink
) -> tuple[RestorePart, ...]:
    """The restores that name a cluster; `manifests` are its objects as they are emitted."""
    if not cluster.scope.restores:
        return ()
    from hcpc.payloads import restore  # noqa: PLC0415  # as above

    return restore.restores(cluster, manifests, environment, sink)


def management_payloads(
    management: ManagementCluster, environment: Environment, sink: Sink
) -> tuple[Manifest, ...]:
    """The objects that configure the operator of a management cluster."""
    if not {"metrics", "operator", "dashboard"} & management.data.keys():
        return ()
    from hcpc.payloads import operator  # noqa: PLC0415  # as above

    return operator.manifests(management, environment, sink)
