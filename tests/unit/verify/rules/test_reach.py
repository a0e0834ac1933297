"""Rules read what will be applied: neither the passthrough nor an overlay gets around them."""

import json
from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import (
    DEMO,
    cluster,
    compiled,
    document,
    small_fleet,
    underlined,
)
from tests.unit.verify.rules.raw import raw

from hcpc.diagnostics.diagnostic import Severity

OVERLAY = "clusters/mgmt-1/overlay.yaml"
CASES = [
    ("spec.networking.machineNetwork", '[{"cidr": "10.132.0.0/24"}]', "HCP1409"),
    ("spec.pausedUntil", '"true"', "HCP1424"),
    ("spec.etcd.managed.storage.restoreSnapshotURL", '["http://a"]', "HCP1414"),
    ("spec.secretEncryption.type", '"kms"', "HCP1415"),
    ("spec.controllerAvailabilityPolicy", '"SingleReplica"', "HCP1437"),
    ("spec.configuration.featureGate.featureSet", '"OKD"', "HCP1421"),
    ("spec.networking.allocateNodeCIDRs", '"Enabled"', "HCP1413"),
    ("metadata.annotations", '{"hypershift.openshift.io/haproxy-imag": "x"}', "HCP1430"),
]


@pytest.mark.parametrize(("path", "value", "code"), CASES)
def test_a_rule_sees_what_an_overlay_does_and_points_into_it(
    path: str, value: str, code: str, tmp_path: Path
) -> None:
    patch = value
    for step in reversed(path.split(".")):
        patch = f"{{{step}: {patch}}}"
    spec = f"patches:\n  - target: {{kind: HostedCluster}}\n    merge: {patch}\n"
    files = {OVERLAY: document("Overlay", "site", spec), DEMO: cluster("demo")}
    found = compiled(small_fleet(tmp_path, files)).findings
    assert {each.code for each in found} == {code}
    assert {each.primary.span.file.path for each in found} == {OVERLAY}


@pytest.mark.parametrize(("path", "value", "code"), CASES)
def test_a_rule_sees_what_the_passthrough_does(
    path: str, value: str, code: str, tmp_path: Path
) -> None:
    text = cluster("demo", raw(path, json.loads(value)))
    found = compiled(small_fleet(tmp_path, {DEMO: text})).findings
    assert {each.code for each in found} == {code}
    assert all(each.primary.span.file.path == DEMO for each in found)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("spec.services", None),
        ("spec.pausedUntil", "no"),
        ("spec.capabilities", {"disabled": ["Consol"]}),
        ("spec.secretEncryption", {"type": "none"}),
        ("spec.configuration.authentication.type", "Oidc"),
        ("spec.configuration.network.serviceNodePortRange", "low-high"),
        ("spec.configuration.featureGate.featureSet", "Everything"),
    ],
)
def test_what_the_schema_tells_no_rule_tells_again(
    path: str, value: object, tmp_path: Path
) -> None:
    text = cluster("demo", raw(path, value))
    found = compiled(small_fleet(tmp_path, {DEMO: text})).findings
    errors = [each for each in underlined(found) if each.startswith("HCP14")]
    assert [each.code for each in found if each.severity is Severity.ERROR] == ["HCP0501"]
    assert errors == []
