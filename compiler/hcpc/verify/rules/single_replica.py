"""A control plane with one replica: it is down while its node is, and its etcd is not mended.

It cannot be changed later. Where that is a mistake, only an organisation knows: a Policy can make
it an error for some of its clusters. Source: HyperShift, its pages on etcd recovery.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.verify.subject import Subject

_POLICY = ("spec", "controllerAvailabilityPolicy")


def check(subject: Subject, sink: Sink) -> None:
    """Tell of a control plane that is not highly available."""
    if subject.value(_POLICY) == "SingleReplica":
        sink.report(
            codes.SINGLE_REPLICA,
            subject.span(subject.hosted_cluster, _POLICY),
            "the control plane has one replica, for ever",
            help="choose `HighlyAvailable` for a cluster that people rely on",
        )
