"""Hosted clusters that were in the fleet and are no longer, or have another name."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Protocol

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Diagnostic, Label, Severity
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.tombstones import Tombstone
from hcpc.source.text import SourceFile, Span
from hcpc.verify.fleet import Summary
from hcpc.verify.tombstones import lets_go

_UNREAD = ("HCP00", "HCP01", "HCP02")
"""Codes of files and documents that may hold what seems to be gone."""
_NOTE = "whatever applies the fleet may delete it, with its etcd and its nodes"
_WAY = "bring its spec back, or make a backup first, and write a `Tombstone` that lets it go"


class Was(NamedTuple):
    """Where a hosted cluster stood at the base: its file, and its name there."""

    path: str
    name_span: Span


class Past(Protocol):
    """What the base revision says of hosted clusters that are gone, by their names."""

    def tombstone_of(self, name: str) -> Tombstone | None:
        """What lets one go."""

    def ids_of(self, name: str) -> Mapping[str, str]:
        """What identified one."""

    def is_new(self, cluster: Summary) -> bool:
        """Whether a cluster of now was not there at the base."""


def check_leaving(
    was: Mapping[str, Was], clusters: Iterable[Summary], past: Past, sink: Sink
) -> None:
    """Report each hosted cluster that is gone, unless some file could not be read in full.

    One that is there under another name, with the ids it had, is told as that wherever it stands,
    and whatever lets it go. One that a tombstone lets go is only noted.
    """
    now = {each.name: each for each in clusters}
    gone = [name for name in sorted(was) if name not in now]
    if not gone or any(map(_hides, sink.findings())):
        return
    others = [each for each in now.values() if each.name not in was]
    by_id = {item: each for each in others if past.is_new(each) for item in each.ids.items()}
    for name in gone:
        place = was[name]
        shared = [item for item in past.ids_of(name).items() if item in by_id] if by_id else []
        if shared:
            _report_renamed(name, place, by_id[shared[0]], sink, shared[0])
            continue
        heirs = [each for each in others if each.name_span.file.path == place.path]
        only = [other for other in gone if was[other].path == place.path] == [name]
        tombstone = past.tombstone_of(name)
        if len(heirs) == 1 and only and not tombstone:
            _report_renamed(name, place, heirs[0], sink)
        else:
            _report_gone(name, place, tombstone, sink)


def _hides(found: Diagnostic) -> bool:
    return found.severity is Severity.ERROR and found.code.startswith(_UNREAD)


def _report_renamed(
    name: str, place: Was, heir: Summary, sink: Sink, shared: tuple[str, str] | None = None
) -> None:
    """`shared` is the id that tells."""
    told = (f"both have `{shared[0]}` `{shared[1]}`",) if shared else ()
    sink.report(
        codes.CLUSTER_MOVED,
        heir.name_span,
        f"`{heir.name}` is another hosted cluster than `{name}`",
        secondary=(Label(place.name_span, f"at the base: `{name}`"),),
        notes=("a new control plane would start with an empty etcd", *told),
        help="put the name back: a hosted cluster keeps it for life",
        subjects=(name,),
    )


def _report_gone(name: str, place: Was, tombstone: Tombstone | None, sink: Sink) -> None:
    home = SourceFile(place.path, "")
    stone = (lets_go(tombstone),) if tombstone else ()
    own = Sink()
    own.report(
        codes.CLUSTER_LEAVES,
        Span(home, 0, 0),
        f"hosted cluster `{name}` leaves the fleet",
        secondary=(Label(place.name_span, "at the base: here"), *stone),
        notes=() if stone else (_NOTE,),
        help="" if stone else _WAY,
        severity=Severity.INFO if stone else None,
        subjects=(name,),
    )
    sink.absorb_cluster(own.findings(), name, home)
