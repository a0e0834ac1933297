"""Reading manifests that may have any shape: what has the wrong one counts as not there.

That it is wrong is told elsewhere, by the schemas.
"""

from collections.abc import Iterator
from typing import Any


def mapping(value: Any) -> dict[str, Any]:
    """The value itself if it is a mapping, else an empty one."""
    return value if isinstance(value, dict) else {}


def numbered(value: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """The mappings in a list, with their places in it."""
    for place, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield place, item


def texts(value: Any) -> Iterator[tuple[int, str]]:
    """The texts in a list, with their places in it."""
    for place, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, str):
            yield place, item


def number(value: Any) -> int | None:
    """The value if it is a whole number."""
    return value if type(value) is int else None


def text(value: Any) -> str:
    """The value if it is text, else an empty one."""
    return value if isinstance(value, str) else ""


def value_at(body: Any, path: tuple[str | int, ...]) -> Any:
    """The value at a path of keys and indexes, or None."""
    for step in path:
        match body:
            case dict() if step in body:
                body = body[step]
            case list() if isinstance(step, int) and 0 <= step < len(body):
                body = body[step]
            case _:
                return None
    return body
