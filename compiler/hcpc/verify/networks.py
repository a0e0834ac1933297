"""Networks and addresses as pairs of numbers, read once each: comparing them costs nothing then."""

from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import NamedTuple


class Network(NamedTuple):
    """A network: its IP version, its first and its last address."""

    version: int
    first: int
    last: int

    def overlaps(self, other: "Network") -> bool:
        """Whether the two have an address in common."""
        return (
            self.version == other.version and self.first <= other.last and other.first <= self.last
        )


@lru_cache(maxsize=8192)
def network(cidr: str) -> Network | None:
    """The network that a text names; None for one that is no CIDR.

    Bits behind the prefix do not matter, as with Go's `net.ParseCIDR`.
    """
    address, slash, prefix = cidr.partition("/")
    if not slash or not prefix.isascii() or not prefix.isdigit() or "%" in address:
        return None
    version, bits, read = (6, 128, IPv6Address) if ":" in address else (4, 32, IPv4Address)
    try:
        number, hosts = int(read(address)), bits - int(prefix)
    except AddressValueError:
        return None
    if hosts < 0:
        return None
    first = number >> hosts << hosts
    return Network(version, first, first + (1 << hosts) - 1)


@lru_cache(maxsize=1024)
def address(text: str) -> Network | None:
    """The address that a text names, as the network of only this one; None for other texts."""
    return None if "/" in text else network(f"{text}/{128 if ':' in text else 32}")


def address_in(text: str, around: Network) -> bool:
    """Whether a text is an address in a network."""
    found = address(text)
    return found is not None and found.overlaps(around)
