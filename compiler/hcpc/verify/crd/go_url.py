"""Whether Go's `url.ParseRequestURI` takes a text. Source: Go, net/url/url.go."""

import re
from ipaddress import AddressValueError, IPv6Address

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BAD_ESCAPE = re.compile(r"%(?![0-9a-fA-F]{2})")
_BAD_HOST = re.compile(r"[\x20\x23\x25\x2f\x3f\x40\x5c\x5e\x60\x7b-\x7d]")
_HOST_ESCAPE = re.compile(r"%(?:[89a-fA-F][0-9a-fA-F]|25)")
_USER = re.compile(r"[A-Za-z0-9._:~!$&'()*+,;=%@-]*")
_PORT = re.compile(r"(?::[0-9]*)?")


def is_request_uri(text: str) -> bool:
    """Whether a text is a URI, or a path that begins with `/`."""
    if not text or _CONTROL.search(text) or text.startswith(":"):
        return False
    if text == "*":
        return True
    found = _SCHEME.match(text)
    scheme, rest = (found[1].lower(), text[found.end() :]) if found else ("", text)
    rest = rest.partition("?")[0]
    if not rest.startswith("/"):
        return bool(scheme)
    if scheme and rest.startswith("//"):
        authority, slash, path = rest[2:].partition("/")
        return _is_authority(authority) and not _BAD_ESCAPE.search(slash + path)
    return not _BAD_ESCAPE.search(rest)


def _is_authority(authority: str) -> bool:
    user, at, host = authority.rpartition("@")
    if at and (not _USER.fullmatch(user) or _BAD_ESCAPE.search(user)):
        return False
    if "[" in host:
        return _is_literal(host)
    colon = host.rfind(":")  # API servers are built so that earlier ones pass: Go 1.26 is stricter
    if colon != -1 and not _PORT.fullmatch(host[colon:]):
        return False
    return _is_name(host)


def _is_literal(host: str) -> bool:
    """An IPv6 address in brackets, with or without a port."""
    inner, bracket, port = host.rpartition("]")
    if not host.startswith("[") or host.rfind("[") > 0 or not bracket or not _PORT.fullmatch(port):
        return False
    address, percent, zone = inner[1:].partition("%25")
    if percent and (not zone or _BAD_ESCAPE.search(zone)):
        return False
    try:
        IPv6Address(address)
    except AddressValueError:
        return False
    return "%" not in address


def _is_name(host: str) -> bool:
    return not _BAD_HOST.search(_HOST_ESCAPE.sub("", host))
