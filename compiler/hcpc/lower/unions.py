"""Unions whose arms are platforms: read from the registry, arm by arm, when they are used."""

from hcpc.mapping.codec import Member, Union
from hcpc.platforms import registry


def _cluster_arm(name: str) -> Member | None:
    platform = registry.platform(name)
    if platform is None:
        return None
    return Member(platform.manifest_type, platform.member, platform.cluster_codec)


def _node_pool_arm(name: str) -> Member | None:
    platform = registry.platform(name)
    if platform is None:
        return None
    return Member(platform.manifest_type, platform.member, platform.node_pool_codec)


def _kms_arm(name: str) -> Member | None:
    platform = registry.platform(name)
    if platform is None or platform.kms is None:
        return None
    return Member(platform.kms.manifest_type, name, platform.kms.codec)


CLUSTER_PLATFORM = Union("type", _cluster_arm, registry.name_of)
NODE_POOL_PLATFORM = Union("type", _node_pool_arm, registry.name_of)
KMS_PROVIDER = Union("provider", _kms_arm, registry.name_of)
