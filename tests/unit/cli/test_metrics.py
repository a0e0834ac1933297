"""`hcpc metrics preview`: what is collected, and which rule drops the rest."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.unit.payloads.management import management
from tests.unit.resolve.small_fleet import DEMO, MANAGEMENT, cluster, small_fleet

from hcpc.cli.main import command

METRICS = """\
# TYPE apiserver_request_total counter
apiserver_request_total{code="200"} 12
apiserver_request_total{code="500"} 1
etcd_disk_x 3
x_bucket{le="0.1"} 1
x_bucket{le="0.5"} 1
old_name 1
"""
SPEC = """\
metrics:
  set: SRE
  sre:
    kubeAPIServer:
      drop:
        - etcd_{debugging,disk}*
        - {metric: x_bucket, labels: {le: [0.5]}}
      relabel:
        - {sourceLabels: [__name__], regex: old_(.*), targetLabel: __name__, replacement: new_$1}
        - {action: drop, sourceLabels: [code], regex: "5.."}
    etcd:
      keep: [etcd_*]
"""


def run(root: Path, *arguments: str, metrics: str | bytes = METRICS) -> Result:
    data = metrics.encode() if isinstance(metrics, str) else metrics
    (root / "metrics.txt").write_bytes(data)
    call = ["metrics", "preview", "-C", str(root), "--from", str(root / "metrics.txt"), *arguments]
    return CliRunner().invoke(command, call, catch_exceptions=False)


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    own = cluster("own", "monitoring: {metricsSet: Telemetry}\n", pools="{}")
    files = {MANAGEMENT: management(SPEC), "clusters/mgmt-1/own.yaml": own}
    return small_fleet(tmp_path, files)


def test_each_metric_is_told_with_the_rule_and_its_place(fleet: Path) -> None:
    result = run(fleet, "demo", "--component", "kubeAPIServer")
    place = "clusters/mgmt-1/management-cluster.yaml"
    assert result.output == (
        "cluster demo, component kubeAPIServer: metrics set SRE of management cluster mgmt-1\n\n"
        "METRIC                   SERIES  KEPT  WHY\n"
        f"apiserver_request_total  2       1     drop 5.. ({place}:16:14)\n"
        f"etcd_disk_x              1       0     drop etcd_{{debugging,disk}}* ({place}:12:13)\n"
        "old_name                 1       1     becomes new_name\n"
        f"x_bucket                 2       1     drop x_bucket ({place}:13:14)\n"
        "\n4 metrics: 1 kept, 2 in part, 1 dropped; 3 of 6 series kept\n"
    )
    assert result.exit_code == 0


def metrics_of(result: Result, component: str) -> dict[str, dict[str, Any]]:
    (found,) = [
        each for each in json.loads(result.stdout)["components"] if each["component"] == component
    ]
    return {each["name"]: each for each in found["metrics"]}


def test_as_json_for_every_component(fleet: Path) -> None:
    result = run(fleet, "mgmt-1", "-o", "json")
    answer = json.loads(result.stdout)
    assert answer["target"] == "management cluster mgmt-1"
    assert (answer["managementCluster"], answer["metricsSet"]) == ("mgmt-1", "SRE")
    assert len(answer["components"]) == 13
    assert metrics_of(result, "etcd")["old_name"] == {
        "name": "old_name",
        "series": 1,
        "kept": 0,
        "droppedBy": [
            {
                "rule": "not among those to keep",
                "place": "clusters/mgmt-1/management-cluster.yaml:18:9",
                "series": 1,
            }
        ],
        "becomes": [],
    }
    assert metrics_of(result, "kubeAPIServer")["old_name"]["becomes"] == ["new_name"]
    assert metrics_of(result, "cvo")["old_name"]["kept"] == 1


def test_the_metrics_may_come_from_standard_input(fleet: Path) -> None:
    call = ["metrics", "preview", "demo", "-C", str(fleet), "--from", "-", "--component", "olm"]
    result = CliRunner().invoke(command, call, input=METRICS, catch_exceptions=False)
    assert result.output.endswith("4 metrics: 4 kept, 0 in part, 0 dropped; 6 of 6 series kept\n")


def test_without_a_component_there_is_a_line_for_each(fleet: Path) -> None:
    lines = run(fleet, "mgmt-1").output.splitlines()
    assert lines[0] == "management cluster mgmt-1: metrics set SRE of management cluster mgmt-1"
    etcd = "etcd 4 metrics: 1 kept, 0 in part, 3 dropped; 1 of 6 series kept"
    assert " ".join(lines[3].split()) == etcd
    assert len(lines) == 3 + 13 + 2


def test_a_cluster_may_choose_another_set(fleet: Path) -> None:
    result = run(fleet, "own", "--component", "kubeAPIServer", "-o", "json")
    assert json.loads(result.stdout)["metricsSet"] == "Telemetry"
    metrics = metrics_of(result, "kubeAPIServer")
    assert [name for name, each in metrics.items() if each["kept"]] == ["apiserver_request_total"]
    assert metrics["old_name"]["droppedBy"] == [
        {"rule": "not among those to keep", "place": "", "series": 1}
    ]


def test_the_flag_chooses_the_set_too(tmp_path: Path) -> None:
    spec = "operator: {installFlags: {add: {metrics-set: All}}}\n"
    result = run(small_fleet(tmp_path, {MANAGEMENT: management(spec)}), "demo", "-o", "json")
    assert json.loads(result.stdout)["metricsSet"] == "All"
    assert metrics_of(result, "cvo")["etcd_disk_x"]["droppedBy"][0]["rule"] == (
        "drop etcd_{debugging,disk,server}*"
    )


def test_without_a_word_it_is_telemetry_and_without_rules_everything(tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path)
    assert json.loads(run(fleet, "demo", "-o", "json").stdout)["metricsSet"] == "Telemetry"
    small_fleet(tmp_path, {MANAGEMENT: management("metrics: {set: SRE}\n")})
    result = run(fleet, "demo", "--component", "olm")
    assert "4 metrics: 4 kept, 0 in part, 0 dropped" in result.output


@pytest.mark.parametrize("component", ["controlPlaneOperator", "hostedClusterConfigOperator"])
def test_rules_that_the_operator_does_not_apply_are_not_applied(
    component: str, tmp_path: Path
) -> None:
    spec = f"metrics: {{set: SRE, sre: {{{component}: {{drop: ['*']}}}}}}\n"
    fleet = small_fleet(tmp_path, {MANAGEMENT: management(spec)})
    assert "4 metrics: 4 kept" in run(fleet, "demo", "--component", component).output


@pytest.mark.parametrize(
    ("arguments", "metrics", "message", "code"),
    [
        (["dem"], METRICS, "no cluster or management cluster dem; did you mean demo?", 2),
        (["demo"], "up\n", "metrics.txt: line 1 is no sample of a metric: up", 2),
        (["demo"], b"\xff 1\n", "codec can't decode byte 0xff", 2),
        (["demo", "--component", "etc"], METRICS, "Invalid value for '--component'", 2),
    ],
)  # fmt: skip
def test_what_cannot_be_answered(
    arguments: list[str], metrics: str | bytes, message: str, code: int, fleet: Path
) -> None:
    result = run(fleet, *arguments, metrics=metrics)
    assert message in result.output
    assert result.exit_code == code


def test_a_rule_that_prometheus_cannot_read_ends_the_answer(tmp_path: Path) -> None:
    rule = '{action: drop, sourceLabels: [a], regex: "(?=a)"}'
    spec = f"metrics: {{set: SRE, sre: {{etcd: {{relabel: [{rule}]}}}}}}\n"
    fleet = small_fleet(tmp_path, {MANAGEMENT: management(spec)})
    result = run(fleet, "demo")
    assert result.output == (
        "hcpc: clusters/mgmt-1/management-cluster.yaml:7:47: Prometheus cannot read this rule; "
        "run 'hcpc lint'\n"
    )
    assert result.exit_code == 1


def test_faults_of_the_management_cluster_are_said_with_the_answer(tmp_path: Path) -> None:
    spec = "metrics: {set: SRE, sre: {etcd: {drop: [a], kepe: [b]}}}\n"
    fleet = small_fleet(tmp_path, {MANAGEMENT: management(spec)})
    result = run(fleet, "mgmt-1", "--component", "etcd")
    assert result.stderr == "hcpc: management cluster mgmt-1 has faults; run 'hcpc lint'\n"
    assert result.exit_code == 1


def test_a_broken_cluster_has_no_answer(tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path, {DEMO: cluster("demo", "unknown: 1\n")})
    result = run(fleet, "demo")
    assert (result.output, result.exit_code) == (
        "hcpc: cluster demo has faults; run 'hcpc lint'\n",
        2,
    )
