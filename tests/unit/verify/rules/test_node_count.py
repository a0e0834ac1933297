"""A cluster has the nodes that it needs."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, document
from tests.unit.verify.rules.pools import told

CODES = ("HCP1505", "HCP1506", "HCP1507")
HA = "availability: {infrastructure: HighlyAvailable}\n"


def test_a_cluster_has_a_node_pool(tmp_path: Path) -> None:
    assert told(tmp_path, cluster("demo", pools="{}"), *CODES) == ["HCP1505 demo"]


def test_one_that_provisions_its_nodes_needs_none(tmp_path: Path) -> None:
    raw = "hostedCluster: {spec: {autoNode: {provisioner: {name: Karpenter}}}}\n"
    assert told(tmp_path, cluster("demo", raw, pools="{}"), *CODES) == []


@pytest.mark.parametrize(
    ("spec", "pools", "expected"),
    [
        (HA, "{w: {replicas: 1}}", ["HCP1506 HighlyAvailable"]),
        (HA, "{w: {autoscale: {min: 1, max: 1}}}", ["HCP1506 HighlyAvailable"]),
        (HA, "{w: {autoscale: {min: 1, max: 2}}}", []),
        (HA, "{v: {replicas: 1}, w: {replicas: 1}}", []),
        (HA, "{w: {replicas: 0}}", []),
        (HA, "{w: {replicas: 2}}", []),
        ("", "{w: {replicas: 1}}", []),
    ],
)
def test_replicas_on_different_nodes_need_two(
    tmp_path: Path, spec: str, pools: str, expected: list[str]
) -> None:
    assert told(tmp_path, cluster("demo", spec, pools=pools), *CODES) == expected


def test_where_somebody_else_brings_machines_their_number_is_not_ours(tmp_path: Path) -> None:
    spec = f"platform: {{none: {{}}}}\n{HA}nodePools: {{w: {{replicas: 1}}}}\n"
    assert told(tmp_path, document("Cluster", "demo", spec), *CODES) == []


@pytest.mark.parametrize(
    ("limit", "pools", "is_idle"),
    [
        (2, "{w: {autoscale: {min: 2, max: 4}}}", True),
        (1, "{w: {autoscale: {min: 2, max: 4}}}", True),
        (3, "{w: {autoscale: {min: 2, max: 4}}}", False),
        (3, "{v: {replicas: 1}, w: {autoscale: {min: 2, max: 4}}}", True),
        (2, "{w: {autoscale: {min: 2, max: 2}}}", False),
        (2, "{w: {replicas: 4}}", False),
        (0, "{w: {autoscale: {min: 2, max: 4}}}", False),
    ],
)
def test_the_autoscaler_has_room(tmp_path: Path, limit: int, pools: str, *, is_idle: bool) -> None:
    text = cluster("demo", f"autoscaling: {{maxNodesTotal: {limit}}}\n", pools=pools)
    assert told(tmp_path, text, *CODES) == ([f"HCP1507 {limit}"] if is_idle else [])
