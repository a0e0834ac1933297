"""What one unit of work gave. A unit is a file with clusters."""

from typing import NamedTuple

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.emit.bundle import Files
from hcpc.verify.fleet import Summary


class UnitResult(NamedTuple):
    """What one file gave: its clusters, their files (None when none were asked for), findings."""

    path: str
    clusters: tuple[Summary, ...]
    files: Files | None
    findings: tuple[Diagnostic, ...]
