"""Which bytes a document becomes: no secrets in them, and those before unless it says more."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.sync.masking import clean
from hcpc.sync.status.document import BadStatusError, parse_document

TIMES = frozenset({"changed", "lastSync", "since"})
"""Fields that say when, and no more than that."""
_WORDS = frozenset({"message", "error", "alarms"})
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}(?:Z|[+-][0-9:]{5})")
_PASSING = re.compile(
    r"\(?\b[0-9]+ ?%(?: complete)?\)?|\b[0-9]+ of [0-9]+ done\b|\b[0-9.]+ ?(?:ms|[smh])\b"
    r"|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|" + _TIME.pattern
)
"""Parts of messages that change with every look: progress, durations, request ids, times."""


@lru_cache(maxsize=1024)
def read_document(content: bytes | None, kind: str) -> Mapping[str, Any]:
    """A document of ours as it was written before; empty when it is none, for whatever reason.

    From one round to the next most of them stay as they are. Nobody changes what comes back.
    """
    try:
        return {} if content is None else parse_document(content, kind)
    except BadStatusError:
        return {}


def settled(document: dict[str, Any], old: Mapping[str, Any], content: bytes | None) -> bytes:
    """The bytes of a document: those before when they mean the same."""
    if content is not None and old and _meaning(document) == _meaning(old):
        return content
    return canonical_yaml(document).encode()


def _meaning(value: Any, name: str = "") -> Any:
    """A value without times, and without what messages say of the moment only."""
    match value:
        case Mapping():
            return {key: _meaning(each, str(key)) for key, each in value.items()}
        case list():
            return [_meaning(each, name) for each in value]
        case str() if name in TIMES and _TIME.fullmatch(value):
            return ""
        case str() if name in _WORDS:
            return _PASSING.sub("", value)
        case _:
            return value


def cleaned(value: Any) -> Any:
    """A value with every text in it as anyone may see it."""
    match value:
        case Mapping():
            return {_clean(str(key)): cleaned(each) for key, each in value.items()}
        case list() | tuple():
            return [cleaned(each) for each in value]
        case str():
            return _clean(value)
        case _:
            return value


@lru_cache(maxsize=16384)
def _clean(text: str) -> str:
    # What JSON can hold and UTF-8 cannot.
    return clean(text.encode("utf-8", "replace").decode())
