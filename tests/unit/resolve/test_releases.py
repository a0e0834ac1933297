"""From versions to images: the multi-architecture one, or the one that suits all pools."""

from pathlib import Path
from typing import Any

import pytest
from tests.unit.resolve.resolving import resolved, sound
from tests.unit.resolve.small_fleet import DEMO, cluster, document, small_fleet, underlined

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.resolve.releases import check_releases, pick_images
from hcpc.resolve.scope import Release
from hcpc.source.text import SourceFile, Span
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import Mapping

CATALOG = SourceFile("r.yaml", "4.17.9")


def release(version: str, **images: str) -> Release:
    return Release(version, images, "", Span(CATALOG, 0, 6))


RELEASES = {
    "4.17.9": release("4.17.9", multi="x/multi:9", amd64="x/amd64:9"),
    "4.17.8": release("4.17.8", amd64="x/amd64:8", arm64="x/arm64:8"),
    "4.17.7": release("4.17.7", s390x="x/s390x:7"),
    "4.17.0": release("4.17.0"),
}


def picked(
    text: str, pools: dict[str, dict[str, Any]]
) -> tuple[dict[str, Any], dict[Any, str], list[Diagnostic]]:
    """The completed spec after picking, the versions, and the findings."""
    source = f"release: {text}\nnodePools: {{{', '.join(pools)}}}\n"
    (tree,) = parse(SourceFile("a.yaml", source), Sink())
    assert isinstance(tree, Mapping)
    data = {"release": text, "nodePools": {n: {"release": text, **p} for n, p in pools.items()}}
    sink = Sink()
    check_releases(tree, RELEASES, sink)
    versions = pick_images(data, tree, RELEASES, sink)
    return data, versions, sink.findings()


@pytest.mark.parametrize(
    ("text", "arches", "control_plane", "pools"),
    [
        ("4.17.9", ["amd64"], "x/multi:9", ["x/multi:9"]),
        ("4.17.9", ["amd64", "arm64"], "x/multi:9", ["x/multi:9", "x/multi:9"]),
        ("4.17.8", ["amd64"], "x/amd64:8", ["x/amd64:8"]),
        ("4.17.8", ["arm64", "arm64"], "x/arm64:8", ["x/arm64:8", "x/arm64:8"]),
        ("4.17.7", ["s390x"], "x/s390x:7", ["x/s390x:7"]),
        ("4.17.8", [], "x/amd64:8", []),
        ("x/own:1", ["amd64", "arm64"], "x/own:1", ["x/own:1", "x/own:1"]),
    ],
)
def test_every_release_becomes_an_image_that_runs(
    tmp_path: Path, text: str, arches: list[str], control_plane: str, pools: list[str]
) -> None:
    images = "".join(
        f"  {version}: {{images: {{{', '.join(f'{a}: {i!r}' for a, i in r.images.items())}}}}}\n"
        for version, r in RELEASES.items()
        if r.images
    )
    written = ", ".join(
        f"p{number}: {{arch: {arch}, replicas: 1}}" for number, arch in enumerate(arches)
    )
    files = {
        "clusters/releases.yaml": document("ReleaseCatalog", "all", f"releases:\n{images}"),
        DEMO: document(
            "Cluster",
            "demo",
            f"release: {text}\nplatform: {{none: {{}}}}\nnodePools: {{{written}}}\n",
        ),
    }
    if "s390x" in arches:
        files[DEMO] = files[DEMO].replace("none: {}", "agent: {namespace: a}")
    found = sound(small_fleet(tmp_path, files))
    assert found.spec["release"] == control_plane
    assert [pool["release"] for pool in found.spec["nodePools"].values()] == pools
    assert found.versions.get(("release",)) == (None if "/" in text else text)


def test_pools_of_several_architectures_need_a_multi_architecture_image() -> None:
    _, versions, (finding,) = picked("4.17.8", {"a": {"arch": "amd64"}, "b": {"arch": "arm64"}})
    assert underlined([finding]) == ["HCP0405 4.17.8"]
    assert "`amd64`" in finding.message
    assert "`arm64`" in finding.message
    assert [label.span.file for label in finding.secondary] == [CATALOG]
    assert versions[("release",)] == "4.17.8"


def test_an_architecture_without_an_image_is_reported_once() -> None:
    _, _, (finding,) = picked("4.17.7", {"a": {"arch": "amd64"}})
    assert underlined([finding]) == ["HCP0405 4.17.7"]


def test_a_release_that_is_faulty_itself_is_told_in_its_catalog_only() -> None:
    assert picked("4.17.0", {"a": {"arch": "amd64"}})[2] == []


def test_an_unknown_release_is_reported_once_with_a_suggestion() -> None:
    _, versions, (finding,) = picked("4.17.99", {"a": {}, "b": {}})
    assert underlined([finding]) == ["HCP0303 4.17.99"]
    assert finding.primary.text == "did you mean `4.17.9`?"
    assert versions == {}


@pytest.mark.parametrize("text", ["Quay.IO/Org/release:4", "x/y@sha256:12", "a@b", "https://x/y"])
def test_what_is_neither_a_version_nor_an_image_is_reported_once(text: str) -> None:
    _, _, (finding,) = picked(text, {"a": {}})
    assert underlined([finding]) == [f"HCP0209 {text}"]


def test_the_control_plane_may_run_another_release(tmp_path: Path) -> None:
    files = {DEMO: cluster("demo", "controlPlane: {release: example.com/hotfix:1}\n")}
    found = sound(small_fleet(tmp_path, files))
    assert found.spec["controlPlane"]["release"] == "example.com/hotfix:1"
    assert found.versions[("release",)] == "4.17.9"
    files[DEMO] = cluster("demo", "controlPlane: {release: 4.17.9}\n")
    found = sound(small_fleet(tmp_path, files))
    assert found.spec["controlPlane"]["release"] == found.spec["release"]
    assert found.versions[("controlPlane", "release")] == "4.17.9"
    files[DEMO] = cluster("demo", "controlPlane: {release: 4.99.9}\n")
    assert underlined(resolved(small_fleet(tmp_path, files))[1]) == ["HCP0303 4.99.9"]


def test_a_catalog_brings_its_channel_along_unless_the_cluster_has_one(tmp_path: Path) -> None:
    assert sound(small_fleet(tmp_path)).spec["channel"] == "stable-4.17"
    files = {DEMO: cluster("demo", "channel: fast-4.17\n")}
    assert sound(small_fleet(tmp_path, files)).spec["channel"] == "fast-4.17"


def test_a_faulty_release_of_a_cluster_without_pools_is_told_in_its_catalog_only() -> None:
    assert picked("4.17.0", {})[2] == []
