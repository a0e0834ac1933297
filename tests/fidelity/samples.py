"""Short texts that a regular expression takes, to fill fields that have a pattern."""

import re
import re._constants as op  # type: ignore[import-not-found]  # typeshed leaves it out
import re._parser as parser  # type: ignore[import-not-found]  # the same
from collections.abc import Iterator
from functools import cache
from typing import Any

import re2

# What Python's parser does not know, and some of what it stands for.
OF_RE2 = {r"\p{L}": "a-zA-Z", r"\p{N}": "0-9", r"\p{P}": "."}
FAVOURITES = "a1-A.:/_"
CATEGORIES = {op.CATEGORY_DIGIT: "1", op.CATEGORY_WORD: "a", op.CATEGORY_SPACE: " "}


@cache
def samples(pattern: str) -> tuple[str, ...]:
    """Texts that the pattern takes, shortest repetitions first; none where it is not understood."""
    try:
        tree = parser.parse(re.sub(r"\[[^\]]*\]|\\p\{\w\}", _understood, pattern))
    except re.error:
        return ()
    made = (_text(tree, more, branch) for more in (0, 1, 2) for branch in (0, 1, 2, 3))
    return tuple(text for text in dict.fromkeys(made) if matches(pattern, text))


def _understood(part: re.Match[str]) -> str:
    """A class as Python knows it, in brackets or to be put into some."""
    text = part[0]
    for theirs, ours in OF_RE2.items():
        text = text.replace(theirs, ours)
    return text if text.startswith("[") or text == part[0] else f"[{text}]"


@cache
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.max_mem = 64 << 20  # counted repetitions grow large
    return re2.compile(pattern, options=options)


def matches(pattern: str, text: str) -> bool:
    """What RE2 says; a text that it cannot take does not match."""
    return bool(_compiled(pattern).search(text))


def _text(tree: Any, more: int, branch: int) -> str:
    return "".join(part for item in tree for part in _parts(item, more, branch))


def _parts(item: tuple[Any, Any], more: int, branch: int) -> Iterator[str]:
    kind, value = item
    if kind == op.LITERAL:
        yield chr(value)
    elif kind == op.NOT_LITERAL:
        yield next(each for each in FAVOURITES if ord(each) != value)
    elif kind == op.ANY:
        yield "a"
    elif kind == op.IN:
        yield _one_of(value)
    elif kind in {op.MAX_REPEAT, op.MIN_REPEAT}:
        least, most, inner = value
        yield from (_text(inner, more, branch) for _ in range(min(least + more, int(most))))
    elif kind == op.SUBPATTERN:
        yield _text(value[-1], more, branch)
    elif kind == op.BRANCH:
        yield _text(value[1][branch % len(value[1])], more, branch)


def _one_of(members: list[tuple[Any, Any]]) -> str:
    if members[0][0] == op.NEGATE:
        return next((each for each in FAVOURITES if not _has(members[1:], each)), "~")
    favourite = next((each for each in FAVOURITES if _has(members, each)), None)
    if favourite:
        return favourite
    kind, value = members[0]
    return (
        CATEGORIES.get(value, "a")
        if kind == op.CATEGORY
        else chr(value[0] if kind == op.RANGE else value)
    )


def _has(members: list[tuple[Any, Any]], character: str) -> bool:
    code = ord(character)
    return any(
        (kind == op.LITERAL and value == code)
        or (kind == op.RANGE and value[0] <= code <= value[1])
        or (kind == op.CATEGORY and CATEGORIES.get(value) == character)
        for kind, value in members
    )
