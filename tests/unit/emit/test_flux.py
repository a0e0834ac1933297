"""Flux Kustomizations and their waves, as data."""

from typing import Any

import pytest
import yaml
from tests.unit.emit.small_bundle import BUNDLE, manifest, read

from hcpc.emit.bundle import ClusterBundle, Files, FleetBundle, FleetSettings, ManagementBundle
from hcpc.emit.formats.flux import cluster_files, fleet_files, management_files

URL = "https://git.example.com/fleet.git"


def settings(**flux: Any) -> FleetSettings:
    return FleetSettings("shop", URL, "rendered", {"flux": flux})


def kustomizations(bundle: ClusterBundle) -> list[dict[str, Any]]:
    text = cluster_files(bundle)[f"flux/m/kustomizations/{bundle.name}.yaml"]
    return list(yaml.safe_load_all(text))


def shared(fleet: FleetSettings) -> Files:
    return management_files(ManagementBundle("m", ("demo",), fleet=fleet))


def test_without_settings_the_main_branch_is_deployed_from_the_usual_namespace() -> None:
    fleet = settings()
    source = read(shared(fleet)["flux/m/source.yaml"])
    assert source["metadata"]["namespace"] == "flux-system"
    assert source["spec"] == {"interval": "1m", "ref": {"branch": "main"}, "url": URL}
    for body in kustomizations(BUNDLE._replace(fleet=fleet)):
        assert body["metadata"]["namespace"] == "flux-system"
        assert (body["spec"]["interval"], body["spec"]["timeout"]) == ("10m", "5m")


def test_settings_are_for_every_kustomization() -> None:
    fleet = settings(namespace="gitops", interval="1h", timeout="20m")
    found = [
        *kustomizations(BUNDLE._replace(fleet=fleet)),
        read(shared(fleet)["flux/m/fleet.yaml"]),
    ]
    for body in found:
        assert body["metadata"]["namespace"] == "gitops"
        assert (body["spec"]["interval"], body["spec"]["timeout"]) == ("1h", "20m")


def test_a_source_that_is_there_already_is_used_and_no_other_one_made() -> None:
    fleet = settings(sourceRef={"kind": "OCIRepository", "name": "artifact", "namespace": "ci"})
    files = shared(fleet)
    assert "flux/m/source.yaml" not in files
    assert "source.yaml" not in read(files["flux/m/kustomization.yaml"])["resources"]
    for body in (*kustomizations(BUNDLE._replace(fleet=fleet)), read(files["flux/m/fleet.yaml"])):
        assert body["spec"]["sourceRef"] == fleet.outputs["flux"]["sourceRef"]


@pytest.mark.parametrize(
    ("kinds", "waves", "orders"),
    [
        (("HostedCluster",), ["hostedcluster"], ["only"]),
        (("HostedCluster", "NodePool"), ["hostedcluster", "nodepools"], ["first", "last"]),
        (
            ("NodePool", "Schedule", "HostedCluster"),
            ["config", "hostedcluster", "nodepools"],
            ["first", "middle", "last"],
        ),
    ],
)
def test_a_wave_without_objects_is_left_out(
    kinds: tuple[str, ...], waves: list[str], orders: list[str]
) -> None:
    manifests = tuple(manifest(kind, "demo") for kind in kinds)
    bundle = BUNDLE._replace(fleet=settings(), manifests=manifests)
    labels = [body["metadata"]["labels"] for body in kustomizations(bundle)]
    assert [each["hcpc.dev/wave"] for each in labels] == waves
    assert [each["hcpc.dev/order"] for each in labels] == orders
    directories = [path for path in cluster_files(bundle) if path.endswith("/kustomization.yaml")]
    assert directories == [f"flux/m/clusters/demo/{wave}/kustomization.yaml" for wave in waves]


def test_a_management_cluster_without_anything_has_no_files() -> None:
    assert management_files(ManagementBundle("m", (), fleet=settings())) == {}
    assert fleet_files(FleetBundle(settings(), ())) == {}


def test_an_operator_alone_needs_no_health_checks() -> None:
    operator = (manifest("ConfigMap", "flags"),)
    files = management_files(ManagementBundle("m", (), operator, settings()))
    assert sorted(files) == [
        "flux/m/fleet.yaml",
        "flux/m/kustomization.yaml",
        "flux/m/operator.yaml",
        "flux/m/operator/kustomization.yaml",
        "flux/m/source.yaml",
    ]
