"""Whether a cluster has the nodes that it needs: any, two for replicas, room to grow.

With `HighlyAvailable` infrastructure, ingress and the like run twice, on different nodes. Pools
without nodes are put to rest on purpose.
"""

from typing import Any, NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping, number
from hcpc.platforms import registry
from hcpc.syntax.tree import FieldPath
from hcpc.verify.subject import Subject

_POLICY: FieldPath = ("spec", "infrastructureAvailabilityPolicy")
_LIMIT: FieldPath = ("spec", "autoscaling", "maxNodesTotal")
_PROVISIONER: FieldPath = ("spec", "autoNode")


class _Sizes(NamedTuple):
    """Least and most nodes of all pools, and whether any pool scales."""

    least: int
    most: int
    grows: bool


def check(subject: Subject, sink: Sink) -> None:
    """Warn of clusters without pools, of one node for two replicas, of an idle autoscaler."""
    if not subject.node_pools:
        if subject.value(_PROVISIONER) is None:
            _report_none(subject, sink)
        return
    sizes = _sizes(subject)
    platform = registry.platform(subject.cluster.platform)
    assert platform is not None
    policy = subject.value(_POLICY)
    if sizes.most == 1 and policy == "HighlyAvailable" and platform.makes_machines:
        sink.report(
            codes.TOO_FEW_NODES,
            subject.span(subject.hosted_cluster, _POLICY),
            "infrastructure is `HighlyAvailable`, and the node pools come to one node",
            label="replicas need two nodes",
            help="say `SingleReplica`, or have more nodes",
        )
    limit = number(subject.value(_LIMIT))
    if limit and sizes.grows and sizes.least >= limit:  # 0 is no limit
        sink.report(
            codes.AUTOSCALER_IDLE,
            subject.span(subject.hosted_cluster, _LIMIT),
            f"the node pools have {sizes.least} nodes at least, so the autoscaler never adds one",
            label=f"it stops at {limit}",
            help="allow more, or have smaller node pools",
        )


def _sizes(subject: Subject) -> _Sizes:
    least = most = 0
    grows = False
    for pool in subject.node_pools:
        spec: dict[str, Any] = mapping(pool.body.get("spec"))
        bounds = mapping(spec.get("autoScaling"))
        low, high = number(bounds.get("min")) or 0, number(bounds.get("max")) or 0
        fixed = number(spec.get("replicas")) or 0
        least += low + fixed
        most += high + fixed
        grows = grows or high > low
    return _Sizes(least, most, grows)


def _report_none(subject: Subject, sink: Sink) -> None:
    name = subject.cluster.name
    sink.report(
        codes.NO_NODE_POOL,
        subject.cluster.name_span,
        f"cluster `{name}` has no node pool, so nothing can run in it",
        help="write one under `nodePools`; `replicas: 0` puts it to rest",
    )
