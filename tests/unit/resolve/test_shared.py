"""Documents that files share: checked each on its own and against each other, each fault once."""

from pathlib import Path

import pytest
from tests.unit.resolve.resolving import environment_of
from tests.unit.resolve.small_fleet import (
    DEFAULTS,
    DEMO,
    MANAGEMENT,
    RELEASES,
    SCAFFOLD,
    cluster,
    compiled,
    document,
    places,
    small_fleet,
    underlined,
)

PROFILE = document("Profile", "gold", "fips: true\n")
HERE = "clusters/mgmt-1"


def findings_of(root: Path, files: dict[str, str | bytes | None]) -> list[str]:
    return places(environment_of(small_fleet(root, files))[1])


def test_the_scaffold_is_clean(tmp_path: Path) -> None:
    assert findings_of(tmp_path, {}) == []


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            {"clusters/a.yaml": PROFILE, "clusters/b.yaml": PROFILE},
            ["HCP0308 clusters/b.yaml:4:9"],
        ),
        ({"clusters/a.yaml": PROFILE + "---\n" + PROFILE}, ["HCP0308 clusters/a.yaml:11:9"]),
        ({"clusters/a.yaml": PROFILE, f"{HERE}/b.yaml": PROFILE}, []),
        (
            {"clusters/mgmt-2/m.yaml": SCAFFOLD[MANAGEMENT]},
            ["HCP0308 clusters/mgmt-2/m.yaml:5:9"],
        ),
        (
            {f"{HERE}/n.yaml": document("ManagementCluster", "second", "region: x\n")},
            ["HCP0309 clusters/mgmt-1/n.yaml:4:9"],
        ),
        (
            {f"{HERE}/a/b/n.yaml": document("ManagementCluster", "second", "region: x\n")},
            ["HCP0309 clusters/mgmt-1/a/b/n.yaml:4:9"],
        ),
        ({"clusters/mgmt-1b/n.yaml": document("ManagementCluster", "two", "region: x\n")}, []),
        ({"clusters/r.yaml": SCAFFOLD[RELEASES]}, ["HCP0308 clusters/releases.yaml:10:5"]),
        ({f"{HERE}/r.yaml": SCAFFOLD[RELEASES]}, []),
        ({"clusters/f.yaml": document("Fleet", "two")}, ["HCP0005 clusters/f.yaml:4:9"]),
        (
            {"clusters/p.yaml": document("Profile", "p", "profiles: [gold]\n")},
            ["HCP0202 clusters/p.yaml:6:3"],
        ),
        ({DEFAULTS: SCAFFOLD[DEFAULTS], "clusters/d.yaml": document("Defaults", "all")}, []),
    ],
)
def test_names_and_places_are_used_once(
    tmp_path: Path, files: dict[str, str | bytes | None], expected: list[str]
) -> None:
    assert findings_of(tmp_path, files) == expected


def test_the_first_of_two_is_shown_too(tmp_path: Path) -> None:
    files = {"clusters/a.yaml": PROFILE, "clusters/b.yaml": PROFILE}
    (finding,) = environment_of(small_fleet(tmp_path, files))[1]
    assert [label.span.location for label in finding.secondary] == ["clusters/a.yaml:4:9"]


@pytest.mark.parametrize(
    ("path", "before", "after", "expected"),
    [
        (DEFAULTS, "baseDomain", "baseDomian", "HCP0202 baseDomian"),
        (DEFAULTS, "drainTimeout: 30m", "drainTimeout: soon", "HCP0207 soon"),
        (RELEASES, "channel", "chanel", "HCP0202 chanel"),
        (RELEASES, "quay.io/openshift", "QUAY/OPENSHIFT", None),
        (MANAGEMENT, "region: dc1", "regoin: dc1", "HCP0202 regoin"),
        (MANAGEMENT, "api.mgmt-1.example.com", "not an address", "HCP0213 not an address"),
    ],
)
def test_a_fault_in_a_shared_document_is_one_finding_however_many_clusters_see_it(
    tmp_path: Path, path: str, before: str, after: str, expected: str | None
) -> None:
    files = {f"{HERE}/{name}.yaml": cluster(name) for name in "abc"}
    files[path] = SCAFFOLD[path].replace(before, after, 1)
    assert files[path] != SCAFFOLD[path]
    (finding,) = compiled(small_fleet(tmp_path, files)).findings
    assert finding.primary.span.file.path == path
    if expected:
        assert underlined([finding]) == [expected]


def test_a_finding_in_a_shared_layer_names_the_clusters_it_touches(tmp_path: Path) -> None:
    files = {f"{HERE}/{name}.yaml": cluster(name) for name in ("aa", "bb")}
    files[DEFAULTS] = SCAFFOLD[DEFAULTS].replace("4.17.9", "4.17.8")
    (finding,) = compiled(small_fleet(tmp_path, files)).findings
    assert underlined([finding]) == ["HCP0303 4.17.8"]
    assert finding.clusters == ("aa", "bb", "demo")


def test_a_layer_may_be_incomplete_and_hold_references(tmp_path: Path) -> None:
    spec = 'cluster:\n  etcd: {size: "${cluster.labels.size}"}\n  platform: {agent: null}\n'
    assert findings_of(tmp_path, {"clusters/d.yaml": document("Defaults", "more", spec)}) == []


def test_a_mixed_file_gives_its_shared_documents_and_its_clusters(tmp_path: Path) -> None:
    mixed = PROFILE + "---\n" + cluster("demo", "profiles: [gold]\n")
    result = compiled(small_fleet(tmp_path, {DEMO: mixed}))
    assert places(result.findings) == []
    assert "fips: true" in result.files["mgmt-1/clusters/demo/hostedcluster.yaml"]
