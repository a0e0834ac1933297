"""Rules of the organisation: asked of each cluster, or of each of its node pools.

A rule is CEL over what a cluster was resolved to and what will be applied for it. It is compiled
once in a process, and only what it names is handed to it.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Diagnostic, Label
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.scope import Environment
from hcpc.source.text import Span
from hcpc.syntax.tree import Path, find, key_span
from hcpc.verify.policies.expressions import Failure, compiled
from hcpc.verify.policies.fields import path_in
from hcpc.verify.policies.read import Entry, read_policies
from hcpc.verify.policies.scope import Whereabouts
from hcpc.verify.subject import Subject

POOL = "pool"


class _Asked(NamedTuple):
    """What a rule is asked of: values of variables, and where it stands in the cluster's spec."""

    values: dict[str, Any]
    path: Path
    pool: str = ""


def check(subject: Subject, environment: Environment, sink: Sink) -> None:
    """As `hcpc.verify.policies.check_org_rules`."""
    cluster = subject.cluster
    directory = cluster.name_span.file.path.rpartition("/")[0]
    rules = read_policies(environment).seen_by(directory)
    if not rules:
        return
    where = Whereabouts(
        directory,
        cluster.name,
        cluster.spec.get("labels", {}),
        cluster.management_cluster,
        cluster.platform,
    )
    asked: dict[str, list[_Asked]] = {}
    for rule in rules:
        if not rule.applies(where):
            continue
        of = rule.data.get("for", "cluster")
        if of not in asked:
            asked[of] = list(_pools(subject)) if of == POOL else [_Asked(_facts(subject), ())]
        for one in asked[of]:
            _check(rule, one, cluster, environment, sink)


def _check(
    rule: Entry, asked: _Asked, cluster: Cluster, environment: Environment, sink: Sink
) -> None:
    """Ask a rule once; one that cannot be compiled is told with its document."""
    expression, *message = compiled(rule, environment)
    if expression.fault or any(each.fault for each in message):
        return
    try:
        if expression.evaluate(asked.values, bool):
            return
    except Failure as failure:
        sink.report(
            codes.RULE_FAILS,
            rule.span("expression"),
            f"rule `{rule.rule}` cannot be evaluated: {failure}",
            help=failure.remedy,
            subjects=(rule.rule,),
        )
        return
    text: str = rule.data["message"]
    notes = [f"a rule of this organisation: `hcpc explain {rule.rule}` shows it"]
    try:
        text = (message[0].evaluate(asked.values, str) if message else "").strip() or text
    except Failure as failure:
        notes.append(f"its `messageExpression` fails: {failure}")
    severity = rule.severity
    assert severity is not None
    sink.add(
        Diagnostic(
            rule.rule,
            severity,
            " ".join(text.split()),
            Label(_place(rule, asked, cluster)),
            notes=tuple(notes),
            help=rule.data.get("help", ""),
        )
    )


def _place(rule: Entry, asked: _Asked, cluster: Cluster) -> Span:
    """The line that answers for it."""
    at = rule.data.get("at")
    path = (*asked.path, *path_in(cluster.tree, asked.path, at)) if at else ()
    is_filled = any(path[:size] in cluster.filled for size in range(1, len(path) + 1))
    if path and (is_filled or find(cluster.tree, path[:1]) is not None):
        return cluster.span(path)
    return key_span(cluster.tree, asked.path) if asked.pool else cluster.name_span


def _facts(subject: Subject) -> dict[str, Any]:
    """What is known of a cluster, as jsonnet functions and references have it."""
    cluster = subject.cluster
    management = cluster.scope.management_cluster
    assert management is not None
    return {
        "cluster": cluster.facts(),
        "managementCluster": {**management.data, "name": management.name},
        "hostedCluster": subject.hosted_cluster.body,
        "nodePools": [each.body for each in subject.node_pools],
        "manifests": [each.body for each in subject.manifests],
    }


def _pools(subject: Subject) -> Iterator[_Asked]:
    facts = _facts(subject)
    bodies = {each.source: each.body for each in subject.node_pools}
    for key, pool in subject.cluster.spec["nodePools"].items():
        path: Path = ("nodePools", key)
        own = {"key": key, "name": pool["name"], "spec": pool}
        yield _Asked({**facts, "pool": own, "nodePool": bodies.get(path, {})}, path, key)
