"""Certificates of our own are for names of our own, not for those of the operator's certificate.

The operator refuses such a certificate: nodes would no longer trust the API server when it comes
into force. Source: HyperShift, support/validations, `ValidateOCPAPIServerSANs`.
"""

from collections.abc import Iterator

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import mapping, numbered, text, texts
from hcpc.platforms import registry
from hcpc.syntax.tree import Path
from hcpc.verify.subject import Subject

_CERTIFICATES = ("spec", "configuration", "apiServer", "servingCerts", "namedCertificates")
_PREFIX = "hypershift.openshift.io/"
_SKIPPED = (f"{_PREFIX}disable-pki-reconciliation", f"{_PREFIX}skip-kas-conflict-san-validation")
_INNER = (
    "localhost",
    *("kubernetes", "kubernetes.default", "kubernetes.default.svc"),
    "kubernetes.default.svc.cluster.local",
    *("openshift", "openshift.default", "openshift.default.svc"),
    "openshift.default.svc.cluster.local",
    "kube-apiserver",
)


def check(subject: Subject, sink: Sink) -> None:
    """Refuse names of certificates that the operator's own certificate has."""
    certificates = subject.value(_CERTIFICATES)
    if not isinstance(certificates, list):
        return
    taken = dict(_taken(subject))
    manifest = subject.hosted_cluster
    for at, certificate in numbered(certificates):
        for index, name in texts(certificate.get("names")):
            other = next((one for one in taken if _matches(name, one) or _matches(one, name)), "")
            if other:
                path: Path = (*_CERTIFICATES, at, "names", index)
                sink.report(
                    codes.CERTIFICATE_NAME,
                    subject.span(manifest, path),
                    f"the API server has a certificate for `{other}` already: {taken[other]}",
                    help="give the API server a second name, `apiServer.dnsName`, and certify that",
                )


def _taken(subject: Subject) -> Iterator[tuple[str, str]]:
    """Names of the operator's certificate, and where each of them comes from."""
    outside = ""
    for _, entry in numbered(subject.value(("spec", "services"))):
        strategy = mapping(entry.get("servicePublishingStrategy"))
        if entry.get("service") == "APIServer":
            balancer = text(mapping(strategy.get("loadBalancer")).get("hostname"))
            route = text(mapping(strategy.get("route")).get("hostname"))
            outside = route or text(mapping(strategy.get("nodePort")).get("address"))
            if balancer:
                yield balancer, "it is published under that name"
    annotations = mapping(subject.value(("metadata", "annotations")))
    name = subject.cluster.platform
    platform = registry.platform(name)
    assert platform is not None
    settings = mapping(subject.value(("spec", "platform", name)))
    is_skipped = any(each in annotations for each in _SKIPPED)
    if is_skipped or platform.publishing(settings).any_certificate:
        return
    if outside:
        yield outside, "it is published under that name"
    inner = (*_INNER, f"api.{subject.cluster.name}.hypershift.local")
    yield from dict.fromkeys(inner, "it is called so inside the cluster").items()


def _matches(name: str, pattern: str) -> bool:
    """Whether a name is a pattern's, whose first label may be `*`."""
    return name == pattern or (pattern.startswith("*.") and name.partition(".")[2] == pattern[2:])
