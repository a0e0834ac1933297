"""Which units there are, which of them need running, and which results are known already."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.emit.bundle import FleetSettings, settings_of
from hcpc.resolve.assets import jsonnet_files
from hcpc.resolve.fleet import Fleet, holds_only_clusters
from hcpc.resolve.scope import Environment
from hcpc.resolve.shared import Shared, read_shared
from hcpc.run.cache import Cache
from hcpc.run.executor import run_units
from hcpc.run.keys import Keys
from hcpc.run.unit import UnitResult
from hcpc.source.text import SourceFile


@dataclass(frozen=True, slots=True)
class Options:
    """How to run; none of it changes the result."""

    executor: str = "auto"
    jobs: int = 0
    cache: Cache = field(default_factory=lambda: Cache(None))


class Job(NamedTuple):
    """What all units have in common: what they can see, and whether to make their files."""

    environment: Environment
    fleet: FleetSettings
    emit: bool


CompileUnits = Callable[[Job, Sequence[SourceFile]], list[UnitResult]]
CheckShared = Callable[[Fleet, Environment, Sink], None]
_SHARED = ""
"""What the cache calls the documents that units share."""


class Outcome(NamedTuple):
    """Every unit's result, and digests of files that lie in the output directory as they should.

    `shared` holds the findings about documents that are no clusters; these are in `environment`.
    """

    results: list[UnitResult]
    kept: dict[str, str]
    shared: Sink
    environment: Environment


def run_all(
    work: CompileUnits,
    check: CheckShared,
    fleet: Fleet,
    options: Options,
    output: Path | None,
) -> Outcome:
    """Run every unit of a fleet that the cache does not know.

    `check` is for the documents that units share. `output` is where files go; None when none are
    wanted.
    """
    sink = Sink()
    shared_files = [file for file in fleet.files if not holds_only_clusters(file)]
    shared = read_shared(fleet, shared_files, sink)
    environment = shared.environment
    seen = (fleet.document.file, *shared_files)
    keys = Keys(seen, environment.assets, environment.counting_everywhere())
    everything = (fleet.document.file, *fleet.files, *environment.files())
    by_path = {file.path: file for file in everything}
    by_path |= {file.path: file for file in jsonnet_files(environment.assets)}
    for found in _check(check, fleet, environment, keys.of_shared(), by_path, options.cache):
        sink.add(found)
    results: dict[str, UnitResult] = {}
    kept: dict[str, str] = {}
    fresh: list[SourceFile] = []
    units = _units(fleet, shared_files, shared)
    unit_keys = {unit.path: keys.of(unit) for unit in units}
    for unit in units:
        known = options.cache.find(unit.path, unit_keys[unit.path], by_path, output)
        if known:
            results[unit.path] = known.result
            kept |= known.kept
        else:
            fresh.append(unit)
    job = Job(shared.environment, settings_of(fleet), emit=output is not None)
    running = run_units(work, job, fresh, executor=options.executor, jobs=options.jobs)
    with closing(running):  # workers end when we do, not when nobody knows the generator any more
        for result in running:
            results[result.path] = result
            options.cache.remember(unit_keys[result.path], result)
    return Outcome([results[unit.path] for unit in units], kept, sink, shared.environment)


def _check(
    check: CheckShared,
    fleet: Fleet,
    environment: Environment,
    key: str,
    files: Mapping[str, SourceFile],
    cache: Cache,
) -> Sequence[Diagnostic]:
    """What is wrong with the documents that units share."""
    known = cache.find(_SHARED, key, files, None)
    if known:
        return known.result.findings
    sink = Sink()
    check(fleet, environment, sink)
    found = tuple(sink.findings())
    cache.remember(key, UnitResult(_SHARED, (), None, found))
    return found


def _units(fleet: Fleet, shared_files: list[SourceFile], shared: Shared) -> list[SourceFile]:
    """The files with clusters, in the order of all files."""
    known = {file.path for file in shared_files}
    return [
        file for file in fleet.files if file.path not in known or file.path in shared.with_clusters
    ]
