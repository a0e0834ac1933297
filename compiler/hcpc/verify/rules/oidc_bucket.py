"""A cluster whose cloud trusts it by OIDC needs an operator with a bucket for the documents.

One with a signing key of its own has its documents published by whoever made the key.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.operator_setup import fact, knows_flags, place
from hcpc.spec.flag_rules import BUCKET
from hcpc.verify.needs import needs
from hcpc.verify.subject import Subject


def check(subject: Subject, sink: Sink) -> None:
    """Warn at the management cluster, once for all clusters that would get no machines."""
    cluster = subject.cluster
    management = cluster.scope.management_cluster
    assert management is not None
    if subject.value(("spec", "serviceAccountSigningKey")) is not None or not knows_flags(
        management
    ):
        return
    if needs(subject).oidc_bucket and not fact(management, BUCKET):
        sink.report(
            codes.OPERATOR_LACKS,
            place(management, BUCKET),
            f"management cluster `{management.name}` has no bucket for OIDC documents",
            label=f"clusters on `{cluster.platform}` need one",
            help="say `oidcBucket`, or add the flags `oidc-storage-provider-s3-…`",
        )
