"""A control plane publishes four services, each of them once.

A list without one of them is taken, but then nodes cannot join or nobody can log in; of a service
that stands there twice only one entry counts. The strategies `None` and `S3` publish nothing.
Source: HyperShift, the CRD of HostedCluster and the hostedcluster controller.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import listed
from hcpc.kube.loose import mapping, numbered, text
from hcpc.platforms import registry
from hcpc.syntax.tree import Path
from hcpc.verify.subject import Subject

CORE = ("APIServer", "Ignition", "Konnectivity", "OAuthServer")
_SERVICES: Path = ("spec", "services")
_KNOWN = frozenset({*CORE, "OIDC", "OVNSbDb"})
_NOWHERE = frozenset({"None", "S3"})


def check(subject: Subject, sink: Sink) -> None:
    """Report services that are missing, there twice, or published nowhere."""
    services = subject.value(("spec", "services"))
    if not isinstance(services, list):
        return
    manifest = subject.hosted_cluster
    found: set[str] = set()
    for at, entry in numbered(services):
        name = text(entry.get("service"))
        strategy = text(mapping(entry.get("servicePublishingStrategy")).get("type"))
        if name and name in found:
            sink.report(
                codes.SERVICES_INCOMPLETE,
                subject.span(manifest, (*_SERVICES, at, "service")),
                f"service `{name}` is there twice",
                help="remove one of the entries",
            )
        elif name in CORE and strategy in _NOWHERE:
            sink.report(
                codes.NOT_PUBLISHED,
                subject.key_span(manifest, (*_SERVICES, at, "servicePublishingStrategy", "type")),
                f"service `{name}` is published nowhere",
                label=f"`{strategy}` is a way of the past",
                help="choose `loadBalancer`, `route` or `nodePort`",
            )
        found.add(name)
    if found <= _KNOWN and all(isinstance(each, dict) for each in services):
        _check_missing(subject, found, sink)  # or one of them may only be misspelt


def _check_missing(subject: Subject, found: set[str], sink: Sink) -> None:
    missing = [name for name in CORE if name not in found]
    platform = registry.platform(subject.cluster.platform)
    assert platform is not None
    is_short = len(found) < platform.fewest_services
    if not missing or (platform.fewest_services < len(CORE) and not is_short):
        return
    sink.report(
        codes.SERVICES_INCOMPLETE,
        subject.key_span(subject.hosted_cluster, _SERVICES),
        f"{listed(missing)} {'is' if len(missing) == 1 else 'are'} not published",
        help="a list replaces the whole list: name every service, or use `publish`",
    )
