"""`hcpc restore check`: could a cluster be brought back today, and what is missing."""

import json
from pathlib import Path

from tests.unit.cli.conftest import Run
from tests.unit.resolve.small_fleet import (
    DEMO,
    MANAGEMENT,
    SCAFFOLD,
    cluster,
    document,
    small_fleet,
)

READY = """\
clusterID: 6513270e-269e-4d37-b2a7-4de452e6b438
infraID: demo-abcde
encryption: {aescbc: {activeKey: {secret: demo-key}}}
backup: {schedule: daily, ttl: 24h}
"""
READY_ANSWER = """\
demo, on mgmt-1

  ok       etcd
  ok       encryption
  ok       clusterID
  ok       infraID
  ok       backup
  ok       backup-kept
  advice   signing-key  names no signing key
                        name one under `serviceAccountSigningKey`: a new key makes all tokens void
                        at clusters/mgmt-1/demo.yaml:4:9

demo can be restored
"""
OTHER = {"clusters/mgmt-2/m.yaml": SCAFFOLD[MANAGEMENT].replace("mgmt-1", "mgmt-2")}
RESTORE = document("Restore", "again", "cluster: demo\nsnapshot: {url: s3://etcd/demo.db}\n")


def test_a_cluster_that_can_be_restored_ends_with_0(run: Run, tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "f", {DEMO: cluster("demo", READY)})
    ran = run("restore", "check", "demo", cwd=root)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == READY_ANSWER


def test_what_is_missing_is_listed_and_ends_with_1(run: Run, tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "f", {DEMO: cluster("demo", "encryption: null\n")})
    ran = run("restore", "check", "demo", "-o", "json", cwd=root)
    answer = json.loads(ran.out)
    assert (ran.code, answer["restorable"], answer["target"]) == (1, False, "mgmt-1")
    missing = [each["need"] for each in answer["needs"] if each["state"] == "missing"]
    assert missing == ["encryption", "clusterID", "infraID", "backup"]
    assert answer["needs"][1] == {
        "need": "encryption",
        "state": "missing",
        "message": "`demo` names no encryption key",
        "help": "name one under `encryption`: without the key it was written with, nobody can "
        "read its state",
        "location": f"{DEMO}:4:9",
    }
    ran = run("restore", "check", "demo", cwd=root)
    assert (ran.code, ran.out.splitlines()[-1]) == (
        1,
        "demo cannot be restored: 4 things are missing",
    )


def test_on_another_management_cluster_more_is_needed(run: Run, tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "f", {DEMO: cluster("demo", READY), **OTHER})
    assert run("restore", "check", "demo", cwd=root).code == 0
    ran = run("restore", "check", "demo", "--to", "mgmt-2", "-C", root)
    assert ran.code == 1
    assert ran.out.startswith("demo, on mgmt-1, restored on mgmt-2\n")
    assert "  missing  api-host-name  has no fixed host name for its API\n" in ran.out
    assert ran.out.endswith("\ndemo cannot be restored: 1 thing is missing\n")


def test_a_snapshot_that_a_restore_names_is_something_to_restore_from(
    run: Run, tmp_path: Path
) -> None:
    spec = READY.replace("backup: {schedule: daily, ttl: 24h}\n", "")
    files = {DEMO: cluster("demo", spec), "clusters/mgmt-1/r.yaml": RESTORE}
    ran = run("restore", "check", "demo", cwd=small_fleet(tmp_path / "f", files))
    assert ran.code == 0
    assert "  advice   backup       is never backed up\n" in ran.out
    assert "\nrunbook: mgmt-1/restore/again/RUNBOOK.md\n" in ran.out


def test_a_faulty_cluster_cannot_be_judged(run: Run, tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "f", {DEMO: cluster("demo", "etcd: {size: huge}\n")})
    ran = run("restore", "check", "demo", cwd=root)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "hcpc: cluster demo has faults; run 'hcpc lint'\n"


def test_unknown_names_are_usage_errors(run: Run, tmp_path: Path) -> None:
    root = small_fleet(tmp_path / "f")
    ran = run("restore", "check", "dmeo", cwd=root)
    assert (ran.code, ran.err) == (2, "hcpc: there is no cluster dmeo; did you mean demo?\n")
    ran = run("restore", "check", "demo", "--to", "mgmt-2", cwd=root)
    assert ran.code == 2
    assert ran.err == ("hcpc: there is no management cluster mgmt-2; did you mean mgmt-1?\n")
