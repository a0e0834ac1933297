"""Management clusters: what configures their operators, and what is told of what is wrong."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.golden.lint import lint

from hcpc.pipeline import Options, compile_fleet

FLEETS = Path(__file__).parents[1] / "fleets"
CONFIG_MAPS = (
    "hypershift-operator-install-flags",
    "monitoring-dashboard-template",
    "sre-metric-set",
)


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """The ConfigMaps of a management cluster with every form of setting."""
    result = compile_fleet(FLEETS / "management-clusters", Options("serial"))
    assert result.findings == ()
    start = "mc/operator/configmap-"
    return {
        path.removeprefix(start).removesuffix(".yaml"): text
        for path, text in result.files.items()
        if path.startswith(start)
    }


def test_every_config_map_is_looked_at(files: dict[str, str]) -> None:
    assert sorted(files) == sorted(CONFIG_MAPS)


@pytest.mark.parametrize("name", CONFIG_MAPS)
def test_a_setting_becomes_this(
    name: str, files: dict[str, str], golden: SnapshotAssertion
) -> None:
    assert files[name] == golden


def test_what_is_wrong_with_management_clusters(golden: SnapshotAssertion) -> None:
    assert lint(FLEETS / "bad-management-clusters", "text") == golden
