"""A fault in a manifest is told at the spec line that caused it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.unit.resolve.resolving import environment_of, sound
from tests.unit.resolve.small_fleet import (
    DEFAULTS,
    DEMO,
    cluster,
    compiled,
    document,
    places,
    small_fleet,
    underlined,
)

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.lower.lower import lower
from hcpc.verify.manifests import check_manifests
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
