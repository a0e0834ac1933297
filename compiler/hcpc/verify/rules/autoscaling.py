"""The cluster autoscaler runs where a node pool scales; settings without one have no effect.

What a shared layer says is for whichever cluster scales. Source: HyperShift, `isAutoscalingNeeded`.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.mapping.table import get
from hcpc.verify.subject import Subject

_SETTINGS = ("spec", "autoscaling")


def check(subject: Subject, sink: Sink) -> None:
    """Warn of settings in the cluster's own file that no pool needs."""
    if not subject.value(_SETTINGS):
        return
    if any(get(pool.body, ("spec", "autoScaling")) is not None for pool in subject.node_pools):
        return
    span = subject.key_span(subject.hosted_cluster, _SETTINGS)
    if span.file == subject.cluster.name_span.file:
        sink.report(
            codes.AUTOSCALING_UNUSED,
            span,
            "no node pool scales, so the autoscaler does not run",
            help="write `autoscale: {min: …, max: …}` in a node pool, or remove it",
        )
