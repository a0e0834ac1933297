"""How many nodes a pool has: `replicas`, or bounds for the autoscaler, and one of them.

The API takes a pool that says neither for one of size 0; hardly anybody means that without saying
so. Overlays that set the one on a pool that has the other meet a rule of the CRD; so do bounds
that are upside down, and a smallest size of 0 where no cloud can tell what a machine would offer.
"""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping, number
from hcpc.kube.manifest import Manifest
from hcpc.platforms import registry
from hcpc.syntax.tree import FieldPath, key_span
from hcpc.verify.subject import Subject

_REPLICAS: FieldPath = ("spec", "replicas")
_BOUNDS: FieldPath = ("spec", "autoScaling")


def check(subject: Subject, sink: Sink) -> None:
    """Warn about pools without a size, and refuse sizes that cannot be."""
    for pool in subject.node_pools:
        spec = mapping(pool.body.get("spec"))
        replicas, bounds = spec.get("replicas"), spec.get("autoScaling")
        if replicas is None and bounds is None:
            _report_none(subject, pool, sink)
        elif bounds is None:
            if (number(replicas) or 0) < 0:
                message = "a node pool cannot have fewer than 0 nodes"
                sink.report(codes.POOL_SIZE, subject.span(pool, _REPLICAS), message)
        elif replicas is not None:
            sink.report(
                codes.POOL_SIZE,
                subject.key_span(pool, _REPLICAS),
                "a node pool has `replicas` or `autoScaling`, never both",
                secondary=(Label(subject.key_span(pool, _BOUNDS), "the other one"),),
                help="remove one of the two; in a patch, `null` removes",
            )
        else:
            _check_bounds(subject, pool, mapping(bounds), sink)


def _check_bounds(subject: Subject, pool: Manifest, bounds: dict[str, Any], sink: Sink) -> None:
    platform = registry.platform(subject.cluster.platform)
    assert platform is not None
    least, most = number(bounds.get("min")), number(bounds.get("max"))
    if least is not None and most is not None and most < least:
        sink.report(
            codes.POOL_SIZE,
            subject.span(pool, (*_BOUNDS, "max")),
            f"the most nodes of a pool, {most}, are fewer than the least, {least}",
        )
    elif least == 0 and not platform.scales_to_zero:
        sink.report(
            codes.POOL_SIZE,
            subject.span(pool, (*_BOUNDS, "min")),
            f"the autoscaler cannot start at 0 nodes on platform `{subject.cluster.platform}`",
            label="at least 1",
            help="for a pool without nodes, say `replicas: 0` instead",
        )


def _report_none(subject: Subject, pool: Manifest, sink: Sink) -> None:
    sink.report(
        codes.NO_SIZE,
        key_span(subject.cluster.tree, pool.source),
        f"node pool `{pool.source[1]}` has neither `replicas` nor `autoscale`, so it has no nodes",
        help="say `replicas: 0` if that is meant",
    )
