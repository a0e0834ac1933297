"""The ConfigMap with the flags of the operator's installation, and flags that cannot be."""

from pathlib import Path

import pytest
from tests.unit.payloads.management import diagnostics, objects, told

from hcpc.spec.flag_rules import EXCLUSIVE, FACTS, NEEDS, ONLY_FOR, SET_BY_ADD_ON
from hcpc.spec.install_flags import InstallFlags

GOOGLE_DNS = "external-dns-provider: google, external-dns-domain-filter: a.example"
KNOWN = {info.alias for info in InstallFlags.model_fields.values()}


def added(flags: str, before: str = "", remove: str = "") -> str:
    removed = f", remove: {remove}" if remove else ""
    return f"{before}operator: {{installFlags: {{add: {{{flags}}}{removed}}}}}\n"


def words(root: Path, spec: str) -> tuple[list[str], list[str]]:
    """The flags to add and to remove, as the add-on splits them."""
    found = objects(root, spec)["hypershift-operator-install-flags"]
    assert found["metadata"]["namespace"] == "local-cluster"
    data = found["data"]
    assert sorted(data) == ["installFlagsToAdd", "installFlagsToRemove"]
    return data["installFlagsToAdd"].split(), data["installFlagsToRemove"].split()


def test_the_vendors_example_that_turns_dashboards_on(tmp_path: Path) -> None:
    spec = added("monitoring-dashboards: true", "metrics: {set: All}\n")
    assert words(tmp_path, spec) == (["--metrics-set=All", "--monitoring-dashboards"], [])


def test_the_vendors_example_for_sites_without_telemetry(tmp_path: Path) -> None:
    spec = "operator: {installFlags: {remove: [enable-uwm-telemetry-remote-write]}}\n"
    assert words(tmp_path, spec) == ([], ["--enable-uwm-telemetry-remote-write"])


def test_every_form_of_value_is_one_word(tmp_path: Path) -> None:
    flags = """\
operator:
  installFlags:
    add:
      enable-conversion-webhook: false
      enable-defaulting-webhook: true
      cert-rotation-scale: 12h
      hcp-egress-block-cidrs: [10.0.0.0/16, 10.1.0.0/16]
      limit-crd-install: [Agent, KubeVirt]
      registry-overrides: {quay.io/a: mirror.example.com/a, quay.io/b: mirror.example.com/b}
      additional-operator-env-vars: {A: 1, B: "x,y"}
      external-dns-txt-owner-id: 42
"""
    assert words(tmp_path, flags)[0] == [
        "--additional-operator-env-vars=A=1",
        "--additional-operator-env-vars=B=x,y",
        "--cert-rotation-scale=12h",
        "--enable-conversion-webhook=false",
        "--enable-defaulting-webhook",
        "--external-dns-txt-owner-id=42",
        "--hcp-egress-block-cidrs=10.0.0.0/16",
        "--hcp-egress-block-cidrs=10.1.0.0/16",
        "--limit-crd-install=Agent,KubeVirt",
        "--registry-overrides=quay.io/a=mirror.example.com/a,quay.io/b=mirror.example.com/b",
    ]


def test_without_flags_there_is_no_config_map(tmp_path: Path) -> None:
    assert objects(tmp_path, "operator: {namespace: hcp}\nmetrics: {set: All}\n") == {}


def test_rules_and_facts_are_about_flags_that_exist() -> None:
    named = {flag for need in NEEDS for flag in (need.flag, *need.one_of)}
    named |= {flag for group in EXCLUSIVE for flag in group} | {*ONLY_FOR, *SET_BY_ADD_ON}
    named |= {flag for fact in FACTS for flag in fact.flags}
    assert named - KNOWN == set()
    assert len(KNOWN) > 60


def test_a_complete_set_of_flags_is_fine(tmp_path: Path) -> None:
    spec = added(
        "private-platform: AWS, aws-private-region: eu-central-1, aws-private-secret: private, "
        "oidc-storage-provider-s3-bucket-name: oidc, oidc-storage-provider-s3-region: eu-central-1,"
        "oidc-storage-provider-s3-secret: bucket, external-dns-provider: aws, "
        "external-dns-role-arn: some-role, external-dns-domain-filter: hcp.example.com, "
        "external-dns-aws-zones-cache-duration: 2h, rhobs-monitoring: true, "
        "cvo-prometheus-url: https://prometheus.example.com, gcp-project: a, gcp-region: b"
    )
    assert told(tmp_path, spec) == []


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ("monitoring-dashboard: true", ["HCP0202 monitoring-dashboard"]),
        ("--monitoring-dashboards: true", ["HCP0202 --monitoring-dashboards"]),
        ("monitoring-dashboards: sometimes", ["HCP0203 sometimes"]),
        ("metrics-set: sre", ["HCP0205 sre"]),
        ("private-platform: aws", ["HCP0205 aws"]),
        ("cert-rotation-scale: 36h", ["HCP0213 36h"]),
        ("cert-rotation-scale: tomorrow", ["HCP0207 tomorrow"]),
        ("hcp-egress-block-cidrs: [10.0.0.0]", ["HCP0206 10.0.0.0"]),
        ("pull-secret: a b", ["HCP0213 a b"]),
        ("oidc-storage-provider-s3-bucket-name: a.b", ["HCP0213 a.b"]),
        ("image-refs: a", ["HCP0803 image-refs"]),
        ("namespace: hypershift", ["HCP0803 namespace"]),
        ("private-platform: None", []),
        ("private-platform: AWS", ["HCP0204 private-platform", "HCP0204 private-platform"]),
        ("private-platform: Azure", ["HCP0204 private-platform"]),
        ("private-platform: Azure, azure-pls-resource-group: a", []),
        ("gcp-project: a", ["HCP0204 gcp-project"]),
        ("azure-pls-subscription-id: a", ["HCP0204 azure-pls-subscription-id"]),
        (GOOGLE_DNS, []),
        (
            "external-dns-provider: azure, external-dns-domain-filter: a.example",
            ["HCP0204 external-dns-provider"],
        ),
        (
            f"{GOOGLE_DNS}, external-dns-role-arn: b",
            ["HCP0803 external-dns-role-arn"],
        ),
        (
            "aws-private-creds: a, aws-private-secret: b, aws-private-role-arn: c",
            ["HCP0211 aws-private-role-arn"],
        ),
        (
            "rhobs-monitoring: true, enable-cvo-management-cluster-metrics-access: true",
            ["HCP0211 enable-cvo-management-cluster-metrics-access"],
        ),
        ("rhobs-monitoring: false, enable-cvo-management-cluster-metrics-access: true", []),
        ("scale-from-zero-provider: aws", ["HCP0204 scale-from-zero-provider"]),
        ("cvo-prometheus-url: https://a.example", ["HCP0204 cvo-prometheus-url"]),
    ],
)
def test_a_flag_that_the_installer_would_refuse(
    flags: str, expected: list[str], tmp_path: Path
) -> None:
    assert told(tmp_path, added(flags)) == expected


def test_a_misspelt_flag_is_told_with_the_one_that_is_meant(tmp_path: Path) -> None:
    (found,) = diagnostics(tmp_path, added("--tech-preview: true"))
    assert found.primary.text == "did you mean `tech-preview-no-upgrade`?"


@pytest.mark.parametrize(
    ("removed", "expected"),
    [
        ("platform-monitoring", []),
        ("platform-monitorin", ["HCP0205 platform-monitorin"]),
        ("monitoring-dashboards", ["HCP0211 monitoring-dashboards"]),
        ("hypershift-image", ["HCP0803 hypershift-image"]),
    ],
)
def test_a_flag_that_cannot_be_removed(removed: str, expected: list[str], tmp_path: Path) -> None:
    spec = added("monitoring-dashboards: true", remove=f"[{removed}]")
    assert told(tmp_path, spec) == expected


def test_the_flag_of_a_field_cannot_be_removed(tmp_path: Path) -> None:
    spec = "metrics: {set: All}\noperator: {installFlags: {remove: [metrics-set]}}\n"
    assert told(tmp_path, spec) == ["HCP0211 metrics-set"]


@pytest.mark.parametrize(
    ("fact", "flags", "expected"),
    [
        ("metrics: {set: All}", "metrics-set: Telemetry", ["HCP0804 Telemetry"]),
        ("metrics: {set: All}", "metrics-set: All", []),
        (
            "externalDNS: {domain: a.example}",
            "external-dns-provider: google, external-dns-domain-filter: b.example",
            ["HCP0804 b.example"],
        ),
        (
            "oidcBucket: {name: one, region: here}",
            "oidc-storage-provider-s3-bucket-name: two, oidc-storage-provider-s3-region: there",
            ["HCP0804 two", "HCP0804 there"],
        ),
        (
            "privateEndpoints: {platform: Azure}",
            "private-platform: GCP, gcp-project: a, gcp-region: b",
            ["HCP0804 GCP"],
        ),
        (
            "privateEndpoints: {platform: GCP, region: here}",
            "gcp-project: a, gcp-region: there",
            ["HCP0804 there"],
        ),
        ("hypershift: {techPreview: true}", "tech-preview-no-upgrade: true", []),
        ("hypershift: {techPreview: true}", "tech-preview-no-upgrade: false", ["HCP0804 false"]),
        ("hypershift: {techPreview: false}", "tech-preview-no-upgrade: true", ["HCP0804 true"]),
        ("hypershift: {techPreview: false}", "exclude-etcd: true", []),
        ("hypershift: {techPreview: true}", "exclude-etcd: true", ["HCP0804 true"]),
    ],
)
def test_a_flag_agrees_with_the_field_of_the_same_fact(
    fact: str, flags: str, expected: list[str], tmp_path: Path
) -> None:
    assert told(tmp_path, added(flags, f"{fact}\n")) == expected


def test_private_endpoints_are_on_a_platform_that_has_them(tmp_path: Path) -> None:
    (found,) = diagnostics(tmp_path, "privateEndpoints: {platform: Azur}\n")
    assert (found.code, found.primary.text) == ("HCP0205", "did you mean `Azure`?")
