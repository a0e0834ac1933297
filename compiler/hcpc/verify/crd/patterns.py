r"""Patterns of schemas, as Go reads them: RE2 itself is asked.

What Python takes for an expression is something else: its `$` also comes before a last line end,
its `\d` and `\w` take in other scripts, and it knows no `\p{L}`.
"""

from collections.abc import Callable
from functools import cache

_REMEMBERED = 4096


@cache
def pattern_check(pattern: str) -> Callable[[str], bool]:
    """Whether a text has a match of the pattern; one that Go cannot read matches nothing."""
    search: Callable[[str], object] | None = None
    known: dict[str, bool] = {}

    def matches(text: str) -> bool:
        nonlocal search
        found = known.get(text)
        if found is None:
            if search is None:
                search = _compiled(pattern)
            if len(known) >= _REMEMBERED:
                known.clear()
            try:
                found = known[text] = search(text) is not None
            except UnicodeEncodeError:  # half a surrogate pair, which no JSON reader lets through
                return False
        return found

    return matches


def _compiled(pattern: str) -> Callable[[str], object]:
    import re2  # noqa: PLC0415  # many objects have no value with a pattern

    options = re2.Options()
    options.log_errors = False
    try:
        search: Callable[[str], object] = re2.compile(pattern, options).search
    except re2.error:
        return _nothing
    return search


def _nothing(_text: str) -> None:
    return None
