"""What the tests of rules share: one rule over one cluster of a small fleet."""

from pathlib import Path

from tests.unit.resolve.resolving import sound
from tests.unit.resolve.small_fleet import DEMO, small_fleet

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.lower.lower import lower
from hcpc.resolve.cluster import Cluster
from hcpc.verify.rules import Rule
from hcpc.verify.subject import Subject


def lowered(cluster: Cluster) -> Subject:
    """A cluster with its manifests, before overlays."""
    return Subject(cluster, tuple(lower(cluster.spec)))


def checked(rule: Rule, root: Path, text: str, name: str = "demo") -> list[Diagnostic]:
    """What the rule finds in a cluster that is sound otherwise."""
    sink = Sink()
    rule(lowered(sound(small_fleet(root, {DEMO: text}), name)), sink)
    return sink.findings()
