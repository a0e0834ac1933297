"""Overlays that nothing fits are told, but only when that is sure."""

from pathlib import Path

import pytest
from tests.unit.overlay.overlaying import OVERLAY, merge, overlaid, patches
from tests.unit.resolve.small_fleet import (
    DEMO,
    cluster,
    compile_and_write,
    document,
    places,
    rendered,
    small_fleet,
    underlined,
)

NOTE = '{metadata: {annotations: {note: "1"}}}'
NOBODY = merge("{name: nobody}", NOTE)


def test_each_patch_that_changes_nothing_is_told(tmp_path: Path) -> None:
    text = patches(NOBODY + merge("{}", NOTE) + merge("{part: guest}", NOTE))
    result = overlaid(tmp_path, text)
    assert places(result.findings) == [f"HCP1102 {OVERLAY}:7:6", f"HCP1102 {OVERLAY}:9:6"]
    assert not result.has_errors


def test_a_kind_that_is_nearly_right_is_told_there(tmp_path: Path) -> None:
    result = overlaid(tmp_path, patches(merge("{kind: hostedCluster}", NOTE)))
    assert underlined(result.findings) == ["HCP1102 hostedCluster"]
    assert "did you mean `HostedCluster`?" in rendered(result)


def test_an_overlay_for_one_cluster_of_many_changes_something(tmp_path: Path) -> None:
    more: dict[str, str | bytes | None] = {"clusters/mgmt-1/other.yaml": cluster("other")}
    assert overlaid(tmp_path, patches(merge("{cluster: demo}", NOTE)), more).findings == ()


def test_an_overlay_without_clusters_below_it_changes_nothing(tmp_path: Path) -> None:
    overlay = {"clusters/empty/o.yaml": patches(merge("{}", NOTE))}
    result = overlaid(tmp_path, patches(merge("{}", NOTE)), {**overlay})
    assert places(result.findings) == ["HCP1102 clusters/empty/o.yaml:7:6"]


def test_a_function_that_is_for_no_cluster_is_told(tmp_path: Path) -> None:
    spec = document("Overlay", "x", "fromFile: x.jsonnet\ntarget: {platform: aws}\n")
    files: dict[str, str | bytes | None] = {
        "clusters/x.jsonnet": "function(cluster, manifests) manifests"
    }
    assert underlined(overlaid(tmp_path, spec, files).findings) == ["HCP1102 x.jsonnet"]


@pytest.mark.parametrize("broken", [cluster("demo", "etcd: {size: huge}\n"), "a: ["])
def test_an_overlay_is_not_judged_while_clusters_that_see_it_have_errors(
    tmp_path: Path, broken: str
) -> None:
    text = patches(merge("{cluster: demo}", NOTE))
    more: dict[str, str | bytes | None] = {
        DEMO: broken,
        "clusters/mgmt-1/other.yaml": cluster("other"),
    }
    found = overlaid(tmp_path, text, more).findings
    assert len(found) == 1
    assert found[0].code != "HCP1102"


def test_errors_elsewhere_do_not_matter(tmp_path: Path) -> None:
    more: dict[str, str | bytes | None] = {
        "clusters/mgmt-1/a/o.yaml": patches(NOBODY),
        "clusters/mgmt-1/b/bad.yaml": cluster("bad", "etcd: {size: huge}\n"),
    }
    found = overlaid(tmp_path, patches(merge("{}", NOTE)), more).findings
    assert [each.code for each in found] == ["HCP1102", "HCP0208"]


def test_what_matched_is_remembered(tmp_path: Path) -> None:
    root, cache = tmp_path / "fleet", tmp_path / "cache"
    small_fleet(root, {OVERLAY: patches(NOBODY + merge("{cluster: demo}", NOTE))})
    results = [compile_and_write(root, cache) for _ in range(3)]
    assert results[2].kept
    assert [places(each.findings) for each in results] == [[f"HCP1102 {OVERLAY}:7:6"]] * 3
