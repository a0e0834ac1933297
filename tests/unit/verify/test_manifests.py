"""A fault in a manifest is told at the spec line that caused it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unit.resolve.resolving import environment_of, sound
from tests.unit.resolve.small_fleet import (
    DEFAULTS,
    DEMO,
    MANAGEMENT,
    cluster,
    compiled,
    document,
    places,
    small_fleet,
    underlined,
)
from tests.unit.verify.crd.fleets import fleet_with, hosted_cluster

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Manifest
from hcpc.lower.lower import lower
from hcpc.payloads import RestorePart
from hcpc.verify.manifests import check_manifests, check_restored, check_shared_objects
from hcpc.verify.subject import Subject


def checked(
    root: Path, text: str, change: Callable[[list[dict[str, Any]]], None] | None = None
) -> list[Diagnostic]:
    """Findings about a cluster's manifests, after a change that no spec could make."""
    found = sound(small_fleet(root, {DEMO: text}))
    manifests = lower(found.spec)
    if change:
        change([manifest.body for manifest in manifests])
    sink = Sink()
    environment, _ = environment_of(root)
    check_manifests(Subject(found, tuple(manifests)), environment, sink)
    return sink.findings()


def test_the_manifests_of_a_sound_cluster_are_fine(tmp_path: Path) -> None:
    assert checked(tmp_path, cluster("demo")) == []


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("{spec: {fipps: true}}", "HCP0501 fipps"),
        ("{spec: {fips: 'yes'}}", "HCP0501 'yes'"),
        ("{spec: {etcd: {managed: {storage: {typ: x}}}}}", "HCP0501 typ"),
        ("{spec: {networking: {networkType: OVN}}}", "HCP0501 OVN"),
        ("{spec: {services: 5}}", "HCP0501 5"),
    ],
)
def test_a_fault_of_the_passthrough_is_told_where_it_says_so(
    tmp_path: Path, raw: str, shown: str
) -> None:
    assert underlined(checked(tmp_path, cluster("demo", f"hostedCluster: {raw}\n"))) == [shown]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("{spec: {replicsa: 1}}", "HCP0501 replicsa"),
        ("{spec: {management: {upgradeType: Sometimes}}}", "HCP0501 Sometimes"),
    ],
)
def test_a_fault_of_a_pools_passthrough_is_told_in_that_pool(
    tmp_path: Path, raw: str, shown: str
) -> None:
    pools = f"{{a: {{replicas: 1}}, b: {{replicas: 1, nodePool: {raw}}}}}"
    assert underlined(checked(tmp_path, cluster("demo", pools=pools))) == [shown]


def test_an_unknown_field_gets_a_suggestion(tmp_path: Path) -> None:
    (finding,) = checked(tmp_path, cluster("demo", "hostedCluster: {spec: {fipps: true}}\n"))
    assert finding.primary.text == "did you mean `fips`?"


def test_a_fault_of_sugar_is_told_at_the_sugar(tmp_path: Path) -> None:
    def change(bodies: list[dict[str, Any]]) -> None:
        bodies[0]["spec"]["etcd"]["managed"]["storage"]["persistentVolume"]["size"] = "big"
        bodies[0]["spec"]["dns"]["baseDomain"] = 5
        bodies[1]["spec"]["replicas"] = "two"

    text = cluster("demo", "etcd: {size: 16Gi}\n", pools="{w: {replicas: 2}}")
    findings = checked(tmp_path, text, change)
    assert underlined(findings) == ["HCP0501 fleet.example.com", "HCP0501 2", "HCP0501 16Gi"]
    assert places(findings)[0].startswith(f"HCP0501 {DEFAULTS}:")


def test_a_fault_of_what_was_filled_in_is_told_with_its_reason(tmp_path: Path) -> None:
    def change(bodies: list[dict[str, Any]]) -> None:
        bodies[1]["spec"]["management"]["upgradeType"] = "Never"

    (finding,) = checked(tmp_path, cluster("demo", pools="{w: {replicas: 2}}"), change)
    assert underlined([finding]) == ["HCP0501 w"]
    assert "default of platform `agent`" in finding.help


def test_sugar_without_a_model_of_its_own_is_checked_in_the_manifest(tmp_path: Path) -> None:
    text = cluster("demo", "apiServer: {tlsProfile: {type: Custom, custom: {ciphres: [a]}}}\n")
    assert underlined(checked(tmp_path, text)) == ["HCP0501 ciphres"]


def test_one_fault_in_a_shared_layer_is_one_finding(tmp_path: Path) -> None:
    raw = "cluster:\n  hostedCluster: {spec: {fipps: true}}\n"
    files = {
        "clusters/d.yaml": document("Defaults", "raw", raw),
        "clusters/mgmt-1/other.yaml": cluster("other"),
    }
    (finding,) = compiled(small_fleet(tmp_path, files)).findings
    assert underlined([finding]) == ["HCP0501 fipps"]
    assert finding.clusters == ("demo", "other")


RESTORE = "clusters/mgmt-1/again.yaml"


@pytest.fixture
def crashing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fleet with a restore, and a CRD set that no object can be checked against."""

    def crash(*_: Any) -> None:
        raise KeyError("odd")

    monkeypatch.setattr("hcpc.verify.crd.verdict.check_object", crash)
    root = fleet_with(tmp_path, hosted_cluster({}))
    text = document("Restore", "again", "cluster: demo\ninPlace: {}\n")
    (root / RESTORE).write_text(text, encoding="utf-8")
    return root


def test_a_check_of_clusters_that_crashes_is_told(crashing: Path) -> None:
    sink = Sink()
    subject = Subject(sound(crashing), tuple(lower(sound(crashing).spec)))
    check_manifests(subject, environment_of(crashing)[0], sink)
    [found] = sink.findings()
    assert underlined([found]) == ["HCP0901 demo"]
    assert found.message == (
        "HostedCluster cannot be checked against CRD set `ours`: KeyError: 'odd'"
    )


def test_a_check_of_restores_that_crashes_is_told_at_the_restore(crashing: Path) -> None:
    sink = Sink()
    subject = Subject(sound(crashing), tuple(lower(sound(crashing).spec)))
    [hosted, *_] = subject.manifests
    patch = hosted._replace(body={"spec": {"fips": True}})
    part = RestorePart("again", "mgmt-1", "mgmt-1", "demo", (patch,), (), "")
    check_restored(subject, [part], environment_of(crashing)[0], sink)
    [found] = sink.findings()
    assert places([found])[0].startswith(f"HCP0901 {RESTORE}:")
    assert found.message.startswith("HostedCluster cannot be checked against CRD set `ours`: ")


def test_a_check_of_operator_objects_that_crashes_is_told_where_they_are_from(
    crashing: Path,
) -> None:
    environment, _ = environment_of(crashing)
    [management] = environment.management_clusters()
    body = {"apiVersion": "hypershift.openshift.io/v1beta1", "kind": "HostedCluster"}
    made = Manifest("HostedCluster", "x", "y", body, origin=management.tree.span)
    sink = Sink()
    check_shared_objects(management, [made], environment, sink)
    [found] = sink.findings()
    assert places([found])[0].startswith(f"HCP0901 {MANAGEMENT}:")
    assert found.message.startswith("HostedCluster cannot be checked against CRD set `ours`: ")
