"""What one unit of work gave. A unit is a file with clusters."""

from collections.abc import Iterable
from typing import NamedTuple

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.emit.bundle import Files
from hcpc.resolve.shared import Shared
from hcpc.source.text import SourceFile
from hcpc.verify.fleet import Summary


class UnitResult(NamedTuple):
    """What one file gave: its clusters, their files (None when none were asked for), findings."""

    path: str
    clusters: tuple[Summary, ...]
    files: Files | None
    findings: tuple[Diagnostic, ...]


def units_of(
    files: Iterable[SourceFile], shared_files: Iterable[SourceFile], shared: Shared
) -> list[SourceFile]:
    """The files with clusters, in the order of all files."""
    known = {file.path for file in shared_files}
    return [file for file in files if file.path not in known or file.path in shared.with_clusters]
