"""A node pool says how many nodes it has."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, underlined
from tests.unit.verify.rules.checking import checked

from hcpc.verify.rules.node_pool_size import check


@pytest.mark.parametrize(
    "pool",
    [
        "{replicas: 0}",
        "{replicas: 3}",
        "{autoscale: {min: 1, max: 2}}",
        "{nodePool: {spec: {replicas: 2}}}",
        "{nodePool: {spec: {autoScaling: {min: 1, max: 2}}}}",
    ],
)
def test_a_pool_with_a_size_is_fine(tmp_path: Path, pool: str) -> None:
    assert checked(check, tmp_path, cluster("demo", pools=f"{{w: {pool}}}")) == []


@pytest.mark.parametrize(
    "pool",
    [
        "{}",
        "{arch: amd64}",
        "{nodePool: {metadata: {labels: {a: b}}}}",
        "{nodePool: {spec: null}}",
        "{nodePool: {spec: 5}}",
        "{nodePool: {spec: [1]}}",
        "{nodePool: {}}",
    ],
)
def test_a_pool_without_a_size_is_a_warning(tmp_path: Path, pool: str) -> None:
    text = cluster("demo", pools=f"{{sized: {{replicas: 1}}, unsized: {pool}}}")
    (finding,) = checked(check, tmp_path, text)
    assert underlined([finding]) == ["HCP0407 unsized"]
    assert finding.severity == "warning"
