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


@pytest.mark.parametrize(
    ("own", "shared", "expected"),
    [
        ("platform: {none: {}}", "nodePoolDefaults: {platform: {agent: {}}}", "HCP0404 agent"),
        ("fips: true", "platform: {none: {}}", "HCP0204 none"),
    ],
)
def test_what_a_layer_says_wrong_for_several_clusters_and_pools_is_one_finding(
    tmp_path: Path, own: str, shared: str, expected: str
) -> None:
    pools = "nodePools: {a: {replicas: 1}, b: {replicas: 1}}\n"
    files: dict[str, str | bytes | None] = {
        f"{HERE}/{name}.yaml": document("Cluster", name, f"{own}\n{pools}")
        for name in ("demo", "more")
    }
    files["clusters/more.yaml"] = document("Defaults", "more", f"cluster:\n  {shared}\n")
    files[MANAGEMENT] = document("ManagementCluster", "mgmt-1", "region: dc1\n")
    (finding,) = compiled(small_fleet(tmp_path, files)).findings
    assert underlined([finding]) == [expected]
    assert finding.clusters == ("demo", "more")


def test_a_layer_may_be_incomplete_and_hold_references(tmp_path: Path) -> None:
    spec = 'cluster:\n  etcd: {size: "${cluster.labels.size}"}\n  platform: {agent: null}\n'
    assert findings_of(tmp_path, {"clusters/d.yaml": document("Defaults", "more", spec)}) == []


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("Profile", "etcd:\n", ["HCP0310 etcd"]),
        ("Profile", "labels:\n  a:\n  b: x\n", ["HCP0310 a"]),
        ("Defaults", "cluster:\n  etcd:\n", ["HCP0310 etcd"]),
        ("Defaults", "managementCluster:\n  vars:\n    a:\n", ["HCP0310 a"]),
        ("Profile", "baseDomain: ${cluster.nmae}.x\n", ["HCP0304 ${cluster.nmae}"]),
        ("Profile", "baseDomain: ${clutser.name}.x\n", ["HCP0304 ${clutser.name}"]),
        ("Profile", "baseDomain: ${cluster.name.x}\n", []),
        ("Profile", "baseDomain: ${fleet.nmae}\n", ["HCP0304 ${fleet.nmae}"]),
        ("Profile", "baseDomain: ${spec.dns.perfix}\n", ["HCP0304 ${spec.dns.perfix}"]),
        (
            "Profile",
            "baseDomain: ${managementCluster.regoin}\n",
            ["HCP0304 ${managementCluster.regoin}"],
        ),
        ("Profile", "baseDomain: ${cluster.name\n", ["HCP0306 ${cluster.name"]),
        ("Profile", "baseDomain: ${nodePool.name}\n", ["HCP0304 ${nodePool.name}"]),
        ("Profile", "nodePoolDefaults: {arch: '${nodePool.name}'}\n", []),
        (
            "Profile",
            "nodePools: {w: {arch: '${nodePool.nmae}'}}\n",
            ["HCP0304 ${nodePool.nmae}"],
        ),
        ("Defaults", "cluster: {channel: '${fleet.vars}'}\n", ["HCP0304 ${fleet.vars}"]),
        ("Defaults", "managementCluster: {region: '${cluster.name}'}\n", None),
        ("Defaults", "managementCluster: {region: '${managementCluster.name}'}\n", []),
        (
            "Profile",
            (
                "labels:\n  a: ${cluster.labels.b.c/d}\n  e: ${spec.platform.agent.namespace}\n"
                "  f: ${managementCluster.vars.x}\n  g: ${fleet.name}\n"
                "  h: ${spec.nodePools.w.arch}\n  i: ${managementCluster.name}\n  j: $${x}\n"
            ),
            [],
        ),
    ],
)
def test_a_layer_that_nothing_uses_is_checked_as_far_as_it_can_be_known(
    tmp_path: Path, kind: str, spec: str, expected: list[str] | None
) -> None:
    path = "clusters/elsewhere/layer.yaml"
    files: dict[str, str | bytes | None] = {path: document(kind, "unused", spec)}
    findings = environment_of(small_fleet(tmp_path, files))[1]
    assert underlined(findings) == (["HCP0304 ${cluster.name}"] if expected is None else expected)
    assert {finding.primary.span.file.path for finding in findings} <= {path}


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("etcd:\n", "HCP0310 etcd"),
        ("baseDomain: ${cluster.nmae}\n", "HCP0304 ${cluster.nmae}"),
        ("baseDomain: ${clutser.name}\n", "HCP0304 ${clutser.name}"),
        ("baseDomain: ${}\n", "HCP0306 ${}"),
    ],
)
def test_what_is_wrong_with_a_layer_is_not_told_again_where_it_is_used(
    tmp_path: Path, spec: str, expected: str
) -> None:
    files: dict[str, str | bytes | None] = {
        "clusters/p.yaml": document("Profile", "gold", spec),
        DEMO: cluster("demo", "profiles: [gold]\n"),
    }
    (finding,) = compiled(small_fleet(tmp_path, files)).findings
    assert underlined([finding]) == [expected]
    assert finding.clusters == ("demo",)
    assert finding.in_layer


def test_what_one_document_lacks_does_not_hide_what_another_lacks(tmp_path: Path) -> None:
    files: dict[str, str | bytes | None] = {
        "clusters/elsewhere/a.yaml": document("Profile", "a", "labels:\n  images:\n"),
        "clusters/elsewhere/b.yaml": document("ReleaseCatalog", "b", "releases: {4.1.1: {}}\n"),
    }
    assert findings_of(tmp_path, files) == [
        "HCP0310 clusters/elsewhere/a.yaml:7:5",
        "HCP0204 clusters/elsewhere/b.yaml:6:14",
    ]


def test_a_mixed_file_gives_its_shared_documents_and_its_clusters(tmp_path: Path) -> None:
    mixed = PROFILE + "---\n" + cluster("demo", "profiles: [gold]\n")
    result = compiled(small_fleet(tmp_path, {DEMO: mixed}))
    assert places(result.findings) == []
    assert "fips: true" in result.files["mgmt-1/clusters/demo/hostedcluster.yaml"]
