"""A node pool that says neither `replicas` nor `autoscale` has no nodes.

The API takes it for a pool of size 0; hardly anybody means that without saying so.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.spec.passthrough import RAW_POOL
from hcpc.syntax.tree import key_span
from hcpc.verify.subject import Subject


def check(subject: Subject, sink: Sink) -> None:
    """Warn about pools without a size."""
    cluster = subject.cluster
    for name, pool in cluster.spec["nodePools"].items():
        raw = pool.get(RAW_POOL, {}).get("spec")
        own = {"replicas", "autoScaling"}.intersection(raw if isinstance(raw, dict) else ())
        if not ({"replicas", "autoscale"} & pool.keys() or own):
            sink.report(
                codes.NO_SIZE,
                key_span(cluster.tree, ("nodePools", name)),
                f"node pool `{name}` has neither `replicas` nor `autoscale`, so it has no nodes",
                help="say `replicas: 0` if that is meant",
            )
