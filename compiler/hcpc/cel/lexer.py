"""Text of an expression becomes tokens. Positions are indices of characters."""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from hcpc.cel.values import CelError, Uint

INT_MAX: Final = 2**63 - 1
UINT_MAX: Final = 2**64 - 1


class Token(NamedTuple):
    """One token: its kind (`name`, `literal`, `end`, or the operator itself), value and place.

    An integer keeps being text until the parser knows whether a minus stands before it.
    """

    kind: str
    value: Any
    at: int


_SCAN: Final = re.compile(
    r"""
      (?P<space>[\t\n\f\r\ ]+|//[^\n]*)
    | (?P<bytes>[bB])?(?P<raw>[rR])?(?P<quote>'''|\"\"\"|'|\")
    | (?P<double>(?:[0-9]+\.[0-9]+|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)
    | (?P<int>0x[0-9a-fA-F]+|[0-9]+)(?P<unsigned>[uU])?
    | (?P<name>[_a-zA-Z][_a-zA-Z0-9]*)
    | (?P<operator>==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()\[\]{}])
    """,
    re.VERBOSE,
)
_ESCAPES: Final = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "`": "`",
    "?": "?",
}
_CODES: Final = re.compile(
    r"\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|(.))", re.DOTALL
)


def tokens(text: str) -> Iterator[Token]:
    """The tokens of `text`, `end` last. Raises CelError for what is no token."""
    at = 0
    while at < len(text):
        found = _SCAN.match(text, at)
        if found is None:
            raise CelError(f"`{text[at]}` is not part of any expression", at)
        start, at = at, found.end()
        match found.lastgroup:
            case "space":
                continue
            case "quote":
                value, at = _quoted(text, found)
                yield Token("literal", value, start)
            case "double":
                yield Token("literal", float(found["double"]), start)
            case "int":
                yield Token("int", found["int"], start)
            case "unsigned":
                yield Token("literal", _unsigned(found["int"], start), start)
            case "name":
                yield Token("name", found["name"], start)
            case _:
                yield Token(found["operator"], None, start)
    yield Token("end", None, len(text))


def integer(digits: str, at: int, *, negative: bool) -> int:
    """The number that `digits` mean. Raises CelError beyond 64 bits."""
    number = int(digits, 16 if digits.startswith("0x") else 10)
    number = -number if negative else number
    if not -INT_MAX - 1 <= number <= INT_MAX:
        raise CelError(f"{number} is beyond 64 bits", at)
    return number


def _unsigned(digits: str, at: int) -> Uint:
    number = int(digits, 16 if digits.startswith("0x") else 10)
    if number > UINT_MAX:
        raise CelError(f"{number} is beyond 64 bits", at)
    return Uint(number)


def _quoted(text: str, found: re.Match[str]) -> tuple[str | bytes, int]:
    """The value of a literal that opens at `found`, and where it ends."""
    quote, raw, start = found["quote"], found["raw"], found.end()
    end = start
    while not text.startswith(quote, end):
        if end >= len(text) or (len(quote) == 1 and text[end] in "\r\n"):
            raise CelError("a text is not closed", found.start())
        end += 2 if text[end] == "\\" and not raw else 1
    body = text[start:end].replace("\r\n", "\n").replace("\r", "\n")
    if found["bytes"]:
        value: str | bytes = body.encode() if raw else _bytes(body, start)
    else:
        value = body if raw else _CODES.sub(lambda code: _character(code, start), body)
    return value, end + len(quote)


def _character(code: re.Match[str], start: int) -> str:
    if code[5] is not None:
        if code[5] not in _ESCAPES:
            raise CelError(f"`\\{code[5]}` is no escape", start + code.start())
        return _ESCAPES[code[5]]
    number = int(code[4], 8) if code[4] else int(code[1] or code[2] or code[3], 16)
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:  # noqa: PLR2004  # Unicode's own bounds
        raise CelError(f"`{code[0]}` is no character", start + code.start())
    return chr(number)


def _bytes(body: str, start: int) -> bytes:
    parts: list[bytes] = []
    at = 0
    for code in _CODES.finditer(body):
        parts.append(body[at : code.start()].encode())
        at = code.end()
        if code[2] or code[3]:
            raise CelError(f"`{code[0]}` has no meaning in bytes", start + code.start())
        parts.append(_character(code, start).encode("latin-1"))
    parts.append(body[at:].encode())
    return b"".join(parts)
