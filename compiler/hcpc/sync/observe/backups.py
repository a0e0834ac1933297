"""Backups and restores under way, as Velero tells of them (OADP is made of it).

While one runs, what it covers is left alone: a restore brings objects back one by one, and a backup
should not catch a cluster in the middle of a change.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

VELERO = "velero.io/v1"
KINDS = ("Backup", "Restore")
_OVER = frozenset({"Completed", "PartiallyFailed", "Failed", "FailedValidation", "Deleting"})


class UnderWay(NamedTuple):
    """A backup or restore that runs, and the namespaces that it covers (with `*`)."""

    title: str
    phase: str
    included: tuple[str, ...]
    excluded: tuple[str, ...]


def under_way(body: dict[str, Any]) -> UnderWay | None:
    """Of a Backup or Restore; None when it is over.

    Every phase that is not known to be an end is taken for one on the way, also none at all: Velero
    has yet to see it. Without namespaces it is about all of them.
    """
    phase = str((body.get("status") or {}).get("phase") or "New")
    if phase in _OVER or body["metadata"].get("deletionTimestamp"):
        return None
    spec = body.get("spec") or {}
    metadata = body["metadata"]
    return UnderWay(
        f"{body['kind'].lower()} {metadata.get('namespace', '')}/{metadata['name']}",
        phase,
        tuple(spec.get("includedNamespaces") or ("*",)),
        tuple(spec.get("excludedNamespaces") or ()),
    )


def covering(namespace: str, running: Iterable[UnderWay]) -> str:
    """What runs that covers a namespace, in words; empty when nothing does."""
    told = [
        f"{each.title} is under way ({each.phase})"
        for each in running
        if _matches(namespace, each.included) and not _matches(namespace, each.excluded)
    ]
    return "; ".join(sorted(told))


def _matches(namespace: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(namespace, each) for each in patterns)
