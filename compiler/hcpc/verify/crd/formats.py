"""The formats of texts that the API server enforces; any other name of a format means nothing.

Each check takes what its counterpart takes, quirks included. Source: k8s.io/kube-openapi,
pkg/validation/strfmt, and the list in k8s.io/apiextensions-apiserver, pkg/apiserver/validation.
"""

import re
from collections.abc import Callable
from ipaddress import AddressValueError, IPv6Address
from typing import Final

from hcpc.verify.crd.go_url import is_request_uri
from hcpc.verify.crd.patterns import pattern_check

Check = Callable[[str], bool]
_LONGEST_HOSTNAME, _LONGEST_LABEL = 255, 63
_INT64, _INT64_DIGITS = 2**63, 19
_SSN_LENGTH = 11
_MOST_DIGITS = 4000  # more, and Python refuses to read a number

_HOSTNAME = (
    r"^([a-zA-Z0-9\p{S}\p{L}]((-?[a-zA-Z0-9\p{S}\p{L}]{0,62})?)|([a-zA-Z0-9\p{S}\p{L}]"
    r"(([a-zA-Z0-9-\p{S}\p{L}]{0,61}[a-zA-Z0-9\p{S}\p{L}])?)(\.)){1,}([a-zA-Z\p{L}]){2,63})$"
)
_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{2}):(\d{2}):(\d{2})(?:.\d+)?(?:z|[+-]\d{2}:\d{2})", re.ASCII)
_GO_DURATION = re.compile(
    r"[-+]?(?:0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)", re.ASCII
)
_WORDS_DURATION = re.compile(r"(?<!\d)(\d+)[ \t\n\f\r]*([A-Za-zµ]+)", re.ASCII)
_UNITS = {"ns", "us", "µs", "ms", "s", "m", "h", "hr", "d", "w", "wk"}
_UNIT_WORDS = ("nano", "micro", "milli", "sec", "min", "hour", "day", "week")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
_DOTTED = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[\x09\x20-\x7e])+"')
_LITERAL = re.compile(r"\[[^\[\]\\\s]*\]")
_PHRASE = re.compile(rf'(?:{_ATOM[:-1]}|[ \t.]|"(?:[^"\\]|\\.)*")*')
_CARD = re.compile(
    r"4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14}|6(?:011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}"
    r"|3(?:0[0-5]|[68][0-9])[0-9]{11}|(?:2131|1800|35[0-9]{3})[0-9]{11}"
)


def format_check(name: str) -> Check | None:
    """What a text of a format has to pass; None for a format that the API server ignores."""
    return FORMATS.get(name.replace("-", ""))


def _matching(pattern: str, flags: int = 0) -> Check:
    compiled = re.compile(pattern, flags | re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


def _is_hostname(text: str) -> bool:
    octets = text.encode("utf-8", "surrogatepass")
    return (
        pattern_check(_HOSTNAME)(text)
        and len(octets) <= _LONGEST_HOSTNAME
        and all(len(label) <= _LONGEST_LABEL for label in octets.split(b"."))
    )


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    if not found:
        return False
    year, month, day = map(int, found.groups())
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    days = {2: 28 + leap, 4: 30, 6: 30, 9: 30, 11: 30}.get(month, 31)
    return 1 <= month <= 12 and 1 <= day <= days  # noqa: PLR2004  # as calendars are


def _is_date_time(text: str) -> bool:
    day, *times = text.lower().split("t")
    if not times or not _is_date(day):
        return False
    found = _TIME.fullmatch(times[0])
    return found is not None and found[1] <= "23" and found[2] <= "59" and found[3] <= "59"


def _is_duration(text: str) -> bool:
    if _GO_DURATION.fullmatch(text):
        return True
    known = False
    for number, unit in _WORDS_DURATION.findall(text):
        if len(number.lstrip("0")) > _INT64_DIGITS or int(number) >= _INT64:
            return False
        word = unit.lower()
        known |= word in _UNITS or word.startswith(_UNIT_WORDS)
    return known


def _is_number(text: str) -> bool:
    return len(text) <= _MOST_DIGITS and text.isascii() and text.isdigit()


def _is_sloppy_ipv4(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 4 and all(  # noqa: PLR2004  # as addresses are
        _is_number(part) and int(part) <= 255  # noqa: PLR2004  # as above
        for part in parts
    )


def is_ipv6(text: str) -> bool:
    """Whether a text is an IPv6 address without a zone."""
    if "%" in text:
        return False
    try:
        IPv6Address(text)
    except AddressValueError:
        return False
    return True


def _is_ipv4(text: str) -> bool:
    return _is_sloppy_ipv4(text) or ("." in text and is_ipv6(text))


def _is_cidr(text: str) -> bool:
    address, slash, size = text.partition("/")
    bits = 32 if _is_sloppy_ipv4(address) else 128 if is_ipv6(address) else -1
    return bool(slash) and _is_number(size) and int(size) <= bits


def _is_mac(text: str) -> bool:
    for pattern in (
        r"[0-9a-fA-F]{2}(?:([:-])[0-9a-fA-F]{2})(?:\1[0-9a-fA-F]{2}){%d}",
        r"[0-9a-fA-F]{4}(?:(\.)[0-9a-fA-F]{4})(?:\1[0-9a-fA-F]{4}){%d}",
    ):
        size = 1 if "{2}" in pattern else 2
        if any(re.fullmatch(pattern % (n // size - 2), text) for n in (6, 8, 20)):
            return True
    return False


def _is_isbn10(text: str) -> bool:
    digits = re.sub(r"[\s-]+", "", text, flags=re.ASCII)
    if not re.fullmatch(r"[0-9]{9}[0-9X]", digits):
        return False
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(weight * value for weight, value in enumerate(values, 1)) % 11 == 0


def _is_isbn13(text: str) -> bool:
    digits = re.sub(r"[\s-]+", "", text, flags=re.ASCII)
    if not re.fullmatch(r"[0-9]{13}", digits):
        return False
    return sum(int(digit) * (1, 3)[at % 2] for at, digit in enumerate(digits)) % 10 == 0


def _is_credit_card(text: str) -> bool:
    digits = re.sub(r"[^0-9]+", "", text)
    if not _CARD.fullmatch(digits):
        return False
    doubled = "0246813579"
    values = [int(doubled[int(d)] if at % 2 else d) for at, d in enumerate(reversed(digits))]
    return sum(values) % 10 == 0


def _is_ssn(text: str) -> bool:
    return len(text) == _SSN_LENGTH and bool(
        re.fullmatch(r"[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{4}", text)
    )


def _is_email(text: str) -> bool:
    """An address, alone or in angle brackets after a name; comments and groups are not known."""
    address = text.strip(" \t")
    if address.endswith(">"):
        name, bracket, address = address[:-1].rpartition("<")
        if not bracket or not _PHRASE.fullmatch(name):
            return False
    local, at, domain = address.rpartition("@")
    is_local = _DOTTED.fullmatch(local) or _QUOTED.fullmatch(local)
    is_domain = _DOTTED.fullmatch(domain) or _LITERAL.fullmatch(domain)
    return bool(at and is_local and is_domain)


def _is_long_name(text: str) -> bool:
    label = "[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"
    return len(text) <= 253 and bool(re.fullmatch(rf"{label}(?:\.{label})*", text))  # noqa: PLR2004  # RFC 1123


_RGB = r"(?:0|[1-9]\d?|1\d\d?|2[0-4]\d|25[0-5])"
_HEX = "[0-9a-f]"
_UUID = _HEX + "{8}-?" + _HEX + "{4}-?%s-?%s-?" + _HEX + "{12}"
_ANY4, _VARIANT = _HEX + "{4}", "[89ab]" + _HEX + "{3}"

FORMATS: Final[dict[str, Check]] = {
    "bsonobjectid": _matching("[0-9a-fA-F]{24}"),
    "byte": _matching(
        "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})"
    ),
    "cidr": _is_cidr,
    "creditcard": _is_credit_card,
    "date": _is_date,
    "datetime": _is_date_time,
    "duration": _is_duration,
    "email": _is_email,
    "hexcolor": _matching("#?(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})"),
    "hostname": _is_hostname,
    "ipv4": _is_ipv4,
    "ipv6": is_ipv6,
    "isbn": lambda text: _is_isbn10(text) or _is_isbn13(text),
    "isbn10": _is_isbn10,
    "isbn13": _is_isbn13,
    "k8slongname": _is_long_name,
    "k8sshortname": _matching("(?=.{1,63}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?"),
    "mac": _is_mac,
    "password": lambda _text: True,
    "rgbcolor": _matching(rf"rgb\(\s*{_RGB}\s*,\s*{_RGB}\s*,\s*{_RGB}\s*\)"),
    "ssn": _is_ssn,
    "uri": is_request_uri,
    "uuid": _matching(_UUID % (_ANY4, _ANY4), re.IGNORECASE),
    "uuid3": _matching(_UUID % (f"3{_HEX}{{3}}", _ANY4), re.IGNORECASE),
    "uuid4": _matching(_UUID % (f"4{_HEX}{{3}}", _VARIANT), re.IGNORECASE),
    "uuid5": _matching(_UUID % (f"5{_HEX}{{3}}", _VARIANT), re.IGNORECASE),
}
