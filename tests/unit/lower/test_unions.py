"""The unions whose arms are platforms."""

import pytest

from hcpc.lower.unions import CLUSTER_PLATFORM, KMS_PROVIDER, NODE_POOL_PLATFORM
from hcpc.mapping.codec import Unliftable
from hcpc.platforms import registry


@pytest.mark.parametrize("name", registry.NAMES)
def test_every_platform_is_lowered_to_its_type_and_lifted_again(name: str) -> None:
    platform = registry.platform(name)
    assert platform is not None
    lowered = CLUSTER_PLATFORM.lower({name: {}})
    assert lowered["type"] == platform.manifest_type
    assert set(lowered) - {"type"} == ({platform.member} if platform.member else set())
    assert CLUSTER_PLATFORM.lift(lowered) == {name: {}}
    assert NODE_POOL_PLATFORM.lift(NODE_POOL_PLATFORM.lower({name: {}})) == {name: {}}


@pytest.mark.parametrize("name", registry.NAMES)
def test_only_a_platform_with_key_management_is_a_kms_provider(name: str) -> None:
    platform = registry.platform(name)
    assert platform is not None
    if platform.kms:
        lowered = {"provider": platform.kms.manifest_type, name: {}}
        assert KMS_PROVIDER.lower({name: {}}) == lowered
        assert KMS_PROVIDER.lift(lowered) == {name: {}}
    else:
        with pytest.raises(Unliftable):
            KMS_PROVIDER.lift({"provider": platform.manifest_type, name: {}})


def test_an_unknown_platform_is_not_lifted() -> None:
    with pytest.raises(Unliftable):
        CLUSTER_PLATFORM.lift({"type": "Mainframe", "mainframe": {}})


def test_a_member_that_is_missing_or_foreign_is_told_apart() -> None:
    assert CLUSTER_PLATFORM.lift({"type": "Agent"}) == {"agent": {}}
    with pytest.raises(Unliftable):
        CLUSTER_PLATFORM.lift({"type": "Agent", "aws": {}})
