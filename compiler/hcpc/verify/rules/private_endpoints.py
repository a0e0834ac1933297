"""A cluster with private endpoints needs an operator that makes them, on its platform and there."""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.platforms import registry
from hcpc.resolve.operator_setup import fact, knows_flags, place
from hcpc.spec.flag_rules import PRIVATE, PRIVATE_REGION
from hcpc.verify.needs import needs
from hcpc.verify.subject import Subject


def check(subject: Subject, sink: Sink) -> None:
    """Warn at the management cluster, once for all clusters that its operator leaves waiting."""
    cluster = subject.cluster
    platform = registry.platform(cluster.platform)
    management = cluster.scope.management_cluster
    assert platform is not None
    assert management is not None
    wanted = needs(subject)
    made_on, made_in = fact(management, PRIVATE), fact(management, PRIVATE_REGION)
    if not wanted.private or not (made_on or knows_flags(management)):
        return
    if made_on != platform.manifest_type:
        instead = f", but on `{made_on}`" if made_on else ""
        sink.report(
            codes.OPERATOR_LACKS,
            place(management, PRIVATE),
            f"management cluster `{management.name}` makes no private endpoints on "
            f"`{platform.manifest_type}`{instead}",
            label="clusters below need them",
            help=f"add the flag `private-platform: {platform.manifest_type}` and what it needs, or "
            f"write `privateEndpoints: {{platform: {platform.manifest_type}}}` "
            "if a Secret sets it up",
        )
    elif wanted.region and made_in and made_in != wanted.region:
        sink.report(
            codes.OPERATOR_LACKS,
            place(management, PRIVATE_REGION),
            f"management cluster `{management.name}` makes private endpoints in `{made_in}`",
            label=f"clusters below are in `{wanted.region}`",
            help="an operator serves one region: move those clusters to another management cluster",
        )
