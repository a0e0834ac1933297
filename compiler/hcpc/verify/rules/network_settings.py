"""Settings that go with one network plugin, one that is gone, and a port that makes trouble.

Source: the CRD of HostedCluster, and HyperShift, support/supportedversion/version.go.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping, text
from hcpc.platforms import registry
from hcpc.syntax.tree import FieldPath
from hcpc.verify.release import RELEASE, minor, release_of
from hcpc.verify.subject import Subject

_OPERATOR = ("spec", "operatorConfiguration", "clusterNetworkOperator")
_TYPE = ("spec", "networking", "networkType")
_PORT = ("spec", "networking", "apiServer", "port")
_NODE_CIDRS = ("spec", "networking", "allocateNodeCIDRs")
_OVN, _OTHER, _OLD = "OVNKubernetes", "Other", "OpenShiftSDN"
_FIRST_WITHOUT = (4, 11)
_HTTPS = 443


def check(subject: Subject, sink: Sink) -> None:
    """Report settings of another network plugin, the plugin that is gone, and port 443."""
    networking = mapping(subject.value(("spec", "networking")))
    chosen = text(networking.get("networkType")) or _OVN
    if chosen != _OTHER:
        if networking.get("allocateNodeCIDRs") == "Enabled":
            _report(subject, _NODE_CIDRS, _OTHER, chosen, sink)
        if subject.value((*_OPERATOR, "disableMultiNetwork")) is True:
            _report(subject, (*_OPERATOR, "disableMultiNetwork"), _OTHER, chosen, sink)
    if chosen != _OVN and subject.value((*_OPERATOR, "ovnKubernetesConfig")) is not None:
        _report(subject, (*_OPERATOR, "ovnKubernetesConfig"), _OVN, chosen, sink)
    if chosen == _OLD:
        _check_old(subject, sink)
    if mapping(networking.get("apiServer")).get("port") == _HTTPS:
        sink.report(
            codes.API_PORT,
            subject.span(subject.hosted_cluster, _PORT),
            "the API server listens on port 443 of each node",
            help="leave it at 6443; it cannot be changed later",
        )


def _report(subject: Subject, path: FieldPath, needed: str, chosen: str, sink: Sink) -> None:
    sink.report(
        codes.NETWORK_TYPE,
        subject.key_span(subject.hosted_cluster, path),
        f"`{path[-1]}` goes with network type `{needed}`, this is `{chosen}`",
        help=f"remove it, or choose `{needed}` for a new cluster",
    )


def _check_old(subject: Subject, sink: Sink) -> None:
    platform = registry.platform(subject.cluster.platform)
    assert platform is not None
    version = release_of(subject.value(RELEASE), subject.cluster.scope).version
    if platform.old_network or (0, 0) < minor(version) < _FIRST_WITHOUT:
        return
    sink.report(
        codes.NETWORK_TYPE,
        subject.span(subject.hosted_cluster, _TYPE),
        f"network type `{_OLD}` ends with release 4.10",
        help=f"choose `{_OVN}`",
    )
