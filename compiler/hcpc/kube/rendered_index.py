"""The index of a management cluster's rendered tree: every file of it, with its digest.

The compiler writes it and reads it back to tell its own files; a sync takes nothing from a tree
whose files are not exactly those of its index.
"""

import hashlib
import json
import re
from typing import Any

from hcpc import API_VERSION

INDEX = "hcpc-index.json"
KIND = "RenderedIndex"
# What an index may list: relative paths without `.` and `..`, of characters that we use in names.
_LISTED = re.compile(r"(?:(?!\.\.?/)[\w.-]+/)*(?!\.\.?\Z)[\w.-]+", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_ENTRY = re.compile(r"""\s*"([^"]+)": "([0-9a-f]{64})",?$""")
_CONFLICT = b"\n<<<<<<< "


class IndexFormatError(ValueError):
    """An index that is not one; the error says in which way."""


def digest(content: bytes) -> str:
    """The digest the index keeps."""
    return hashlib.sha256(content).hexdigest()


def is_listable(path: str) -> bool:
    """Whether a path, below the tree, is one that we would write."""
    return _LISTED.fullmatch(path) is not None


def has_conflict(content: bytes) -> bool:
    """Whether git left its conflict markers in a file."""
    return _CONFLICT in b"\n" + content


def index_text(entries: dict[str, str]) -> str:
    """The index of files by their digests. One line a file, so that diffs and merges stay small."""
    # The C encoder knows no indentation, but takes line ends for separators.
    lines = json.dumps(entries, sort_keys=True, separators=(",\n  ", ": "))
    return (
        f'{{\n "apiVersion": "{API_VERSION}",\n "files": {{\n  '
        f'{lines[1:-1]}\n }},\n "kind": "{KIND}"\n}}\n'
    )


def listed_files(content: bytes) -> dict[str, str]:
    """The digests of an index, by path, read as kindly as it can be.

    One with git's conflict markers lists what either side lists. Raises ValueError, LookupError,
    AttributeError, TypeError or RecursionError for what is no index at all.
    """
    if _CONFLICT in content:
        lines = (_ENTRY.match(line) for line in content.decode().splitlines())
        return {found[1]: found[2] for found in lines if found}
    entries: dict[str, str] = json.loads(content)["files"]
    return entries


def verified_files(content: bytes) -> dict[str, str]:
    """The digests of an index, by path, exactly as it was written. Raises IndexFormatError."""
    if has_conflict(content):
        raise IndexFormatError("it has git's conflict markers")
    try:
        index = json.loads(content, object_pairs_hook=_without_repetition)
    except IndexFormatError:
        raise
    except (ValueError, RecursionError):
        raise IndexFormatError("it is cut short, or not JSON") from None
    if not isinstance(index, dict) or index.get("kind") != KIND:
        raise IndexFormatError(f"it is no {KIND}")
    if index.get("apiVersion") != API_VERSION:
        raise IndexFormatError(f"its apiVersion is not `{API_VERSION}`")
    files = index.pop("files", None)
    if len(index) > len(("apiVersion", "kind")) or not isinstance(files, dict):
        raise IndexFormatError("it has other fields than `files`")
    for path, known in files.items():
        if not is_listable(path) or path == INDEX:
            raise IndexFormatError(f"it lists `{path!a}`, which is no path of a rendered file")
        if not isinstance(known, str) or not _DIGEST.fullmatch(known):
            raise IndexFormatError(f"it has no digest of {path}")
    return files


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise IndexFormatError("it lists a file twice")
    return found
