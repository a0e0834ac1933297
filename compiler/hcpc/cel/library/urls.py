"""URLs as Go's `net/url` reads them, and Kubernetes' functions on them.

`isURL` asks `url.ParseRequestURI`; what `url()` gives is read by `url.Parse`. A Go newer than the
API server's own refuses more of what stands in a host; this follows the server's.
"""

import re
from typing import Final

from hcpc.cel.library.networks import read_ip
from hcpc.cel.library.overload import function, member
from hcpc.cel.values import EvaluationError, Url

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_PORT: Final = re.compile(r"(?::[0-9]*)?")
_USER: Final = re.compile(r"[A-Za-z0-9._:~!$&'()*+,;=%@-]*")
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9a-fA-F]{2})")
_ESCAPE: Final = re.compile(r"%([0-9a-fA-F]{2})")
_HOST_ESCAPE: Final = re.compile(r"%(?:25|[89a-fA-F][0-9a-fA-F])")
_NO_HOST: Final = re.compile(r"[\x00-\x20#%/?@\\^`{|}\x7f]")
_PATH: Final = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~$&+,/:;=@"
)
_KEPT: Final = _PATH | frozenset(b"!'()*[]%")
_ASCII: Final = 0x80


class _Refused(Exception):  # noqa: N818  # an answer, not an error
    """The text is no URL, for the reason given."""


def read_url(text: str, *, request: bool) -> Url:
    """The URL that Go reads, as `ParseRequestURI` does or as `Parse` does."""
    if request:
        return _read(text, text, request=True)
    before, _, fragment = text.partition("#")
    url = _read(text, before, request=False)
    _unescaped(fragment)
    return url


def _read(whole: str, text: str, *, request: bool) -> Url:
    if _CONTROL.search(text):
        raise _Refused("net/url: invalid control character in URL")
    if not text and request:
        raise _Refused("empty url")
    if text == "*":
        return Url(whole, "", "", b"*", "*", "")
    if text.startswith(":"):
        raise _Refused("missing protocol scheme")
    found = _SCHEME.match(text)
    scheme, rest = (found[0][:-1].lower(), text[found.end() :]) if found else ("", text)
    rest, _, query = rest.partition("?")
    if not rest.startswith("/"):
        if scheme:
            return Url(whole, scheme, "", b"", "", query)
        if request:
            raise _Refused("invalid URI for request")
        if ":" in rest.partition("/")[0]:
            raise _Refused("first path segment in URL cannot contain colon")
    host = ""
    if rest.startswith("//") and (scheme or not (request or rest.startswith("///"))):
        authority, slash, path = rest[2:].partition("/")
        host, rest = _authority(authority), slash + path
    return Url(whole, scheme, host, _unescaped(rest), rest, query)


def _unescaped(text: str) -> bytes:
    if _BAD_ESCAPE.search(text):
        raise _Refused("invalid URL escape")
    return _decoded(text)


def _decoded(text: str) -> bytes:
    if "%" not in text:
        return text.encode()
    parts = _ESCAPE.split(text)
    return b"".join(
        bytes.fromhex(part) if at % 2 else part.encode() for at, part in enumerate(parts)
    )


def _authority(authority: str) -> str:
    user, at, host = authority.rpartition("@")
    name = _literal(host) if "[" in host else _host(host)
    if at and not _USER.fullmatch(user):
        raise _Refused("net/url: invalid userinfo")
    _unescaped(user)
    return name


def _host(host: str) -> str:
    colon = host.rfind(":")
    if colon != -1 and not _PORT.fullmatch(host[colon:]):
        raise _Refused(f"invalid port {host[colon:]} after host")
    return _host_name(host)


def _host_name(host: str) -> str:
    if _NO_HOST.search(_HOST_ESCAPE.sub("", host)):
        raise _Refused("invalid character in host name")
    return _decoded(host).decode(errors="replace")


def _literal(host: str) -> str:
    """An IPv6 address in brackets, with or without a zone and a port."""
    inside, bracket, port = host.rpartition("]")
    if host.rfind("[") > 0 or not bracket:
        raise _Refused("missing ']' in host")
    if not _PORT.fullmatch(port):
        raise _Refused(f"invalid port {port} after host")
    address, percent, zone = inside[1:].partition("%25")
    if _BAD_ESCAPE.search(zone) or (percent and not zone):
        raise _Refused("invalid zone in host")
    found = read_ip(_host_name(address))
    if found is None or found.family == 4:  # noqa: PLR2004  # the family's name
        raise _Refused("invalid IP-literal")
    after = f"%{_decoded(zone).decode(errors='replace')}" if percent else ""
    return f"[{address}{after}]{port}"


def url(text: str) -> Url:
    """`url(text)`."""
    try:
        read_url(text, request=True)
        return read_url(text, request=False)
    except _Refused as reason:
        raise EvaluationError(
            f'URL parse error during conversion from string: parse "{text}": {reason}'
        ) from None


def refusal(text: str) -> str:
    """Why `isURL(text)` is false; empty where it is true."""
    try:
        read_url(text, request=True)
    except _Refused as reason:
        return str(reason)
    return ""


def is_url(text: str) -> bool:
    """`isURL(text)`: an absolute URI, or an absolute path."""
    return not refusal(text)


def _split(host: str) -> tuple[str, str]:
    colon = host.rfind(":")
    port = ""
    if colon != -1 and _PORT.fullmatch(host[colon:]):
        host, port = host[:colon], host[colon + 1 :]
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    return host, port


def hostname(value: Url) -> str:
    """The host without a port and without brackets."""
    return _split(value.host)[0]


def port(value: Url) -> str:
    """The port, or an empty text."""
    return _split(value.host)[1]


def escaped_path(value: Url) -> str:
    """The path as it is sent."""
    raw = value.raw_path.encode()
    if all(byte in _KEPT for byte in raw):
        return value.raw_path
    if value.path == b"*":
        return "*"
    return "".join(chr(byte) if byte in _PATH else f"%{byte:02X}" for byte in value.path)


def query(value: Url) -> dict[str, list[str]]:
    """The values of each parameter; what is not well formed is left out."""
    found: dict[str, list[str]] = {}
    for part in value.raw_query.split("&"):
        name, _, text = part.partition("=")
        if not part or ";" in part or _BAD_ESCAPE.search(part):
            continue
        found.setdefault(_component(name), []).append(_component(text))
    return found


def _component(text: str) -> str:
    return _decoded(text.replace("+", " ")).decode(errors="replace")


OVERLOADS: Final = (
    function("url", url, str),
    function("isURL", is_url, str),
    member("getScheme", lambda value: value.scheme, Url),
    member("getHost", lambda value: value.host, Url),
    member("getHostname", hostname, Url),
    member("getPort", port, Url),
    member("getEscapedPath", escaped_path, Url),
    member("getQuery", query, Url),
)
