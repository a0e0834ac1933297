"""The ConfigMap of the metrics set `SRE`, and what is wrong with its rules."""

import itertools
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.payloads.management import diagnostics, objects, told

from hcpc.diagnostics.sink import Sink
from hcpc.payloads.relabel import NAME, Rule, apply
from hcpc.source.text import SourceFile
from hcpc.spec.metrics import COMPONENTS, Metrics
from hcpc.spec.validate import usable
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import Tree

# The example of the vendor's documentation for the set, in short.
EXAMPLE = """\
metrics:
  set: SRE
  sre:
    kubeAPIServer:
      drop:
        - etcd_{debugging,disk,server}*
        - apiserver_admission_controller_admission_latencies_seconds_*
        - apiserver_admission_step_admission_latencies_seconds_*
        - scheduler_{e2e_scheduling_latency_microseconds,binding_latency_microseconds}
        - scheduler_scheduling_{algorithm_latency_microseconds,latency_seconds}
        - scheduler_scheduling_algorithm_{predicate,priority,preemption}_evaluation
        - apiserver_{request_count,request_latencies,request_latencies_summary,dropped_requests}
        - apiserver_storage_{data_key_generation,transformation}_latencies_microseconds
        - apiserver_{storage_transformation_failures_total,proxy_tunnel_sync_latency_secs}
        - "{docker_operations,docker_operations_latency_microseconds}"
        - docker_operations_{errors,timeout}
        - reflector_{items_per_list,items_per_watch,list_duration_seconds,lists_total}
        - reflector_{short_watches_total,watch_duration_seconds,watches_total}
        - etcd_helper_cache_{hit,miss,entry}_count
        - etcd_{request_cache_get,request_cache_add,request}_latencies_summary
        - transformation_{transformation_latencies_microseconds,failures_total}
        - "{network_plugin_operations,sync_proxy_rules}_latency_microseconds"
        - rest_client_request_latency_seconds
        - &buckets
          metric: apiserver_request_duration_seconds_bucket
          labels: {le: [0.15, 0.25, 0.3, 0.35, 0.4, 0.45, 0.6, 0.7, 0.8, 0.9, 1.25, 1.5, 1.75, 2.5,
                        3, 3.5, 4.5, 6, 7, 8, 9, 15, 25, 30, 50]}
    kubeControllerManager:
      drop:
        - etcd_{debugging,disk,request,server}*
        - rest_client_request_latency_seconds_{bucket,count,sum}
        - root_ca_cert_publisher_sync_duration_seconds_{bucket,count,sum}
    openshiftAPIServer:
      drop:
        - etcd_{debugging,disk,server}*
        - apiserver_admission_{controller,step}_admission_latencies_seconds_*
        - *buckets
    openshiftControllerManager: {drop: ["etcd_{debugging,disk,request,server}*"]}
    openshiftRouteControllerManager: {drop: ["etcd_{debugging,disk,request,server}*"]}
    olm: {drop: ["etcd_{debugging,disk,server}*"]}
    catalogOperator: {drop: ["etcd_{debugging,disk,server}*"]}
    cvo: {drop: ["etcd_{debugging,disk,server}*"]}
"""

ADMISSION = ("controller", "step")
ETCD = ("debugging", "disk", "server")
WITH_REQUESTS = (
    "kubeControllerManager",
    "openshiftControllerManager",
    "openshiftRouteControllerManager",
)
OF_MANAGER = ("rest_client_request_latency", "root_ca_cert_publisher_sync_duration")
BUCKET = "apiserver_request_duration_seconds_bucket"
API_ONLY = {
    *(f"scheduler_scheduling_algorithm_{each}_evaluation" for each in ("predicate", "priority")),
    "scheduler_e2e_scheduling_latency_microseconds",
    "scheduler_scheduling_algorithm_preemption_evaluation",
    "scheduler_scheduling_algorithm_latency_microseconds",
    "scheduler_binding_latency_microseconds",
    "scheduler_scheduling_latency_seconds",
    *(f"apiserver_request_{each}" for each in ("count", "latencies", "latencies_summary")),
    "apiserver_dropped_requests",
    "apiserver_storage_data_key_generation_latencies_microseconds",
    "apiserver_storage_transformation_failures_total",
    "apiserver_storage_transformation_latencies_microseconds",
    "apiserver_proxy_tunnel_sync_latency_secs",
    *(f"docker_operations{each}" for each in ("", "_latency_microseconds", "_errors", "_timeout")),
    *(f"reflector_items_per_{each}" for each in ("list", "watch")),
    *(f"reflector_{each}_duration_seconds" for each in ("list", "watch")),
    *(f"reflector_{each}_total" for each in ("lists", "short_watches", "watches")),
    *(f"etcd_helper_cache_{each}_count" for each in ("hit", "miss", "entry")),
    *(f"etcd_request_{each}latencies_summary" for each in ("", "cache_get_", "cache_add_")),
    "transformation_transformation_latencies_microseconds",
    "transformation_failures_total",
    "network_plugin_operations_latency_microseconds",
    "sync_proxy_rules_latency_microseconds",
    "rest_client_request_latency_seconds",
}
"""Metrics that the example drops of the Kubernetes API server and of nothing else."""


def rules(config: dict[str, Any], component: str) -> list[Rule]:
    return [Rule(body) for body in config[component]]


def dropped(config: dict[str, Any], component: str, name: str, **labels: str) -> bool:
    return apply(rules(config, component), {NAME: name, **labels}).dropped_by is not None


@pytest.fixture
def config(tmp_path: Path) -> dict[str, Any]:
    """The rules of the example as the operator reads them."""
    found = objects(tmp_path, EXAMPLE)["sre-metric-set"]
    assert found["metadata"] == {"name": "sre-metric-set", "namespace": "hypershift"}
    assert list(found["data"]) == ["config"]
    components: dict[str, Any] = yaml.safe_load(found["data"]["config"])
    assert len(components) == 8
    return components


def test_the_vendors_example_drops_families_of_metrics(config: dict[str, Any]) -> None:
    for component in config:
        is_api, is_manager = component.endswith("APIServer"), component == "kubeControllerManager"
        for part in ETCD:
            assert dropped(config, component, f"etcd_{part}_anything")
        assert dropped(config, component, "etcd_request_anything") == (component in WITH_REQUESTS)
        assert not dropped(config, component, "etcd_object_counts")
        for part in ADMISSION:
            name = f"apiserver_admission_{part}_admission_latencies_seconds_sum"
            assert dropped(config, component, name) == is_api
        for start, end in itertools.product(OF_MANAGER, ("bucket", "count", "sum")):
            assert dropped(config, component, f"{start}_seconds_{end}") == is_manager


def test_the_vendors_example_drops_deprecated_metrics(config: dict[str, Any]) -> None:
    assert len(API_ONLY) == 37
    for component, name in itertools.product(config, API_ONLY):
        is_etcd = name.startswith("etcd_request") and component in WITH_REQUESTS
        assert dropped(config, component, name) == (component == "kubeAPIServer" or is_etcd)


@pytest.mark.parametrize("bound", ["0.15", "3", "3.0", "50.0"])
def test_the_vendors_example_drops_buckets(bound: str, config: dict[str, Any]) -> None:
    assert {name for name in config if dropped(config, name, BUCKET, le=bound)} == {
        "kubeAPIServer",
        "openshiftAPIServer",
    }


@pytest.mark.parametrize("bound", ["0.05", "4", "60", "+Inf"])
def test_the_vendors_example_keeps_other_buckets(bound: str, config: dict[str, Any]) -> None:
    assert not any(dropped(config, name, BUCKET, le=bound) for name in config)


def test_raw_rules_are_taken_as_they_are(tmp_path: Path) -> None:
    spec = """\
operator: {namespace: hcp-operator}
metrics:
  sre:
    etcd:
      relabel:
        - {action: HashMod, sourceLabels: [a, b], separator: "-", targetLabel: shard, modulus: 4}
        - {sourceLabels: [a], regex: (.*)x, targetLabel: b, replacement: $1}
        - {action: labelmap, regex: "x_(.+)", replacement: "$${1}"}
    cvo: {}
"""
    found = objects(tmp_path, spec)["sre-metric-set"]
    assert found["metadata"]["namespace"] == "hcp-operator"
    assert yaml.safe_load(found["data"]["config"]) == {
        "etcd": [
            {
                "action": "HashMod",
                "modulus": 4,
                "separator": "-",
                "sourceLabels": ["a", "b"],
                "targetLabel": "shard",
            },
            {"regex": "(.*)x", "replacement": "$1", "sourceLabels": ["a"], "targetLabel": "b"},
            {"action": "labelmap", "regex": "x_(.+)", "replacement": "${1}"},
        ],
        "cvo": [],
    }


def test_every_component_that_the_operator_knows_has_a_field(tmp_path: Path) -> None:
    assert len(COMPONENTS) == 15
    lines = "".join(f"    {name}: {{keep: [up]}}\n" for name in COMPONENTS)
    found = diagnostics(tmp_path, f"metrics:\n  sre:\n{lines}")
    assert [(each.code, each.subjects) for each in found] == [
        ("HCP0802", ("controlPlaneOperator",)),
        ("HCP0802", ("hostedClusterConfigOperator",)),
    ]


def test_rules_of_layers_are_merged_by_component(tmp_path: Path) -> None:
    defaults = """\
apiVersion: hcpc.dev/v1alpha1
kind: Defaults
metadata: {name: metrics}
spec:
  managementCluster:
    metrics: {set: SRE, sre: {etcd: {drop: [a]}, olm: {drop: [b]}}}
"""
    found = objects(tmp_path, "metrics: {sre: {olm: {drop: [c]}}}\n", defaults_yaml=defaults)
    config = yaml.safe_load(found["sre-metric-set"]["data"]["config"])
    assert {name: [rule["regex"] for rule in rules] for name, rules in config.items()} == {
        "etcd": ["a"],
        "olm": ["c"],
    }


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        ('{drop: ["bad-name"]}', ['HCP0213 "bad-name"']),
        ('{keep: ["{a"]}', ['HCP0213 "{a"']),
        ("{keep: []}", ["HCP0212 keep"]),
        ("{drops: [a]}", ["HCP0202 drops"]),
        ("{drop: [{metric: a}]}", ["HCP0204 metric"]),
        ("{drop: [{metric: a, labels: {}}]}", ["HCP0212 labels"]),
        ("{drop: [{metric: a, labels: {a-b: [c]}}]}", ["HCP0213 a-b"]),
        ("{relabel: [{action: forget, sourceLabels: [a]}]}", ["HCP0205 forget"]),
        ("{relabel: [{sourceLabels: [a]}]}", ["HCP0204 sourceLabels"]),
        ("{relabel: [{action: lowercase, sourceLabels: [a]}]}", ["HCP0204 action"]),
        ("{relabel: [{action: drop, regex: a}]}", ["HCP0204 action"]),
        ("{relabel: [{action: hashmod, sourceLabels: [a], targetLabel: b}]}", ["HCP0204 action"]),
        ("{relabel: [{action: hashmod, sourceLabels: [a], targetLabel: b, modulus: 0}]}",
         ["HCP0212 0"]),
        ("{relabel: [{targetLabel: b, modulus: 2}]}", ["HCP0204 targetLabel"]),
        ("{relabel: [{action: drop, sourceLabels: [a], modulus: 2}]}", ["HCP0211 modulus"]),
        ("{relabel: [{action: labeldrop, sourceLabels: [a]}]}", ["HCP0211 sourceLabels"]),
        ("{relabel: [{action: keepequal, sourceLabels: [a], targetLabel: b, regex: c}]}",
         ["HCP0211 regex"]),
        ("{relabel: [{targetLabel: a-b}]}", ["HCP0213 a-b"]),
        ('{relabel: [{action: labeldrop, regex: "(?!a)"}, {action: labelkeep, regex: "(a"}]}',
         ['HCP0801 "(?!a)"', 'HCP0801 "(a"']),
    ],
)  # fmt: skip
def test_a_rule_that_prometheus_would_refuse(
    component: str, expected: list[str], tmp_path: Path
) -> None:
    assert told(tmp_path, f"metrics: {{sre: {{etcd: {component}}}}}\n") == expected


def test_an_unknown_component_is_told_with_the_one_that_is_meant(tmp_path: Path) -> None:
    (found,) = diagnostics(tmp_path, "metrics: {sre: {kubeApiserver: {drop: [a]}}}\n")
    assert (found.code, found.primary.text) == ("HCP0202", "did you mean `kubeAPIServer`?")


def test_the_set_without_rules_is_told_at_the_choice(tmp_path: Path) -> None:
    assert told(tmp_path, "metrics: {set: SRE}\n") == ["HCP0808 SRE"]
    flag = "operator: {installFlags: {add: {metrics-set: SRE}}}\n"
    assert told(tmp_path / "flag", flag) == ["HCP0808 SRE"]
    assert told(tmp_path / "all", "metrics: {set: All}\n") == []


def test_faults_in_one_component_leave_the_rules_of_others() -> None:
    tree = parsed(
        "sre: {etcd: {drop: [a], relabel: [{action: x}, {regex: y}]}, olm: {drop: [b]}, set: 1}"
    )
    assert usable(Metrics, tree) == {"sre": {"etcd": {"drop": ["a"]}, "olm": {"drop": ["b"]}}}


def parsed(text: str) -> Tree:
    (tree,) = parse(SourceFile("a.yaml", text), Sink())
    return tree
