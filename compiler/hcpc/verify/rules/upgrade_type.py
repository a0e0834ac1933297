"""Surge and strategy belong to pools whose nodes are replaced.

A pool that upgrades in place because its platform does so by default would lose them silently.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.syntax.tree import Path, find, key_span
from hcpc.verify.subject import Subject


def check(subject: Subject, sink: Sink) -> None:
    """Refuse settings of replaced nodes on pools that upgrade in place."""
    cluster = subject.cluster
    for name, pool in cluster.spec["nodePools"].items():
        upgrade: Path = ("nodePools", name, "upgrade")
        for field in ("strategy", "maxSurge"):
            path = (*upgrade, field)
            if pool["upgrade"]["type"] != "InPlace" or find(cluster.tree, path) is None:
                continue
            sink.report(
                codes.EXCLUSIVE_FIELDS,
                key_span(cluster.tree, path),
                f"`{field}` has no effect on a node pool that upgrades in place",
                secondary=(
                    Label(
                        key_span(cluster.tree, ("platform", cluster.platform)),
                        "the default of this platform",
                    ),
                ),
                help="say `type: Replace`, or remove it",
            )
