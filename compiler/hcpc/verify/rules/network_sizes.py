"""Networks that leave room: for each node's share of pods, and inside of OVN-Kubernetes.

The CRD asks for the sizes of inner networks, and only the network operator inside the cluster for
those of shares: it reports others as degraded, and no node gets an address. Source: HyperShift, the
CRD of HostedCluster; OpenShift, cluster-network-operator, `ValidateClusterConfig`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping, number, numbered, text
from hcpc.mapping.table import get
from hcpc.syntax.tree import FieldPath, Path
from hcpc.verify.networks import Network, network
from hcpc.verify.subject import Subject

_NETWORKING = ("spec", "networking")
_OVN = ("spec", "operatorConfiguration", "clusterNetworkOperator", "ovnKubernetesConfig")
_SHARED = ("OVNKubernetes", "OpenShiftSDN")
_V4, _V6 = 4, 6
_BITS = {_V4: 32, _V6: 128}
_DEFAULT_SHARES = {_V4: 23, _V6: 64}
_SMALLEST_SHARES = {_V4: 30, _V6: 126}
_SMALLEST = {_V4: 30, _V6: 125}
_JOIN, _TRANSIT = "internalJoinSubnet", "internalTransitSwitchSubnet"
INNER: dict[FieldPath, int] = {
    ("v4InternalSubnet",): _V4,
    ("ipv4", _JOIN): _V4,
    ("ipv4", _TRANSIT): _V4,
    ("v6InternalSubnet",): _V6,
    ("ipv6", _JOIN): _V6,
    ("ipv6", _TRANSIT): _V6,
}
"""Networks that OVN-Kubernetes keeps for itself, each with its IP version."""


class _Inner(NamedTuple):
    path: Path
    cidr: str
    network: Network


def check(subject: Subject, sink: Sink) -> None:
    """Report shares of nodes that do not fit, and inner networks that OVN-Kubernetes cannot use."""
    _check_shares(subject, sink)
    config = mapping(subject.value(_OVN))
    if not config:
        return
    found = {each.path[len(_OVN) :]: each for each in _inner(subject, config, sink)}
    for family in ("ipv4", "ipv6"):
        join, transit = found.get((family, _JOIN)), found.get((family, _TRANSIT))
        if join and transit and join.network == transit.network:
            _report_same(subject, join, transit, sink)


def _check_shares(subject: Subject, sink: Sink) -> None:
    networking = mapping(subject.value(_NETWORKING))
    is_shared = (text(networking.get("networkType")) or _SHARED[0]) in _SHARED
    for at, item in numbered(networking.get("clusterNetwork")):
        cidr = text(item.get("cidr"))
        found, said = network(cidr), number(item.get("hostPrefix"))
        if found is None or not (said or is_shared):
            continue
        least, most = _prefix(found), _SMALLEST_SHARES[found.version]
        share = said or _DEFAULT_SHARES[found.version]
        if least <= share <= most:
            continue
        field = "hostPrefix" if said else "cidr"
        default = "" if said else ", which is the default"
        sink.report(
            codes.OUT_OF_RANGE,
            subject.span(subject.hosted_cluster, (*_NETWORKING, "clusterNetwork", at, field)),
            f"a node's share of `{cidr}` cannot have `hostPrefix` {share}{default}",
            help=f"`hostPrefix` is between {least} and {most} here: the share lies within the "
            "network, and has room for pods"
            if least <= most
            else "choose a larger network: not one node's pods would have room in it",
        )


def _inner(subject: Subject, config: dict[str, object], sink: Sink) -> Iterator[_Inner]:
    """The inner networks that are some, those that are too small among them."""
    for field, version in INNER.items():
        cidr = text(get(config, field))
        found, path = network(cidr), (*_OVN, *field)
        if found is None or found.version != version:
            if cidr:
                _report_shape(subject, path, cidr, version, sink)
            continue
        yield _Inner(path, cidr, found)
        smallest = _SMALLEST[version]
        if _prefix(found) > smallest:
            message = f"OVN's inner network `{cidr}` is too small"
            remedy = f"at most {smallest} bits are its prefix; it has an address for each node"
        elif version == _V4 and int(cidr.partition(".")[0]) == 0:
            message = f"OVN's inner network cannot begin with 0, as `{cidr}` does"
            remedy = "choose another network, such as `100.64.0.0/16`"
        else:
            continue
        span = subject.span(subject.hosted_cluster, path)
        sink.report(codes.OUT_OF_RANGE, span, message, help=remedy)


def _prefix(of: Network) -> int:
    return _BITS[of.version] - (of.last - of.first).bit_length()


def _report_shape(subject: Subject, path: Path, cidr: str, version: int, sink: Sink) -> None:
    example = {_V4: "100.64.0.0/16", _V6: "fd98::/64"}[version]
    sink.report(
        codes.BAD_CIDR,
        subject.span(subject.hosted_cluster, path),
        f"OVN's inner network cannot be `{cidr}`",
        label=f"expected an IPv{version} network such as `{example}`",
    )


def _report_same(subject: Subject, join: _Inner, transit: _Inner, sink: Sink) -> None:
    manifest = subject.hosted_cluster
    sink.report(
        codes.NETWORKS_OVERLAP,
        subject.span(manifest, transit.path),
        f"`{_JOIN}` and `{_TRANSIT}` are one network, `{transit.cidr}`",
        secondary=(Label(subject.span(manifest, join.path), "the other one"),),
        help="give each a network of its own",
    )
