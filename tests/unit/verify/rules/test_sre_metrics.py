"""Clusters that choose the metrics set `SRE`, and management clusters without rules for it."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, underlined
from tests.unit.verify.rules.agreeing import found

CHOOSES = cluster("demo", "monitoring: {metricsSet: SRE}\n")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("", ["HCP0808 SRE"]),
        ("metrics: {set: All}\n", ["HCP0808 SRE"]),
        ("metrics: {sre: {}}\n", []),
        ("metrics: {sre: {etcd: {keep: [up]}}}\n", []),
    ],
)
def test_a_cluster_that_chooses_it_is_told(facts: str, expected: list[str], tmp_path: Path) -> None:
    findings = found(tmp_path, facts, CHOOSES)
    assert underlined(findings) == expected
    assert all(each.primary.span.file.path == "clusters/mgmt-1/0.yaml" for each in findings)


@pytest.mark.parametrize(
    "facts",
    ["metrics: {set: SRE}\n", "operator: {installFlags: {add: {metrics-set: SRE}}}\n"],
)
def test_where_the_management_cluster_chooses_it_that_is_told_once(
    facts: str, tmp_path: Path
) -> None:
    (finding,) = found(tmp_path, facts, CHOOSES)
    assert finding.primary.span.file.path.endswith("management-cluster.yaml")


def test_other_sets_need_no_rules(tmp_path: Path) -> None:
    assert found(tmp_path, "", cluster("demo", "monitoring: {metricsSet: All}\n")) == ()
