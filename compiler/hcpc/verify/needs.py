"""What a cluster wants of its management cluster's operator, as its manifest has it."""

from hcpc.mapping.codec import Unliftable
from hcpc.platforms import registry
from hcpc.platforms.platform import Needs
from hcpc.spec.passthrough import RAW_CLUSTER
from hcpc.verify.subject import Subject


def needs(subject: Subject) -> Needs:
    """The needs of a platform's settings, after the passthrough and overlays.

    Where these leave nothing that the platform knows, those of the spec.
    """
    cluster = subject.cluster
    platform = registry.platform(cluster.platform)
    assert platform is not None
    settings = cluster.spec["platform"][cluster.platform]
    if subject.hosted_cluster.changes or RAW_CLUSTER in cluster.spec:
        member = subject.value(("spec", "platform", platform.member or ""))
        try:
            return platform.needs(platform.cluster_codec.lift(member))
        except (Unliftable, KeyError, AttributeError):
            pass
    return platform.needs(settings)
