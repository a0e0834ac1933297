"""Node configuration: what it becomes, and what is told of what is wrong with it."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.golden.lint import lint

from hcpc.pipeline import Options, compile_fleet

FLEETS = Path(__file__).parents[1] / "fleets"
CONFIGS = (
    *("container-runtime", "files", "images", "kubelet", "machine", "performance-tuning", "raw"),
    *("raw-performance-tuning", "raw-tuned-tuning", "tuned-tuning", "units"),
)


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """The ConfigMaps that every form becomes, by NodeConfig."""
    result = compile_fleet(FLEETS / "node-configs", Options("serial"))
    assert result.findings == ()
    start = "mgmt-1/clusters/demo/configmap-demo-"
    return {
        path.removeprefix(start).removesuffix(".yaml"): text
        for path, text in result.files.items()
        if path.startswith(start)
    }


def test_every_config_map_is_looked_at(files: dict[str, str]) -> None:
    assert sorted(files) == sorted(CONFIGS)


@pytest.mark.parametrize("config", CONFIGS)
def test_a_node_config_becomes_this(
    config: str, files: dict[str, str], golden: SnapshotAssertion
) -> None:
    assert files[config] == golden


def test_what_is_wrong_with_node_configs(golden: SnapshotAssertion) -> None:
    assert lint(FLEETS / "bad-node-configs", "text") == golden
