"""A unit of work: one file with clusters, and what compiling it gave."""

from dataclasses import dataclass
from typing import NamedTuple

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.emit.bundle import Files
from hcpc.source.text import SourceFile
from hcpc.verify.fleet import Summary


class Unit(NamedTuple):
    """A file to compile, and whether its documents that are no clusters are known already."""

    file: SourceFile
    is_shared: bool


@dataclass(frozen=True, slots=True)
class UnitResult:
    """What one file gave: its clusters, their files (None when none were asked for), findings.

    `strays` tells that the file held documents that other files may depend on although it was
    not taken for such a file; the run then starts over with it in its place.
    """

    path: str
    clusters: tuple[Summary, ...]
    files: Files | None
    findings: tuple[Diagnostic, ...]
    strays: bool = False
