"""Overlays: the site's last word on manifests, after lowering and before they are checked.

Patches and jsonnet functions change plain data; what they change keeps the place that says so.
Nothing here reads the disk, and a fleet without overlays imports no more than this.
"""

from collections.abc import Collection
from typing import NamedTuple

from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Manifest
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.scope import Environment

MANAGEMENT, GUEST = "management", "guest"


class Parts(NamedTuple):
    """A cluster's objects for the management cluster, and those inside the hosted cluster.

    `matched` are the ids of the overlays' steps that were for one of these.
    """

    management: tuple[Manifest, ...]
    guest: tuple[Manifest, ...] = ()
    matched: tuple[str, ...] = ()


def apply_overlays(cluster: Cluster, parts: Parts, environment: Environment, sink: Sink) -> Parts:
    """The parts as the overlays that the cluster sees leave them, each laid over the last."""
    if not cluster.scope.overlays:
        return parts
    from hcpc.overlay.apply import apply  # noqa: PLC0415  # only fleets that use it pay for it

    return apply(cluster, parts, environment, sink)


def check_overlays(
    environment: Environment, matched: Collection[str], troubled: Collection[str], sink: Sink
) -> None:
    """Report what is wrong with overlays whatever the clusters, and steps that changed nothing.

    `matched` are the ids of steps that did. `troubled` are the directories of what has errors: who
    sees an overlay from there may need it all the same.
    """
    if any(document.kind == "Overlay" for document in environment.documents):
        from hcpc.overlay.check import check  # noqa: PLC0415  # as above

        check(environment, matched, troubled, sink)
