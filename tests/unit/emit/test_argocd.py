"""Applications and the kustomizations that they apply, as data."""

from typing import Any

import pytest
import yaml
from tests.unit.emit.small_bundle import BUNDLE, manifest, read

from hcpc.emit.bundle import FleetBundle, FleetSettings, ManagementBundle
from hcpc.emit.formats.argocd import cluster_files, fleet_files, management_files
from hcpc.kube.manifest import Manifest

URL = "https://git.example.com/fleet.git"


def settings(**argocd: Any) -> FleetSettings:
    return FleetSettings("shop", URL, "rendered", {"argocd": argocd})


def application(fleet: FleetSettings, *manifests: Manifest) -> dict[str, Any]:
    bundle = BUNDLE._replace(fleet=fleet, manifests=manifests or BUNDLE.manifests)
    found: dict[str, Any] = read(cluster_files(bundle)["argocd/m/applications/cluster-demo.yaml"])
    return found


def test_without_settings_argocd_runs_on_the_management_cluster_and_follows_head() -> None:
    body = application(settings())
    assert body["metadata"]["namespace"] == "argocd"
    assert body["spec"]["project"] == "default"
    assert body["spec"]["destination"] == {"server": "https://kubernetes.default.svc"}
    assert body["spec"]["source"] == {
        "path": "rendered/argocd/m/clusters/demo",
        "repoURL": URL,
        "targetRevision": "HEAD",
    }


@pytest.mark.parametrize("destination", [{"name": "there"}, {"server": "https://m.example.com"}])
def test_a_management_cluster_is_where_the_fleet_says(destination: dict[str, str]) -> None:
    body = application(settings(destinations={"m": destination, "n": {"name": "other"}}))
    assert body["spec"]["destination"] == destination


def test_nothing_goes_with_an_application_and_others_keep_their_fields() -> None:
    body = application(settings())
    assert "finalizers" not in body["metadata"]
    options = body["spec"]["syncPolicy"]["syncOptions"]
    assert {"ServerSideApply=true", "RespectIgnoreDifferences=true"} <= set(options)
    compared = body["metadata"]["annotations"]["argocd.argoproj.io/compare-options"]
    assert compared == "ServerSideDiff=true"


def with_spec(kind: str, **spec: Any) -> Manifest:
    plain = manifest(kind, kind.lower())
    return plain._replace(body={**plain.body, "spec": spec})


def test_fields_that_the_operator_fills_in_are_ignored_until_the_fleet_says_them() -> None:
    whole = with_spec("HostedCluster", clusterID="c", infraID="i", secretEncryption={})
    pool = with_spec("NodePool", replicas=1)
    assert "ignoreDifferences" not in application(settings(), whole, pool)["spec"]
    [ignored] = application(settings(), with_spec("HostedCluster", infraID="i"))["spec"][
        "ignoreDifferences"
    ]
    assert ignored == {
        "group": "hypershift.openshift.io",
        "jsonPointers": ["/spec/clusterID", "/spec/secretEncryption"],
        "kind": "HostedCluster",
    }


@pytest.mark.parametrize(("value", "is_ignored"), [("false", True), ("true", False), (None, False)])
def test_a_pause_for_a_backup_is_left_alone_and_one_of_the_fleet_is_not(
    value: str | None, *, is_ignored: bool
) -> None:
    spec = {} if value is None else {"pausedUntil": value}
    found = application(settings(), with_spec("NodePool", **spec))["spec"]
    pointers = [each["jsonPointers"] for each in found.get("ignoreDifferences", [])]
    assert pointers == ([["/spec/pausedUntil"]] if is_ignored else [])


def test_a_management_cluster_has_one_application_that_holds_the_others() -> None:
    fleet = settings()
    files = management_files(ManagementBundle("m", ("zoo", "demo"), fleet=fleet))
    assert sorted(files) == ["argocd/m/applications/fleet.yaml", "argocd/m/kustomization.yaml"]
    assert read(files["argocd/m/kustomization.yaml"])["resources"] == [
        "applications/fleet.yaml",
        "applications/cluster-demo.yaml",
        "applications/cluster-zoo.yaml",
    ]
    assert management_files(ManagementBundle("m", (), fleet=fleet)) == {}


def test_the_operator_comes_before_the_hosted_clusters() -> None:
    fleet = settings()
    flags = (manifest("ConfigMap", "flags"),)
    files = management_files(ManagementBundle("m", ("demo",), flags, fleet))
    operator = read(files["argocd/m/applications/operator.yaml"])
    wave = "argocd.argoproj.io/sync-wave"
    assert operator["metadata"]["annotations"][wave] == "0"
    assert application(fleet)["metadata"]["annotations"][wave] == "1"


def test_health_checks_are_patches_and_no_kustomization_applies_them() -> None:
    files = fleet_files(FleetBundle(settings(namespace="gitops"), ()))
    assert sorted(files) == ["argocd/argocd-cm.patch.yaml", "argocd/argocd.patch.yaml"]
    config_map, operand = (yaml.safe_load(files[path]) for path in sorted(files))
    checks = {
        f"resource.customizations.health.{each['group']}_{each['kind']}": each["check"]
        for each in operand["spec"]["resourceHealthChecks"]
    }
    assert config_map["data"] == checks
    assert {name.rpartition("_")[2] for name in checks} == {
        "Application",
        "HostedCluster",
        "NodePool",
    }
    for body in (config_map, operand):
        assert body["metadata"]["namespace"] == "gitops"
