"""The real kustomize reads what we emit, and reads exactly that.

`make kustomize` provides the command in .tools/bin; the variable KUSTOMIZE names another one.
"""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
RENDERED = ROOT / "rendered"
OVERLAYS = ROOT / "overlays"
KUSTOMIZATIONS = sorted(
    file.parent.relative_to(ROOT).as_posix()
    for top in (RENDERED, OVERLAYS)
    for file in top.rglob("kustomization.yaml")
)
MANAGEMENT_CLUSTERS = sorted(file.parent.name for file in RENDERED.glob("*/kustomization.yaml"))

Objects = dict[tuple[str, str, str], dict[str, Any]]


class KubernetesLoader(yaml.SafeLoader):
    """Reads times as text, as Kubernetes does; what hcpc and kustomize write needs no more."""


KubernetesLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.fixture(scope="session")
def kustomize() -> Path:
    """The command; without it these tests fail, for nothing else proves what they prove."""
    command = Path(os.environ.get("KUSTOMIZE") or ROOT / ".tools/bin/kustomize").absolute()
    if not command.is_file():
        pytest.fail(f"there is no kustomize at {command}; `make kustomize` provides it")
    return command


def build(kustomize: Path, directory: Path) -> Objects:
    """The objects that kustomize makes of a directory."""
    ran = subprocess.run(
        [kustomize, "build", directory],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return keyed(ran.stdout)


def keyed(text: str) -> Objects:
    """The objects of a YAML stream by what Kubernetes knows them by; none may be there twice."""
    bodies = list(yaml.load_all(text, Loader=KubernetesLoader))
    found = {
        (body["kind"], body["metadata"]["namespace"], body["metadata"]["name"]): body
        for body in bodies
    }
    assert len(found) == len(bodies)
    return found


def emitted(management_cluster: str) -> Objects:
    """The objects in a management cluster's files, read without kustomize."""
    texts = [
        file.read_text(encoding="utf-8")
        for file in sorted((RENDERED / management_cluster).rglob("*.yaml"))
        if file.name != "kustomization.yaml"
    ]
    return keyed("\n---\n".join(texts))


def without_additions(body: dict[str, Any], labels: set[str], annotations: set[str]) -> Any:
    """An object without the named labels and annotations."""
    metadata = dict(body["metadata"])
    for field, names in (("labels", labels), ("annotations", annotations)):
        kept = {name: value for name, value in metadata.pop(field, {}).items() if name not in names}
        metadata |= {field: kept} if kept else {}
    return {**body, "metadata": metadata}


def test_there_is_something_to_build() -> None:
    assert len(MANAGEMENT_CLUSTERS) >= 4
    assert {f"rendered/{name}" for name in MANAGEMENT_CLUSTERS} < set(KUSTOMIZATIONS)
    assert any(name.startswith("overlays/") for name in KUSTOMIZATIONS)


@pytest.mark.parametrize("directory", KUSTOMIZATIONS)
def test_kustomize_builds_every_directory(kustomize: Path, directory: str) -> None:
    assert build(kustomize, ROOT / directory)


@pytest.mark.parametrize("name", MANAGEMENT_CLUSTERS)
def test_a_management_cluster_gets_exactly_what_was_emitted(kustomize: Path, name: str) -> None:
    assert build(kustomize, RENDERED / name) == emitted(name)


def test_every_cluster_belongs_to_one_management_cluster(kustomize: Path) -> None:
    built = [build(kustomize, RENDERED / name) for name in MANAGEMENT_CLUSTERS]
    clusters = [key for found in built for key in found if key[0] == "HostedCluster"]
    assert len(set(clusters)) == len(clusters) >= 12


def test_an_overlay_changes_what_it_says_and_nothing_else(kustomize: Path) -> None:
    base = build(kustomize, RENDERED / "prod-fra1")
    site = build(kustomize, OVERLAYS / "prod-fra1")
    label = "fleet.example.com/site"
    annotation = "hypershift.openshift.io/kube-apiserver-verbosity-level"
    assert {body["metadata"]["labels"][label] for body in site.values()} == {"fra1"}
    patched = [
        key for key, body in site.items() if annotation in body["metadata"].get("annotations", {})
    ]
    assert patched == [("HostedCluster", "clusters", "payments")]
    plain = {key: without_additions(body, {label}, {annotation}) for key, body in site.items()}
    assert plain == base
