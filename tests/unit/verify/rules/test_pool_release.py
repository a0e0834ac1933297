"""Node pools are as new as their control plane, or up to three minor versions older."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import RELEASES, cluster, document
from tests.unit.verify.rules.pools import findings, told

IMAGE = "quay.io/openshift-release-dev/ocp-release"
CODE = "HCP1501"


def released(own: str, pool: str, spec: str = "") -> str:
    pools = f'{{w: {{replicas: 1, release: "{IMAGE}:{pool}"}}}}'
    return cluster("demo", f'release: "{IMAGE}:{own}"\n{spec}', pools=pools)


@pytest.mark.parametrize(
    ("own", "pool", "fits"),
    [
        ("4.18.5", "4.18.5", True),
        ("4.18.5", "4.18.4", True),
        ("4.18.5", "4.18.6", False),
        ("4.18.5", "4.15.60", True),
        ("4.18.5", "4.14.60", False),
        ("4.18.5", "4.19.0", False),
        ("4.18.0", "4.18.0-rc.1", True),
        ("4.18.0-rc.1", "4.18.0", False),
        ("4.18.0-rc.2", "4.18.0-rc.10", False),
        ("5.0.1", "4.23.1", True),
        ("5.0.1", "4.20.7", True),
        ("5.0.1", "4.19.7", False),
        ("5.1.0", "4.21.3", True),
        ("5.1.0", "4.20.3", False),
        ("4.23.1", "5.0.1", True),
        ("4.22.1", "5.0.0", False),
        ("4.18.5-multi", "4.18.5-x86_64", True),
        ("latest", "4.18.5", True),
        ("4.18.5", "latest", True),
    ],
)
def test_versions_are_compared_in_full(tmp_path: Path, own: str, pool: str, *, fits: bool) -> None:
    expected = [] if fits else [f'{CODE} "{IMAGE}:{pool}"']
    assert told(tmp_path, released(own, pool), CODE) == expected


def test_it_points_at_both_releases_and_says_how_far_they_are_apart(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, released("4.18.5", "4.13.2"), CODE)
    assert "is 5 minor versions older than" in found.message
    assert [each.text for each in found.secondary] == ["the control plane has `4.18.5`"]


def test_digests_are_known_from_catalogs(tmp_path: Path) -> None:
    images = {"4.17.9": "a" * 64, "4.17.10": "b" * 64}
    releases = "".join(
        f"  {version}: {{images: {{multi: '{IMAGE}@sha256:{digest}'}}}}\n"
        for version, digest in images.items()
    )
    catalog = {RELEASES: document("ReleaseCatalog", "all", f"releases:\n{releases}")}
    pools = f"{{w: {{replicas: 1, release: '{IMAGE}@sha256:{'b' * 64}'}}}}"
    text = cluster("demo", "release: 4.17.9\n", pools=pools)
    (found,) = findings(tmp_path, text, CODE, **catalog)
    assert "`4.17.10` of node pool `w` is newer than its control plane's" in found.message


def test_the_newer_of_two_releases_of_a_control_plane_counts(tmp_path: Path) -> None:
    newer = f'controlPlane: {{release: "{IMAGE}:4.18.9"}}\n'
    assert told(tmp_path, released("4.18.5", "4.18.9", newer), CODE) == []
    assert len(told(tmp_path, released("4.18.5", "4.18.10", newer), CODE)) == 1


def test_a_cluster_that_skips_the_operators_check_is_not_checked(tmp_path: Path) -> None:
    skip = "annotations: {hypershift.openshift.io/skip-release-image-validation: 'true'}\n"
    assert told(tmp_path, released("4.18.5", "4.19.0", skip), CODE) == []


def test_a_release_of_an_overlay_is_told_there(tmp_path: Path) -> None:
    overlay = f"{{spec: {{release: {{image: '{IMAGE}:4.30.1'}}}}}}"
    (found,) = findings(tmp_path, released("4.18.5", "4.18.5"), CODE, overlay=overlay)
    assert found.primary.span.file.path.endswith("overlay.yaml")
