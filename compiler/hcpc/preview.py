"""Which metrics of a component are collected, and which rule drops the others.

Reads the same layers as the pipeline and uses the rules that are emitted, so that what it says is
what the operator will do.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from hcpc.diagnostics.sink import Sink
from hcpc.payloads.metric_sets import BUILT_IN
from hcpc.payloads.relabel import NAME, Outcome, Rule, apply, fault_of, rules_of
from hcpc.resolve.cluster import resolve_cluster
from hcpc.resolve.document import Document
from hcpc.resolve.lookup import UnknownNameError, open_fleet, unknown
from hcpc.resolve.operator_setup import SRE, metrics_set
from hcpc.resolve.scope import Environment, ManagementCluster
from hcpc.spec.metrics import WITHOUT_EFFECT
from hcpc.syntax.tree import nearest_span

Labels: TypeAlias = Mapping[str, str]


class Chosen(NamedTuple):
    """A metrics set, and who chose it for a cluster, or for all of a management cluster.

    `sound` tells that the management cluster has no faults that could hide rules.
    """

    target: str
    metrics_set: str
    management: ManagementCluster
    sound: bool


class Reason(NamedTuple):
    """A rule that drops series: in words, where it stands (empty if built in), and how many."""

    rule: str
    place: str
    series: int


class MetricPreview(NamedTuple):
    """What becomes of a metric: how many series it has and keeps, under which other names."""

    name: str
    series: int
    kept: int
    dropped_by: tuple[Reason, ...]
    becomes: tuple[str, ...]


class BadRuleError(Exception):
    """A rule that Prometheus could not read; the text names it."""


def choose_set(root: Path, name: str) -> Chosen:
    """The set of a cluster, or of clusters that choose none. Raises UnknownNameError."""
    fleet = open_fleet(root)
    environment = fleet.environment
    managements = {each.name: each for each in environment.management_clusters()}
    clusters = {each.name: each for each in fleet.clusters()}
    if name in clusters:
        return _of_cluster(clusters[name], environment)
    if name in managements:
        found = managements[name]
        sound = not found.findings.has_errors
        return Chosen(f"management cluster {name}", metrics_set(found), found, sound)
    raise unknown("cluster or management cluster", name, [*clusters, *managements])


def _of_cluster(document: Document, environment: Environment) -> Chosen:
    cluster = resolve_cluster(document, environment, Sink())
    management = environment.scope(document.directory).management_cluster
    if cluster is None or management is None:
        raise UnknownNameError(f"cluster {document.name} has faults; run 'hcpc lint'")
    own: str | None = cluster.spec.get("monitoring", {}).get("metricsSet")
    return Chosen(
        f"cluster {document.name}",
        own or metrics_set(management),
        management,
        sound=not management.findings.has_errors,
    )


def component_rules(chosen: Chosen, component: str) -> list[Rule]:
    """The rules that the operator applies to a component. Raises BadRuleError."""
    if component in WITHOUT_EFFECT:
        return []
    sets: Mapping[str, Any] = BUILT_IN.get(chosen.metrics_set) or chosen.management.data.get(
        "metrics", {}
    ).get("sre", {})
    rules = rules_of(sets.get(component, {}))
    for rule in rules:
        if fault_of(rule.body.get("regex", "")):
            where = _place(chosen, component, rule)
            raise BadRuleError(f"{where}: Prometheus cannot read this rule; run 'hcpc lint'")
    return rules


def preview(chosen: Chosen, component: str, series: Iterable[Labels]) -> list[MetricPreview]:
    """What becomes of each metric, by name. Raises BadRuleError."""
    rules = component_rules(chosen, component)
    metrics: dict[str, list[Outcome]] = {}
    for labels in series:
        metrics.setdefault(labels[NAME], []).append(apply(rules, labels))
    return [_metric(chosen, component, name, metrics[name]) for name in sorted(metrics)]


def _metric(chosen: Chosen, component: str, name: str, outcomes: list[Outcome]) -> MetricPreview:
    dropped = Counter(each.dropped_by.source for each in outcomes if each.dropped_by)
    rules = {each.dropped_by.source: each.dropped_by for each in outcomes if each.dropped_by}
    kept = [each for each in outcomes if each.dropped_by is None]
    names = {each.labels.get(NAME, "") for each in kept} - {name}
    return MetricPreview(
        name,
        len(outcomes),
        len(kept),
        tuple(
            Reason(
                _words(chosen, component, rule), _place(chosen, component, rule), dropped[source]
            )
            for source, rule in rules.items()
        ),
        tuple(sorted(names)),
    )


def _words(chosen: Chosen, component: str, rule: Rule) -> str:
    """A rule as its author would recognise it."""
    if rule.source[0] == "keep":
        return "not among those to keep"
    sets = BUILT_IN.get(chosen.metrics_set) or chosen.management.data["metrics"]["sre"]
    if rule.source[0] == "drop":
        dropped = sets[component]["drop"][rule.source[1]]
        return f"drop {dropped if isinstance(dropped, str) else dropped['metric']}"
    return f"{rule.action} {rule.body.get('regex', '(.*)')}"


def _place(chosen: Chosen, component: str, rule: Rule) -> str:
    if chosen.metrics_set != SRE:
        return ""
    return nearest_span(
        chosen.management.tree, ("metrics", "sre", component, *rule.source)
    ).location
