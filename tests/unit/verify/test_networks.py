"""Networks and addresses as numbers."""

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from hcpc.verify.networks import address, address_in, network

CIDRS = st.ip_addresses().flatmap(
    lambda each: st.integers(0, each.max_prefixlen).map(lambda prefix: f"{each}/{prefix}")
)


@given(CIDRS, CIDRS)
def test_networks_overlap_as_the_library_says(one: str, other: str) -> None:
    first, second = network(one), network(other)
    assert first is not None
    assert second is not None
    known = [ipaddress.ip_network(each, strict=False) for each in (one, other)]
    expected = known[0].version == known[1].version and known[0].overlaps(known[1])
    assert first.overlaps(second) == expected == second.overlaps(first)


def test_what_go_does_not_parse_is_no_network() -> None:
    for text in ("", "10.0.0.0", "10.0.0.0/255.0.0.0", "10.0.0.0/", "/8", "x/8", "10.0.0.0/٣"):
        assert network(text) is None
    assert address("10.0.0.0/8") is None
    assert address("host") is None


def test_an_address_lies_in_a_network() -> None:
    around = network("10.0.0.0/8")
    assert around is not None
    assert address_in("10.255.255.255", around)
    assert not address_in("11.0.0.0", around)
    assert not address_in("::1", around)
    assert not address_in("api.example.com", around)
