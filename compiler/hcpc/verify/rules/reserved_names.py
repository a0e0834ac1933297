"""Namespaces that belong to somebody else: hosted clusters do not go there.

Kubernetes and OpenShift keep the prefixes `kube-` and `openshift-`; HyperShift, ACM and OADP
live in namespaces of their own.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import control_plane_namespace
from hcpc.verify.subject import Subject

LOCAL_CLUSTER = "local-cluster"
"""What ACM calls the management cluster itself."""
NAMES = frozenset(
    {"default", "hypershift", LOCAL_CLUSTER, "multicluster-engine", "open-cluster-management"}
)
PREFIXES = ("kube-", "openshift-")


def check(subject: Subject, sink: Sink) -> None:
    """Refuse reserved namespaces, for the objects and for the control plane."""
    cluster = subject.cluster
    if cluster.name == LOCAL_CLUSTER:
        sink.report(
            codes.RESERVED_NAME,
            cluster.name_span,
            f"name `{LOCAL_CLUSTER}` is reserved for the management cluster itself",
            help="rename the cluster",
        )
    if _is_reserved(cluster.namespace):
        sink.report(
            codes.RESERVED_NAME,
            cluster.span(("namespace",)),
            f"namespace `{cluster.namespace}` is reserved",
            help="choose another `namespace`, such as `clusters`",
        )
    elif _is_reserved(control_plane_namespace(cluster.namespace, cluster.name)):
        sink.report(
            codes.RESERVED_NAME,
            cluster.name_span,
            f"control plane namespace `{cluster.namespace}-{cluster.name}` is reserved",
            help="rename the cluster, or choose another `namespace`",
        )


def _is_reserved(namespace: str) -> bool:
    return namespace in NAMES or namespace.startswith(PREFIXES)
