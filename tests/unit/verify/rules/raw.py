"""What tests of rules share that set fields of a HostedCluster by its passthrough."""

import json
from pathlib import Path
from typing import Any

from tests.unit.resolve.small_fleet import cluster, underlined
from tests.unit.verify.rules.checking import checked

from hcpc.verify.rules import Rule


def told(rule: Rule, root: Path, spec: str = "", **kwargs: str) -> list[str]:
    """What a rule underlines in a cluster with these lines of spec: `CODE text`."""
    return underlined(checked(rule, root, cluster("demo", spec, **kwargs)))


def raw(path: str, value: Any) -> str:
    """A line of spec that sets a field of the HostedCluster: `raw("spec.fips", True)`."""
    body = value
    for step in reversed(path.split(".")):
        body = {step: body}
    return f"hostedCluster: {json.dumps(body)}\n"


def messages(rule: Rule, root: Path, spec: str) -> list[str]:
    """What a rule says of a cluster with these lines of spec."""
    return [found.message for found in checked(rule, root, cluster("demo", spec))]
