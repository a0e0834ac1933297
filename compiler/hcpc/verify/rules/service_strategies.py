"""Some platforms have services published in certain ways only.

The operator reports other ways in the condition `ValidConfiguration`, and does not begin. What each
platform wants stands in its own file.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import listed
from hcpc.kube.loose import mapping, numbered, text
from hcpc.platforms import registry
from hcpc.syntax.tree import Path
from hcpc.verify.subject import Subject

_KNOWN = ("LoadBalancer", "NodePort", "Route", "None", "S3")


def check(subject: Subject, sink: Sink) -> None:
    """Refuse services that are published in another way, or without the name that it takes."""
    name = subject.cluster.platform
    platform = registry.platform(name)
    assert platform is not None
    publishing = platform.publishing(mapping(subject.value(("spec", "platform", name))))
    for at, entry in numbered(subject.value(("spec", "services"))) if publishing.strategies else ():
        service = text(entry.get("service"))
        ways = publishing.strategies.get(service)
        if ways is None:
            continue
        strategy = mapping(entry.get("servicePublishingStrategy"))
        kind = strategy.get("type")
        fault = ""
        if kind in _KNOWN and kind not in ways:
            fault = f"service `{service}` cannot be a `{kind}` on `{platform.manifest_type}`"
            advice = f"publish it as {' or '.join(map(listed, ([way] for way in ways)))}"
        elif kind == "Route" and service in publishing.named and not _host(strategy):
            fault = f"a route of service `{service}` needs a host name"
            advice = "give it a `hostname`, or publish it as `LoadBalancer`"
        if fault:
            path: Path = ("spec", "services", at, "servicePublishingStrategy", "type")
            span = subject.key_span(subject.hosted_cluster, path)
            sink.report(codes.STRATEGY_UNFIT, span, fault, help=advice)


def _host(strategy: dict[str, object]) -> str:
    return text(mapping(strategy.get("route")).get("hostname"))
