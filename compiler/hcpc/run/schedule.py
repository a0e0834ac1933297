"""Which units there are, which of them need running, and which results are known already."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.emit.bundle import FleetSettings, settings_of
from hcpc.resolve.assets import jsonnet_files
from hcpc.resolve.fleet import Fleet, holds_only_clusters
from hcpc.resolve.scope import Environment
from hcpc.resolve.shared import read_shared
from hcpc.run.base import Base, Changes, Current, find_changes
from hcpc.run.cache import Cache
from hcpc.run.executor import run_units
from hcpc.run.keys import Keys, set_digests
from hcpc.run.unit import UnitResult, units_of
from hcpc.source.text import SourceFile
from hcpc.verify.policies.read import policy_texts
from hcpc.verify.policies.today import today


@dataclass(frozen=True, slots=True)
class Options:
    """How to run; none of it changes what is rendered.

    `today` is the day that waivers are held against. `against` is the name of the CRD set that
    counts for every management cluster in place of its own.
    """

    executor: str = "auto"
    jobs: int = 0
    cache: Cache = field(default_factory=lambda: Cache(None))
    today: date = field(default_factory=today)
    against: str = ""


class Job(NamedTuple):
    """What all units have in common: what they can see, and whether to make their files.

    With `base`, those that differ from it are compared with it.
    """

    environment: Environment
    fleet: FleetSettings
    emit: bool
    base: Base | None = None


CompileUnits = Callable[[Job, Sequence[SourceFile]], list[UnitResult]]
CheckShared = Callable[[Fleet, Environment, Sink], None]
_SHARED = ""
"""What the cache calls the documents that units share."""


class Outcome(NamedTuple):
    """Every unit's result, and digests of files that lie in the output directory as they should.

    `shared` holds the findings about documents that are no clusters; these are in `environment`.
    `changes` are those since the base revision.
    """

    results: list[UnitResult]
    kept: dict[str, str]
    shared: Sink
    environment: Environment
    changes: Changes


def run_all(
    work: CompileUnits,
    check: CheckShared,
    fleet: Fleet,
    options: Options,
    output: Path | None,
    base: str | None = None,
) -> Outcome:
    """Run every unit of a fleet that the cache does not know.

    `check` is for the documents that units share. `output` is where files go; None when none are
    wanted. `base` is the revision to compare with, as `find_changes` has it; raises what that does.
    """
    sink = Sink()
    current = _current(fleet, options, sink)
    environment, keys = current.shared.environment, current.keys
    changes = find_changes(base, current)
    unit_keys = {**current.unit_keys, **changes.keys}
    everything = (fleet.document.file, *fleet.files, *environment.files(), *changes.files)
    by_path = {file.path: file for file in everything}
    by_path |= {file.path: file for file in jsonnet_files(environment.assets)}
    shared_key = keys.of_shared(environment.crd_sets.names)
    for found in _check(check, fleet, environment, shared_key, by_path, options.cache):
        sink.add(found)
    results: dict[str, UnitResult] = {}
    kept: dict[str, str] = {}
    fresh: list[SourceFile] = []
    for unit in current.units:
        known = options.cache.find(unit.path, unit_keys[unit.path], by_path, output)
        if known:
            results[unit.path] = known.result
            kept |= known.kept
        else:
            fresh.append(unit)
    job = Job(environment, settings_of(fleet), output is not None, changes.base)
    running = run_units(work, job, fresh, executor=options.executor, jobs=options.jobs)
    with closing(running):  # workers end when we do, not when nobody knows the generator any more
        for result in running:
            results[result.path] = result
            options.cache.remember(unit_keys[result.path], result)
    ordered = [results[unit.path] for unit in current.units]
    return Outcome(ordered, kept, sink, environment, changes)


def _current(fleet: Fleet, options: Options, sink: Sink) -> Current:
    """The fleet's shared documents and its units, with the units' keys."""
    shared_files = [file for file in fleet.files if not holds_only_clusters(file)]
    shared = read_shared(fleet, shared_files, sink, against=options.against)
    environment = shared.environment
    seen = (fleet.document.file, *shared_files)
    parts = policy_texts(environment, shared.with_clusters)
    sets = set_digests(environment)
    keys = Keys(seen, environment.assets, environment.counting_everywhere(), parts, sets)
    units = units_of(fleet.files, shared_files, shared)
    unit_keys = {unit.path: keys.of(unit) for unit in units}
    return Current(fleet, shared_files, shared, units, keys, unit_keys, sets)


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
