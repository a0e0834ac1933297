"""What a leaf's text means: text, a whole number, a truth value or nothing.

Lossless: a plain scalar becomes a value only if that value is written back as the same text.
Everything else stays text, and what other YAML readers would make of it can be asked for.
"""

import re
from typing import Final

from hcpc.syntax.tree import ScalarValue

_CONSTANTS: Final[dict[str, ScalarValue]] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "false": False,
}


def _written_as(*words: str) -> set[str]:
    return {form for word in words for form in (word, word.capitalize(), word.upper())}


# The YAML 1.1 words in all the letter cases that its readers take.
_OTHER_WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(_written_as("y", "yes", "on", "true"), "true"),
    **dict.fromkeys(_written_as("n", "no", "off", "false"), "false"),
    **dict.fromkeys(_written_as("null"), "null"),
}

# Named alternatives in order: the first that matches the whole text says how it is read elsewhere.
# A decimal fraction such as 4.10 is left alone on purpose: people write versions that way.
_NUMBER: Final = re.compile(
    r"""
      (?P<integer> 0 | -?[1-9][0-9]{0,18} )
    | (?P<octal> [-+]?0o?[0-7_]+ )
    | (?P<hexadecimal> [-+]?0x[0-9a-fA-F_]+ )
    | (?P<binary> [-+]?0b[01_]+ )
    | (?P<sexagesimal> [-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)? )
    | (?P<number> [-+]?[0-9]+
        | [-+]?(?=[^_]*_)[0-9][0-9_]*(?:\.[0-9_]*)?
        | [-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)[eE][-+]?[0-9]+ )
    | (?P<special> [-+]?\.(?:inf|Inf|INF) | \.(?:nan|NaN|NAN) )
    """,
    re.VERBOSE,
)
_READINGS: Final = {
    "integer": "a number beyond 64 bits",
    "octal": "an octal number",
    "hexadecimal": "a hexadecimal number",
    "binary": "a binary number",
    "sexagesimal": "a number in base 60",
    "number": "a number",
    "special": "a floating-point number",
}

# A plain scalar that starts otherwise is text for every reader.
SUSPICIOUS_STARTS: Final = frozenset("0123456789+-.~") | {word[0] for word in _OTHER_WORDS}

_INT64: Final = range(-(2**63), 2**63)
_TAG_PREFIX: Final = "tag:yaml.org,2002:"


def plain_value(text: str) -> ScalarValue:
    """The value of a plain scalar; the text itself when it is nothing else."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    match = _NUMBER.fullmatch(text)
    if match and match.lastgroup == "integer" and int(text) in _INT64:
        return int(text)
    return text


def other_reading(text: str) -> str:
    """What other YAML readers take a plain scalar for that is text here; empty if they agree."""
    if text in _OTHER_WORDS:
        return f"`{_OTHER_WORDS[text]}`"
    match = _NUMBER.fullmatch(text)
    return _READINGS[match.lastgroup] if match and match.lastgroup else ""


class Misfit(Exception):  # noqa: N818  # an answer, not an error: the caller makes the diagnostic
    """The tag is not one of ours, or the text is not a value of it."""


def tagged_value(tag: str, text: str) -> ScalarValue:
    """The value of a scalar with a tag (`!`, `!!str`, `!!int`, `!!bool`, `!!null`), or Misfit."""
    if tag in ("!", f"{_TAG_PREFIX}str"):
        return text
    wanted = {
        f"{_TAG_PREFIX}int": int,
        f"{_TAG_PREFIX}bool": bool,
        f"{_TAG_PREFIX}null": type(None),
    }.get(tag)
    value = plain_value(text)
    if type(value) is not wanted:
        raise Misfit
    return value


def fits_collection(tag: str | None, kind: str) -> bool:
    """Whether a collection of a kind (`map` or `seq`) may have this tag."""
    return tag in (None, "!", _TAG_PREFIX + kind)
