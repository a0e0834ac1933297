"""`matches`, `find` and `findAll`, with RE2: the syntax that the API server's own has."""

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from hcpc.cel.library.overload import function, member
from hcpc.cel.values import EvaluationError

if TYPE_CHECKING:
    import re2


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> "re2._Regexp":
    """A pattern ready to be searched for. Raises EvaluationError where it is none."""
    import re2  # noqa: PLC0415  # only rules with patterns need it

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as fault:
        text = fault.args[0] if fault.args else ""
        reason = text.decode(errors="replace") if isinstance(text, bytes) else str(text)
        raise EvaluationError(f"`{pattern}` is no regular expression: {reason}") from None


def matches(text: str, pattern: str) -> bool:
    """Whether the pattern is found anywhere in the text."""
    return compiled(pattern).search(text) is not None


def find(text: str, pattern: str) -> str:
    """The first match, or an empty text."""
    found = compiled(pattern).search(text)
    return found[0] if found else ""


def find_all(text: str, pattern: str, limit: int = -1) -> list[str]:
    """All matches, or the first `limit` of them.

    An empty match right after another match is none, as in Go.
    """
    program = compiled(pattern)
    found: list[str] = []
    start, end = 0, -1
    while start <= len(text) and limit not in {0, len(found)}:
        match = program.search(text, start)
        if match is None:
            break
        if match.end() > match.start() or match.start() != end:
            found.append(match[0])
        end = match.end()
        start = end if match.end() > match.start() else match.end() + 1
    return found


OVERLOADS: Final = (
    function("matches", matches, str, str),
    member("matches", matches, str, str),
    member("find", find, str, str),
    member("findAll", find_all, str, str),
    member("findAll", find_all, str, str, int),
)
