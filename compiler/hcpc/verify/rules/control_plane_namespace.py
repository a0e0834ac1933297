"""The operator runs each control plane in namespace `NAMESPACE-NAME`; names end at 63 characters.

Source: HyperShift, hypershift-operator/controllers/manifests.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import control_plane_namespace
from hcpc.verify.subject import Subject

LIMIT = 63


def check(subject: Subject, sink: Sink) -> None:
    """Refuse a cluster whose control plane namespace cannot exist."""
    cluster = subject.cluster
    namespace = control_plane_namespace(cluster.namespace, cluster.name)
    excess = len(namespace) - LIMIT
    is_default = ("namespace",) in cluster.filled
    if excess > 0:
        sink.report(
            codes.NAMESPACE_TOO_LONG,
            cluster.name_span,
            f"control plane namespace has {len(namespace)} characters, at most {LIMIT} are allowed",
            label=f"makes the namespace `{namespace}`",
            secondary=() if is_default else (Label(cluster.span(("namespace",)), "together with"),),
            help=f"shorten the cluster's name or `namespace` by {excess}",
        )
