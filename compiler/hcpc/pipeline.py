"""The table of contents: read → parse → resolve → lower → payloads → overlay → verify → emit.

Each stage is a function from data to data in a room of its own; mistakes in the fleet are
findings in the sink, never exceptions. Nothing here touches the output directory.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from hcpc.diagnostics.codes import CODES
from hcpc.diagnostics.diagnostic import Diagnostic, Severity
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.unchecked import Unchecked
from hcpc.diagnostics.waived import Waived
from hcpc.emit.bundle import (
    ClusterBundle,
    Files,
    FleetBundle,
    FleetSettings,
    ManagementBundle,
    settings_of,
)
from hcpc.emit.formats import FORMATS, requested
from hcpc.emit.sync_data import SyncBundle, sync_files
from hcpc.kube.manifest import HOSTED_CLUSTER, Manifest
from hcpc.lower.lower import lower
from hcpc.lower.pasted import with_spec_fields
from hcpc.overlay import Parts, apply_overlays, check_overlays
from hcpc.payloads import (
    RestorePart,
    check_shared,
    cluster_payloads,
    delivery,
    management_payloads,
    restore_parts,
)
from hcpc.resolve.cluster import Cluster, resolve_cluster
from hcpc.resolve.document import Document, read_documents
from hcpc.resolve.fleet import Fleet, check_chosen_output, read_fleet
from hcpc.resolve.follow_ups import is_follow_up
from hcpc.resolve.scope import Environment
from hcpc.resolve.shared import check_documents
from hcpc.resolve.tombstones import Tombstone, read_tombstones
from hcpc.run.base import cluster_at
from hcpc.run.past import Past
from hcpc.run.schedule import Job, Options, Outcome, run_all
from hcpc.run.unit import UnitResult
from hcpc.source.discover import Places
from hcpc.source.text import SourceFile
from hcpc.verify.consequences import without_consequences
from hcpc.verify.fleet import Summary, check_fleet, facts
from hcpc.verify.gaps import unchecked_at_base, unchecked_by_crds
from hcpc.verify.installed import check_sets
from hcpc.verify.leaving import check_leaving
from hcpc.verify.manifests import check_manifests, check_restored, check_shared_objects
from hcpc.verify.outputs import check_outputs
from hcpc.verify.policies import (
    Judgement,
    check_org_rules,
    check_policies,
    judge,
    may_be_written,
)
from hcpc.verify.restores import check_restores
from hcpc.verify.secrets import check_secrets
from hcpc.verify.subject import Subject
from hcpc.verify.tombstones import check_tombstones, let_go

__all__ = ["Compilation", "Options", "compile_files", "compile_fleet", "compile_units"]


class Compilation(NamedTuple):
    """What compiling a fleet gave.

    `files` are texts by path below the output directory `target`; `kept` are digests of files
    that need no text because they lie there already. `unchecked` is what was not looked at, and
    `pages` are those of the organisation's own rules that found something. `tombstones` are those
    that stand.
    """

    target: Path
    clusters: tuple[Summary, ...]
    files: Files
    kept: dict[str, str]
    findings: tuple[Diagnostic, ...]
    has_errors: bool
    unchecked: tuple[Unchecked, ...] = ()
    waived: tuple[Waived, ...] = ()
    pages: Mapping[str, str] = MappingProxyType({})
    tombstones: tuple[Tombstone, ...] = ()


def compile_fleet(
    root: Path,
    options: Options,
    *,
    emit: bool = True,
    output: Path | None = None,
    base: str | None = None,
) -> Compilation:
    """Compile the fleet at a directory; without `emit` only find out what is wrong.

    `output` overrides where rendered files go: those that lie there already, as they should be,
    need not be made again. `base` is the revision to compare with: none unless it is given, and
    empty for where HEAD left the main branch. Raises RevisionError for one that cannot be read.
    """
    sink = Sink()
    fleet = read_fleet(root, sink)
    if fleet is None:
        target = output or root / Places().output
        return Compilation(target, (), {}, {}, tuple(sink.findings()), has_errors=True)
    return compile_files(fleet, options, sink, emit=emit, output=output, base=base)


def compile_files(
    fleet: Fleet,
    options: Options,
    sink: Sink,
    *,
    emit: bool = True,
    output: Path | None = None,
    base: str | None = None,
) -> Compilation:
    """Compile a fleet whose files are read; as `compile_fleet` does after reading them."""
    target = output or fleet.output
    wanted = target if emit else None
    outcome = run_all(compile_units, _check_documents, fleet, options, wanted, base)
    sink.absorb(outcome.shared)
    clusters: list[Summary] = []
    files: Files = {}
    for result in outcome.results:
        clusters += result.clusters
        files |= result.files or {}
        for found in result.findings:
            sink.add(found)
    _check_whole(fleet, outcome, clusters, sink)
    tombstones = read_tombstones(outcome.environment)
    check_tombstones(tombstones, outcome.environment, clusters, sink)
    files |= _fleet_files(fleet, outcome.environment, clusters, sink)
    if output:
        names = {path.partition("/")[0] for path in files}
        names.update(each.buried.management_cluster for each in tombstones)
        check_chosen_output(fleet, output, names, sink)
    clusters.sort(key=lambda cluster: (cluster.name, cluster.name_span.order))
    findings = let_go(with_spec_fields(sink.findings()), tombstones, clusters)
    judged = judge(findings, clusters, outcome.environment, options.today)
    judged = judged._replace(findings=without_consequences(judged.findings))
    if emit:
        files |= _sync_files(clusters, tombstones, judged)
    return Compilation(
        target,
        tuple(clusters),
        files,
        outcome.kept,
        judged.findings,
        has_errors=any(each.severity is Severity.ERROR for each in judged.findings),
        unchecked=(
            *unchecked_by_crds(outcome.environment, clusters),
            *outcome.changes.unchecked,
            *unchecked_at_base(clusters),
        ),
        waived=judged.waived,
        pages=_own_pages(outcome.environment, judged),
        tombstones=tombstones,
    )


def _check_whole(fleet: Fleet, outcome: Outcome, clusters: Sequence[Summary], sink: Sink) -> None:
    """Check what only shows when all clusters are there."""
    environment = outcome.environment
    check_fleet(clusters, sink)
    check_outputs(fleet, environment, clusters, sink)
    _assert_whole(clusters, sink)
    used = {config for cluster in clusters for config in cluster.node_configs}
    check_shared(environment, used, _troubled(clusters, sink), sink)
    matched = {step for cluster in clusters for step in cluster.overlays}
    check_overlays(environment, matched, _troubled(clusters, sink), sink)
    check_restores(environment, clusters, sink)
    past = Past(outcome.changes, environment)
    check_leaving(outcome.changes.was, clusters, past, sink)


def _own_pages(environment: Environment, judged: Judgement) -> Mapping[str, str]:
    """The pages of the organisation's own rules, if any of them found something."""
    findings = (*judged.findings, *(waived.finding for waived in judged.waived))
    found = {each.code for each in findings} - CODES.keys()
    if not found:
        return {}
    from hcpc.verify.policies.page import pages  # noqa: PLC0415  # few fleets have such rules

    return {name: text for name, text in pages(environment).items() if name in found}


def _check_documents(fleet: Fleet, environment: Environment, sink: Sink) -> None:
    """Check the documents that clusters share, each by itself and against each other."""
    check_documents(environment, sink)
    check_sets(environment, sink)
    check_policies(environment, sink)
    check_secrets([fleet.document.file, *environment.files()], sink)


def _assert_whole(clusters: Iterable[Summary], sink: Sink) -> None:
    """A cluster that gives no manifests has an error that says why, or it would go in silence."""
    lost = [cluster.name for cluster in clusters if not cluster.management_cluster]
    if lost and not sink.has_errors:
        raise RuntimeError(f"cluster `{lost[0]}` gave no manifests and no error")


def _troubled(clusters: Iterable[Summary], sink: Sink) -> set[str]:
    """The directories of clusters that gave no manifests, and of files with errors."""
    places = [cluster.name_span for cluster in clusters if not cluster.management_cluster]
    if sink.has_errors:
        found = sink.findings()
        places += [each.primary.span for each in found if each.severity is Severity.ERROR]
    return {span.file.path.rpartition("/")[0] for span in places}


def compile_units(job: Job, units: Sequence[SourceFile]) -> list[UnitResult]:
    """Compile files of clusters: a pure function of its arguments, run wherever there is room."""
    return [_compile_unit(job, unit) for unit in units]


def _compile_unit(job: Job, unit: SourceFile) -> UnitResult:
    sink = Sink()
    check_secrets([unit], sink)
    documents = read_documents(unit, sink)
    clusters: list[Summary] = []
    files: Files | None = {} if job.emit else None
    for document in documents:
        if document and document.kind == "Cluster":
            own = Sink()
            summary, emitted = _compile_cluster(document, unit, job, own)
            found = own.findings()
            if job.environment.unread:
                found = [f for f in found if not is_follow_up(f, document, job.environment)]
            sink.absorb_cluster(found, document.name, unit)
            clusters.append(summary)
            files = None if files is None or emitted is None else files | emitted
    return UnitResult(unit.path, tuple(clusters), files, tuple(sink.findings()))


def _compile_cluster(
    document: Document, unit: SourceFile, job: Job, sink: Sink
) -> tuple[Summary, Files | None]:
    """One cluster through every stage; no files where errors are in the way."""
    from hcpc.verify.rules import check_rules  # noqa: PLC0415  # 50 files, unless all is cached

    made = _make(document, job.environment, sink)
    if made is None:
        return Summary(document.name, document.name_span), {}
    subject, parts = made
    cluster = subject.cluster
    check_rules(subject, sink)
    without_crd = check_manifests(subject, job.environment, sink)
    check_org_rules(subject, job.environment, sink)
    without_base = not _compare(subject, unit, job, sink)
    restores = restore_parts(cluster, parts.management, job.environment, sink)
    check_restored(subject, restores, job.environment, sink)
    wanted = job.emit and may_be_written(sink, job.environment)
    emitted = _emit(cluster, parts, restores, job.fleet) if wanted else None
    summary = facts.summary(
        subject,
        parts.guest,
        overlays=parts.matched,
        without_crd=without_crd,
        without_base=without_base,
    )
    return summary, emitted


def _make(document: Document, environment: Environment, sink: Sink) -> tuple[Subject, Parts] | None:
    """A cluster with its manifests after overlays; None when a fault leaves nothing to lower."""
    cluster = resolve_cluster(document, environment, sink)
    if cluster is None:
        return None
    payloads = cluster_payloads(cluster, environment, sink)
    made = Parts((*lower(cluster.spec), *payloads.manifests), payloads.guest)
    parts = apply_overlays(cluster, made, environment, sink)
    return Subject(cluster, tuple(parts.management)), parts


def _compare(after: Subject, unit: SourceFile, job: Job, sink: Sink) -> bool:
    """Check what changes for a running cluster; whether that could be done where it was wanted."""
    base = job.base
    if base is None or unit.path not in base.compared:
        return True
    document = cluster_at(base, unit.path, after.cluster.name)
    if document is None or not _is_whole(after):
        return True
    own = Sink()
    made = _make(document, base.environment, own)
    if made is None or own.has_errors or not _is_whole(made[0]):
        return False
    from hcpc.verify.transitions import check_transitions  # noqa: PLC0415  # few runs get here

    check_transitions(made[0], after, job.environment, sink)
    return True


def _is_whole(subject: Subject) -> bool:
    """Whether there is a HostedCluster at all: a passthrough may have made another object of it."""
    return any(each.kind == HOSTED_CLUSTER for each in subject.manifests)


def _emit(
    cluster: Cluster, parts: Parts, restores: tuple[RestorePart, ...], settings: FleetSettings
) -> Files:
    bundle = ClusterBundle(
        cluster.management_cluster,
        cluster.name,
        parts.management,
        parts.guest,
        delivery(cluster, parts.guest),
        restores,
        settings,
    )
    files: Files = {}
    for form in (*FORMATS, *requested(settings.outputs)):
        files |= form.cluster_files(bundle)
    return files


def _fleet_files(
    fleet: Fleet, environment: Environment, clusters: Iterable[Summary], sink: Sink
) -> Files:
    """What stands above the hosted clusters: the management clusters and the fleet."""
    owners = {
        name: tuple(sorted(each.name for each in those))
        for name, those in _by_management_cluster(clusters).items()
    }
    operators: dict[str, tuple[Manifest, ...]] = {}
    for management in environment.management_clusters():
        objects = management_payloads(management, environment, sink)
        check_shared_objects(management, objects, environment, sink)
        operators[management.name] = objects
    settings = settings_of(fleet)
    bundles = tuple(
        ManagementBundle(name, owners.get(name, ()), operators.get(name, ()), settings)
        for name in sorted(owners.keys() | operators.keys())
    )
    files: Files = {}
    for form in (*FORMATS, *requested(settings.outputs)):
        for bundle in bundles:
            files |= form.management_files(bundle)
        files |= form.fleet_files(FleetBundle(settings, bundles))
    return files


def _sync_files(
    clusters: Iterable[Summary], tombstones: Iterable[Tombstone], judged: Judgement
) -> Files:
    """What the syncs of the management clusters are told beside the objects."""
    owners = _by_management_cluster(clusters)
    stones: dict[str, list[Tombstone]] = {}
    for each in tombstones:
        stones.setdefault(each.buried.management_cluster, []).append(each)
    files: Files = {}
    for name in sorted(owners.keys() | stones.keys()):
        those = owners.get(name, ())
        names = {each.name for each in those}
        releases = dict(image for each in those for image in each.images)
        answered = tuple(each for each in judged.answered if each.cluster in names)
        files |= sync_files(SyncBundle(name, releases, tuple(stones.get(name, ())), answered))
    return files


def _by_management_cluster(clusters: Iterable[Summary]) -> dict[str, list[Summary]]:
    """The clusters that have manifests, by where these go."""
    owners: dict[str, list[Summary]] = {}
    for cluster in clusters:
        if cluster.management_cluster:
            owners.setdefault(cluster.management_cluster, []).append(cluster)
    return owners
