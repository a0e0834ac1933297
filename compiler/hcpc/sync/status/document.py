"""A status document as text becomes data: whoever may push to the branch may have written it.

So nothing in it may harm us: not its size, nor its depth, nor aliases, nor values that no document
of ours has.
"""

from typing import Any

from hcpc import API_VERSION
from hcpc.kube.loose import mapping, text
from hcpc.syntax.plain import UnreadableError, plain_documents

_LARGEST = 1 << 20


class BadStatusError(ValueError):
    """A document that is no status of ours; the text says why."""


def parse_document(content: bytes, kind: str) -> dict[str, Any]:
    """A document of a kind, with a mapping as its `status`; raises BadStatusError."""
    if len(content) > _LARGEST:
        raise BadStatusError("it is too large to be a status")
    try:
        found = plain_documents(content.decode(), aliases=False)
    except UnicodeDecodeError:
        raise BadStatusError("it is not UTF-8") from None
    except UnreadableError as bad:
        raise BadStatusError(str(bad)) from None
    document = mapping(found[0]) if len(found) == 1 else {}
    group, _, version = text(document.get("apiVersion")).rpartition("/")
    if text(document.get("kind")) != kind or group != API_VERSION.rpartition("/")[0]:
        raise BadStatusError(f"it is no {kind}")
    if document["apiVersion"] != API_VERSION:
        raise BadStatusError(f"it is of version {version}, which a newer hcpc may read")
    if not isinstance(document.get("status"), dict):
        raise BadStatusError("it has no `status`")
    if not _is_plain(document):
        raise BadStatusError("it has values that no status has")
    return document


def _is_plain(document: dict[str, Any]) -> bool:
    """Whether it is a tree of mappings, lists, texts, truths and whole numbers."""
    waiting: list[Any] = [document]
    while waiting:
        value = waiting.pop()
        match value:
            case dict():
                if not all(type(key) is str for key in value):
                    return False
                waiting += value.values()
            case list():
                waiting += value
            case str() | bool() | None:
                pass
            case int() if abs(value) < 1 << 63:
                pass
            case _:
                return False
    return True
