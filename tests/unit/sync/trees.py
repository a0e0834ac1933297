"""Rendered trees for tests, with an index that fits."""

from typing import Any

from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.kube.rendered_index import INDEX, digest, index_text

HYPERSHIFT = "hypershift.openshift.io/v1beta1"


def indexed(files: dict[str, str | bytes]) -> dict[str, bytes]:
    """The files with their index."""
    found = {path: text.encode() if isinstance(text, str) else text for path, text in files.items()}
    index = index_text({path: digest(content) for path, content in found.items()})
    return {**found, INDEX: index.encode()}


def text(body: dict[str, Any]) -> str:
    """An object as the compiler writes it."""
    return canonical_yaml(body)


def hosted_cluster(name: str = "a", **spec: Any) -> dict[str, Any]:
    """A HostedCluster."""
    return _body(HYPERSHIFT, "HostedCluster", name, {"spec": {"release": {"image": "i"}, **spec}})


def node_pool(name: str = "a-workers", **spec: Any) -> dict[str, Any]:
    """A NodePool."""
    return _body(HYPERSHIFT, "NodePool", name, {"spec": {"clusterName": "a", **spec}})


def config_map(name: str = "x", **data: str) -> dict[str, Any]:
    """A ConfigMap."""
    return _body("v1", "ConfigMap", name, {"data": {"key": "value", **data}})


def _body(api_version: str, kind: str, name: str, rest: dict[str, Any]) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "clusters"}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}
