"""Networks of a cluster: real ones, apart from each other, of one IP family first.

The operator reports others in the condition `ValidConfiguration`, and does not begin; networks
cannot be changed once the cluster exists. Source: HyperShift, hostedcluster controller,
`validateNetworks`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping, numbered, text
from hcpc.mapping.table import get
from hcpc.platforms import registry
from hcpc.syntax.tree import FieldPath, Path
from hcpc.verify.networks import Network, address, network
from hcpc.verify.rules.network_sizes import INNER
from hcpc.verify.subject import Subject

_LISTS = {"clusterNetwork": "cluster", "serviceNetwork": "service", "machineNetwork": "machine"}
_NETWORKING = ("spec", "networking")
_OVN = ("spec", "operatorConfiguration", "clusterNetworkOperator", "ovnKubernetesConfig")
_JOIN = frozenset({"v4InternalSubnet", "v6InternalSubnet", "internalJoinSubnet"})
_ADVERTISED: FieldPath = (*_NETWORKING, "apiServer", "advertiseAddress")
_V4, _V6 = 4, 6
_DEFAULTS = {_V4: "172.20.0.1", _V6: "fd00::1"}


class _Entry(NamedTuple):
    path: Path
    what: str
    cidr: str
    network: Network


def check(subject: Subject, sink: Sink) -> None:
    """Report what no network is, what overlaps, and what is of another IP family."""
    platform = registry.platform(subject.cluster.platform)
    assert platform is not None
    own = list(_own(subject, sink))
    if not platform.checks_networks:
        return
    inner = list(_inner(subject, platform.inner_networks))
    for at, one in enumerate(own):
        for other in (*own[at + 1 :], *inner):
            if one.network.overlaps(other.network):
                _report_overlap(subject, one, other, sink)
    _check_first(subject, [entry for entry in own if entry.path[-2] == 0], sink)


def _own(subject: Subject, sink: Sink) -> Iterator[_Entry]:
    networking = mapping(subject.value(_NETWORKING))
    for field, name in _LISTS.items():
        for at, item in numbered(networking.get(field)):
            cidr, what = text(item.get("cidr")), f"{name} network"
            path: Path = (*_NETWORKING, field, at, "cidr")
            found = network(cidr)
            if found:
                yield _Entry(path, what, cidr, found)
            elif cidr:
                sink.report(
                    codes.BAD_CIDR,
                    subject.span(subject.hosted_cluster, path),
                    f"{what} cannot be `{cidr}`",
                    label="expected an address and a prefix length such as `10.132.0.0/14`",
                )


def _inner(subject: Subject, defaults: tuple[str, ...]) -> Iterator[_Entry]:
    """Networks that OVN-Kubernetes keeps for itself, said or not."""
    said: set[int] = set()
    config = mapping(subject.value(_OVN))
    for field in INNER if config else ():
        cidr = text(get(config, field))
        found = network(cidr)
        if found:
            yield _Entry((*_OVN, *field), "OVN's inner network", cidr, found)
            if field[-1] in _JOIN:
                said.add(found.version)
    if subject.value((*_NETWORKING, "networkType")) in (None, "OVNKubernetes"):
        for cidr in defaults:
            found = network(cidr)
            if found and found.version not in said:
                yield _Entry((), "OVN's inner network", cidr, found)


def _report_overlap(subject: Subject, one: _Entry, other: _Entry, sink: Sink) -> None:
    manifest = subject.hosted_cluster
    places = [(subject.span(manifest, each.path), each) for each in (one, other) if each.path]
    (span, _), *rest = sorted(places, key=lambda place: place[0].order, reverse=True)
    hidden = "" if rest else ", which is there unless another is chosen"
    sink.report(
        codes.NETWORKS_OVERLAP,
        span,
        f"{one.what} `{one.cidr}` and {other.what} `{other.cidr}` overlap",
        secondary=tuple(Label(first, f"the {entry.what}") for first, entry in rest),
        notes=(f"`{other.cidr}` is OVN's own{hidden}",) if hidden else (),
        help="choose networks that have no address in common; they cannot be changed later",
    )


def _check_first(subject: Subject, primary: list[_Entry], sink: Sink) -> None:
    """The first networks, and the address of the API server inside."""
    if not primary or primary[0].path[-3] != "clusterNetwork":
        return
    manifest, lead = subject.hosted_cluster, primary[0]
    for entry in primary[1:]:
        if entry.network.version != lead.network.version:
            sink.report(
                codes.FAMILIES_DIFFER,
                subject.span(manifest, entry.path),
                f"{entry.what} is IPv{entry.network.version}, the cluster network "
                f"IPv{lead.network.version}",
                secondary=(Label(subject.span(manifest, lead.path), "the cluster network"),),
                help="the first of all networks are of one family: change one, or their order",
            )
            return
    said = text(subject.value(_ADVERTISED))
    chosen = said or _DEFAULTS[lead.network.version]
    found = address(chosen)
    if found is None or found.version != lead.network.version:
        _report_address(subject, chosen, found, sink)
        return
    for entry in primary:
        if entry.network.overlaps(found):
            sink.report(
                codes.ADDRESS_IN_NETWORK,
                subject.span(manifest, _ADVERTISED if said else entry.path),
                f"the API server's address on nodes, `{chosen}`, is in the {entry.what} "
                f"`{entry.cidr}`",
                help="choose another network, or another address: `networks.apiServer."
                "advertiseAddress`",
            )


def _report_address(subject: Subject, chosen: str, found: Network | None, sink: Sink) -> None:
    span = subject.span(subject.hosted_cluster, _ADVERTISED)
    if found is None:
        label = "expected an IP address"
        sink.report(codes.BAD_FORMAT, span, f"`advertiseAddress` cannot be `{chosen}`", label=label)
    else:
        sink.report(
            codes.FAMILIES_DIFFER,
            span,
            f"`advertiseAddress` is IPv{found.version}, the cluster network is not",
            help="choose an address of the same family as the first networks",
        )
