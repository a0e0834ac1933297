"""gzip in Python alone: the same bytes wherever it runs.

Builds of zlib compress the same text to different bytes. A machine's configuration must not depend
on who compiled it: other bytes are a new configuration, and roll every node.
"""

import struct
import zlib
from collections.abc import Iterator

_WINDOW = 32_768
_LONGEST, _SHORTEST = 258, 3
_TRIES = 24
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # deflate, no name, no time, no system
_END = 256


def _bounds(extra: list[int], first: int) -> list[tuple[int, int]]:
    """Smallest value and number of extra bits of each code of RFC 1951, section 3.2.5."""
    bounds = []
    for bits in extra:
        bounds.append((first, bits))
        first += 1 << bits
    return bounds


_LENGTHS = [*_bounds([0] * 8 + [bits for bits in range(1, 6) for _ in range(4)], 3)[:28], (258, 0)]
_DISTANCES = _bounds([0] * 4 + [bits for bits in range(1, 14) for _ in range(2)], 1)


def gzipped(content: bytes) -> bytes:
    """The content as one gzip member that any reader takes."""
    bits, size = 0b011, 3  # the last block, with the fixed codes
    out = bytearray()
    for value, count in _codes(content):
        bits |= value << size
        size += count
        if size > 512:  # noqa: PLR2004  # fewer, larger pieces are faster
            out += (bits & ((1 << (size // 8 * 8)) - 1)).to_bytes(size // 8, "little")
            bits >>= size // 8 * 8
            size %= 8
    out += bits.to_bytes((size + 7) // 8, "little")
    trailer = struct.pack("<II", zlib.crc32(content), len(content) & 0xFFFFFFFF)
    return _HEAD + bytes(out) + trailer


def _codes(content: bytes) -> Iterator[tuple[int, int]]:
    """Codes as bits in the order of the stream, each with their number."""
    for literal, length, distance in _steps(content):
        if not length:
            yield _symbol(literal)
            continue
        code, (low, extra) = _pick(_LENGTHS, length)
        yield _symbol(257 + code)
        if extra:
            yield length - low, extra
        code, (low, extra) = _pick(_DISTANCES, distance)
        yield _reversed(code, 5), 5
        if extra:
            yield distance - low, extra
    yield _symbol(_END)


def _steps(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Literals, and repetitions as length and distance; greedy, nearest of the longest first."""
    seen: dict[bytes, list[int]] = {}
    at = 0
    while at < len(content):
        length, distance = _longest(content, at, seen.get(content[at : at + _SHORTEST], []))
        yield content[at], length, distance
        for place in range(at, at + max(length, 1)):
            seen.setdefault(content[place : place + _SHORTEST], []).append(place)
        at += max(length, 1)


def _longest(content: bytes, at: int, places: list[int]) -> tuple[int, int]:
    best = (0, 0)
    limit = min(_LONGEST, len(content) - at)
    if limit < _SHORTEST:
        return best
    for place in reversed(places[-_TRIES:]):
        if at - place > _WINDOW:
            break
        size = _SHORTEST
        while size < limit and content[place + size] == content[at + size]:
            size += 1
        if size > best[0]:
            best = (size, at - place)
    return best


def _pick(table: list[tuple[int, int]], value: int) -> tuple[int, tuple[int, int]]:
    code = max(index for index, (low, _) in enumerate(table) if low <= value)
    return code, table[code]


def _symbol(symbol: int) -> tuple[int, int]:
    """The fixed code of a literal or length; RFC 1951, section 3.2.6."""
    if symbol < 144:  # noqa: PLR2004  # the RFC's own table
        return _reversed(0x30 + symbol, 8), 8
    if symbol < 256:  # noqa: PLR2004  # as above
        return _reversed(0x190 + symbol - 144, 9), 9
    if symbol < 280:  # noqa: PLR2004  # as above
        return _reversed(symbol - 256, 7), 7
    return _reversed(0xC0 + symbol - 280, 8), 8


def _reversed(value: int, bits: int) -> int:
    return int(f"{value:0{bits}b}"[::-1], 2)
