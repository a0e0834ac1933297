"""The pages of a list, from a server that may be busy, forgetful, or not well-meaning.

A server that goes on and on, or answers with more than fits, costs us no more than the bounds say.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from hcpc.sync.cluster.faults import ExpiredError, TooLargeError, UnavailableError

_ATTEMPTS: Final = 5  # at a list that the server has forgotten
_OK: Final = 200


def pages(
    ask: Callable[[Mapping[str, str]], dict[str, Any]], limit: int, most: int, title: str
) -> Iterator[dict[str, Any]]:
    """What `ask` gives for each page, by its query; at most `most` times it is asked.

    When the server has forgotten a list that it began, it gives the rest as it is now; when it
    cannot even do that the list starts again. Of objects that are too large for a page fewer are
    asked for. `title` says in messages what is listed. Errors are those of `ask`; UnavailableError
    when there is no end to the list.
    """
    go_on, expired = "", 0
    seen: set[str] = set()
    for _ in range(most):
        more = {"continue": go_on} if go_on else {}
        try:
            page = ask({"limit": str(limit), **more})
        except ExpiredError as error:
            go_on, expired = error.go_on, expired + 1
            seen.clear()
            if expired == _ATTEMPTS:
                raise
            continue
        except TooLargeError:
            if limit == 1:
                raise
            limit //= 2
            continue
        yield page
        if not (go_on := str(page["metadata"].get("continue") or "")):
            return
        if go_on in seen:
            raise UnavailableError(f"{title} goes round in a circle", status=_OK)
        seen.add(go_on)
    raise UnavailableError(f"{title} has no end: {most} pages were read", status=_OK)
