"""Tuning needs a capability of the cluster."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, document
from tests.unit.verify.rules.pools import told

FILES = {
    "clusters/mgmt-1/configs.yaml": document(
        "NodeConfig", "pages", "tuned: {profiles: {pages: {sysctl: {vm.x: 1}}}}\n"
    )
}
DISABLED = "capabilities: {disabled: [NodeTuning]}\n"
RAW = "hostedCluster: {spec: {capabilities: {disabled: [Insights, NodeTuning]}}}\n"


@pytest.mark.parametrize(
    ("spec", "pool", "expected"),
    [
        ("", "{replicas: 1, config: [pages]}", []),
        (DISABLED, "{replicas: 1, config: [{configMap: there}]}", []),
        (DISABLED, "{replicas: 1, config: [pages]}", ["pages"]),
        (RAW, "{replicas: 1, config: [pages]}", ["pages"]),
        (DISABLED, "{replicas: 1, tuning: [{configMap: there}]}", ["there"]),
    ],
)
def test_without_it_tuning_has_no_effect(
    tmp_path: Path, spec: str, pool: str, expected: list[str]
) -> None:
    text = cluster("demo", spec, pools=f"{{w: {pool}}}")
    assert told(tmp_path, text, "HCP0709", **FILES) == [f"HCP0709 {each}" for each in expected]


def test_it_is_told_once_for_all_pools(tmp_path: Path) -> None:
    pool = "{replicas: 1, config: [pages]}"
    text = cluster("demo", DISABLED, pools=f"{{v: {pool}, w: {pool}}}")
    assert told(tmp_path, text, "HCP0709", **FILES) == ["HCP0709 pages"]
