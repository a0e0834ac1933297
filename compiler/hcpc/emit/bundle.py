"""What formats are given: the objects of one hosted cluster, and of one management cluster."""

from dataclasses import dataclass

from hcpc.kube.manifest import Manifest


@dataclass(frozen=True, slots=True)
class ClusterBundle:
    """Everything emitted for one hosted cluster."""

    management_cluster: str
    name: str
    manifests: tuple[Manifest, ...]


Files = dict[str, str]
"""Texts by path below the output directory."""
