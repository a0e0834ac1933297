"""The real kustomize reads what we emit, and reads exactly that."""

import pytest
from tests.integration.building import ROOT, Objects, build, keyed

RENDERED = ROOT / "rendered"
KUSTOMIZATIONS = sorted(
    file.parent.relative_to(ROOT).as_posix() for file in RENDERED.rglob("kustomization.yaml")
)
# What no kustomization of a management cluster leads to.
ELSEWHERE = {"guest", "delivery", "restore"}
MANAGEMENT_CLUSTERS = sorted(file.parent.name for file in RENDERED.glob("*/kustomization.yaml"))


def emitted(management_cluster: str) -> Objects:
    """The objects for a management cluster in its files, read without kustomize."""
    texts = [
        file.read_text(encoding="utf-8")
        for file in sorted((RENDERED / management_cluster).rglob("*.yaml"))
        if file.name not in {"kustomization.yaml", "sync.yaml"} and not ELSEWHERE & set(file.parts)
    ]
    return keyed("\n---\n".join(texts))


def test_there_is_something_to_build() -> None:
    assert len(MANAGEMENT_CLUSTERS) >= 4
    assert {f"rendered/{name}" for name in MANAGEMENT_CLUSTERS} < set(KUSTOMIZATIONS)


@pytest.mark.parametrize("directory", KUSTOMIZATIONS)
def test_kustomize_builds_every_directory(directory: str) -> None:
    assert build(ROOT / directory)


@pytest.mark.parametrize("name", MANAGEMENT_CLUSTERS)
def test_a_management_cluster_gets_exactly_what_was_emitted(name: str) -> None:
    assert build(RENDERED / name) == emitted(name)


def test_every_cluster_belongs_to_one_management_cluster() -> None:
    built = [build(RENDERED / name) for name in MANAGEMENT_CLUSTERS]
    clusters = [key for found in built for key in found if key[0] == "HostedCluster"]
    assert len(set(clusters)) == len(clusters) >= 12
