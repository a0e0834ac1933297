"""One manifest as YAML text: the same bytes for equal values, whatever made the dictionaries.

YAML 1.1, YAML 1.2 and Go's readers must read back exactly what came in, so a string stands plain
only where all of them agree that it is that string. Nothing is ever folded, guessed or dropped: a
value without a form that every reader shares is refused, with its path.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

_INDENT: Final = "  "
_TOP: Final = ("apiVersion", "kind", "metadata", "spec")
_METADATA: Final = ("name", "namespace", "labels", "annotations")

# Readers look for a key's colon within 1,024 characters of the line, quotes and escapes included.
_LONGEST_SIMPLE_KEY: Final = 128
# Beyond 64 bits Go reads a float and loses digits; no Kubernetes field is wider.
_INTEGERS: Final = range(-(2**63), 2**63)

# The words are those that some reader takes for a boolean, null or number. What starts with a digit
# stands plain when a slash, a second dot or a letter near the start rules out every number, date
# and base-60 time: those use hex digits, `o`, `p`, `x`, `t` and `z` as letters, and no others.
_PLAIN: Final = re.compile(
    r"""
    (?! (?i: y|n|yes|no|on|off|true|false|null|nan|inf|infinity|\.nan|\.inf ) \Z )
    (?: [A-Za-z/] | \.[A-Za-z] | \.\.?/
      | (?= [0-9]+\.[0-9]+\.[0-9] | [0-9A-Za-z.:+-]*[/g-nq-su-wyG-NQ-SU-WY] ) [0-9] )
    (?: [A-Za-z0-9_./@+=,;()%~^$*&<>!?|'-]++ | :(?![ ]|\Z) | (?<![ ])\# | [ ]++(?!\#|\Z) )*+
    """,
    re.VERBOSE,
)
# What nobody should have to trust their eyes with: control characters, line breaks that only some
# readers know, exotic blanks, invisible and direction-changing characters, non-characters. Fixed
# ranges, because `str.isprintable` changes with Python's Unicode tables and the bytes must not.
_HIDDEN: Final = (
    r"\x00-\x08\x0b-\x1f\x7f-\xa0\xad\u061c\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    r"\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e0fff"
)
_ESCAPED: Final = re.compile(rf'[{_HIDDEN}\t\n"\\]')
# A blank at a line's end survives every reader, but not every editor and commit hook.
_NOT_LITERAL: Final = re.compile(rf"[{_HIDDEN}]|[ \t](?:\n|\Z)|\A\n*\Z")
_SHORT_ESCAPES: Final = {
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}


def canonical_yaml(manifest: Mapping[str, Any]) -> str:
    """One block-style document that ends with a newline and has no `---`.

    Values are exactly dict, list, tuple, str, int, float, bool or None: TypeError for any other,
    ValueError for a float that is not finite, an integer beyond 64 bits or a lone surrogate. The
    message names the path.
    """
    out: list[str] = []
    try:
        _write_manifest(manifest, out)
    except (TypeError, ValueError):
        # Writing carries no paths, for speed; the second walk finds the place and raises with it.
        _check(dict(manifest), "")
        raise
    return "".join(out) or "{}\n"


class _Written(dict[str, str]):
    """What `write` made of each string, remembered: manifests of a fleet repeat their words.

    Long strings are not kept, and when there are too many of the others all are forgotten.
    """

    __slots__ = ("_write",)

    longest: Final = 256
    most: Final = 16_384

    def __init__(self, write: Callable[[str], str]) -> None:
        super().__init__()
        self._write = write

    def __missing__(self, text: str) -> str:
        written = self._write(text)
        if len(text) <= self.longest:
            if len(self) >= self.most:
                self.clear()
            self[text] = written
        return written


def _one_line(text: str) -> str:
    """A string as a plain or double-quoted scalar."""
    if _PLAIN.fullmatch(text):
        return str.__str__(text)  # an enum's own text; its `format` may say something else
    return f'"{_ESCAPED.sub(_escape, text)}"'


def _escape(match: re.Match[str]) -> str:
    character = match[0]
    short = _SHORT_ESCAPES.get(character)
    if short is not None:
        return short
    if "\ud800" <= character <= "\udfff":
        raise ValueError(f"lone surrogate {character!a} in a string")
    return f"\\U{ord(character):08x}" if character > "\uffff" else f"\\u{ord(character):04x}"


def _one_line_value(text: str) -> str:
    """A string as a scalar, or "" for a text that is better shown as a literal block."""
    if "\n" in text and not _NOT_LITERAL.search(text):
        return ""
    return _one_line(text)


def _simple_key(name: str) -> str:
    """A key with its colon, or "" for one that is too long to stand before its colon."""
    if not isinstance(name, str):
        raise TypeError(f"a key must be a string, not {type(name).__name__}")
    written = f"{_one_line(name)}:"
    return written if len(written) <= _LONGEST_SIMPLE_KEY else ""


_VALUES: Final = _Written(_one_line_value)
_KEYS: Final = _Written(_simple_key)


def _explicit_key(name: str, indent: str) -> str:
    return f"? {_one_line(name)}\n{indent}:"


def _literal_block(text: str, indent: str) -> str:
    """A literal block without its last line break; its lines stand two columns inside `indent`."""
    inner = indent + _INDENT
    indicator = "2" if text.lstrip("\n")[0] in " \t" else ""
    if not text.endswith("\n"):
        chomp, text = "-", text + "\n"
    else:
        chomp = "+" if text.endswith("\n\n") else ""
    lines = f"\n{text}".replace("\n", f"\n{inner}")
    # No line ends in a blank, so this finds the empty lines and the end, and nothing else.
    lines = f"{lines}\n".replace(f"{inner}\n", "\n")
    return f"|{indicator}{chomp}{lines[:-2]}"


def _write_manifest(manifest: Mapping[str, Any], out: list[str]) -> None:
    names = _first(_TOP, manifest)
    metadata = manifest.get("metadata")
    if type(metadata) is dict and metadata:
        before = names.index("metadata")
        _write_mapping(manifest, names[:before], "", "", out)
        out.append("metadata:\n")
        _write_mapping(metadata, _first(_METADATA, metadata), _INDENT, _INDENT, out)
        names = names[before + 1 :]
    _write_mapping(manifest, names, "", "", out)


def _first(leaders: tuple[str, ...], mapping: Mapping[str, Any]) -> list[str]:
    """The mapping's keys: those people look for first, then the rest by code point."""
    present = [name for name in leaders if name in mapping]
    return present + sorted(name for name in mapping if name not in leaders)


def _write_mapping(
    mapping: Mapping[str, Any], names: Iterable[str], lead: str, indent: str, out: list[str]
) -> None:
    """Append the named entries: `lead` (maybe with dashes) opens the first line, then `indent`."""
    for name in names:
        value = mapping[name]
        kind = type(value)
        key = _KEYS[name] or _explicit_key(name, indent)
        if kind is str:
            out.append(f"{lead}{key} {_VALUES[value] or _literal_block(value, indent)}\n")
        elif kind is dict and value:
            inner = indent + _INDENT
            out.append(f"{lead}{key}\n")
            _write_mapping(value, sorted(value), inner, inner, out)
        elif (kind is list or kind is tuple) and value:
            out.append(f"{lead}{key}\n")
            _write_sequence(value, indent, indent, out)
        else:
            out.append(f"{lead}{key} {_inline(value)}\n")
        lead = indent


def _write_sequence(items: Sequence[Any], lead: str, indent: str, out: list[str]) -> None:
    inner = indent + _INDENT
    for item in items:
        kind = type(item)
        if kind is str:
            out.append(f"{lead}- {_VALUES[item] or _literal_block(item, indent)}\n")
        elif kind is dict and item:
            _write_mapping(item, sorted(item), f"{lead}- ", inner, out)
        elif (kind is list or kind is tuple) and item:
            _write_sequence(item, f"{lead}- ", inner, out)
        else:
            out.append(f"{lead}- {_inline(item)}\n")
        lead = indent


def _inline(value: Any) -> str:
    """Anything that needs no lines of its own, strings aside."""
    if value is True:
        return "true"
    if value is False:
        return "false"
    if value is None:
        return "null"
    kind = type(value)
    if kind is int:
        return _integer(value)
    if kind is float:
        return _float(value)
    if kind is dict:
        return "{}"
    if kind is list or kind is tuple:
        return "[]"
    raise TypeError(f"{kind.__module__}.{kind.__qualname__} has no YAML form")


def _integer(value: int) -> str:
    if value not in _INTEGERS:
        raise ValueError("an integer beyond 64 bits")
    return str(value)


def _float(value: float) -> str:
    """The shortest digits that give the same float, with the point that YAML 1.1 insists on."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a finite number")
    mantissa, e, exponent = repr(value).partition("e")
    return f"{mantissa}{e}{exponent}" if not e or "." in mantissa else f"{mantissa}.0e{exponent}"


def _check(value: Any, path: str) -> None:
    """Raise, with its path, for the first key or value that cannot be written."""
    kind = type(value)
    if kind is dict:
        for name in sorted(value, key=ascii):
            _try(_KEYS.__getitem__, name, path)
            _check(value[name], _below(path, name))
    elif kind is list or kind is tuple:
        for index, item in enumerate(value):
            _check(item, f"{path}[{index}]")
    else:
        _try(_VALUES.__getitem__ if kind is str else _inline, value, path)


def _try(write: Callable[[Any], str], value: object, path: str) -> None:
    try:
        write(value)
    except (TypeError, ValueError) as error:
        raise type(error)(f"{path or 'the top level'}: {error}") from None


def _below(path: str, name: str) -> str:
    if not name.isalnum():
        return f"{path}[{name!a}]"
    return f"{path}.{name}" if path else name
