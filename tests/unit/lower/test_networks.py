"""Pod networks: a bare CIDR, or an object once there is more to say."""

from typing import Any

import pytest

from hcpc.lower.networks import ClusterNetwork
from hcpc.mapping.codec import Unliftable
from hcpc.syntax.tree import Path

CODEC = ClusterNetwork()
SIZED = {"cidr": "fd01::/48", "hostPrefix": 64}


@pytest.mark.parametrize(
    ("spec", "manifest"), [("10.132.0.0/14", {"cidr": "10.132.0.0/14"}), (SIZED, SIZED)]
)
def test_a_network_is_as_short_as_it_can_be(spec: Any, manifest: Any) -> None:
    assert CODEC.lower(spec) == manifest
    assert CODEC.lift(manifest) == spec


@pytest.mark.parametrize("manifest", ["10.132.0.0/14", {}, {"hostPrefix": 23}])
def test_a_network_without_a_cidr_is_not_lifted(manifest: Any) -> None:
    with pytest.raises(Unliftable):
        CODEC.lift(manifest)


@pytest.mark.parametrize(
    ("value", "rest", "spec"),
    [
        ({"cidr": "10.132.0.0/14"}, ("cidr",), ()),
        (SIZED, ("cidr",), ("cidr",)),
        (SIZED, ("hostPrefix",), ("hostPrefix",)),
        (None, ("cidr",), ()),
    ],
)
def test_a_bare_cidr_stands_for_its_object(value: Any, rest: Path, spec: Path) -> None:
    assert CODEC.trace(rest, value) == spec
