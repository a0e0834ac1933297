"""Settings of the kubelet and the container runtime."""

from pathlib import Path

import pytest
from tests.unit.payloads.node_config.rendering import documents, findings, fleet, messages


def test_the_fields_of_a_kubelet_config_and_those_inside_it(tmp_path: Path) -> None:
    spec = "kubelet: {maxPods: 500, autoSizingReserved: true, logLevel: 4, config: {a: {b: [1]}}}"
    [body] = documents(tmp_path, spec)
    assert (body["kind"], body["metadata"]) == ("KubeletConfig", {"name": "mine"})
    assert body["spec"] == {
        "autoSizingReserved": True,
        "logLevel": 4,
        "kubeletConfig": {"maxPods": 500, "a": {"b": [1]}},
    }


@pytest.mark.parametrize(
    ("said", "becomes"),
    [
        ("{type: Modern}", {"type": "Modern", "modern": {}}),
        (
            "{type: Custom, minTLSVersion: VersionTLS12}",
            {"type": "Custom", "custom": {"minTLSVersion": "VersionTLS12"}},
        ),
    ],
)
def test_a_tls_profile_has_a_member_of_its_name(
    said: str, becomes: dict[str, object], tmp_path: Path
) -> None:
    [body] = documents(tmp_path, f"kubelet: {{tlsSecurityProfile: {said}}}")
    assert body["spec"] == {"tlsSecurityProfile": becomes}


def test_a_fraction_is_a_number_in_the_api(tmp_path: Path) -> None:
    [body] = documents(tmp_path, "kubelet: {config: {memoryThrottlingFactor: 0.9}}")
    assert body["spec"]["kubeletConfig"] == {"memoryThrottlingFactor": 0.9}


@pytest.mark.parametrize(
    ("spec", "found"),
    [
        ("{tlsSecurityProfile: {type: Old, ciphers: [a]}}", "HCP0211 ciphers"),
        ("{maxPods: 1, config: {maxPods: 2}}", "HCP0211 config"),
        ("{autoSizingReserved: true, systemReserved: {cpu: 1}}", "HCP0211 systemReserved"),
        ("{config: {clusterDNS: [10.0.0.10]}}", "HCP0212 config"),
        ("{config: {memoryThrottlingFactor: much}}", "HCP0213 much"),
        ("{maxpods: 1}", "HCP0202 maxpods"),
        ("{imageGCHighThresholdPercent: 101}", "HCP0212 101"),
    ],
)
def test_what_the_kubelet_would_not_take(spec: str, found: str, tmp_path: Path) -> None:
    assert findings(tmp_path, f"kubelet: {spec}") == [found]


def test_a_container_runtime_config(tmp_path: Path) -> None:
    spec = "containerRuntime: {pidsLimit: 4096, overlaySize: 20Gi, additionalImageStores: [/a/b]}"
    [body] = documents(tmp_path, spec)
    assert (body["kind"], body["metadata"]) == ("ContainerRuntimeConfig", {"name": "mine"})
    assert body["spec"]["containerRuntimeConfig"] == {
        "pidsLimit": 4096,
        "overlaySize": "20Gi",
        "additionalImageStores": [{"path": "/a/b"}],
    }


def test_runc_is_gone_in_the_new_stream(tmp_path: Path) -> None:
    runc = {"old": "containerRuntime: {defaultRuntime: runc}"}
    pools = "{a: {replicas: 2, config: [old], osStream: rhel-10}, b: {replicas: 2, config: [old]}}"
    assert messages(fleet(tmp_path, runc, pools=pools)) == [
        "`rhel-10` does not have the container runtime `runc`"
    ]
