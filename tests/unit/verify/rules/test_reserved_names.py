"""Hosted clusters do not go where Kubernetes, OpenShift or HyperShift live themselves."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, underlined
from tests.unit.verify.rules.checking import checked

from hcpc.verify.rules.reserved_names import check


@pytest.mark.parametrize(
    ("name", "namespace"),
    [("demo", "clusters"), ("kube-demo", "clusters"), ("openshift", "pay"), ("a", "defaults")],
)
def test_other_names_are_fine(tmp_path: Path, name: str, namespace: str) -> None:
    text = cluster(name, f"namespace: {namespace}\n")
    assert checked(check, tmp_path, text, name) == []


@pytest.mark.parametrize(
    "namespace", ["default", "hypershift", "kube-public", "openshift-etcd", "multicluster-engine"]
)
def test_a_reserved_namespace_is_refused(tmp_path: Path, namespace: str) -> None:
    text = cluster("demo", f"namespace: {namespace}\n")
    assert underlined(checked(check, tmp_path, text)) == [f"HCP0402 {namespace}"]


@pytest.mark.parametrize(("name", "namespace"), [("engine", "multicluster"), ("x", "openshift")])
def test_a_reserved_control_plane_namespace_is_refused(
    tmp_path: Path, name: str, namespace: str
) -> None:
    text = cluster(name, f"namespace: {namespace}\n")
    (finding,) = checked(check, tmp_path, text, name)
    assert underlined([finding]) == [f"HCP0402 {name}"]
    assert f"`{namespace}-{name}`" in finding.message


def test_the_name_of_the_management_cluster_itself_is_refused(tmp_path: Path) -> None:
    found = checked(check, tmp_path, cluster("local-cluster"), "local-cluster")
    assert underlined(found) == ["HCP0402 local-cluster"]
