"""A hosted cluster as formats get it, and how tests read what they make of it."""

from typing import Any

import yaml

from hcpc.emit.bundle import ClusterBundle
from hcpc.emit.formats.kustomize import HEADER
from hcpc.kube.manifest import Manifest


def manifest(kind: str, name: str, *source: str) -> Manifest:
    body = {"apiVersion": "v1", "kind": kind, "metadata": {"name": name}}
    return Manifest(kind, name, "clusters", body, source)


BUNDLE = ClusterBundle(
    "m",
    "demo",
    (
        manifest("HostedCluster", "demo"),
        manifest("NodePool", "other-name", "nodePools", "workers"),
        manifest("NodePool", "demo-infra", "nodePools", "infra"),
    ),
)


def read(text: str) -> Any:
    assert text.startswith(HEADER)
    return yaml.safe_load(text)
