"""Host names of routes are published by external DNS, in the domain that it looks after."""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping, numbered, text
from hcpc.lower.publish import SERVICES
from hcpc.resolve.operator_setup import fact, knows_flags
from hcpc.resolve.operator_setup import place as place_of
from hcpc.spec.flag_rules import DOMAIN
from hcpc.syntax.tree import FieldPath, Path
from hcpc.verify.subject import Subject

_SERVICES: FieldPath = ("spec", "services")
_STRATEGY = "servicePublishingStrategy"
_NAMES = {manifest: name for name, manifest in SERVICES.items()}


def check(subject: Subject, sink: Sink) -> None:
    """Warn of names that nobody publishes, at each of them."""
    cluster = subject.cluster
    management = cluster.scope.management_cluster
    assert management is not None
    domain = fact(management, DOMAIN).lower()
    if not domain and not knows_flags(management):
        return
    for place, each in numbered(subject.value(_SERVICES)):
        route = mapping(mapping(each.get(_STRATEGY)).get("route"))
        name = text(route.get("hostname"))
        if name and not (domain and f".{name.lower()}".endswith(f".{domain}")):
            service = _NAMES.get(text(each.get("service")), each.get("service"))
            why = f"it is outside `{domain}`" if domain else "there is no external DNS"
            where = "what external DNS looks after" if domain else "the management cluster"
            hint = "choose a name in that domain" if domain else "say `externalDNS` there"
            path: Path = (*_SERVICES, place, _STRATEGY, "route", "hostname")
            sink.report(
                codes.OUTSIDE_DOMAIN,
                subject.span(subject.hosted_cluster, path),
                f"host name of service `{service}` is not published: {why}",
                secondary=(Label(place_of(management, DOMAIN), where),),
                help=f"{hint}, or make the DNS record yourself",
            )
