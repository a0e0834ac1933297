"""Which units there are, which of them need running, and which results are known already."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hcpc.diagnostics.sink import Sink
from hcpc.resolve.fleet import Fleet, holds_only_clusters
from hcpc.resolve.scope import Environment
from hcpc.resolve.shared import Shared, read_shared
from hcpc.run.cache import Cache
from hcpc.run.executor import run_units
from hcpc.run.keys import Keys
from hcpc.run.unit import Unit, UnitResult
from hcpc.source.text import SourceFile


@dataclass(frozen=True, slots=True)
class Options:
    """How to run; none of it changes the result."""

    executor: str = "auto"
    jobs: int = 0
    cache: Cache = field(default_factory=lambda: Cache(None))


@dataclass(frozen=True, slots=True)
class Job:
    """What all units have in common: what they can see, and whether to make their files."""

    environment: Environment
    emit: bool


CompileUnits = Callable[[Job, Sequence[Unit]], list[UnitResult]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Every unit's result, and digests of files that lie in the output directory as they should.

    `shared` holds the findings about documents that are no clusters.
    """

    results: list[UnitResult]
    kept: dict[str, str]
    shared: Sink


def run_all(work: CompileUnits, fleet: Fleet, options: Options, output: Path | None) -> Outcome:
    """Run every unit of a fleet that the cache does not know.

    `output` is where files go; None when none are wanted.
    """
    shared_files = [file for file in fleet.files if not holds_only_clusters(file)]
    outcome = _run(work, fleet, shared_files, options, output)
    if any(result.strays for result in outcome.results):
        # The guess which files hold only clusters was wrong: take no file for such a one.
        outcome = _run(work, fleet, list(fleet.files), options, output)
    return outcome


def _run(
    work: CompileUnits,
    fleet: Fleet,
    shared_files: list[SourceFile],
    options: Options,
    output: Path | None,
) -> Outcome:
    sink = Sink()
    shared = read_shared(fleet, shared_files, sink)
    keys = Keys((fleet.document.file, *shared_files))
    by_path = {file.path: file for file in (fleet.document.file, *fleet.files)}
    results: dict[str, UnitResult] = {}
    kept: dict[str, str] = {}
    fresh: dict[str, Unit] = {}
    units = _units(fleet, shared_files, shared)
    unit_keys = {unit.file.path: keys.of(unit.file) for unit in units}
    for unit in units:
        path = unit.file.path
        known = options.cache.find(path, unit_keys[path], by_path, output)
        if known:
            results[path] = known.result
            kept |= known.kept
        else:
            fresh[path] = unit
    job = Job(shared.environment, emit=output is not None)
    for result in run_units(
        work, job, list(fresh.values()), executor=options.executor, jobs=options.jobs
    ):
        results[result.path] = result
        options.cache.remember(unit_keys[result.path], result)
    return Outcome([results[unit.file.path] for unit in units], kept, sink)


def _units(fleet: Fleet, shared_files: list[SourceFile], shared: Shared) -> list[Unit]:
    known = {file.path for file in shared_files}
    return [
        Unit(file, file.path in known)
        for file in fleet.files
        if file.path not in known or file.path in shared.with_clusters
    ]
