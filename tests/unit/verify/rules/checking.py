"""What the tests of rules share: one rule over one cluster of a small fleet."""

from pathlib import Path

from tests.unit.resolve.resolving import sound
from tests.unit.resolve.small_fleet import DEMO, small_fleet

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.verify.rules import Rule


def checked(rule: Rule, root: Path, text: str, name: str = "demo") -> list[Diagnostic]:
    """What the rule finds in a cluster that is sound otherwise."""
    sink = Sink()
    rule(sound(small_fleet(root, {DEMO: text}), name), sink)
    return sink.findings()
