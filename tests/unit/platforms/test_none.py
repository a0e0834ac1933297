"""The None platform."""

from collections.abc import Callable
from typing import Any

from hcpc.mapping.codec import Member, union
from hcpc.platforms.none import PLATFORM


def test_the_type_says_all(lower: Callable[..., Any]) -> None:
    assert lower(PLATFORM.cluster, PLATFORM.cluster_codec, {}) == {}
    assert lower(PLATFORM.node_pool, PLATFORM.node_pool_codec, {}) == {}
    arm = Member(PLATFORM.manifest_type, PLATFORM.member, PLATFORM.cluster_codec)
    platform = union("type", {"none": arm})
    assert platform.lower({"none": {}}) == {"type": "None"}
    assert platform.lift({"type": "None"}) == {"none": {}}


def test_there_is_nothing_to_set(faults: Callable[..., set[str]]) -> None:
    assert faults(PLATFORM.cluster, {"region": "x"}) == {"extra_forbidden region"}
    assert faults(PLATFORM.node_pool, {"size": 1}) == {"extra_forbidden size"}


def test_services_are_on_node_ports_even_with_external_dns(
    published: Callable[..., tuple[str, ...]],
) -> None:
    assert published(PLATFORM, {}, "d.example") == ("nodePort 192.0.2.1",) * 4


def test_nodes_upgrade_in_place() -> None:
    assert PLATFORM.upgrade_type == "InPlace"
    assert PLATFORM.arches == ("amd64", "arm64")
