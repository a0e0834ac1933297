"""A node pool says how many nodes it has."""

import json
from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, underlined
from tests.unit.verify.rules.agreeing import ON_AWS, on_aws
from tests.unit.verify.rules.checking import checked
from tests.unit.verify.rules.pools import findings, told

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


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("{autoScaling: {min: 1, max: 3}, replicas: null}", []),
        ("{autoScaling: {min: 1, max: 3}}", ["HCP1502 replicas"]),
        ("{replicas: -1}", ["HCP1502 -1"]),
        ("{replicas: null, autoScaling: {min: 3, max: 2}}", ["HCP1502 2"]),
        ("{replicas: null, autoScaling: {min: 0, max: 2}}", ["HCP1502 0"]),
        ("{replicas: null}", ["HCP0407 w"]),
    ],
)
def test_a_patch_cannot_make_sizes_that_cannot_be(
    tmp_path: Path, raw: str, expected: list[str]
) -> None:
    pools = f"{{w: {{replicas: 2, nodePool: {{spec: {raw}}}}}}}"
    assert underlined(checked(check, tmp_path, cluster("demo", pools=pools))) == expected


def test_an_overlay_on_a_pool_that_scales_is_told_with_both(tmp_path: Path) -> None:
    text = cluster("demo", pools="{w: {autoscale: {min: 1, max: 3}}}")
    (found,) = findings(tmp_path, text, "HCP1502", overlay="{spec: {replicas: 3}}")
    assert found.primary.span.file.path.endswith("overlay.yaml")
    assert [label.span.file.path for label in found.secondary] == ["clusters/mgmt-1/demo.yaml"]


def test_some_clouds_start_at_nothing(tmp_path: Path) -> None:
    pool = {"platform": ON_AWS["w"]["platform"], "autoscale": {"min": 0, "max": 3}}
    text = on_aws("demo", f"nodePools: {json.dumps({'w': pool})}\n")
    assert told(tmp_path, text, "HCP1502") == []
