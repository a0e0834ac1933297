"""What tests of overlays share: the small fleet with overlays, and its rendered objects."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from tests.unit.resolve.small_fleet import compiled, document, small_fleet

from hcpc.pipeline import Compilation

OVERLAY = "clusters/overlay.yaml"
FUNCTION = "clusters/site.jsonnet"
HOSTED_CLUSTER = "mgmt-1/clusters/demo/hostedcluster.yaml"
NODE_POOL = "mgmt-1/clusters/demo/nodepool-workers.yaml"


def patches(text: str, name: str = "site") -> str:
    """An overlay with patches, the items of its list."""
    return document("Overlay", name, f"patches:\n{text}")


def merge(target: str, patch: str) -> str:
    """A patch, both in flow style."""
    return f"- {{target: {target}, merge: {patch}}}\n"


def operations(target: str, *items: str) -> str:
    """A patch of operations, all in flow style."""
    return f"- {{target: {target}, json6902: [{', '.join(items)}]}}\n"


def overlaid(
    root: Path, overlay: str, files: Mapping[str, str | bytes | None] | None = None
) -> Compilation:
    """The small fleet compiled with an overlay that sees all of its clusters."""
    return compiled(small_fleet(root, {OVERLAY: overlay, **(files or {})}))


def with_function(
    root: Path, jsonnet: str | bytes, files: Mapping[str, str | bytes | None] | None = None
) -> Compilation:
    """As above, the overlay being a jsonnet function."""
    overlay = document("Overlay", "site", "fromFile: site.jsonnet\n")
    return overlaid(root, overlay, {FUNCTION: jsonnet, **(files or {})})


def rendered_object(result: Compilation, path: str = HOSTED_CLUSTER) -> Any:
    """A rendered object; the fleet has no findings."""
    assert result.findings == ()
    return yaml.safe_load(result.files[path])
