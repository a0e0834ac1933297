"""The API server's node port: an address outside the cluster, and a port of the node ports.

Source: HyperShift, hostedcluster controller, `validateNodePort…`; only the port of the API server
is checked there.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping, numbered, text
from hcpc.syntax.tree import Path
from hcpc.verify.networks import address_in, network
from hcpc.verify.subject import Subject

_RANGE = ("spec", "configuration", "network", "serviceNodePortRange")
_DEFAULT = "30000-32767"


def check(subject: Subject, sink: Sink) -> None:
    """Refuse ranges that are none, addresses of services, and ports outside the range."""
    manifest = subject.hosted_cluster
    said = text(subject.value(_RANGE)) or _DEFAULT
    low, _, high = said.partition("-")
    is_range = low.isdigit() and high.isdigit()
    if is_range and int(low) > int(high):
        sink.report(
            codes.NODE_PORT_UNFIT,
            subject.span(manifest, _RANGE),
            f"`{said}` ends before it begins",
            help=f"write `{high}-{low}`",
        )
        return
    for at, entry in numbered(subject.value(("spec", "services"))):
        strategy = mapping(entry.get("servicePublishingStrategy"))
        if entry.get("service") != "APIServer" or strategy.get("type") != "NodePort":
            continue
        path: Path = ("spec", "services", at, "servicePublishingStrategy", "nodePort")
        port = mapping(strategy.get("nodePort")).get("port")
        if is_range and type(port) is int and port and not int(low) <= port <= int(high):
            sink.report(
                codes.NODE_PORT_UNFIT,
                subject.span(manifest, (*path, "port")),
                f"port {port} is outside the node ports, {said}",
                help="choose a port in that range, or leave it out",
            )
        _check_address(subject, text(mapping(strategy.get("nodePort")).get("address")), path, sink)


def _check_address(subject: Subject, address: str, path: Path, sink: Sink) -> None:
    for _, entry in numbered(subject.value(("spec", "networking", "serviceNetwork"))):
        services = network(text(entry.get("cidr")))
        if services and address_in(address, services):
            sink.report(
                codes.NODE_PORT_UNFIT,
                subject.span(subject.hosted_cluster, (*path, "address")),
                f"`{address}` is in the service network `{entry['cidr']}`",
                help="name an address of the management cluster's nodes",
            )
