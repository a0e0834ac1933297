"""The table of contents: read → parse → resolve → lower → verify → emit.

Each stage is a function from data to data in a room of its own; mistakes in the fleet are
findings in the sink, never exceptions. Nothing here touches the output directory.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.emit.bundle import ClusterBundle, Files
from hcpc.emit.formats import FORMATS
from hcpc.kube.manifest import Manifest
from hcpc.lower.lower import lower
from hcpc.resolve.cluster import Cluster, resolve_cluster
from hcpc.resolve.document import Document, read_document
from hcpc.resolve.fleet import Fleet, read_fleet
from hcpc.resolve.follow_ups import is_follow_up
from hcpc.run.schedule import Job, Options, run_all
from hcpc.run.unit import Unit, UnitResult
from hcpc.source.discover import Places
from hcpc.syntax.parse import parse
from hcpc.verify.fleet import Summary, check_fleet
from hcpc.verify.manifests import check_manifests
from hcpc.verify.rules import check_rules

__all__ = ["Compilation", "Options", "compile_files", "compile_fleet", "compile_units"]


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
    return compile_files(fleet, options, sink, emit=emit, output=output)


def compile_files(
    fleet: Fleet, options: Options, sink: Sink, *, emit: bool = True, output: Path | None = None
) -> Compilation:
    """Compile a fleet whose files are read; as `compile_fleet` does after reading them."""
    target = output or fleet.output
    outcome = run_all(compile_units, fleet, options, target if emit else None)
    sink.absorb(outcome.shared)
    clusters: list[Summary] = []
    files: Files = {}
    for result in outcome.results:
        clusters += result.clusters
        files |= result.files or {}
        for found in result.findings:
            sink.add(found)
    check_fleet(clusters, sink)
    files |= _management_files(clusters)
    clusters.sort(key=lambda cluster: (cluster.name, cluster.name_span.order))
    findings = tuple(sink.findings())
    return Compilation(
        target, tuple(clusters), files, outcome.kept, findings, has_errors=sink.has_errors
    )


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
            found = own.findings()
            if job.environment.unread:
                found = [f for f in found if not is_follow_up(f, document, job.environment)]
            sink.absorb_cluster(found, document.name, unit.file)
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
    emitted = _emit(cluster, manifests) if job.emit and not sink.has_errors else {}
    summary = Summary(
        cluster.name,
        cluster.name_span,
        cluster.management_cluster,
        cluster.namespace,
        cluster.platform,
        cluster.versions.get(("release",), cluster.spec["release"]),
        tuple(pool["name"] for pool in cluster.spec["nodePools"].values()),
        {name: cluster.spec[name] for name in ("clusterID", "infraID") if name in cluster.spec},
    )
    return summary, emitted


def _emit(cluster: Cluster, manifests: list[Manifest]) -> Files:
    bundle = ClusterBundle(cluster.management_cluster, cluster.name, tuple(manifests))
    files: Files = {}
    for form in FORMATS:
        files |= form.cluster_files(bundle)
    return files


def _management_files(clusters: list[Summary]) -> Files:
    owners: dict[str, list[str]] = {}
    for cluster in clusters:
        if cluster.management_cluster:
            owners.setdefault(cluster.management_cluster, []).append(cluster.name)
    files: Files = {}
    for owner in sorted(owners):
        for form in FORMATS:
            files |= form.management_files(owner, owners[owner])
    return files
