"""What tests of a management cluster's payloads share."""

from pathlib import Path
from typing import Any

import yaml
from tests.unit.resolve.small_fleet import MANAGEMENT, compiled, document, small_fleet, underlined

from hcpc.diagnostics.diagnostic import Diagnostic

NODE_ADDRESS = "nodeAddress: api.mgmt-1.example.com\n"


def management(spec: str) -> str:
    """The document of the scaffold's management cluster with more fields."""
    return document("ManagementCluster", "mgmt-1", NODE_ADDRESS + spec)


def objects(root: Path, spec: str, **files: str) -> dict[str, dict[str, Any]]:
    """The operator's ConfigMaps by name; the spec must be sound. `files` have `_` for dots."""
    more = {f"clusters/mgmt-1/{name.replace('_', '.')}": text for name, text in files.items()}
    result = compiled(small_fleet(root, {MANAGEMENT: management(spec), **more}))
    assert underlined(result.findings) == []
    found = [
        yaml.safe_load(text)
        for path, text in result.files.items()
        if path.startswith("mgmt-1/operator/configmap-")
    ]
    return {each["metadata"]["name"]: each for each in found}


def diagnostics(root: Path, spec: str, **files: str) -> tuple[Diagnostic, ...]:
    """What is found in a fleet whose management cluster has these fields."""
    more = {f"clusters/mgmt-1/{name.replace('_', '.')}": text for name, text in files.items()}
    return compiled(small_fleet(root, {MANAGEMENT: management(spec), **more})).findings


def told(root: Path, spec: str, **files: str) -> list[str]:
    """Findings as `CODE text`, the text being what is underlined."""
    return underlined(diagnostics(root, spec, **files))
