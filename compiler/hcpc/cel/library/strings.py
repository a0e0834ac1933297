"""CEL's extension for text: parts, places, joining, splitting, and `format`."""

from typing import Any, Final

from hcpc.cel.library.formatting import format_text
from hcpc.cel.library.overload import function, member
from hcpc.cel.operators import shown
from hcpc.cel.steps import Frame, spend
from hcpc.cel.values import EvaluationError, UnsupportedError

MOST_TEXT = 10_000_000
"""Characters of what one replacement may grow to."""
_WRITTEN: Final = 10  # characters that are one step

_LOWER: Final = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}
_UPPER: Final = {lower: upper for upper, lower in _LOWER.items()}
_QUOTED: Final = str.maketrans(
    {
        "\a": "\\a",
        "\b": "\\b",
        "\f": "\\f",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\v": "\\v",
        "\\": "\\\\",
        '"': '\\"',
    }
)
_SPACES: Final = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
_MORE_SPACES: Final = "\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


def _within(place: int, text: str) -> int:
    if not 0 <= place <= len(text):
        raise EvaluationError(f"index out of range: {place}")
    return place


def char_at(text: str, place: int) -> str:
    """The character at a place; nothing right behind the last."""
    return text[_within(place, text) : place + 1]


def index_of(text: str, part: str, start: int = 0) -> int:
    """Where `part` is first at or after `start`, or -1."""
    if not part:
        return start
    if start < 0:
        raise EvaluationError(f"index out of range: {start}")
    return text.find(part, start)


def last_index_of(text: str, part: str) -> int:
    """Where `part` is last, or -1."""
    return text.rfind(part)


def last_index_before(text: str, part: str, start: int) -> int:
    """Where `part` is last among the places up to `start`, or -1."""
    if not part:
        return start
    if start < 0:
        raise EvaluationError(f"index out of range: {start}")
    return -1 if start >= len(text) else text.rfind(part, 0, start + len(part))


def replace(text: str, old: str, new: str, count: int = -1) -> str:
    """The text with `old` become `new`, `count` times or always."""
    found = text.count(old)
    times = min(found, count) if count >= 0 else found
    if len(text) + times * max(0, len(new) - len(old)) > MOST_TEXT:
        raise UnsupportedError(f"a text of more than {MOST_TEXT:,} characters")
    return text.replace(old, new, max(-1, count))


def split(text: str, by: str, count: int = -1) -> list[str]:
    """The parts between separators, `count` of them at most."""
    if count == 0:
        return []
    if by:
        return text.split(by, count - 1) if count > 0 else text.split(by)
    if count < 0 or count > len(text):
        return list(text)
    return [*text[: count - 1], text[count - 1 :]]


def rest(text: str, start: int) -> str:
    """The text from a place on."""
    return text[_within(start, text) :]


def portion(text: str, start: int, end: int) -> str:
    """The text between two places."""
    if start > end:
        raise EvaluationError(f"invalid substring range. start: {start}, end: {end}")
    return text[_within(start, text) : _within(end, text)]


def join(items: list[Any], by: str = "") -> str:
    """The texts one after the other."""
    for item in items:
        if type(item) is not str:
            raise EvaluationError(f"join: invalid input: {shown(item)}")
    return by.join(items)


def trim(text: str) -> str:
    """The text without white space around it."""
    return text.strip(_SPACES + _MORE_SPACES)


def written(text: str, arguments: list[Any], frame: Frame) -> str:
    """The text with arguments in place of its verbs; writing is slower than reading."""
    found = format_text(text, arguments)
    spend(frame, len(found) // _WRITTEN)
    return found


def quote(text: str) -> str:
    """The text as a literal of CEL."""
    return f'"{text.translate(_QUOTED)}"'


OVERLOADS: Final = (
    member("charAt", char_at, str, int),
    member("indexOf", index_of, str, str),
    member("indexOf", index_of, str, str, int),
    member("lastIndexOf", last_index_of, str, str),
    member("lastIndexOf", last_index_before, str, str, int),
    member("lowerAscii", lambda text: text.translate(_LOWER), str),
    member("upperAscii", lambda text: text.translate(_UPPER), str),
    member("replace", replace, str, str, str),
    member("replace", replace, str, str, str, int),
    member("split", split, str, str),
    member("split", split, str, str, int),
    member("substring", rest, str, int),
    member("substring", portion, str, int, int),
    member("trim", trim, str),
    member("reverse", lambda text: text[::-1], str),
    member("join", join, list),
    member("join", join, list, str),
    member("format", written, str, list, counts=True),
    function("strings.quote", quote, str),
)
