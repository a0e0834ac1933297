"""What is remembered between runs: the results of units, by key.

The cache lives outside the repository, so that nobody can commit one. It may be deleted at any
time, and anything odd in it counts as not remembered. It holds names (also of hosts and networks),
findings, and digests of files that lie in the output directory. Findings quote what people wrote,
so only its owner may read it.
"""

import contextlib
import marshal
import os
import sys
from collections.abc import Callable, Container, Mapping
from functools import cache
from hashlib import blake2b
from pathlib import Path
from stat import S_ISREG
from typing import Any, NamedTuple

from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.emit.plan import obstacles
from hcpc.kube.rendered_index import digest
from hcpc.run.unit import UnitResult
from hcpc.source.text import SourceFile, Span
from hcpc.verify.fleet import Summary

_FORMAT = 9
Signature = list[int]


class Remembered(NamedTuple):
    """A unit's result without texts: `kept` are digests of its files as they lie on disk."""

    result: UnitResult
    kept: dict[str, str]


class Cache:
    """Results of one fleet's units."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._entries = _load(path) if path else {}
        self._next: dict[str, Any] = {}
        self._obstacles = cache(obstacles)

    def find(
        self, path: str, key: str, files: Mapping[str, SourceFile], output: Path | None
    ) -> Remembered | None:
        """The unit's result under this key, or None.

        With `output`, also None unless every file of the unit lies there as it was written.
        """
        entry = self._entries.get(path)
        if not isinstance(entry, dict) or entry.get("key") != key:
            return None
        try:
            kept = _kept(entry["files"], output, self._obstacles(output)) if output else {}
            if kept is None:
                return None
            clusters = tuple(_summary(each, files) for each in entry["clusters"])
            findings = tuple(_finding(each, files) for each in entry["findings"])
        except (KeyError, TypeError, ValueError):
            return None
        self._next[path] = entry
        return Remembered(UnitResult(path, clusters, {}, findings), kept)

    def remember(self, key: str, result: UnitResult) -> None:
        """Keep a fresh result; its files count once `save` has seen them on disk."""
        if self._path is None:
            return
        self._next[result.path] = {
            "key": key,
            "clusters": [_plain_summary(each) for each in result.clusters],
            "findings": [_plain_finding(each) for each in result.findings],
            "files": None
            if result.files is None
            else {path: [digest(text.encode())] for path, text in result.files.items()},
        }

    def save(self, output: Path | None = None, right: Container[str] = ()) -> None:
        """Write the cache; a cache that cannot be written is none, and nobody's fault.

        `right` are the files below `output` that were just written or found to be as they should.
        """
        if self._path is None:
            return
        if output:
            for entry in self._next.values():
                _sign(entry["files"] or {}, output, right)
        content = marshal.dumps(self._next)
        beside = self._path.with_suffix(f".{os.getpid()}.new")
        try:
            with contextlib.suppress(OSError):
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                beside.unlink(missing_ok=True)
                beside.touch(mode=0o600, exist_ok=False)
                beside.write_bytes(_stamp(content) + b"\n" + content)
                beside.replace(self._path)
        finally:  # also when a signal ends the run
            with contextlib.suppress(OSError):
                beside.unlink()


def cache_path(root: Path) -> Path | None:
    """Where the cache of a fleet lies: below HCPC_CACHE_DIR, or the user's cache directory."""
    chosen = os.environ.get("HCPC_CACHE_DIR")
    if not chosen:
        base = os.environ.get("XDG_CACHE_HOME")
        try:
            chosen = str(Path(base) if base else Path.home() / ".cache")
        except RuntimeError:  # no home at all
            return None
        chosen = str(Path(chosen) / "hcpc")
    name = blake2b(os.fsencode(root.resolve()), digest_size=12).hexdigest()
    return Path(chosen) / f"{name}.cache"


def _load(path: Path) -> dict[str, Any]:
    """The entries by their paths; none unless the same Python wrote all of the file."""
    try:
        stamp, _, content = path.read_bytes().partition(b"\n")
    except OSError:
        return {}
    # Nobody but us could make a stamp that fits, short of meaning to; and marshal is several
    # times as fast as JSON.
    entries = marshal.loads(content) if stamp == _stamp(content) else {}  # noqa: S302  # as said
    return entries if isinstance(entries, dict) else {}


def _stamp(content: bytes) -> bytes:
    """What a cache file begins with; a damaged one, or one of another form, begins otherwise."""
    known = f"{blake2b(content, digest_size=16).hexdigest()} {sys.version}"
    return f"hcpc cache {_FORMAT} {known}".replace("\n", " ").encode()


def _sign(files: dict[str, list[Any]], output: Path, right: Container[str]) -> None:
    for path, known in files.items():
        if len(known) == 1 and path in right and (signature := _signature(output, path)):
            known.extend(signature)


def _kept(
    files: dict[str, list[Any]] | None, output: Path, obstacle: Callable[[str], str]
) -> dict[str, str] | None:
    kept: dict[str, str] = {}
    if files is None:
        return None
    for path, (known, *signature) in files.items():
        if not signature or _signature(output, path) != signature:
            return None
        kept[path] = known
    if any(obstacle(directory) for directory in {path.rpartition("/")[0] for path in files}):
        return None
    return kept


def _signature(output: Path, path: str) -> Signature | None:
    """What changes when a file is touched, as git's index has it.

    None for a link: what it leads to may change without it.
    """
    try:
        status = os.lstat(f"{output}/{path}")
    except OSError:
        return None
    if not S_ISREG(status.st_mode):
        return None
    return [status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino]


def _plain_span(span: Span) -> list[Any]:
    return [span.file.path, span.start, span.end]


def _span(plain: list[Any], files: Mapping[str, SourceFile]) -> Span:
    path, start, end = plain
    return Span(files[path], int(start), int(end))


def _plain_summary(summary: Summary) -> list[Any]:
    return [
        summary.name,
        _plain_span(summary.name_span),
        summary.management_cluster,
        summary.namespace,
        summary.platform,
        summary.release,
        list(summary.node_pools),
        dict(summary.ids),
        list(summary.overlays),
        list(summary.node_configs),
        list(summary.objects),
        dict(summary.labels),
        list(summary.without_crd),
        summary.claims,
        summary.picks,
        summary.pod_networks,
        summary.machine_networks,
        summary.moves,
        summary.without_base,
        summary.images,
        summary.guest_objects,
    ]


def _summary(plain: list[Any], files: Mapping[str, SourceFile]) -> Summary:
    name, span, management_cluster, namespace, platform, release, *lists = plain
    pools, ids, overlays, node_configs, objects, labels, without_crd, *shared = lists
    claims, picks, pod_networks, machine_networks, moves, without_base, *more = shared
    images, guest_objects = more
    return Summary(
        name=name,
        name_span=_span(span, files),
        management_cluster=management_cluster,
        namespace=namespace,
        platform=platform,
        release=release,
        node_pools=tuple(pools),
        ids=dict(ids),
        overlays=tuple(overlays),
        node_configs=tuple(node_configs),
        objects=tuple(objects),
        labels=dict(labels),
        without_crd=tuple(without_crd),
        claims=claims,
        picks=picks,
        pod_networks=pod_networks,
        machine_networks=machine_networks,
        moves=moves,
        without_base=without_base,
        images=images,
        guest_objects=guest_objects,
    )


def _plain_finding(found: Diagnostic) -> dict[str, Any]:
    labels = [[_plain_span(each.span), each.text] for each in (found.primary, *found.secondary)]
    return {
        "code": found.code,
        "severity": found.severity.value,
        "message": found.message,
        "labels": labels,
        "notes": list(found.notes),
        "help": found.help,
        "clusters": list(found.clusters),
        "in_layer": found.in_layer,
        "subjects": list(found.subjects),
    }


def _finding(plain: dict[str, Any], files: Mapping[str, SourceFile]) -> Diagnostic:
    primary, *secondary = (Label(_span(span, files), text) for span, text in plain["labels"])
    return Diagnostic(
        plain["code"],
        Severity(plain["severity"]),
        plain["message"],
        primary,
        tuple(secondary),
        tuple(plain["notes"]),
        plain["help"],
        tuple(plain["clusters"]),
        plain["in_layer"],
        tuple(plain["subjects"]),
    )
