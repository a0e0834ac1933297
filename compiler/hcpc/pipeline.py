"""The table of contents: read → parse → resolve → lower → verify → emit.

Each stage is a function from data to data in a room of its own; mistakes in the fleet are
findings in the sink, never exceptions. Nothing here touches the output directory.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.emit.bundle import ClusterBundle, Files
from hcpc.emit.formats.kustomize import cluster_files, management_files
from hcpc.kube.manifest import Manifest
from hcpc.lower.lower import lower
from hcpc.resolve.cluster import Cluster, resolve_cluster
from hcpc.resolve.document import Document, read_document
from hcpc.resolve.fleet import Fleet, holds_only_clusters, read_fleet
from hcpc.resolve.scope import Environment
from hcpc.resolve.shared import Shared, read_shared
from hcpc.run.cache import Cache
from hcpc.run.executor import run_units
from hcpc.run.keys import Keys
from hcpc.run.unit import Unit, UnitResult
from hcpc.source.discover import Places
from hcpc.source.text import SourceFile
from hcpc.syntax.parse import parse
from hcpc.verify.fleet import Summary, check_fleet
from hcpc.verify.manifests import check_manifests
from hcpc.verify.rules import check_rules


@dataclass(frozen=True, slots=True)
class Options:
    """How to run; none of it changes the result."""

    executor: str = "auto"
    jobs: int = 0
    cache: Cache = field(default_factory=lambda: Cache(None))


@dataclass(frozen=True, slots=True)
class Compilation:
    """What compiling a fleet gave.

    `files` are texts by path below the output directory `target`; `kept` are digests of files
    that need no text because they lie there already.
    """

    target: Path
    clusters: tuple[Summary, ...]
    files: Files
    kept: dict[str, str]
    findings: tuple[Diagnostic, ...]
    has_errors: bool


def compile_fleet(
    root: Path, options: Options, *, emit: bool = True, output: Path | None = None
) -> Compilation:
    """Compile the fleet at a directory; without `emit` only find out what is wrong.

    `output` overrides where rendered files go: those that lie there already, as they should be,
    need not be made again.
    """
    sink = Sink()
    fleet = read_fleet(root, sink)
    if fleet is None:
        target = output or root / Places().output
        return Compilation(target, (), {}, {}, tuple(sink.findings()), has_errors=True)
    target = output or fleet.output
    results, kept = _compile_all(fleet, options, target if emit else None, sink)
    clusters = [cluster for result in results for cluster in result.clusters]
    check_fleet(clusters, sink)
    files: Files = {}
    for result in results:
        files |= result.files or {}
    files |= _management_files(clusters)
    summaries = tuple(sorted(clusters, key=lambda cluster: (cluster.name, cluster.name_span.order)))
    return Compilation(
        target, summaries, files, kept, tuple(sink.findings()), has_errors=sink.has_errors
    )


@dataclass(frozen=True, slots=True)
class Job:
    """What all units have in common: what they can see, and whether to make their files."""

    environment: Environment
    emit: bool


def compile_units(job: Job, units: Sequence[Unit]) -> list[UnitResult]:
    """Compile files of clusters: a pure function of its arguments, run wherever there is room."""
    return [_compile_unit(job, unit) for unit in units]


def _compile_unit(job: Job, unit: Unit) -> UnitResult:
    sink = Sink()
    documents = [read_document(tree, sink) for tree in parse(unit.file, sink)]
    strays = any(document and document.kind != "Cluster" for document in documents)
    clusters: list[Summary] = []
    files: Files = {}
    for document in documents:
        if document and document.kind == "Cluster":
            own = Sink()
            summary, emitted = _compile_cluster(document, job, own)
            sink.absorb(own, cluster=document.name)
            clusters.append(summary)
            files |= emitted
    return UnitResult(
        unit.file.path,
        tuple(clusters),
        files if job.emit else None,
        tuple(sink.findings()),
        strays=strays and not unit.is_shared,
    )


def _compile_cluster(document: Document, job: Job, sink: Sink) -> tuple[Summary, Files]:
    """One cluster through every stage."""
    cluster = resolve_cluster(document, job.environment, sink)
    if cluster is None:
        return Summary(document.name, document.name_span), {}
    manifests = lower(cluster.spec)
    check_manifests(cluster, manifests, sink)
    check_rules(cluster, sink)
    emitted = _emit(cluster, manifests) if job.emit else {}
    summary = Summary(
        cluster.name,
        cluster.name_span,
        cluster.management_cluster,
        cluster.namespace,
        cluster.platform,
        cluster.versions.get(("release",), cluster.spec["release"]),
        tuple(pool["name"] for pool in cluster.spec["nodePools"].values()),
    )
    return summary, emitted


def _emit(cluster: Cluster, manifests: list[Manifest]) -> Files:
    bundle = ClusterBundle(cluster.management_cluster, cluster.name, tuple(manifests))
    return cluster_files(bundle)


def _compile_all(
    fleet: Fleet, options: Options, reuse: Path | None, sink: Sink
) -> tuple[list[UnitResult], dict[str, str]]:
    """Every unit's result, from the cache or fresh, and the digests of files that are kept."""
    shared_files = [file for file in fleet.files if not holds_only_clusters(file)]
    attempt = _attempt(fleet, shared_files, options, reuse)
    if any(result.strays for result in attempt.results):
        attempt = _attempt(fleet, list(fleet.files), options, reuse)
    sink.absorb(attempt.sink)
    for result in attempt.results:
        for found in result.findings:
            sink.add(found)
    return attempt.results, attempt.kept


@dataclass(frozen=True, slots=True)
class _Attempt:
    results: list[UnitResult]
    kept: dict[str, str]
    sink: Sink


def _attempt(
    fleet: Fleet, shared_files: list[SourceFile], options: Options, reuse: Path | None
) -> _Attempt:
    sink = Sink()
    shared = read_shared(fleet, shared_files, sink)
    keys = Keys((fleet.document.file, *shared_files))
    by_path = {file.path: file for file in (fleet.document.file, *fleet.files)}
    units = _units(fleet, shared_files, shared)
    results: dict[str, UnitResult] = {}
    kept: dict[str, str] = {}
    fresh: list[Unit] = []
    unit_keys = {unit.file.path: keys.of(unit.file) for unit in units}
    for unit in units:
        path = unit.file.path
        found = options.cache.find(path, unit_keys[path], by_path, reuse)
        if found:
            results[path] = found.result
            kept |= found.kept
        else:
            fresh.append(unit)
    job = Job(shared.environment, emit=reuse is not None)
    for result in run_units(
        compile_units, job, fresh, executor=options.executor, jobs=options.jobs
    ):
        results[result.path] = result
        options.cache.remember(unit_keys[result.path], result)
    return _Attempt([results[unit.file.path] for unit in units], kept, sink)


def _units(fleet: Fleet, shared_files: list[SourceFile], shared: Shared) -> list[Unit]:
    known = {file.path for file in shared_files}
    return [
        Unit(file, file.path in known)
        for file in fleet.files
        if file.path not in known or file.path in shared.with_clusters
    ]


def _management_files(clusters: list[Summary]) -> Files:
    owners: dict[str, list[str]] = {}
    for cluster in clusters:
        if cluster.management_cluster:
            owners.setdefault(cluster.management_cluster, []).append(cluster.name)
    files: Files = {}
    for owner in sorted(owners):
        files |= management_files(owner, owners[owner])
    return files
