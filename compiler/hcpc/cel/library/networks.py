"""Addresses and networks, read as Go's `netip` reads them, and Kubernetes' functions on them.

No leading zeros in IPv4, no zones, no IPv4 in IPv6.
"""

import re
from typing import Final

from hcpc.cel.library.overload import function, member
from hcpc.cel.values import Cidr, EvaluationError, Ip, no_overload

_OCTET: Final = re.compile(r"0|[1-9][0-9]{0,2}", re.ASCII)
_GROUP: Final = re.compile(r"[0-9a-fA-F]{1,4}", re.ASCII)
_PREFIX: Final = re.compile(r"0|[1-9][0-9]{0,2}", re.ASCII)
_BITS: Final = {4: 32, 6: 128}
_GROUPS: Final = 8
_MAPPED: Final = 0xFFFF
_BYTE: Final = 255


def read_ip(text: str) -> Ip | None:
    """The address that `netip.ParseAddr` reads, but none with a zone."""
    family = 6 if ":" in text else 4
    bits = _read_6(text) if family == 6 else _read_4(text)  # noqa: PLR2004  # the families' names
    return None if bits is None else Ip(family, bits)


def _read_4(text: str) -> int | None:
    octets = text.split(".")
    if len(octets) != 4 or not all(_OCTET.fullmatch(each) for each in octets):  # noqa: PLR2004
        return None
    numbers = [int(each) for each in octets]
    return None if max(numbers) > _BYTE else int.from_bytes(bytes(numbers))


def _read_6(text: str) -> int | None:
    before, gap, after = text.partition("::")
    head, tail = _groups(before, last=not gap), _groups(after, last=True)
    if head is None or tail is None or "::" in after:
        return None
    count = len(head) + len(tail)
    if count != _GROUPS and (not gap or count > _GROUPS - 1):
        return None
    if gap and count == _GROUPS:
        return None
    bits = 0
    for group in (*head, *[0] * (_GROUPS - count), *tail):
        bits = bits << 16 | group
    return bits


def _groups(text: str, *, last: bool) -> list[int] | None:
    """The groups of 16 bits in a text; the last of them may be written as IPv4."""
    if not text:
        return []
    words = text.split(":")
    found: list[int] = []
    for at, word in enumerate(words):
        if "." in word:
            bits = _read_4(word) if last and at == len(words) - 1 else None
            if bits is None:
                return None
            found += [bits >> 16, bits & 0xFFFF]
        elif _GROUP.fullmatch(word):
            found.append(int(word, 16))
        else:
            return None
    return found


def _is_mapped(ip: Ip) -> bool:
    return ip.family == 6 and ip.bits >> 32 == _MAPPED  # noqa: PLR2004  # the family's name


def ip(text: str) -> Ip:
    """`ip(text)`."""
    found = read_ip(text)
    if found is None:
        raise EvaluationError(f'IP Address "{text}" parse error during conversion from string')
    if _is_mapped(found):
        raise EvaluationError(f'IPv4-mapped IPv6 address "{text}" is not allowed')
    return found


def is_ip(text: str) -> bool:
    """`isIP(text)`."""
    found = read_ip(text)
    return found is not None and not _is_mapped(found)


def written(ip: Ip) -> str:
    """The canonical form of an address (RFC 5952)."""
    if ip.family == 4:  # noqa: PLR2004  # the family's name
        return ".".join(str(octet) for octet in ip.bits.to_bytes(4))
    groups = [ip.bits >> shift & 0xFFFF for shift in range(112, -1, -16)]
    start, length = _longest_zeros(groups)
    if length < 2:  # noqa: PLR2004  # a single zero is written
        return ":".join(f"{group:x}" for group in groups)
    head = ":".join(f"{group:x}" for group in groups[:start])
    tail = ":".join(f"{group:x}" for group in groups[start + length :])
    return f"{head}::{tail}"


def _longest_zeros(groups: list[int]) -> tuple[int, int]:
    best = (0, 0)
    start = 0
    while start < len(groups):
        length = 0
        while start + length < len(groups) and groups[start + length] == 0:
            length += 1
        if length > best[1]:
            best = (start, length)
        start += length or 1
    return best


def is_canonical(text: str) -> bool:
    """`ip.isCanonical(text)`."""
    return written(ip(text)) == text


def is_unspecified(ip: Ip) -> bool:
    """0.0.0.0 or `::`."""
    return ip.bits == 0


def is_loopback(ip: Ip) -> bool:
    """127.0.0.0/8 or `::1`."""
    return ip.bits >> 24 == 127 if ip.family == 4 else ip.bits == 1  # noqa: PLR2004


def is_link_local_multicast(ip: Ip) -> bool:
    """224.0.0.0/24 or ffx2::/16."""
    if ip.family == 4:  # noqa: PLR2004
        return ip.bits >> 8 == 0xE00000  # noqa: PLR2004
    return ip.bits >> 112 & 0xFF0F == 0xFF02  # noqa: PLR2004


def is_link_local_unicast(ip: Ip) -> bool:
    """169.254.0.0/16 or fe80::/10."""
    return ip.bits >> 16 == 0xA9FE if ip.family == 4 else ip.bits >> 118 == 0x3FA  # noqa: PLR2004


def _is_multicast(ip: Ip) -> bool:
    return ip.bits >> 28 == 0xE if ip.family == 4 else ip.bits >> 120 == 0xFF  # noqa: PLR2004


def is_global_unicast(ip: Ip) -> bool:
    """Anything that is not special; addresses for private use count."""
    if ip.family == 4 and ip.bits in {0, 2**32 - 1}:  # noqa: PLR2004
        return False
    return not (
        is_unspecified(ip) or is_loopback(ip) or _is_multicast(ip) or is_link_local_unicast(ip)
    )


def _read_cidr(text: str) -> Cidr | None:
    address, slash, prefix = text.rpartition("/")
    found = read_ip(address)
    if not slash or found is None or not _PREFIX.fullmatch(prefix):
        return None
    bits = int(prefix)
    return None if bits > _BITS[found.family] or _is_mapped(found) else Cidr(found, bits)


def cidr(text: str) -> Cidr:
    """`cidr(text)`."""
    found = _read_cidr(text)
    if found is None:
        raise EvaluationError(
            f'network address parse error during conversion from string: "{text}"'
        )
    return found


def is_cidr(text: str) -> bool:
    """`isCIDR(text)`."""
    return _read_cidr(text) is not None


def _network(network: Cidr) -> tuple[int, int]:
    return network.ip.family, network.ip.bits >> (_BITS[network.ip.family] - network.prefix)


def _shares(network: Cidr, ip: Ip) -> bool:
    return _network(network) == _network(Cidr(ip, network.prefix)) if _same(network, ip) else False


def _same(network: Cidr, ip: Ip) -> bool:
    return network.ip.family == ip.family


def contains_ip(network: Cidr, other: object) -> bool:
    """`network.containsIP(other)`, an address or its text."""
    if type(other) is str:
        return _shares(network, ip(other))
    if isinstance(other, Ip):
        return _shares(network, other)
    raise no_overload()


def contains_cidr(network: Cidr, other: object) -> bool:
    """`network.containsCIDR(other)`, a network or its text."""
    inner = cidr(other) if type(other) is str else other
    if not isinstance(inner, Cidr):
        raise no_overload()
    return network.prefix <= inner.prefix and _shares(network, inner.ip)


def masked(network: Cidr) -> Cidr:
    """The network with all bits beyond its prefix cleared."""
    shift = _BITS[network.ip.family] - network.prefix
    return Cidr(Ip(network.ip.family, network.ip.bits >> shift << shift), network.prefix)


def written_cidr(network: Cidr) -> str:
    """`address/prefix`."""
    return f"{written(network.ip)}/{network.prefix}"


OVERLOADS: Final = (
    function("ip", ip, str),
    function("isIP", is_ip, str),
    function("ip.isCanonical", is_canonical, str),
    function("string", written, Ip),
    member("family", lambda ip: ip.family, Ip),
    member("isUnspecified", is_unspecified, Ip),
    member("isLoopback", is_loopback, Ip),
    member("isLinkLocalMulticast", is_link_local_multicast, Ip),
    member("isLinkLocalUnicast", is_link_local_unicast, Ip),
    member("isGlobalUnicast", is_global_unicast, Ip),
    function("cidr", cidr, str),
    function("isCIDR", is_cidr, str),
    function("string", written_cidr, Cidr),
    member("ip", lambda network: network.ip, Cidr),
    member("prefixLength", lambda network: network.prefix, Cidr),
    member("containsIP", contains_ip, Cidr, object),
    member("containsCIDR", contains_cidr, Cidr, object),
    member("masked", masked, Cidr),
)
