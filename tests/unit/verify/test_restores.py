"""Restores name what the fleet has, each under a name of its own."""

from pathlib import Path
from typing import Any

from tests.unit.resolve.small_fleet import (
    DEMO,
    MANAGEMENT,
    SCAFFOLD,
    cluster,
    compiled,
    document,
    places,
    small_fleet,
    underlined,
)

from hcpc.diagnostics.diagnostic import Severity

HERE = "clusters/mgmt-1"
RESTORE = f"{HERE}/restore.yaml"


def restore(of: str, name: str = "again", more: str = "") -> str:
    return document("Restore", name, f"cluster: {of}\n{more}inPlace: {{}}\n")


def findings(root: Path, **files: Any) -> list[str]:
    changes = {path.replace("__", "/") + ".yaml": text for path, text in files.items()}
    return underlined(compiled(small_fleet(root, changes)).findings)


def test_a_restore_of_an_unknown_cluster_is_told_with_a_guess(tmp_path: Path) -> None:
    result = compiled(small_fleet(tmp_path, {RESTORE: restore("dmeo")}))
    assert places(result.findings) == [f"HCP1201 {RESTORE}:6:12"]
    assert result.findings[0].primary.text == "did you mean `demo`?"


def test_a_cluster_beside_or_above_is_out_of_sight(tmp_path: Path) -> None:
    result = compiled(small_fleet(tmp_path, {f"{HERE}/below/r.yaml": restore("demo")}))
    (found,) = result.findings
    assert found.code == "HCP1201"
    assert [label.span.location for label in found.secondary] == [f"{DEMO}:5:9"]


def test_a_restore_above_the_cluster_sees_it(tmp_path: Path) -> None:
    result = compiled(small_fleet(tmp_path, {"clusters/r.yaml": restore("demo")}))
    assert result.findings == ()
    assert "mgmt-1/restore/again/RUNBOOK.md" in result.files


def test_a_cluster_that_moved_where_its_restore_leads_is_told_as_a_warning(tmp_path: Path) -> None:
    files = {
        "clusters/mgmt-2/m.yaml": SCAFFOLD[MANAGEMENT].replace("mgmt-1", "mgmt-2"),
        "clusters/mgmt-2/c.yaml": cluster("other"),
        RESTORE: document(
            "Restore", "again", "cluster: other\nmanagementCluster: mgmt-2\nvelero: {backup: b}\n"
        ),
    }
    result = compiled(small_fleet(tmp_path, files))
    (found,) = result.findings
    assert (found.code, found.severity) == ("HCP1201", Severity.WARNING)
    assert found.message == "`other` is on `mgmt-2` already, where this Restore leads"
    assert not result.has_errors


def test_an_unknown_management_cluster_is_told_once(tmp_path: Path) -> None:
    text = restore("demo", more="managementCluster: mgmt-9\n")
    assert findings(tmp_path, **{f"{HERE}/r": text}) == ["HCP1201 mgmt-9"]


def test_names_are_a_restore_s_own_in_all_the_fleet(tmp_path: Path) -> None:
    other = document("ManagementCluster", "mgmt-2", "nodeAddress: n.example.com\n")
    files = {
        "clusters/mgmt-2/m": other,
        "clusters/mgmt-2/c": cluster("other"),
        "clusters/mgmt-2/r": restore("other"),
        f"{HERE}/r": restore("demo"),
    }
    assert findings(tmp_path, **files) == ["HCP0308 again"]


def test_two_of_a_name_in_one_directory_are_told_once(tmp_path: Path) -> None:
    files = {f"{HERE}/r1": restore("demo"), f"{HERE}/r2": restore("demo")}
    assert findings(tmp_path, **files) == ["HCP0308 again"]


def test_a_cluster_in_a_broken_file_may_be_the_one(tmp_path: Path) -> None:
    files = {f"{HERE}/r": restore("lost"), f"{HERE}/lost": cluster("lost") + "a: [\n"}
    result = compiled(small_fleet(tmp_path, {f"{path}.yaml": text for path, text in files.items()}))
    assert {found.code for found in result.findings} == {"HCP0101"}


def test_a_management_cluster_in_a_broken_file_may_be_the_one(tmp_path: Path) -> None:
    text = restore("demo", more="managementCluster: mgmt-2\n")
    broken = document("ManagementCluster", "mgmt-2") + "a: [\n"
    files = {f"{HERE}/r.yaml": text, "clusters/mgmt-2/m.yaml": broken}
    result = compiled(small_fleet(tmp_path, files))
    assert {found.code for found in result.findings} == {"HCP0101"}


def test_a_restore_of_a_faulty_cluster_adds_no_fault(tmp_path: Path) -> None:
    files = {DEMO: cluster("demo", "etcd: {size: huge}\n"), RESTORE: restore("demo")}
    result = compiled(small_fleet(tmp_path, files))
    assert [found.code for found in result.findings] == ["HCP0208"]
    assert MANAGEMENT not in places(result.findings)
