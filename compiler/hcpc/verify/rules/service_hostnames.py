"""Host names of services: full names, each for one service.

Two routes with one host name shadow each other. Source: HyperShift, hostedcluster controller,
`validatePublishingStrategyMapping`; the form is that of the CRD of August 2026.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping, numbered, text
from hcpc.spec.types import HOSTNAME
from hcpc.syntax.tree import Path
from hcpc.verify.subject import Subject

_WAYS = ("route", "loadBalancer")


def check(subject: Subject, sink: Sink) -> None:
    """Refuse names that are none, and the second service of a name."""
    manifest = subject.hosted_cluster
    seen: dict[str, tuple[str, Path]] = {}
    for at, entry in numbered(subject.value(("spec", "services"))):
        strategy = mapping(entry.get("servicePublishingStrategy"))
        for way in _WAYS:
            name = text(mapping(strategy.get(way)).get("hostname"))
            if not name:
                continue
            service = text(entry.get("service"))
            path: Path = ("spec", "services", at, "servicePublishingStrategy", way, "hostname")
            if HOSTNAME.fullmatch(name) is None:
                sink.report(
                    codes.BAD_FORMAT,
                    subject.span(manifest, path),
                    f"host name of service `{service}` cannot be `{name}`",
                    label="expected a full host name such as `api.example.com`",
                )
                continue
            other, first = seen.setdefault(name.lower(), (service, path))
            if other != service:
                sink.report(
                    codes.HOSTNAME_TWICE,
                    subject.span(manifest, path),
                    f"services `{other}` and `{service}` have one host name, `{name}`",
                    secondary=(Label(subject.span(manifest, first), f"of `{other}`"),),
                    help="give each service a name of its own",
                )
