"""What no running cluster can follow: told with both values, both places and a way forward."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.git import commit, git
from tests.golden.lint import lint
from tests.unit.resolve.small_fleet import DEFAULTS, DEMO, SCAFFOLD, cluster, small_fleet, write

ETCD = SCAFFOLD[DEMO] + "  etcd: {size: %s}\n"


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A branch, on which a fleet lies in a directory of its own."""
    root = small_fleet(tmp_path / "fleets/shop", {DEMO: ETCD % "8Gi"})
    commit(tmp_path)
    git(tmp_path, "switch", "-q", "-c", "change")
    monkeypatch.delenv("HCPC_BASE", raising=False)
    return root


def test_an_immutable_field_of_a_cluster(fleet: Path, golden: SnapshotAssertion) -> None:
    write(fleet, {DEMO: ETCD % "16Gi"})
    commit(fleet.parents[1])
    assert lint(fleet, "text") == golden


def test_a_shared_layer_that_no_cluster_can_follow(fleet: Path, golden: SnapshotAssertion) -> None:
    others = {f"clusters/mgmt-1/{name}.yaml": cluster(name) for name in ("a", "b")}
    write(fleet, others)
    commit(fleet.parents[1])
    git(fleet, "branch", "-f", "main")
    networks = "    networks: {service: [172.30.0.0/16]}\n"
    write(fleet, {DEFAULTS: SCAFFOLD[DEFAULTS] + networks})
    assert lint(fleet, "text") == golden
