"""Kubernetes vocabulary: a manifest and the names by which it is known."""

from dataclasses import dataclass
from typing import Any

HYPERSHIFT = "hypershift.openshift.io/v1beta1"
HOSTED_CLUSTER = "HostedCluster"
NODE_POOL = "NodePool"


@dataclass(frozen=True, slots=True)
class Manifest:
    """One Kubernetes object as plain data; `source` is the spec path it was lowered from."""

    kind: str
    name: str
    namespace: str
    body: dict[str, Any]
    source: tuple[str | int, ...] = ()


def control_plane_namespace(namespace: str, name: str) -> str:
    """The namespace in which the operator runs the control plane of a hosted cluster."""
    return f"{namespace}-{name.replace('.', '-')}"
