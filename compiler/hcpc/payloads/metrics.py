"""What the metrics set `SRE` is: the ConfigMap that the operator reads it from.

The operator does not start with a document it cannot read, and one bad action stops every hosted
cluster that uses the set. Source: HyperShift, support/metrics/sets.go.
"""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.kube.manifest import Manifest, manifest
from hcpc.payloads.relabel import fault_of, rules_of
from hcpc.resolve.operator_setup import SRE, metrics_set, operator_namespace, place
from hcpc.resolve.scope import ManagementCluster
from hcpc.spec.flag_rules import METRICS_SET
from hcpc.spec.metrics import WITHOUT_EFFECT
from hcpc.syntax.tree import Mapping, Scalar, Sequence, Tree, find, key_span

NAME, KEY = "sre-metric-set", "config"


def config_map(management: ManagementCluster, sink: Sink) -> list[Manifest]:
    """The ConfigMap with the rules by component; none without `metrics.sre`."""
    components: dict[str, Any] | None = management.data.get("metrics", {}).get("sre")
    if components is None:
        _check_rules_exist(management, sink)
        return []
    _check(management, sink)
    config = {
        name: [rule.body for rule in rules_of(component)] for name, component in components.items()
    }
    body = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": NAME, "namespace": operator_namespace(management)},
        "data": {KEY: canonical_yaml(config)},
    }
    return [manifest(body, key_span(management.tree, ("metrics", "sre")))]


def _check(management: ManagementCluster, sink: Sink) -> None:
    """Look at what was written, so that a fault in one rule does not hide those of others."""
    components = find(management.tree, ("metrics", "sre"))
    if not isinstance(components, Mapping):
        return
    for name, component in components.children.items():
        if name in WITHOUT_EFFECT:
            _report_unused(name, components, sink)
        rules = find(component, ("relabel",))
        for rule in rules.items if isinstance(rules, Sequence) else ():
            regex = find(rule, ("regex",))
            if isinstance(regex, Scalar) and (fault := fault_of(regex.text)):
                sink.report(
                    codes.BAD_REGEX,
                    regex.span,
                    f"not an expression that Prometheus reads: {fault}",
                    help="Prometheus knows the syntax of RE2, without looking ahead or back",
                )


def _report_unused(name: str, components: Tree, sink: Sink) -> None:
    sink.report(
        codes.UNUSED_COMPONENT,
        key_span(components, (name,)),
        f"rules for `{name}` have no effect",
        label="the operator reads them and applies them nowhere",
        help="remove them; its metrics are always collected",
        subjects=(name,),
    )


def _check_rules_exist(management: ManagementCluster, sink: Sink) -> None:
    # Rules that are there but cannot be used are told already.
    is_there = find(management.tree, ("metrics", "sre")) is not None
    if metrics_set(management) == SRE and not is_there:
        sink.report(
            codes.NO_SRE_RULES,
            place(management, METRICS_SET),
            f"management cluster `{management.name}` has no rules for the metrics set `SRE`",
            label="without rules everything is collected",
            help="say under `metrics.sre` what is left out, or write `set: All`",
        )
