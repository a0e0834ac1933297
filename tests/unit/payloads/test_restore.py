"""Restores: patches over the cluster's own files, runbooks, and what is refused."""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.git import commit
from tests.unit.resolve.small_fleet import (
    DEMO,
    MANAGEMENT,
    RELEASES,
    SCAFFOLD,
    cluster,
    compile_and_write,
    compiled,
    document,
    small_fleet,
    underlined,
    write,
)

from hcpc.diagnostics.diagnostic import Severity
from hcpc.pipeline import Options, compile_fleet

HERE = "clusters/mgmt-1"
RESTORE = f"{HERE}/restore.yaml"
OTHER = "clusters/mgmt-2/management-cluster.yaml"
IDS = """\
clusterID: 6513270e-269e-4d37-b2a7-4de452e6b438
infraID: demo-abcde
encryption: {aescbc: {activeKey: {secret: demo-key}}}
"""
FIXED = "publish: {api: {nodePort: {address: api.demo.example.com}}}\n"
IMAGE = SCAFFOLD[RELEASES].split("multi: ")[1].strip()
URL = "s3://etcd-backups/demo.db"
FLEET = Path(__file__).parents[2] / "fleets" / "restores"
HOME, MOVED = "clusters/cloud/a/web.yaml", "clusters/cloud/b/web.yaml"

Changes = dict[str, str | bytes | None]


def restore(method: str, *, name: str = "again", to: str = "", of: str = "demo") -> str:
    target = f"managementCluster: {to}\n" if to else ""
    return document("Restore", name, f"cluster: {of}\n{target}{method}\n")


def fleet(root: Path, method: str, spec: str = "", to: str = "", changes: Any = None) -> Path:
    """A fleet with a cluster that has its ids, a second management cluster, and one restore."""
    files: Changes = {
        DEMO: cluster("demo", IDS + spec),
        OTHER: SCAFFOLD[MANAGEMENT].replace("mgmt-1", "mgmt-2"),
        RESTORE: restore(method, to=to),
        **(changes or {}),
    }
    return small_fleet(root, files)


def files_of(root: Path, directory: str) -> dict[str, str]:
    """The files of a restore; the fleet must be sound."""
    result = compiled(root)
    assert not result.has_errors
    start = f"{directory}/"
    return {
        path.removeprefix(start): text
        for path, text in result.files.items()
        if path.startswith(start)
    }


def findings(root: Path) -> list[str]:
    return underlined(compiled(root).findings)


def test_a_snapshot_goes_into_the_cluster_and_pools_wait(tmp_path: Path) -> None:
    files = files_of(fleet(tmp_path, f"snapshot: {{url: '{URL}'}}"), "mgmt-1/restore/again")
    assert sorted(files) == [
        "RUNBOOK.md",
        "kustomization.yaml",
        "patch-hostedcluster.yaml",
        "patch-nodepool-workers.yaml",
    ]
    assert yaml.safe_load(files["kustomization.yaml"]) == {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": ["../../clusters/demo"],
        "patches": [{"path": "patch-hostedcluster.yaml"}, {"path": "patch-nodepool-workers.yaml"}],
    }
    assert yaml.safe_load(files["patch-hostedcluster.yaml"]) == {
        "apiVersion": "hypershift.openshift.io/v1beta1",
        "kind": "HostedCluster",
        "metadata": {"name": "demo", "namespace": "clusters"},
        "spec": {"etcd": {"managed": {"storage": {"restoreSnapshotURL": [URL]}}}},
    }
    assert yaml.safe_load(files["patch-nodepool-workers.yaml"])["spec"] == {"pausedUntil": "true"}


def test_no_kustomization_leads_to_a_restore(tmp_path: Path) -> None:
    result = compiled(fleet(tmp_path, f"snapshot: {{url: '{URL}'}}"))
    others = [
        text
        for path, text in result.files.items()
        if path.endswith("kustomization.yaml") and "/restore/" not in path
    ]
    assert others
    assert not any("restore" in text for text in others)


def test_the_cluster_s_own_files_stay_as_they_are(tmp_path: Path) -> None:
    root = fleet(tmp_path, f"snapshot: {{url: '{URL}'}}")
    with_restore = compiled(root).files
    write(root, {RESTORE: None})
    without = compiled(root).files
    assert {path: with_restore[path] for path in without} == without


def test_pools_may_start_at_once_and_own_pauses_are_lifted(tmp_path: Path) -> None:
    method = f"snapshot: {{url: '{URL}', pauseNodePools: false}}"
    pools = '{workers: {replicas: 1}, infra: {replicas: 1, pausedUntil: "true"}}'
    spec = f'{IDS}pausedUntil: "true"\n'
    changes = {DEMO: cluster("demo", spec, pools=pools)}
    files = files_of(fleet(tmp_path, method, changes=changes), "mgmt-1/restore/again")
    assert "patch-nodepool-workers.yaml" not in files
    for name in ("patch-nodepool-infra.yaml", "patch-hostedcluster.yaml"):
        assert yaml.safe_load(files[name])["spec"]["pausedUntil"] is None


def test_etcd_is_mended_in_a_paused_cluster(tmp_path: Path) -> None:
    files = files_of(fleet(tmp_path, "inPlace: {}"), "mgmt-1/restore/again")
    assert sorted(files) == ["RUNBOOK.md", "kustomization.yaml", "patch-hostedcluster.yaml"]
    patch = yaml.safe_load(files["patch-hostedcluster.yaml"])
    assert patch["spec"] == {"pausedUntil": "true"}


def test_on_another_management_cluster_it_lies_there_and_looks_across(tmp_path: Path) -> None:
    method = f"snapshot: {{url: '{URL}', storageClass: ceph-rbd}}"
    root = fleet(tmp_path, method, FIXED, to="mgmt-2")
    files = files_of(root, "mgmt-2/restore/again")
    kustomization = yaml.safe_load(files["kustomization.yaml"])
    assert kustomization["resources"] == ["../../../mgmt-1/clusters/demo"]
    storage = yaml.safe_load(files["patch-hostedcluster.yaml"])["spec"]["etcd"]["managed"]
    assert storage["storage"]["persistentVolume"] == {"storageClassName": "ceph-rbd"}
    assert "git mv 'clusters/mgmt-1/demo.yaml' 'clusters/mgmt-2/'" in files["RUNBOOK.md"]
    assert "etcd.storageClass: ceph-rbd" in files["RUNBOOK.md"]


def test_what_tells_of_the_old_object_does_not_travel(tmp_path: Path) -> None:
    prefix = "hypershift.openshift.io"
    notes = {"restart-date": "now", "topology": "x", "force-upgrade-to": IMAGE}
    written = ", ".join(f"{prefix}/{name}: {value}" for name, value in notes.items())
    spec = f"annotations: {{{written}}}\nbackup: {{schedule: hourly, onDemand: now}}\n"
    files = files_of(fleet(tmp_path, f"snapshot: {{url: '{URL}'}}", spec), "mgmt-1/restore/again")
    assert yaml.safe_load(files["patch-hostedcluster.yaml"])["metadata"]["annotations"] == {
        f"{prefix}/force-upgrade-to": None,
        f"{prefix}/restart-date": None,
    }
    for name in ("patch-schedule-demo-backup.yaml", "patch-backup-demo-now.yaml"):
        assert yaml.safe_load(files[name])["$patch"] == "delete"


def test_velero_gets_an_object_of_its_own(tmp_path: Path) -> None:
    spec = "backup: {schedule: hourly, namespace: velero}\n"
    files = files_of(fleet(tmp_path, "velero: {latest: {}}", spec), "mgmt-1/restore/again")
    assert sorted(files) == ["RUNBOOK.md", "kustomization.yaml", "restore-again.yaml"]
    body = yaml.safe_load(files["restore-again.yaml"])
    assert body["metadata"]["namespace"] == "velero"
    excluded = body["spec"].pop("excludedResources")
    assert len(excluded) == 9
    assert body["spec"] == {
        "scheduleName": "demo-backup",
        "includedNamespaces": ["clusters", "clusters-demo"],
        "existingResourcePolicy": "update",
        "preserveNodePorts": True,
        "restorePVs": True,
    }


def test_velero_can_be_told_otherwise(tmp_path: Path) -> None:
    method = (
        "velero: {backup: b-1, namespace: oadp, existingResourcePolicy: none, restorePVs: false, "
        "preserveNodePorts: false}"
    )
    files = files_of(fleet(tmp_path, method), "mgmt-1/restore/again")
    body = yaml.safe_load(files["restore-again.yaml"])
    assert body["metadata"]["namespace"] == "oadp"
    assert body["spec"]["backupName"] == "b-1"
    assert body["spec"]["existingResourcePolicy"] == "none"
    assert body["spec"]["restorePVs"] is body["spec"]["preserveNodePorts"] is False


SNAPSHOT = f"snapshot: {{url: '{URL}'}}"
MIGRATION = f"migration: {{url: '{URL}'}}"
VELERO = "velero: {backup: b}"
ROUTE = """\
publish:
  api: {route: {hostname: api.demo.example.com}}
  oauth: {route: {}}
  konnectivity: {route: {}}
  ignition: {route: {}}
"""
DNS = document("ManagementCluster", "mgmt-2", "externalDNS: {domain: DOMAIN}\n")


@pytest.mark.parametrize(
    ("method", "spec", "to", "found"),
    [
        (SNAPSHOT, "", "mgmt-2", ["HCP1202 mgmt-2"]),  # the address of all nodes
        (VELERO, "", "mgmt-2", ["HCP1202 mgmt-2"]),
        (SNAPSHOT, ROUTE, "mgmt-2", ["HCP1202 mgmt-2"]),  # nobody publishes it there
        ("inPlace: {}", FIXED, "mgmt-2", ["HCP1202 mgmt-2"]),
        (MIGRATION, FIXED, "mgmt-2", ["HCP1202 migration"]),
        ("velero: {latest: {}}", "", "", ["HCP1202 latest"]),
        (SNAPSHOT, "encryption: null\n", "", ["HCP1202 snapshot"]),
        (SNAPSHOT, "infraID: null\n", "", ["HCP1202 snapshot"]),
        (SNAPSHOT, "etcd: {restoreSnapshotURL: ['s3://a/b']}\n", "", [f"HCP1202 '{URL}'"]),
        (SNAPSHOT, "etcd: {restoreSnapshotURL: []}\n", "", [f"HCP1202 '{URL}'"]),
        (SNAPSHOT, f"etcd: {{restoreSnapshotURL: ['{URL}']}}\n", "", []),
        (VELERO, "infraID: null\nencryption: null\n", "", []),
        ("inPlace: {}", "infraID: null\nencryption: null\n", "", []),
    ],
)
def test_what_cannot_work_is_refused_in_the_restore(
    tmp_path: Path, method: str, spec: str, to: str, found: list[str]
) -> None:
    layer = document("Profile", "base", IDS)
    changes = {
        f"{HERE}/base.yaml": layer,
        DEMO: cluster("demo", f"profiles: [base]\n{spec}"),
    }
    told = findings(fleet(tmp_path, method, "", to, changes))
    assert [each for each in told if each.startswith("HCP12")] == found


def test_a_foreign_etcd_is_restored_by_who_runs_it(tmp_path: Path) -> None:
    etcd = 'etcd: {unmanaged: {endpoint: "https://e.example.com", clientSecret: {secret: e}}}\n'
    for number, method in enumerate(("inPlace: {}", SNAPSHOT, VELERO)):
        name = method.partition(":")[0]
        root = fleet(tmp_path / str(number), method, etcd)
        assert findings(root) == [f"HCP1202 {name}"]


@pytest.mark.parametrize(
    ("domain", "found"),
    [("example.com", []), ("demo.example.com", []), ("hcp.example.com", ["HCP1202 mgmt-2"])],
)
def test_a_host_name_has_to_be_published_where_the_cluster_comes_back(
    tmp_path: Path, domain: str, found: list[str]
) -> None:
    changes = {OTHER: DNS.replace("DOMAIN", domain)}
    home = document("ManagementCluster", "mgmt-1", "externalDNS: {domain: example.com}\n")
    root = fleet(tmp_path, SNAPSHOT, ROUTE, "mgmt-2", {**changes, MANAGEMENT: home})
    assert findings(root) == found


def in_the_cloud() -> Changes:
    """A fleet with a cluster that may move, with its nodes, from `cloud-a` to `cloud-b`."""
    files: Changes = {
        path.relative_to(FLEET).as_posix(): path.read_text(encoding="utf-8")
        for path in FLEET.rglob("*.yaml")
        if "cloud" in path.parts or path.parent == FLEET
    }
    for name in ("releases", "defaults"):
        files[f"clusters/{name}.yaml"] = (FLEET / f"clusters/{name}.yaml").read_text("utf-8")
    return files


def test_a_move_that_is_over_is_noted_and_makes_no_files(tmp_path: Path) -> None:
    files = in_the_cloud()
    write(tmp_path, files | {MOVED: files[HOME], HOME: None})
    result = compiled(tmp_path)
    (found,) = [each for each in result.findings if each.code == "HCP1202"]
    assert found.severity is Severity.INFO
    assert underlined([found]) == ["HCP1202 cloud-b"]
    assert found.message == "`web` is on `cloud-b` already: this move is over"
    assert found.help.startswith("remove the Restore")
    assert not result.has_errors
    assert not any("restore/web-to-b" in path for path in result.files)


def test_a_move_that_leads_nowhere_is_refused(tmp_path: Path) -> None:
    files = in_the_cloud()
    text = str(files["clusters/cloud/restores.yaml"])
    write(tmp_path, files)
    write(
        tmp_path, {"clusters/cloud/restores.yaml": text.replace("  managementCluster: cloud-b", "")}
    )
    (found,) = [each for each in compiled(tmp_path).findings if each.code == "HCP1202"]
    assert found.severity is Severity.ERROR


@pytest.mark.parametrize("stays", [True, False])
def test_a_move_in_git_is_sound_with_its_restore_and_without(
    stays: bool,  # noqa: FBT001  # a case
    tmp_path: Path,
) -> None:
    files = in_the_cloud()
    write(tmp_path, files)
    commit(tmp_path)
    there = "clusters/cloud/restores.yaml"
    write(tmp_path, {HOME: None, MOVED: files[HOME], there: files[there] if stays else None})
    result = compile_fleet(tmp_path, Options("serial"), base="HEAD")
    assert [each.message for each in result.findings if each.severity is Severity.ERROR] == []


@pytest.mark.parametrize(
    ("regions", "found"),
    [
        (("r-1", "r-1"), []),
        (("r-1", "r-2"), ["HCP1202 cloud-b"]),
        (("r-1", ""), ["HCP1202 cloud-b"]),
    ],
)
def test_nodes_move_within_a_region_only(
    tmp_path: Path, regions: tuple[str, str], found: list[str]
) -> None:
    files = in_the_cloud()
    for name, region in zip("ab", regions, strict=True):
        path = f"clusters/cloud/{name}/management-cluster.yaml"
        line = f"  region: {region}\n" if region else ""
        files[path] = str(files[path]).replace("  region: eu-central-1\n", line)
    write(tmp_path, files)
    assert findings(tmp_path) == found


@pytest.mark.parametrize(
    "url",
    [
        "https://b.s3.example.com/k?X-Amz-Expires=3600&X-Amz-Signature=0badc0de0badc0de",
        "https://b.blob.example.com/k?sv=2024&sig=0badc0de0badc0de",
        "https://files.example.com/k?token=0badc0de0badc0de",
        "https://files.example.com/k?access_token=0badc0de0badc0de",
    ],
)
@pytest.mark.parametrize("place", ["restore", "cluster", "raw"])
def test_a_signed_url_is_an_error_that_does_not_show_it(
    tmp_path: Path, url: str, place: str
) -> None:
    spec = {
        "restore": "",
        "cluster": f"etcd: {{restoreSnapshotURL: ['{url}']}}\n",
        "raw": f"hostedCluster: {{metadata: {{annotations: {{example.com/a: '{url}'}}}}}}\n",
    }[place]
    method = f"snapshot: {{url: '{url}'}}" if place == "restore" else "inPlace: {}"
    result = compiled(fleet(tmp_path, method, spec))
    assert {found.code for found in result.findings} == {"HCP1004"}
    said = [(each.message, each.help, each.notes, each.primary.text) for each in result.findings]
    assert "0badc0de" not in str(said)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example.com/a",
        "https://files.example.com/a?version=2",
        "https://files.example.com/a#b",
        "https://files.example.com/",
        "s3://b",
        "s3://Bucket/key",
        "s3://bucket/a key",
        "s3://bucket/$(id)",
        "s3://bucket/`id`",
        "s3://bucket/a;b",
        "s3://bucket/" + "a" * 1024,
        "/var/snapshot.db",
    ],
)
def test_a_snapshot_lies_in_a_bucket_or_behind_https(tmp_path: Path, url: str) -> None:
    found = findings(fleet(tmp_path, f'snapshot: {{url: "{url}"}}'))
    assert found == [f'HCP0213 "{url}"']


def test_only_a_bucket_serves_a_migration(tmp_path: Path) -> None:
    found = findings(fleet(tmp_path, "migration: {url: https://files.example.com/a}", to="mgmt-2"))
    assert found == ["HCP0213 https://files.example.com/a"]


def test_the_target_s_facts_count_though_the_cluster_lies_elsewhere(tmp_path: Path) -> None:
    """The cache knows that a restore looks at another management cluster."""
    root = fleet(tmp_path / "fleet", SNAPSHOT, FIXED, to="mgmt-2")
    cache = tmp_path / "cache"
    compile_and_write(root, cache)
    assert compiled(root, cache).findings == ()
    facts = "supportedVersions: [4.21]\nnodeAddress: nodes.example.com\n"
    write(root, {OTHER: document("ManagementCluster", "mgmt-2", facts)})
    assert underlined(compiled(root, cache).findings) == ["HCP1202 mgmt-2"]


def test_workers_make_the_same_restores(tmp_path: Path) -> None:
    alone = compile_fleet(FLEET, Options("serial"), output=tmp_path)
    together = compile_fleet(FLEET, Options("processes", 2), output=tmp_path)
    assert alone.findings == together.findings
    assert not alone.has_errors
    assert alone.files == together.files


def blocks(runbook: str) -> list[str]:
    """The shell commands of a runbook, one text for each step."""
    return re.findall(r"^```bash\n(.*?)^```$", runbook, re.MULTILINE | re.DOTALL)


FILES = compile_fleet(FLEET, Options("serial"), output=FLEET / "nowhere").files
RUNBOOKS = {path.split("/")[2]: text for path, text in FILES.items() if path.endswith(".md")}


@pytest.mark.parametrize("name", RUNBOOKS)
def test_bash_reads_every_command(name: str) -> None:
    found = blocks(RUNBOOKS[name])
    assert found
    for text in (*found, "\n".join(found)):
        ran = subprocess.run(
            ["bash", "-n"], input=text, capture_output=True, text=True, check=False
        )
        assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("name", RUNBOOKS)
def test_nothing_is_left_to_fill_in(name: str) -> None:
    commands = "\n".join(blocks(RUNBOOKS[name]))
    assert not re.search(r"<[A-Za-z-]+>|\{\{|None", commands)


def test_the_signed_url_takes_the_place_of_the_snapshot_letter_by_letter(tmp_path: Path) -> None:
    """The commands that create the cluster are run, with functions in place of the real tools."""
    signed = "https://b.example.com/k?X=1&Y=a%2Fb\\1&&Z='"
    commands = next(text for text in blocks(RUNBOOKS["virtual-again"]) if "stored=" in text)
    tools = f"""
oc() {{
  case "$*" in
    "kustomize .") printf '%s\\n' "restoreSnapshotURL:" "- s3://etcd-backups/virtual.db" "a: b" ;;
    *"get hostedcluster"*) return 1 ;;
    *apply*) cat > {tmp_path}/applied ;;
  esac
}}
"""
    ran = subprocess.run(
        ["bash", "-c", tools + commands],
        env={**os.environ, "SNAPSHOT_URL": signed},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    applied = (tmp_path / "applied").read_text(encoding="utf-8")
    assert applied == f"restoreSnapshotURL:\n- {signed}\na: b\n"


def test_a_cluster_that_is_there_is_not_created_again(tmp_path: Path) -> None:
    commands = next(text for text in blocks(RUNBOOKS["virtual-again"]) if "stored=" in text)
    tools = f'oc() {{ case "$*" in *apply*) touch {tmp_path}/applied ;; esac; }}\n'
    ran = subprocess.run(
        ["bash", "-c", tools + commands], capture_output=True, text=True, check=False
    )
    assert "remove it first" in ran.stderr
    assert not (tmp_path / "applied").exists()


def test_a_runbook_of_ours_is_written_anew_without_an_index_and_removed_with_its_restore(
    tmp_path: Path,
) -> None:
    root = fleet(tmp_path, SNAPSHOT)
    compile_and_write(root)
    runbook = root / "rendered/mgmt-1/restore/again/RUNBOOK.md"
    wanted = runbook.read_text(encoding="utf-8")
    runbook.write_text(wanted.replace("demo", "other"), encoding="utf-8")
    (root / "rendered/mgmt-1/hcpc-index.json").unlink()
    compile_and_write(root)
    assert runbook.read_text(encoding="utf-8") == wanted
    write(root, {RESTORE: None})
    compile_and_write(root)
    assert not runbook.parent.exists()
