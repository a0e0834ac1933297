"""The metrics set `SRE` is what its management cluster says; without rules it is everything."""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.operator_setup import SRE, metrics_set, name_span
from hcpc.syntax.tree import Path
from hcpc.verify.subject import Subject

_SET: Path = ("monitoring", "metricsSet")


def check(subject: Subject, sink: Sink) -> None:
    """Warn of a cluster that chooses the set where it has no rules."""
    cluster = subject.cluster
    management = cluster.scope.management_cluster
    assert management is not None
    chosen = cluster.spec.get("monitoring", {}).get("metricsSet")
    metrics = management.data.get("metrics", {})
    # Where the management cluster chooses it itself, it is told there.
    if chosen != SRE or "sre" in metrics or metrics_set(management) == SRE:
        return
    sink.report(
        codes.NO_SRE_RULES,
        cluster.span(_SET),
        f"management cluster `{management.name}` has no rules for the metrics set `SRE`",
        label="without rules everything is collected",
        secondary=(Label(name_span(management), "declared here"),),
        help="say under its `metrics.sre` what is left out, or write `All`",
    )
