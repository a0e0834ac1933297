"""Backups: the objects that Velero reads, and what cannot work."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.resolve.small_fleet import (
    DEMO,
    MANAGEMENT,
    cluster,
    compiled,
    document,
    places,
    small_fleet,
    underlined,
)

from hcpc.payloads.backup import go_duration, nanoseconds
from hcpc.platforms import registry

HERE = "mgmt-1/clusters/demo"
KUBEVIRT = document(
    "Cluster",
    "demo",
    "platform: {kubevirt: {generateID: a1}}\nnodePools: {workers: {replicas: 2}}\n",
)


def objects(root: Path, text: str) -> dict[str, dict[str, Any]]:
    """The objects of the cluster by file name, without its own; the spec must be sound."""
    result = compiled(small_fleet(root, {DEMO: text}))
    assert underlined(result.findings) == []
    found = {
        path.removeprefix(f"{HERE}/"): yaml.safe_load(file)
        for path, file in result.files.items()
        if path.startswith(f"{HERE}/")
    }
    own = ("hostedcluster", "nodepool", "kustomization")
    return {name: body for name, body in found.items() if not name.startswith(own)}


def findings(root: Path, backup: str, more: str = "", changes: Any = None) -> list[str]:
    text = cluster("demo", f"{more}backup: {backup}\n")
    return underlined(compiled(small_fleet(root, {DEMO: text, **(changes or {})})).findings)


def test_a_schedule_says_what_the_vendors_tool_would(tmp_path: Path) -> None:
    found = objects(tmp_path, cluster("demo", "backup: {schedule: daily, ttl: 72h}\n"))
    assert list(found) == ["schedule-demo-backup.yaml"]
    body = found["schedule-demo-backup.yaml"]
    resources = body["spec"]["template"].pop("includedResources")
    assert body == {
        "apiVersion": "velero.io/v1",
        "kind": "Schedule",
        "metadata": {
            "name": "demo-backup",
            "namespace": "openshift-adp",
            "labels": {
                "hypershift.openshift.io/hosted-cluster": "demo",
                "hypershift.openshift.io/hosted-cluster-namespace": "clusters",
                "velero.io/storage-location": "default",
            },
        },
        "spec": {
            "schedule": "@daily",
            "template": {
                "includedNamespaces": ["clusters", "clusters-demo"],
                "storageLocation": "default",
                "ttl": "72h0m0s",
                "csiSnapshotTimeout": "10m0s",
                "defaultVolumesToFsBackup": False,
                "snapshotMoveData": False,
                "snapshotVolumes": True,
            },
        },
    }
    assert len(resources) == 22 + 7
    assert resources[:2] == ["serviceaccounts", "roles"]
    assert resources[-1] == "baremetalhosts.metal3.io"


def test_a_backup_on_demand_differs_from_a_scheduled_one_in_moving_its_data(tmp_path: Path) -> None:
    spec = "backup: {schedule: daily, ttl: 72h, onDemand: now}\n"
    found = objects(tmp_path, cluster("demo", spec))
    template = found["schedule-demo-backup.yaml"]["spec"]["template"]
    backup = found["backup-demo-now.yaml"]
    assert backup["metadata"]["name"] == "demo-now"
    assert backup["spec"] == {**template, "snapshotMoveData": True}


def test_every_setting_has_its_place(tmp_path: Path) -> None:
    spec = """\
backup:
  schedule: "0 */6 * * *"
  onDemand: now
  namespace: velero
  storageLocation: far
  ttl: 36h30m
  paused: true
  skipImmediately: true
  useOwnerReferencesInBackup: false
  includeAdditionalNamespaces: [agents-demo, clusters]
  includedResources: [secrets]
  snapshotVolumes: false
  snapshotMoveData: true
  defaultVolumesToFsBackup: true
  csiSnapshotTimeout: 90s
"""
    found = objects(tmp_path, cluster("demo", spec))
    body = found["schedule-demo-backup.yaml"]
    assert {each["metadata"]["namespace"] for each in found.values()} == {"velero"}
    assert body["metadata"]["labels"]["velero.io/storage-location"] == "far"
    template = body["spec"].pop("template")
    assert body["spec"] == {
        "schedule": "0 */6 * * *",
        "paused": True,
        "skipImmediately": True,
        "useOwnerReferencesInBackup": False,
    }
    assert (
        template
        == found["backup-demo-now.yaml"]["spec"]
        == {
            "includedNamespaces": ["clusters", "clusters-demo", "agents-demo"],
            "includedResources": ["secrets"],
            "storageLocation": "far",
            "ttl": "36h30m0s",
            "csiSnapshotTimeout": "1m30s",
            "defaultVolumesToFsBackup": True,
            "snapshotMoveData": True,
            "snapshotVolumes": False,
        }
    )


def test_disks_that_every_virtual_machine_gets_anew_are_left_out(tmp_path: Path) -> None:
    found = objects(tmp_path, f"{KUBEVIRT}  backup: {{schedule: daily, ttl: 24h}}\n")
    policy = found["configmap-demo-clusters-767863.yaml"]
    assert policy["metadata"]["namespace"] == "openshift-adp"
    assert yaml.safe_load(policy["data"]["policies.yaml"]) == {
        "version": "v1",
        "volumePolicies": [
            {
                "conditions": {"pvcLabels": {"hypershift.openshift.io/is-kubevirt-rhcos": "true"}},
                "action": {"type": "skip"},
            }
        ],
    }
    template = found["schedule-demo-backup.yaml"]["spec"]["template"]
    assert template["resourcePolicy"] == {"kind": "configmap", "name": "demo-clusters-767863"}
    (rule,) = template["labelSelector"]["matchExpressions"]
    assert rule == {"key": "hypershift.openshift.io/is-kubevirt-rhcos", "operator": "DoesNotExist"}


def test_a_snapshot_of_etcd_stands_for_its_volumes(tmp_path: Path) -> None:
    facts = "hypershift: {techPreview: true}\nnodeAddress: nodes.example.com\n"
    preview = {MANAGEMENT: document("ManagementCluster", "mgmt-1", facts)}
    text = cluster("demo", "backup: {onDemand: now, useEtcdSnapshot: true}\n")
    result = compiled(small_fleet(tmp_path, {DEMO: text, **preview}))
    spec = yaml.safe_load(result.files[f"{HERE}/backup-demo-now.yaml"])["spec"]
    resources = spec.pop("includedResources")
    assert "namespaces" in resources
    assert not {"persistentvolumes", "persistentvolumeclaims", "deployments"} & set(resources)
    assert spec["itemOperationTimeout"] == "4h0m0s"
    assert not any(
        spec[field] for field in ("snapshotMoveData", "snapshotVolumes", "defaultVolumesToFsBackup")
    )


def test_platforms_add_the_kinds_of_their_machines() -> None:
    of = {
        name: found.recovery.resources
        for name in registry.NAMES
        if (found := registry.platform(name))
    }
    assert of["aws"] == (
        "awsclusters.infrastructure.cluster.x-k8s.io",
        "awsmachinetemplates.infrastructure.cluster.x-k8s.io",
        "awsmachines.infrastructure.cluster.x-k8s.io",
    )
    assert of["kubevirt"] == (
        "kubevirtclusters.infrastructure.cluster.x-k8s.io",
        "kubevirtmachinetemplates.infrastructure.cluster.x-k8s.io",
        "datavolumes.cdi.kubevirt.io",
    )
    assert "agentmachines.capi-provider.agent-install.openshift.io" in of["agent"]
    assert len(of["azure"]) == len(of["openstack"]) == 3
    assert of["none"] == ()


def test_without_schedule_and_demand_nothing_is_made(tmp_path: Path) -> None:
    assert objects(tmp_path, cluster("demo", "backup: {ttl: 24h}\n")) == {}


@pytest.mark.parametrize(
    ("backup", "found"),
    [
        ("{schedule: daily}", ["HCP1204 daily"]),
        ("{schedule: daily, ttl: 23h59m}", ["HCP1204 23h59m"]),
        ("{schedule: daily, ttl: 24h}", []),
        ("{schedule: daily, paused: true}", []),
        ("{schedule: hourly}", []),
        ("{schedule: '61 * * * *'}", ["HCP0213 '61 * * * *'"]),
        ("{onDemand: now, useEtcdSnapshot: true}", ["HCP1203 useEtcdSnapshot"]),
        ("{useEtcdSnapshot: true, snapshotMoveData: true}", ["HCP0211 snapshotMoveData"]),
        ("{onDemand: " + "x" * 60 + "}", ["HCP0210 " + "x" * 60]),
        ("{onDemand: Now}", ["HCP0210 Now"]),
        ("{ttl: 3d}", ["HCP0207 3d"]),
        ("{storageLocation: a_b}", ["HCP0210 a_b"]),
    ],
)
def test_what_is_wrong_is_told_at_its_value(tmp_path: Path, backup: str, found: list[str]) -> None:
    assert findings(tmp_path, backup) == found


def test_the_state_of_a_foreign_etcd_is_in_no_backup(tmp_path: Path) -> None:
    etcd = 'etcd: {unmanaged: {endpoint: "https://e.example.com", clientSecret: {secret: e}}}\n'
    assert findings(tmp_path, "{schedule: hourly, onDemand: now}", etcd) == ["HCP1203 hourly"]


def test_a_fault_in_defaults_is_told_once_for_all_clusters(tmp_path: Path) -> None:
    defaults = document("Defaults", "backup", "cluster: {backup: {schedule: daily}}\n")
    files = {
        "clusters/mgmt-1/backup.yaml": defaults,
        "clusters/mgmt-1/other.yaml": cluster("other"),
    }
    result = compiled(small_fleet(tmp_path, files))
    assert places(result.findings) == ["HCP1204 clusters/mgmt-1/backup.yaml:6:32"]
    assert result.findings[0].clusters == ("demo", "other")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("2h", "2h0m0s"),
        ("90m", "1h30m0s"),
        ("45s", "45s"),
        ("1m5s", "1m5s"),
        ("1.5h", "1h30m0s"),
        ("720h", "720h0m0s"),
        ("0s", "0s"),
        ("1500ms", "1500ms"),
    ],
)
def test_durations_are_written_as_the_api_server_shows_them(written: str, shown: str) -> None:
    assert go_duration(written) == shown
    assert nanoseconds(written) == nanoseconds(shown)
