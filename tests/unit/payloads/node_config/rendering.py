"""What these tests share: a fleet with one NodeConfig and a cluster that uses it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from tests.unit.resolve.small_fleet import DEMO, cluster, compiled, document, small_fleet

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.pipeline import Compilation

NODES = "clusters/nodes.yaml"
RULES = ("HCP14", "HCP15")


def fleet(
    root: Path,
    configs: Mapping[str, str],
    *,
    pools: str = "",
    spec: str = "",
    files: Mapping[str, str | bytes | None] | None = None,
) -> Compilation:
    """A compiled fleet with NodeConfigs by name; one pool uses all unless `pools` differ."""
    used = pools or f"{{workers: {{replicas: 2, config: [{', '.join(configs)}]}}}}"
    text = "---\n".join(document("NodeConfig", *each) for each in configs.items())
    changes = {DEMO: cluster("demo", spec, pools=used), NODES: text, **(files or {})}
    return compiled(small_fleet(root, changes))


def documents(
    root: Path,
    spec: str,
    key: str = "config",
    files: Mapping[str, str | bytes | None] | None = None,
) -> list[dict[str, Any]]:
    """The objects that a sound NodeConfig becomes, in the ConfigMap with a key."""
    result = fleet(root, {"mine": spec}, files=files)
    assert told(result) == []
    name = {"config": "demo-mine", "tuning": "demo-mine-tuning"}[key]
    body = yaml.safe_load(result.files[f"mgmt-1/clusters/demo/configmap-{name}.yaml"])
    assert list(body["data"]) == [key]
    return list(yaml.safe_load_all(body["data"][key]))


def findings(root: Path, spec: str) -> list[str]:
    """What is told of a NodeConfig: code and what is underlined."""
    return told(fleet(root, {"mine": spec}))


def told(result: Compilation) -> list[str]:
    """Findings as `CODE text`, the text being what is underlined; without those of rules."""
    found = [each for each in result.findings if not each.code.startswith(RULES)]
    return [f"{each.code} {_underlined(each)}" for each in found]


def _underlined(found: Diagnostic) -> str:
    span = found.primary.span
    return span.file.text[span.start : span.end]


def messages(result: Compilation) -> list[str]:
    """Findings as their messages."""
    return [found.message for found in result.findings]
