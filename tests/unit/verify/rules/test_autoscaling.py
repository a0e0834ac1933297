"""Settings of the cluster autoscaler."""

from pathlib import Path

from tests.unit.resolve.small_fleet import DEFAULTS, SCAFFOLD, compiled, small_fleet
from tests.unit.verify.rules.raw import raw, told

from hcpc.verify.rules.autoscaling import check

SETTINGS = "autoscaling: {maxNodesTotal: 9}\n"


def test_settings_are_for_pools_that_scale(tmp_path: Path) -> None:
    assert told(check, tmp_path, SETTINGS) == ["HCP1439 autoscaling"]
    scales = "{a: {replicas: 1}, b: {autoscale: {min: 1, max: 2}}}"
    assert told(check, tmp_path, SETTINGS, pools=scales) == []


def test_a_pool_may_scale_by_its_passthrough(tmp_path: Path) -> None:
    own = "{spec: {replicas: null, autoScaling: {min: 1, max: 2}}}"
    pools = f"{{a: {{replicas: 1, nodePool: {own}}}}}"
    assert told(check, tmp_path, raw("spec.autoscaling.maxNodesTotal", 9), pools=pools) == []


def test_those_of_a_layer_are_for_whoever_scales(tmp_path: Path) -> None:
    layer = {DEFAULTS: SCAFFOLD[DEFAULTS] + f"    {SETTINGS}"}
    assert compiled(small_fleet(tmp_path, layer)).findings == ()
