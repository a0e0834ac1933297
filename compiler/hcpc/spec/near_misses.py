"""What somebody probably meant who wrote a value of the wrong form, as advice; empty if unclear.

Advice that names a value names one that passes the check.
"""

import ipaddress
import re
from collections.abc import Callable

from hcpc.spec.types import DNS_LABEL, is_image_reference

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgtpe])i?b?", re.IGNORECASE)
_TIMES = re.compile(r"(?:\d+\s*[a-z]+\s*)+", re.IGNORECASE)
_TIME = re.compile(r"(\d+)\s*([a-z]+)", re.IGNORECASE)
_SECONDS = {"s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60}
_SECONDS |= {"h": 3600, "hr": 3600, "hour": 3600, "d": 86400, "day": 86400, "w": 604800}
_DIGEST = re.compile(r"@sha256:([0-9a-zA-Z]*)\Z")
_DIGITS = 64
_LONGEST = 63
_DECIMAL_0644, _MODE_DIGITS, _MOST_MODE = "420", 3, 0o777


def quantity(text: str) -> str:
    """`8GB` is likely meant as `8Gi`."""
    found = _SIZE.fullmatch(text) if len(text) <= _LONGEST else None
    return f"write `{found[1]}{found[2].upper()}i`" if found else ""


def duration(text: str) -> str:
    """`30 min` is `30m`, `1d` is `24h`; a bare number lacks its unit."""
    if len(text) > _LONGEST:  # nobody meant that, and Python does not read numbers of any length
        return ""
    if text.isascii() and text.isdigit():
        return f"add the unit: `{text}s`, `{text}m` or `{text}h`"
    if not _TIMES.fullmatch(text.strip()):
        return ""
    seconds = 0
    for number, unit in _TIME.findall(text.lower()):
        scale = _SECONDS.get(unit) or _SECONDS.get(unit.removesuffix("s"))
        if not scale:
            return ""
        seconds += int(number) * scale
    return f"write `{_written(seconds)}`"


def _written(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    parts = ((hours, "h"), (rest // 60, "m"), (rest % 60, "s"))
    return "".join(f"{number}{unit}" for number, unit in parts if number) or "0s"


def cidr(text: str) -> str:
    """An address without a prefix length, or with one that its family does not have."""
    address, slash, _ = text.partition("/")
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if slash:
        return f"a prefix length of IPv{parsed.version} is a number up to {parsed.max_prefixlen}"
    return f"add the prefix length, such as `{address}/{16 if parsed.version == 4 else 48}`"  # noqa: PLR2004  # IPv4


def image(text: str) -> str:
    """A URL in place of a reference, capital letters, a digest that lost some digits."""
    digest = _DIGEST.search(text)
    if digest and len(digest[1]) != _DIGITS:
        return f"a sha256 digest has {_DIGITS} digits, this one has {len(digest[1])}"
    plain = text.strip().partition("://")[2] or text.strip()
    name, at, rest = plain.partition("@")
    for candidate in (plain, f"{name.lower()}{at}{rest.lower()}"):
        if candidate != text and is_image_reference(candidate):
            return f"write `{candidate}`"
    return ""


def name(text: str) -> str:
    """Capital letters, underscores, blanks and dots have no place in a name."""
    if "${" in text:
        return "references stand for values, never for names"
    candidate = re.sub(r"[\s_.-]+", "-", text.strip().lower()).strip("-")
    is_name = len(candidate) <= _LONGEST and DNS_LABEL.fullmatch(candidate)
    return f"write `{candidate}`" if is_name and candidate != text else ""


def mode(text: str) -> str:
    """`644` without its zero; `420` is how Ignition has it, in decimal."""
    if re.fullmatch("[4-7][0-7]{2}", text) and text != _DECIMAL_0644:
        return f"write `0{text}`"
    if text.isascii() and text.isdigit() and len(text) <= _MODE_DIGITS and int(text) <= _MOST_MODE:
        return f"write `0{int(text):03o}`, the octal form of {int(text)}"
    return ""


def decimal_mode(text: str) -> str:
    """Ignition reads decimal numbers, and people write octal ones."""
    if re.fullmatch("0?[0-7]{3}", text):
        return f"write `{int(text, 8)}`, the decimal form of {text}"
    return ""


NEAR_MISSES: dict[str, Callable[[str], str]] = {
    "cidr": cidr,
    "decimal_mode": decimal_mode,
    "duration": duration,
    "image": image,
    "mode": mode,
    "name": name,
    "quantity": quantity,
}
"""By the type of the error that the check raised."""
