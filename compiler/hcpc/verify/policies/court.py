"""The last word on findings: how bad they are, which are put up with, and which waivers are idle.

Runs where all findings have come together, after everything that is remembered between runs: what
the day is, and what a waiver says, never changes what is remembered or rendered.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TypeAlias

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import is_firm, is_never_lowered
from hcpc.diagnostics.diagnostic import Diagnostic, Severity
from hcpc.diagnostics.waived import Answered, Waived
from hcpc.resolve.scope import Environment
from hcpc.source.secrets import without
from hcpc.source.text import Span
from hcpc.syntax.tree import Path, Tree
from hcpc.verify.fleet import Summary
from hcpc.verify.gaps import unchecked_by_crds
from hcpc.verify.policies.fields import Fields
from hcpc.verify.policies.idle import Use, check_scopes, check_waivers
from hcpc.verify.policies.read import Entry, can_be_waived, read_policies
from hcpc.verify.policies.scope import Whereabouts

_Id: TypeAlias = tuple[str, int, Path]
_CRD_CODES = {codes.CRD_REFUSES.id, codes.CRD_RULE.id}
_RANK = {severity: rank for rank, severity in enumerate(Severity)}


def judge(
    findings: Sequence[Diagnostic],
    clusters: Sequence[Summary],
    environment: Environment,
    today: date,
) -> tuple[tuple[Diagnostic, ...], tuple[Waived, ...], tuple[Answered, ...]]:
    """What is left of the findings, what is waived, and who answers for what.

    As `hcpc.verify.policies.judge`.
    """
    court = _Court(clusters, environment, today)
    left: list[Diagnostic] = []
    waived: list[Waived] = []
    for finding in findings:
        court.judge(finding, left, waived)
    troubled = _troubled(findings, clusters, environment)
    uses = court.uses(_mute(findings, clusters, environment))
    is_usual = not environment.crd_sets.against
    idle = check_waivers(uses, today, troubled, is_usual=is_usual)
    for finding in (*idle, *check_scopes(court.scoped(), court.everywhere(), troubled)):
        court.judge(finding, left, waived)
    left.sort(key=lambda each: (each.order, _RANK[each.severity]))
    return tuple(left), tuple(sorted(waived, key=_order)), tuple(sorted(court.answered))


def _order(each: Waived) -> tuple[object, ...]:
    return (each.finding.order, each.span.order)


def _troubled(
    findings: Iterable[Diagnostic], clusters: Iterable[Summary], environment: Environment
) -> set[str]:
    """Directories in which more would be found if something else were mended first."""
    policies = [each.tree for each in environment.documents if each.kind == "Policy"]
    places = [each.name_span for each in clusters if not each.management_cluster]
    places += [
        each.primary.span
        for each in findings
        if each.severity is Severity.ERROR and is_firm(each.code)
        if not any(_is_inside(each.primary.span, tree) for tree in policies)
    ]
    return {span.file.path.rpartition("/")[0] for span in places}


def _is_inside(span: Span, tree: Tree) -> bool:
    return tree.start <= span.start < tree.end and span.file == tree.file


def _mute(
    findings: Iterable[Diagnostic], clusters: Sequence[Summary], environment: Environment
) -> set[str]:
    """Rules that are not asked, or not of every cluster, or that are none."""
    policies = read_policies(environment)
    mute = _CRD_CODES if unchecked_by_crds(environment, clusters) else set()
    faulty = {
        name
        for each in findings
        if each.code in {codes.BAD_EXPRESSION.id, codes.RULE_FAILS.id, codes.UNKNOWN_RULE.id}
        for name in each.subjects
    }
    return mute | faulty | (policies.ids - {rule.rule for rule in policies.rules})


class _Court:
    """Knows the entries by the rules they are about, and where everything is."""

    def __init__(self, clusters: Sequence[Summary], environment: Environment, today: date) -> None:
        policies = read_policies(environment)
        self._severities = _by_rule(policies.severities)
        self._waivers = _by_rule(policies.waivers)
        self._environment = environment
        self._today = today.isoformat()
        self._fields = Fields()
        self._used: set[_Id] = set()
        self._missed: dict[_Id, set[object]] = {}
        self.answered: set[Answered] = set()
        self._lost = {each.name for each in clusters if not each.management_cluster}
        self._clusters: dict[str, Whereabouts] = {}
        self._in_file: dict[str, list[Summary]] = {}
        for each in clusters:
            self._clusters.setdefault(each.name, _of_cluster(each))
            self._in_file.setdefault(each.name_span.file.path, []).append(each)

    def judge(self, finding: Diagnostic, left: list[Diagnostic], waived: list[Waived]) -> None:
        """Put what becomes of a finding where it belongs; for each cluster that it touches."""
        if finding.code not in self._severities and finding.code not in self._waivers:
            left.append(finding)
            return
        verdicts: dict[tuple[Severity, _Id | None], tuple[Entry | None, list[str]]] = {}
        for where in self._whereabouts(finding):
            severity = self._severity(finding, where)
            if severity is None:
                continue
            waiver = self._waiver(finding, where)
            key = (severity, _id(waiver) if waiver else None)
            verdicts.setdefault(key, (waiver, []))[1].append(where.cluster)
        for (severity, _), (waiver, names) in verdicts.items():
            touched = tuple(names) if finding.clusters else ()
            part = finding._replace(severity=severity, clusters=touched)
            if waiver is None:
                left.append(part)
            else:
                waived.append(_waived(part, waiver))

    def uses(self, mute: Container[str]) -> Iterator[Use]:
        """Every waiver that can be one, and what became of it; but for those of `mute` rules."""
        for rule, waivers in self._waivers.items():
            for waiver in waivers if can_be_waived(rule) and rule not in mute else ():
                key = _id(waiver)
                is_used = key in self._used or key in self._missed
                fits = is_used or any(map(waiver.applies, self._clusters.values()))
                yield Use(waiver, is_used, len(self._missed.get(key, ())), fits)

    def scoped(self) -> Iterator[Entry]:
        """Severities and rules, which may be about nothing that there is."""
        policies = read_policies(self._environment)
        yield from policies.severities
        yield from policies.rules

    def everywhere(self) -> list[Whereabouts]:
        """All clusters, and all places where documents for many of them stand."""
        places = {document.directory for document in self._environment.documents}
        return [*self._clusters.values(), *map(self._shared, sorted(places))]

    def _severity(self, finding: Diagnostic, where: Whereabouts) -> Severity | None:
        """How bad it is there; the last entry that fits has its way."""
        severity: Severity | None = finding.severity
        if severity is Severity.ERROR and is_never_lowered(finding.code):
            return severity
        for entry in self._severities.get(finding.code, ()):
            if entry.applies(where):
                severity = entry.severity
        if severity and finding.severity is Severity.INFO and finding.code in codes.LEAVING:
            return finding.severity
        return Severity.ERROR if self._is_firm(finding, where) else severity

    def _waiver(self, finding: Diagnostic, where: Whereabouts) -> Entry | None:
        """The first waiver that fits and holds; all that fit are of use."""
        if not can_be_waived(finding.code):
            return None
        fitting = [
            waiver
            for waiver in self._waivers.get(finding.code, ())
            if waiver.applies(where) and self._is_at(finding, waiver)
        ]
        holding = [each for each in fitting if self._today <= each.data["expires"]]
        for waiver in fitting:
            if holding:
                self._used.add(_id(waiver))
            else:
                self._missed.setdefault(_id(waiver), set()).add(finding.order)
        if not fitting or self._is_firm(finding, where):
            return None
        if where.cluster and not finding.code.startswith(codes.TRANSITIONS):
            self.answered.update(_answered(where.cluster, each) for each in fitting)
        return holding[0] if holding else None

    def _is_firm(self, finding: Diagnostic, where: Whereabouts) -> bool:
        """Whether an error stays one; also where it is why a cluster has no manifests."""
        return finding.severity is Severity.ERROR and (
            is_firm(finding.code) or where.cluster in self._lost
        )

    def _is_at(self, finding: Diagnostic, waiver: Entry) -> bool:
        pattern = waiver.data.get("at")
        return pattern is None or self._fields.is_at(finding.primary.span, pattern)

    def _whereabouts(self, finding: Diagnostic) -> list[Whereabouts]:
        """Of the clusters that a finding touches, or else of the document that it is about."""
        span = finding.primary.span
        shared = self._shared(span.file.path.rpartition("/")[0])
        if finding.clusters:
            return [
                self._clusters.get(name, shared._replace(cluster=name)) for name in finding.clusters
            ]
        own = self._owner(span)
        return [_of_cluster(own) if own else shared]

    def _owner(self, span: Span) -> Summary | None:
        """The cluster in whose document a place is; a file may hold many."""
        here = self._in_file.get(span.file.path, ())
        named = next((each for each in here if each.name_span == span), None)
        if named or not here:
            return named
        tree = self._fields.document(span)
        return next((each for each in here if tree and _is_inside(each.name_span, tree)), None)

    def _shared(self, directory: str) -> Whereabouts:
        """Where a document stands that is for many clusters."""
        management = self._environment.scope(directory).management_cluster
        return Whereabouts(directory, management_cluster=management.name if management else "")


def _of_cluster(each: Summary) -> Whereabouts:
    return Whereabouts(
        each.name_span.file.path.rpartition("/")[0],
        each.name,
        each.labels,
        each.management_cluster,
        each.platform,
    )


def _by_rule(entries: Iterable[Entry]) -> Mapping[str, list[Entry]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.rule, []).append(entry)
    return found


def _id(waiver: Entry) -> _Id:
    return waiver.document.file.path, waiver.document.tree.start, waiver.path


def _answered(cluster: str, waiver: Entry) -> Answered:
    source, data = waiver.document.file.text, waiver.data
    owner, reason = (without(data[field], source) for field in ("owner", "reason"))
    return Answered(cluster, waiver.rule, owner, reason, data["expires"])


def _waived(finding: Diagnostic, waiver: Entry) -> Waived:
    said = [str(waiver.data.get(field, "")) for field in ("owner", "reason", "ticket", "expires")]
    source = waiver.document.file.text
    owner, reason, ticket, expires = (without(text, source) for text in said)
    return Waived(finding, owner, reason, ticket, expires, waiver.span("expires"))
