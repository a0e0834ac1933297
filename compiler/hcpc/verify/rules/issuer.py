"""Clouds that trust a cluster's tokens look up their issuer, whose URL the API has a default for.

With a signing key and that default, tokens name an issuer that no cloud can ask. Source:
HyperShift's API, `issuerURL`.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.platforms import registry
from hcpc.verify.subject import Subject

_KEY = ("spec", "serviceAccountSigningKey")
_DEFAULT = "https://kubernetes.default.svc"


def check(subject: Subject, sink: Sink) -> None:
    """Warn of a signing key without an issuer, where a cloud asks it."""
    if subject.value(_KEY) is None:
        return
    cluster = subject.cluster
    if subject.value(("spec", "issuerURL")) not in (None, "", _DEFAULT):
        return
    platform = registry.platform(cluster.platform)
    assert platform is not None
    if platform.needs(cluster.spec["platform"][cluster.platform]).trusted_issuer:
        sink.report(
            codes.NO_ISSUER,
            subject.key_span(subject.hosted_cluster, _KEY),
            f"tokens are issued by `{_DEFAULT}`, which no cloud can ask",
            help="say under `issuerURL` where the documents of this key are published",
        )
