"""What a running cluster cannot lose is told once, with nothing that follows from it."""

from pathlib import Path

import pytest
from tests.git import commit
from tests.unit.resolve.small_fleet import DEMO, cluster, document, small_fleet, write
from tests.unit.verify.policies.deciding import POLICY, TODAY, waiver, waivers

from hcpc.pipeline import Options, compile_fleet

HERE = "clusters/mgmt-1"
CLUSTER_ID = "clusterID: 6513270e-269e-4d37-b2a7-4de452e6b438\n"
INFRA_ID = "infraID: demo-x7k2p\n"
POOLS = "nodePools: {workers: {replicas: 2}}\n"
KEY = "encryption: {aescbc: {activeKey: {secret: demo-key}}}\n"
READY = """\
publish: {api: {nodePort: {address: api.demo.example.com}}}
backup: {schedule: daily, ttl: 168h, disasterRecovery: true}
"""
SNAPSHOT = "cluster: demo\nsnapshot: {url: s3://etcd-backups/demo.db}\n"


def told(root: Path, before: str, after: str, said: str = "") -> list[str]:
    """The codes of what is found when the cluster becomes another, with a Restore beside it."""
    files = {DEMO: before, f"{HERE}/restore.yaml": document("Restore", "demo-restore", SNAPSHOT)}
    small_fleet(root, files)
    commit(root)
    write(root, {DEMO: after, **({POLICY: said} if said else {})})
    result = compile_fleet(root, Options("serial", today=TODAY), base="HEAD")
    return [each.code for each in result.findings]


@pytest.mark.parametrize(
    ("lost", "instead"), [(CLUSTER_ID, ""), (INFRA_ID, ""), (KEY, "encryption: null\n")]
)
@pytest.mark.parametrize("more", [READY, ""])
def test_what_is_lost_is_told_once(lost: str, instead: str, more: str, tmp_path: Path) -> None:
    spec = CLUSTER_ID + INFRA_ID + KEY + more
    after = cluster("demo", spec.replace(lost, instead))
    assert told(tmp_path, cluster("demo", spec), after) == ["HCP1601"]


def test_a_setting_of_a_platform_counts_as_well(tmp_path: Path) -> None:
    settings = CLUSTER_ID + INFRA_ID + KEY
    specs = [
        document("Cluster", "demo", f"platform: {{kubevirt: {own}}}\n{settings}{POOLS}")
        for own in ("{generateID: demo}", "{}")
    ]
    assert told(tmp_path, *specs) == ["HCP1601"]


def test_what_was_missing_before_is_told_too(tmp_path: Path) -> None:
    before = cluster("demo", CLUSTER_ID + KEY)
    assert sorted(told(tmp_path, before, cluster("demo", KEY))) == ["HCP1202", "HCP1601"]


def test_with_a_waived_cause_what_follows_is_told(tmp_path: Path) -> None:
    before, after = cluster("demo", CLUSTER_ID + INFRA_ID), cluster("demo", INFRA_ID)
    assert told(tmp_path, before, after, waivers(waiver("HCP1601"))) == ["HCP1202"]
