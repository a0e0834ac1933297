"""Host names of routes are published by external DNS, in the domain that it looks after."""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.operator_setup import fact, knows_flags, place
from hcpc.spec.flag_rules import DOMAIN
from hcpc.verify.subject import Subject


def check(subject: Subject, sink: Sink) -> None:
    """Warn of names that nobody publishes, at each of them."""
    cluster = subject.cluster
    management = cluster.scope.management_cluster
    assert management is not None
    domain = fact(management, DOMAIN).lower()
    if not domain and not knows_flags(management):
        return
    for service, strategy in cluster.spec["publish"].items():
        name: str = strategy.get("route", {}).get("hostname", "")
        if name and not (domain and f".{name.lower()}".endswith(f".{domain}")):
            why = f"it is outside `{domain}`" if domain else "there is no external DNS"
            where = "what external DNS looks after" if domain else "the management cluster"
            hint = "choose a name in that domain" if domain else "say `externalDNS` there"
            sink.report(
                codes.OUTSIDE_DOMAIN,
                cluster.span(("publish", service, "route", "hostname")),
                f"host name of service `{service}` is not published: {why}",
                secondary=(Label(place(management, DOMAIN), where),),
                help=f"{hint}, or make the DNS record yourself",
            )
