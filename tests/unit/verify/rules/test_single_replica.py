"""Control planes with one replica."""

from pathlib import Path

from tests.unit.resolve.small_fleet import DEFAULTS, DEMO, SCAFFOLD, cluster, compiled, small_fleet
from tests.unit.verify.rules.raw import told

from hcpc.verify.rules.single_replica import check

ONE = "availability: {controlPlane: SingleReplica}\n"


def test_one_replica_is_told_of(tmp_path: Path) -> None:
    assert told(check, tmp_path, ONE) == ["HCP1437 SingleReplica"]
    assert told(check, tmp_path) == []


def test_a_layer_is_told_once_for_all_its_clusters(tmp_path: Path) -> None:
    files = {
        DEFAULTS: SCAFFOLD[DEFAULTS] + f"    {ONE}",
        DEMO: cluster("one"),
        "clusters/mgmt-1/two.yaml": cluster("two"),
    }
    (found,) = compiled(small_fleet(tmp_path, files)).findings
    assert (found.code, found.severity, found.clusters) == ("HCP1437", "info", ("one", "two"))
