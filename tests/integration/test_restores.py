"""Restores through the real kustomize: the cluster of git, and no change but theirs."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.resolve.small_fleet import DEMO, cluster, compiled, document, small_fleet, write

from hcpc.pipeline import Options, compile_fleet

ROOT = Path(__file__).parents[2]
FLEET = ROOT / "tests" / "fleets" / "restores"
FILES = compile_fleet(FLEET, Options("serial"), output=FLEET / "nowhere").files
RESTORES = sorted(
    path.rpartition("/")[0]
    for path in FILES
    if "/restore/" in path and path.endswith("/kustomization.yaml")
)
OVERLAYS = [path for path in RESTORES if "velero" not in path]

Objects = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rendered tree of the fleet."""
    root = tmp_path_factory.mktemp("rendered")
    write(root, FILES)
    return root


def build(directory: Path) -> Objects:
    """The objects that kustomize makes of a directory."""
    command = Path(os.environ.get("KUSTOMIZE") or ROOT / ".tools/bin/kustomize").absolute()
    if not command.is_file():
        pytest.fail(f"there is no kustomize at {command}; `make kustomize` provides it")
    ran = subprocess.run([command, "build", directory], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    bodies = list(yaml.safe_load_all(ran.stdout))
    return {(body["kind"], body["metadata"]["name"]): body for body in bodies}


def paths(tree: Any, at: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    """Every leaf by its path; lists are leaves."""
    if not isinstance(tree, dict):
        return {at: tree}
    return {
        path: leaf
        for name, child in tree.items()
        for path, leaf in paths(child, (*at, name)).items()
    }


def test_every_method_is_there() -> None:
    assert len(RESTORES) >= 9
    assert {path.split("/")[0] for path in RESTORES} == {"cloud-a", "cloud-b", "metal", "spare"}


@pytest.mark.parametrize("directory", RESTORES)
def test_kustomize_builds_every_restore(tree: Path, directory: str) -> None:
    assert build(tree / directory)


@pytest.mark.parametrize("directory", OVERLAYS)
def test_a_restore_changes_what_it_may_and_nothing_else(tree: Path, directory: str) -> None:
    (resource,) = yaml.safe_load(FILES[f"{directory}/kustomization.yaml"])["resources"]
    restored, base = build(tree / directory), build((tree / directory / resource).resolve())
    gone = base.keys() - restored.keys()
    assert restored.keys() <= base.keys()
    assert {kind for kind, _ in gone} <= {"Schedule", "Backup", "ConfigMap"}
    storage = ("spec", "etcd", "managed", "storage")
    allowed = {
        ("spec", "pausedUntil"),
        (*storage, "restoreSnapshotURL"),
        (*storage, "persistentVolume", "storageClassName"),
        ("metadata", "annotations", "hypershift.openshift.io/restart-date"),
    }
    for key, body in restored.items():
        ours, theirs = paths(body), paths(base[key])
        known = ours.keys() | theirs.keys()
        assert {path for path in known if ours.get(path) != theirs.get(path)} <= allowed
        assert body["spec"].get("secretEncryption") == base[key]["spec"].get("secretEncryption")


@pytest.mark.parametrize("directory", [path for path in OVERLAYS if "quorum" not in path])
def test_a_restored_cluster_has_one_snapshot_and_no_pause(tree: Path, directory: str) -> None:
    built = build(tree / directory)
    (cluster_,) = [body for (kind, _), body in built.items() if kind == "HostedCluster"]
    assert len(cluster_["spec"]["etcd"]["managed"]["storage"]["restoreSnapshotURL"]) == 1
    assert "pausedUntil" not in cluster_["spec"]
    assert {"clusterID", "infraID"} <= cluster_["spec"].keys()


def test_the_vendors_example_of_an_etcd_restore(tmp_path: Path) -> None:
    """A volume of 4Gi and a snapshot: what the documentation shows, from a short spec."""
    url = "https://files.example.com/snapshots/demo.db"
    spec = """\
clusterID: 6513270e-269e-4d37-b2a7-4de452e6b438
infraID: demo-abcde
etcd: {size: 4Gi}
"""
    files = {
        DEMO: cluster("demo", spec),
        "clusters/mgmt-1/restore.yaml": document(
            "Restore", "demo", f"cluster: demo\nsnapshot: {{url: {url}}}\n"
        ),
    }
    result = compiled(small_fleet(tmp_path / "fleet", files))
    assert result.findings == ()
    write(tmp_path / "out", result.files)
    built = build(tmp_path / "out/mgmt-1/restore/demo")
    assert built["HostedCluster", "demo"]["spec"]["etcd"] == {
        "managed": {
            "storage": {
                "persistentVolume": {"size": "4Gi"},
                "type": "PersistentVolume",
                "restoreSnapshotURL": [url],
            }
        },
        "managementType": "Managed",
    }
