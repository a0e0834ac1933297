"""The names and labels of the series in what a component answers to a scrape.

Only these are looked at, values just have to be numbers. A library that reads metrics would make
much more of the text, and be silent about what it does not understand; here the line is told.
Source: the Prometheus text format 0.0.4, and OpenMetrics 1.0.
"""

import re
from collections.abc import Iterator

from hcpc.payloads.relabel import NAME

_SAMPLE = re.compile(
    r"""
    (?P<name> [a-zA-Z_:][a-zA-Z0-9_:]* )? [ \t]*
    (?: \{ (?P<labels> (?: [^"{}] | "(?: [^"\\] | \\. )*+" )*+ ) \} )? [ \t]*
    (?P<value> [^ \t\#{}]+ )
    (?: [ \t]+ [-+.0-9eE]+ )?       # a timestamp
    (?: [ \t]+ \# [ \t]* \{ .* )?   # an exemplar
    [ \t]*
    """,
    re.VERBOSE,
)
_LABEL = re.compile(
    r"""
    [ \t]* (?: (?P<label> [a-zA-Z_][a-zA-Z0-9_]* ) [ \t]* = [ \t]* )?
    " (?P<value> (?: [^"\\] | \\. )*+ ) " [ \t]* (?: , | \Z )
    """,
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "\\": "\\", '"': '"'}


class ExpositionError(ValueError):
    """A line that is no sample; the text names it."""


def read_series(text: str) -> Iterator[dict[str, str]]:
    """The labels of each series, `__name__` among them, in the order of the lines."""
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.strip()
        if stripped and not stripped.startswith("#"):
            labels = _labels(stripped)
            if labels is None:
                raise ExpositionError(f"line {number} is no sample of a metric: {stripped[:60]}")
            yield labels


def _labels(line: str) -> dict[str, str] | None:
    found = _SAMPLE.fullmatch(line)
    if found is None or not _is_number(found["value"]):
        return None
    labels: dict[str, str] = {NAME: found["name"]} if found["name"] else {}
    rest, position = (found["labels"] or "").strip(), 0
    while position < len(rest):
        label = _LABEL.match(rest, position)
        if label is None:
            return None
        value = _ESCAPE.sub(lambda at: _ESCAPES.get(at[1], at[0]), label["value"])
        # A name with unusual letters stands in quotes among the labels.
        labels[label["label"] or NAME] = value
        position = label.end()
    return labels if labels.get(NAME) else None


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text
