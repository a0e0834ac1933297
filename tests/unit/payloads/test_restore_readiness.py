"""What a cluster that is marked for disaster recovery is told that it lacks."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import (
    DEMO,
    MANAGEMENT,
    cluster,
    compiled,
    document,
    small_fleet,
    underlined,
)

READY = {
    "clusterID": "6513270e-269e-4d37-b2a7-4de452e6b438",
    "infraID": "demo-abcde",
    "encryption": "{aescbc: {activeKey: {secret: demo-key}}}",
    "publish": "{api: {nodePort: {address: api.demo.example.com}}}",
    "backup": "{schedule: daily, ttl: 24h, disasterRecovery: true}",
}


def findings(root: Path, changes: dict[str, str], facts: str = "") -> list[str]:
    spec = "".join(f"{name}: {text}\n" for name, text in {**READY, **changes}.items())
    more = {MANAGEMENT: document("ManagementCluster", "mgmt-1", facts)} if facts else {}
    result = compiled(small_fleet(root, {DEMO: cluster("demo", spec), **more}))
    assert {found.severity.value for found in result.findings} <= {"warning"}
    return underlined(result.findings)


def test_a_cluster_that_has_all_is_told_nothing(tmp_path: Path) -> None:
    assert findings(tmp_path, {}) == []


def test_what_an_unread_layer_may_say_is_not_told_as_missing(tmp_path: Path) -> None:
    spec = "".join(f"{name}: {text}\n" for name, text in READY.items() if name != "infraID")
    broken = document("Defaults", "ids", "cluster: {infraID: demo-abcde}\n") + "a: [\n"
    files = {DEMO: cluster("demo", spec), "clusters/mgmt-1/ids.yaml": broken}
    assert [found.code for found in compiled(small_fleet(tmp_path, files)).findings] == ["HCP0101"]


ROUTES = "oauth: {route: {}}, konnectivity: {route: {}}, ignition: {route: {}}"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"clusterID": "null"}, ["HCP1205 demo"]),
        ({"infraID": "null"}, ["HCP1205 demo"]),
        ({"encryption": "null"}, ["HCP1205 demo"]),
        ({"publish": "null"}, ["HCP1205 agent"]),
        ({"publish": "{api: {nodePort: {address: 10.0.0.1}}}"}, ["HCP1205 api"]),
        ({"publish": f"{{api: {{route: {{}}}}, {ROUTES}}}"}, ["HCP1205 api"]),
        (
            {"publish": f"{{api: {{route: {{hostname: a.example.com}}}}, {ROUTES}}}"},
            ["HCP1205 api"],
        ),
        ({"backup": "{disasterRecovery: true}"}, ["HCP1205 backup"]),
        ({"backup": "{disasterRecovery: true, onDemand: now}"}, ["HCP1205 backup"]),
        ({"backup": "{disasterRecovery: true, schedule: daily, paused: true}"}, ["HCP1205 backup"]),
        ({"backup": "{disasterRecovery: true, schedule: daily}"}, ["HCP1204 daily"]),
        ({"clusterID": "null", "backup": "{disasterRecovery: false, ttl: 1h}"}, []),
    ],
)
def test_what_is_missing_is_a_warning_where_it_belongs(
    tmp_path: Path, changes: dict[str, str], found: list[str]
) -> None:
    assert findings(tmp_path, changes) == found


def test_external_dns_publishes_the_name_of_the_api(tmp_path: Path) -> None:
    changes = {"publish": f"{{api: {{route: {{hostname: api.demo.example.com}}}}, {ROUTES}}}"}
    assert findings(tmp_path / "1", changes, "externalDNS: {domain: example.com}\n") == []
    # A name outside the domain is told whether the cluster is marked or not.
    outside = findings(tmp_path / "2", changes, "externalDNS: {domain: ple.com}\n")
    assert outside == ["HCP0810 api.demo.example.com"]


@pytest.mark.parametrize(
    ("platform", "found"),
    [
        ("{kubevirt: {generateID: a1}}", []),  # cannot move, so no host names are asked for
        ("{kubevirt: {}}", ["HCP1205 kubevirt"]),
        ("{none: {}}", []),
    ],
)
def test_a_platform_says_what_else_it_takes(
    tmp_path: Path, platform: str, found: list[str]
) -> None:
    spec = "".join(f"{name}: {text}\n" for name, text in READY.items() if name != "publish")
    publish = "" if "kube" in platform else f"publish: {READY['publish']}\n"
    text = document(
        "Cluster",
        "demo",
        f"platform: {platform}\nnodePools: {{w: {{replicas: 1}}}}\n{spec}{publish}",
    )
    assert underlined(compiled(small_fleet(tmp_path, {DEMO: text})).findings) == found
