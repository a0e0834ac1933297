"""Faults of YAML text as values, and the sentences for those that the parser lets through.

Places are offsets into a file's text. `report` turns a fault into a diagnostic.
"""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Final, NamedTuple, TypeAlias

from hcpc.diagnostics.codes import (
    ALIAS_BOMB,
    AMBIGUOUS_SCALAR,
    BAD_KEY,
    DUPLICATE_KEY,
    EMPTY_FILE,
    TOO_DEEP,
    UNSUPPORTED_YAML,
    YAML_SYNTAX,
    Code,
)
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.source.text import SourceFile, Span

Place: TypeAlias = tuple[int, int]

TEMPLATE_HELP: Final = (
    "templates are not run here: refer to values with `${…}`, or quote the text if it is meant so"
)
_LONGEST: Final = 40


class Fault(NamedTuple):
    """One finding to be; `second` is another place and what it has to say."""

    code: Code
    place: Place
    message: str
    label: str = ""
    second: tuple[Place, str] | None = None
    notes: tuple[str, ...] = ()
    help: str = ""


def report(fault: Fault, file: SourceFile, sink: Sink) -> None:
    """Report a fault of a file."""
    second = () if fault.second is None else (Label(Span(file, *fault.second[0]), fault.second[1]),)
    sink.report(
        fault.code,
        Span(file, *fault.place),
        fault.message,
        label=fault.label,
        secondary=second,
        notes=fault.notes,
        help=fault.help,
    )


def word_at(text: str, start: int) -> Place:
    """The word at a place, or one character; at a line's end the point behind its last word."""
    if start >= len(text) or text[start].isspace():
        end = len(text[:start].rstrip())
        return end, end
    match = re.compile(r"[^\s,\[\]{}:]+").match(text, start)
    return start, match.end() if match else start + 1


def shown(written: str) -> str:
    """What was written, in backticks, on one line and short enough for a message."""
    line = " ".join(written.split())
    return f"`{line}`" if len(line) <= _LONGEST else f"`{line[: _LONGEST - 1]}…`"


def empty_file(text: str) -> Fault:
    """Nothing but white space, comments and empty documents."""
    message = "file has no document" if text.strip("\ufeff \t\r\n") else "file is empty"
    remedy = "write a document with `apiVersion` and `kind`, or delete the file"
    return Fault(EMPTY_FILE, (0, 0), message, help=remedy)


def forbidden_character(text: str, at: int) -> Fault:
    """A character that YAML text must not contain."""
    number = ord(text[at])
    name = "byte order mark" if text[at] == "\ufeff" else f"character U+{number:04X}"
    return Fault(
        YAML_SYNTAX,
        (at, at + 1),
        f"{name} is not allowed here",
        label="most editors do not show it",
        help="remove it",
    )


def duplicate_key(name: str, first: Place, second: Place) -> Fault:
    """A key that its mapping has already."""
    return Fault(
        DUPLICATE_KEY,
        second,
        f"duplicate key {shown(name)}",
        label="set again here",
        second=(first, "first set here"),
        help="remove one of the two",
    )


def empty_key(text: str, place: Place) -> Fault:
    """A key without text; the `:` behind it shows where."""
    if place[0] == place[1] and (match := re.compile(r"\s*:").match(text, place[0])):
        place = (match.end() - 1, match.end())
    return Fault(BAD_KEY, place, "key is empty", help="write the key in front of `:`")


def collection_key(place: Place) -> Fault:
    """A list or a mapping where a key should be."""
    remedy = "use plain text as the key, or quote it"
    return Fault(BAD_KEY, place, "key is a list or a mapping", help=remedy)


def is_template(text: str, start: int) -> bool:
    """Whether a template of the `{{ … }}` kind starts at a place."""
    return start >= 0 and text.startswith("{{", start)


def template(text: str, place: Place) -> Fault:
    """A template, of which YAML makes a mapping as the key of a mapping: the one at `place`."""
    place = (place[0] - 1, place[1] + text.startswith("}", place[1]))
    return Fault(BAD_KEY, place, "this looks like a template", help=TEMPLATE_HELP)


def merge_key(place: Place) -> Fault:
    """`<<`, which YAML 1.2 does not have."""
    return Fault(
        UNSUPPORTED_YAML,
        place,
        "merge key `<<` is not supported",
        help="put what clusters share into a `Defaults` or a `Profile` document",
    )


def bad_tag(text: str, place: Place) -> Fault:
    """A tag that is not one of the standard ones, or does not fit its value."""
    tag = text[slice(*place)]
    if tag in ("!!str", "!!int", "!!bool", "!!null", "!!map", "!!seq"):
        message = f"the value does not fit its tag `{tag}`"
        return Fault(UNSUPPORTED_YAML, place, message, help="remove the tag, or correct the value")
    message = f"tag {shown(tag)} is not supported"
    remedy = "remove the tag, or quote the value if `!` is part of it"
    return Fault(UNSUPPORTED_YAML, place, message, help=remedy)


def bad_directive(text: str, at: int) -> Fault:
    """A line that starts with `%`; `at` is anywhere in it."""
    start = text.rfind("\n", 0, at) + 1
    match = re.compile(r"[^\r\n#]*").match(text, start)
    length = len(match.group().rstrip()) if match else 0
    return Fault(
        UNSUPPORTED_YAML,
        (start, start + length),
        "directive is not supported",
        label="a line that starts with `%` is a directive",
        help="remove the line; only `%YAML 1.1` and `%YAML 1.2` are accepted",
    )


def ambiguous_scalar(text: str, other: str, place: Place) -> Fault:
    """A plain scalar that is text for us and something else (`other`) elsewhere."""
    quoted = f'"{text}"'
    remedy = f"quote it: {shown(quoted)}"
    if other.startswith("`") and len(text) > 1:
        remedy += f", or write {other}"
    return Fault(
        AMBIGUOUS_SCALAR,
        place,
        f"YAML readers disagree on {shown(text)}",
        label=f"read as the text {shown(text)}",
        notes=(f"other readers take it for {other}",),
        help=remedy,
    )


def unknown_anchor(name: str, known: Iterable[str], place: Place) -> Fault:
    """An alias of nothing. Suggests from the first names only: comparing them all takes time."""
    near = [other for other in islice(known, 1000) if len(other) <= _LONGEST]
    return Fault(
        YAML_SYNTAX,
        place,
        f"no anchor {shown('&' + name)} before this alias",
        label=did_you_mean(name, near) if len(name) <= _LONGEST else "",
        help="define the anchor first, or quote the value if `*` is part of it",
    )


def recursive_alias(name: str, place: Place) -> Fault:
    """An alias inside the value that it stands for."""
    remedy = "write the value out"
    return Fault(
        ALIAS_BOMB,
        place,
        f"alias {shown('*' + name)} stands for a value it is part of",
        help=remedy,
    )


def alias_bomb(limit: int, place: Place) -> Fault:
    """One alias too many."""
    return Fault(
        ALIAS_BOMB,
        place,
        f"the aliases of this document expand to more than {limit:,} values",
        label="the limit is crossed here",
        help="put what repeats into a `Defaults` or a `Profile` document",
    )


def too_deep(limit: int, place: Place) -> Fault:
    """One level too many."""
    return Fault(
        TOO_DEEP,
        place,
        f"nesting is deeper than {limit} levels",
        label=f"level {limit + 1} starts here",
    )
