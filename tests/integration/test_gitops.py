"""What Argo CD and Flux would apply: their directories, built by the real kustomize."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.integration.building import Objects, build, keyed
from tests.unit.resolve.small_fleet import compiled, write

FLEET = Path(__file__).parents[1] / "fleets" / "outputs"
GUARDED = {"HostedCluster", "NodePool", "Namespace", "Secret"}
WAVE = "argocd.argoproj.io/sync-wave"
SYNC_OPTIONS = "argocd.argoproj.io/sync-options"
COMPARE_OPTIONS = "argocd.argoproj.io/compare-options"
PRUNE = "kustomize.toolkit.fluxcd.io/prune"

pytestmark = pytest.mark.xdist_group("gitops")


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rendered tree of a fleet, in the repository that it is committed to."""
    repository = tmp_path_factory.mktemp("repository")
    result = compiled(FLEET)
    assert result.findings == ()
    write(repository / "deploy/rendered", result.files)
    return repository / "deploy/rendered"


def emitted(directory: Path) -> Objects:
    """The objects of a directory, read without kustomize."""
    texts = [
        file.read_text(encoding="utf-8")
        for file in sorted(directory.glob("*.yaml"))
        if file.name != "kustomization.yaml"
    ]
    return keyed("\n---\n".join(texts))


def annotations(body: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = body["metadata"].get("annotations", {})
    return found


def without_tools(objects: Objects) -> Objects:
    """Objects without the annotations that are for Argo CD and Flux."""
    plain: Objects = {}
    for key, body in objects.items():
        own = {
            name: value
            for name, value in annotations(body).items()
            if not name.startswith(("argocd.argoproj.io/", "kustomize.toolkit.fluxcd.io/"))
        }
        metadata = {
            name: value for name, value in body["metadata"].items() if name != "annotations"
        }
        metadata |= {"annotations": own} if own else {}
        plain[key] = {**body, "metadata": metadata}
    return plain


def kustomizations(rendered: Path) -> Iterator[Path]:
    return (file.parent for file in sorted(rendered.rglob("kustomization.yaml")))


def test_every_directory_can_be_built(rendered: Path) -> None:
    found = list(kustomizations(rendered))
    assert {"argocd", "flux"} <= {path.relative_to(rendered).parts[0] for path in found}
    for directory in found:
        assert build(directory), directory


def test_argocd_applies_what_was_emitted_and_adds_annotations_only(rendered: Path) -> None:
    for name in ("clusters/demo", "clusters/small", "operator"):
        built = build(rendered / "argocd/mgmt-1" / name)
        plain = emitted(rendered / "mgmt-1" / name)
        assert without_tools(built) == without_tools(plain)


def test_argocd_puts_configuration_first(rendered: Path) -> None:
    built = build(rendered / "argocd/mgmt-1/clusters/demo")
    waves = {(kind, annotations(body).get(WAVE, "0")) for (kind, _, _), body in built.items()}
    assert waves == {
        ("ConfigMap", "0"),
        ("ExternalSecret", "0"),
        ("HostedCluster", "1"),
        ("NodePool", "1"),
    }


def test_argocd_removes_no_object_that_is_guarded_or_may_be_in_use(rendered: Path) -> None:
    built = build(rendered / "argocd/mgmt-1/clusters/demo")
    guarded = {kind for (kind, _, _), body in built.items() if SYNC_OPTIONS in annotations(body)}
    assert guarded == {"ConfigMap", "HostedCluster", "NodePool"}
    for (kind, _, _), body in built.items():
        if kind in guarded:
            assert annotations(body)[SYNC_OPTIONS] == "Prune=false,Delete=false"
        extraneous = annotations(body).get(COMPARE_OPTIONS)
        assert extraneous == ("IgnoreExtraneous" if kind == "ConfigMap" else None)


def test_argocd_prunes_what_configures_the_operator(rendered: Path) -> None:
    [body] = build(rendered / "argocd/mgmt-1/operator").values()
    assert annotations(body) == {}


def test_what_a_fleet_says_to_argocd_stays_but_for_the_guard(rendered: Path) -> None:
    built = build(rendered / "argocd/mgmt-1/clusters/small")
    cluster = annotations(built["HostedCluster", "clusters", "small"])
    assert cluster == {
        WAVE: "3",
        SYNC_OPTIONS: "Validate=false,Prune=false,Delete=false",
    }
    pool = annotations(built["NodePool", "clusters", "small-workers"])
    assert pool == {WAVE: "3", SYNC_OPTIONS: "Prune=false,Delete=false"}


def test_every_application_leads_to_a_directory_of_the_repository(rendered: Path) -> None:
    applications = build(rendered / "argocd/mgmt-1")
    assert sorted(name for _, _, name in applications) == [
        "cluster-demo",
        "cluster-small",
        "fleet-mgmt-1",
        "operator-mgmt-1",
    ]
    repository = rendered.parents[1]
    for body in applications.values():
        source = body["spec"]["source"]
        assert source["targetRevision"] == "release"
        assert build(repository / source["path"])
        assert "finalizers" not in body["metadata"]


def test_an_application_of_the_management_cluster_is_for_argocds_own_cluster(
    rendered: Path,
) -> None:
    applications = build(rendered / "argocd/mgmt-1")
    here = {"namespace": "openshift-gitops", "server": "https://kubernetes.default.svc"}
    there = {"name": "management-1"}
    for (_, _, name), body in applications.items():
        assert body["spec"]["destination"] == (here if name == "fleet-mgmt-1" else there)


def waves(rendered: Path, cluster: str) -> dict[str, Objects]:
    directory = rendered / "flux/mgmt-1/clusters" / cluster
    return {path.name: build(path) for path in sorted(directory.iterdir())}


@pytest.mark.parametrize(
    ("cluster", "names"),
    [("demo", ["config", "hostedcluster", "nodepools"]), ("small", ["hostedcluster", "nodepools"])],
)
def test_the_waves_of_flux_are_the_hosted_cluster_and_overlap_nowhere(
    rendered: Path, cluster: str, names: list[str]
) -> None:
    built = waves(rendered, cluster)
    assert list(built) == names
    everything = [key for objects in built.values() for key in objects]
    assert len(set(everything)) == len(everything)
    together = without_tools({key: body for each in built.values() for key, body in each.items()})
    assert together == without_tools(emitted(rendered / "mgmt-1/clusters" / cluster))
    assert {kind for kind, _, _ in built["hostedcluster"]} == {"HostedCluster"}
    assert {kind for kind, _, _ in built["nodepools"]} == {"NodePool"}


def test_flux_removes_no_object_that_is_guarded_or_may_be_in_use(rendered: Path) -> None:
    for objects in waves(rendered, "demo").values():
        for (kind, _, _), body in objects.items():
            kept = annotations(body).get(PRUNE) == "disabled"
            assert kept == (kind in GUARDED | {"ConfigMap"})


def test_flux_has_each_wave_wait_for_the_one_before(rendered: Path) -> None:
    objects = build(rendered / "flux/mgmt-1")
    depends = {
        name: [each["name"] for each in body["spec"].get("dependsOn", [])]
        for (kind, _, name), body in objects.items()
        if kind == "Kustomization"
    }
    assert depends == {
        "fleet": [],
        "operator": [],
        "demo-config": ["operator"],
        "demo-hostedcluster": ["demo-config"],
        "demo-nodepools": ["demo-hostedcluster"],
        "small-hostedcluster": ["operator"],
        "small-nodepools": ["small-hostedcluster"],
    }


def test_only_the_last_wave_waits_for_health_and_for_that_of_the_whole_cluster(
    rendered: Path,
) -> None:
    objects = build(rendered / "flux/mgmt-1")
    checked = {
        name: body["spec"]
        for (_, _, name), body in objects.items()
        if "healthChecks" in body["spec"]
    }
    assert sorted(checked) == ["demo-nodepools", "small-nodepools"]
    for spec in checked.values():
        assert [each["kind"] for each in spec["healthCheckExprs"]] == ["HostedCluster", "NodePool"]
    named = [f"{each['kind']} {each['name']}" for each in checked["demo-nodepools"]["healthChecks"]]
    assert named == ["HostedCluster demo", "NodePool demo-workers", "NodePool demo-infra"]
    others = [body["spec"] for (_, _, name), body in objects.items() if name not in checked]
    assert all("healthCheckExprs" not in spec and not spec.get("wait") for spec in others)


def test_flux_finds_the_repository_and_every_directory_in_it(rendered: Path) -> None:
    objects = build(rendered / "flux/mgmt-1")
    source = objects["GitRepository", "flux-system", "shop"]["spec"]
    assert source["url"] == "https://git.example.com/shop/fleet.git"
    assert (source["ref"], source["secretRef"]) == (
        {"branch": "release"},
        {"name": "fleet-deploy-key"},
    )
    repository = rendered.parents[1]
    for (kind, _, _), body in objects.items():
        if kind == "Kustomization":
            assert body["spec"]["sourceRef"] == {"kind": "GitRepository", "name": "shop"}
            assert body["spec"]["deletionPolicy"] == "Orphan"
            assert build(repository / body["spec"]["path"])


def test_flux_never_prunes_in_waves_of_guarded_kinds(rendered: Path) -> None:
    objects = build(rendered / "flux/mgmt-1")
    pruning = {
        name
        for (kind, _, name), body in objects.items()
        if kind == "Kustomization" and body["spec"]["prune"]
    }
    assert pruning == {"demo-config", "fleet", "operator"}
    for key in (("GitRepository", "shop"), ("Kustomization", "fleet")):
        assert annotations(objects[key[0], "flux-system", key[1]])[PRUNE] == "disabled"


@pytest.mark.parametrize("name", ["argocd-cm", "argocd"])
def test_a_patch_of_argocd_holds_the_health_checks(rendered: Path, name: str) -> None:
    text = (rendered / f"argocd/{name}.patch.yaml").read_text(encoding="utf-8")
    body = yaml.safe_load(text)
    assert body["metadata"]["namespace"] == "openshift-gitops"
    for kind in ("HostedCluster", "NodePool", "Application"):
        assert kind in text
