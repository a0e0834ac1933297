"""What belongs inside the hosted cluster."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.resolve.small_fleet import (
    DEMO,
    cluster,
    compiled,
    small_fleet,
    underlined,
)

INSIDE = "mgmt-1/clusters/demo/guest"

SRIOV = """\
guest:
  operators:
    sriov-network-operator: {channel: stable, namespace: openshift-sriov-network-operator}
"""


def objects(root: Path, spec: str, directory: str = INSIDE) -> dict[str, dict[str, Any]]:
    """The objects of a directory by file name; the spec must be sound."""
    result = compiled(small_fleet(root, {DEMO: cluster("demo", spec)}))
    assert underlined(result.findings) == []
    start = f"{directory}/"
    return {
        path.removeprefix(start): yaml.safe_load(text)
        for path, text in result.files.items()
        if path.startswith(start)
    }


def findings(root: Path, spec: str) -> list[str]:
    result = compiled(small_fleet(root, {DEMO: cluster("demo", spec)}))
    return underlined(result.findings)


def test_the_sr_iov_operator_of_the_vendors_documentation(tmp_path: Path) -> None:
    found = objects(tmp_path, SRIOV)
    name = "openshift-sriov-network-operator"
    assert list(found.pop("kustomization.yaml")["resources"]) == [*found]
    assert found == {
        f"namespace-{name}.yaml": {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name},
        },
        f"operatorgroup-{name}.yaml": {
            "apiVersion": "operators.coreos.com/v1",
            "kind": "OperatorGroup",
            "metadata": {"name": name, "namespace": name},
            "spec": {"targetNamespaces": [name]},
        },
        "subscription-sriov-network-operator.yaml": {
            "apiVersion": "operators.coreos.com/v1alpha1",
            "kind": "Subscription",
            "metadata": {"name": "sriov-network-operator", "namespace": name},
            "spec": {
                "channel": "stable",
                "installPlanApproval": "Automatic",
                "name": "sriov-network-operator",
                "source": "redhat-operators",
                "sourceNamespace": "openshift-marketplace",
            },
        },
    }


def test_nothing_of_it_is_among_the_objects_of_the_management_cluster(tmp_path: Path) -> None:
    result = compiled(small_fleet(tmp_path, {DEMO: cluster("demo", SRIOV)}))
    outside = [
        text
        for path, text in result.files.items()
        if "/guest/" not in path and not path.endswith("hcpc-index.json")
    ]
    assert not any("guest" in text or "sriov" in text for text in outside)


def test_operators_in_one_namespace_share_its_operator_group(tmp_path: Path) -> None:
    found = objects(
        tmp_path,
        """\
guest:
  operators:
    one: {channel: stable, namespace: tools, watch: {all: true}, startingCSV: one.v1.2.3}
    two:
      package: two-operator
      channel: fast
      namespace: tools
      source: mirrored
      sourceNamespace: catalogs
      approval: Manual
      watch: {all: true}
      config: {nodeSelector: {infra: ""}}
""",
    )
    assert [name for name in found if name.startswith("operatorgroup")] == [
        "operatorgroup-tools.yaml"
    ]
    assert found["operatorgroup-tools.yaml"]["spec"] == {}
    assert found["subscription-one.yaml"]["spec"]["startingCSV"] == "one.v1.2.3"
    assert found["subscription-two-operator.yaml"]["spec"] == {
        "channel": "fast",
        "config": {"nodeSelector": {"infra": ""}},
        "installPlanApproval": "Manual",
        "name": "two-operator",
        "source": "mirrored",
        "sourceNamespace": "catalogs",
    }


def test_the_global_namespace_has_its_group_already(tmp_path: Path) -> None:
    spec = "guest: {operators: {web-terminal: {channel: fast, namespace: openshift-operators}}}\n"
    assert sorted(objects(tmp_path, spec)) == [
        "kustomization.yaml",
        "subscription-web-terminal.yaml",
    ]


def test_labels_and_annotations_of_a_namespace(tmp_path: Path) -> None:
    spec = """\
guest:
  operators:
    x:
      channel: stable
      namespace: x
      namespaceLabels: {team: net}
      namespaceAnnotations: {workload.openshift.io/allowed: management}
"""
    assert objects(tmp_path, spec)["namespace-x.yaml"]["metadata"] == {
        "name": "x",
        "labels": {"team": "net"},
        "annotations": {"workload.openshift.io/allowed": "management"},
    }


def test_whole_manifests_each_in_a_file_of_its_own(tmp_path: Path) -> None:
    spec = """\
guest:
  manifests:
    one: {apiVersion: v1, kind: ConfigMap, metadata: {name: motd, namespace: a}, data: {x: "1"}}
    two: {apiVersion: v1, kind: ConfigMap, metadata: {name: motd, namespace: b}, data: {x: "2"}}
    odd: {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: "../a:b"}}
"""
    found = objects(tmp_path, spec)
    assert sorted(found) == [
        "clusterrole-.._a_b.yaml",
        "configmap-b-motd.yaml",
        "configmap-motd.yaml",
        "kustomization.yaml",
    ]
    assert found["configmap-b-motd.yaml"]["data"] == {"x": "2"}


def test_a_manifest_work_carries_all_of_it(tmp_path: Path) -> None:
    spec = SRIOV + "  delivery: {manifestWork: {namespace: demo-managed}}\n"
    carried = objects(tmp_path, spec, "mgmt-1/clusters/demo/delivery")
    inside = objects(tmp_path, spec)
    inside.pop("kustomization.yaml")
    assert carried["kustomization.yaml"]["resources"] == ["manifestwork-demo-guest.yaml"]
    work = carried["manifestwork-demo-guest.yaml"]
    assert work["metadata"] == {"name": "demo-guest", "namespace": "demo-managed"}
    assert work["spec"]["workload"]["manifests"] == [*inside.values()]


@pytest.mark.parametrize(
    ("kind", "version"),
    [
        ("MachineConfig", "machineconfiguration.openshift.io/v1"),
        ("Tuned", "tuned.openshift.io/v1"),
        ("OAuth", "config.openshift.io/v1"),
        ("HostedCluster", "hypershift.openshift.io/v1beta1"),
    ],
)
def test_what_has_no_effect_inside_is_refused(tmp_path: Path, kind: str, version: str) -> None:
    body = f"{{apiVersion: {version}, kind: {kind}, metadata: {{name: x}}}}"
    spec = f"guest: {{manifests: {{x: {body}}}}}\n"
    assert findings(tmp_path, spec) == [f"HCP1002 {kind}"]


SHARED = "a: {channel: s, namespace: ns}, b: {channel: s, namespace: ns, watch: {all: true}}"
GLOBAL = "a: {channel: s, namespace: openshift-operators, watch: {namespaces: [x]}}"
TWICE = "a: {package: p, channel: s, namespace: ns}, b: {package: p, channel: t, namespace: ns}"


@pytest.mark.parametrize(
    ("operators", "found"),
    [
        (SHARED, "HCP1001 watch"),
        (GLOBAL, "HCP1001 watch"),
        (TWICE, "HCP0308 b"),
        ("a: {namespace: ns}", "HCP0204 a"),
    ],
)
def test_mistakes_in_operators(tmp_path: Path, operators: str, found: str) -> None:
    assert findings(tmp_path, f"guest: {{operators: {{{operators}}}}}\n") == [found]


def test_an_object_without_a_name(tmp_path: Path) -> None:
    assert findings(tmp_path, "guest: {manifests: {x: {kind: ConfigMap}}}\n") == ["HCP0204 x"]
