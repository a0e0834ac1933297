"""Kubernetes vocabulary: a manifest and the names by which it is known."""

from typing import Any, NamedTuple

from hcpc.source.text import Span

HYPERSHIFT = "hypershift.openshift.io/v1beta1"
HOSTED_CLUSTER = "HostedCluster"
NODE_POOL = "NodePool"


class Change(NamedTuple):
    """What an overlay did at a path of a manifest.

    `span` shows the value and `key` its name, in the overlay. Below `path` the overlay answers for
    everything if it is `whole`, else for nothing. `shift` is by how much it moved the later items
    of the list that `path` leads into. `value` is what it put there, None where it removed.
    `inner` is one that comes after the change of a value that this is a part of.
    """

    overlay: str
    path: tuple[str | int, ...]
    span: Span
    key: Span
    value: Any = None
    whole: bool = True
    shift: int = 0
    inner: bool = False


class Manifest(NamedTuple):
    """One Kubernetes object as plain data.

    `source` is the spec path that a NodePool was lowered from. `origin` is the place that answers
    for an object that no mapping table made. `changes` are those of overlays, the last one last.
    """

    kind: str
    name: str
    namespace: str
    body: dict[str, Any]
    source: tuple[str | int, ...] = ()
    origin: Span | None = None
    changes: tuple[Change, ...] = ()


def manifest(body: dict[str, Any], origin: Span) -> Manifest:
    """The manifest of an object that has at least a kind and a name."""
    metadata = body["metadata"]
    return Manifest(
        body["kind"], metadata["name"], metadata.get("namespace", ""), body, origin=origin
    )


def object_title(kind: str, name: str, namespace: str) -> str:
    """An object in a sentence."""
    return f"{kind} `{name}`" + (f" in namespace `{namespace}`" if namespace else "")


def control_plane_namespace(namespace: str, name: str) -> str:
    """The namespace in which the operator runs the control plane of a hosted cluster."""
    return f"{namespace}-{name.replace('.', '-')}"
