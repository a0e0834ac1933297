"""Private control planes, and the operator that has to make their endpoints."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, underlined
from tests.unit.verify.rules.agreeing import BUCKET, FLAGS, found, on_aws, on_azure

PRIVATE = on_aws("demo", endpointAccess="Private")
LINKED = {"topology": "Private", "private": {"privateLink": {"additionalAllowedSubscriptions":
          ["3f0c2c1e-7c2b-4b57-9a55-0c9a3d1f4e10"]}}}  # fmt: skip
FLAGS_FOR_AWS = (
    "operator: {installFlags: {add: {private-platform: AWS, aws-private-region: REGION, "
    "aws-private-secret: private}}}\n"
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("", []),
        (FLAGS, ["HCP0809 installFlags"]),
        ("operator: {installFlags: {add: {private-platform: None}}}\n", ["HCP0809 None"]),
        (FLAGS_FOR_AWS.replace("REGION", "eu-central-1"), []),
        (FLAGS_FOR_AWS.replace("REGION", "us-east-1"), ["HCP0809 us-east-1"]),
        ("privateEndpoints: {platform: AWS, region: eu-central-1}\n" + FLAGS, []),
        ("privateEndpoints: {platform: AWS, region: eu-west-1}\n", ["HCP0809 eu-west-1"]),
        ("privateEndpoints: {platform: AWS}\n", []),
        ("privateEndpoints: {platform: GCP}\n", ["HCP0809 GCP"]),
    ],
)
def test_a_private_cluster_needs_them_on_its_platform_and_in_its_region(
    facts: str, expected: list[str], tmp_path: Path
) -> None:
    assert underlined(found(tmp_path, BUCKET + facts, PRIVATE)) == expected


def test_on_azure_the_region_does_not_matter(tmp_path: Path) -> None:
    (finding,) = found(tmp_path / "a", FLAGS, on_azure("demo", **LINKED))
    assert "makes no private endpoints on `Azure`" in finding.message
    facts = "privateEndpoints: {platform: Azure, region: elsewhere}\n"
    assert found(tmp_path / "b", facts, on_azure("demo", **LINKED)) == ()


def test_public_clusters_need_none(tmp_path: Path) -> None:
    public = (on_aws("one"), on_azure("two"), cluster("three"))
    assert found(tmp_path, BUCKET + FLAGS, *public) == ()


def test_it_is_told_once_with_all_clusters_that_wait(tmp_path: Path) -> None:
    texts = (on_aws(name, endpointAccess="PublicAndPrivate") for name in ("one", "two"))
    (finding,) = found(tmp_path, BUCKET + FLAGS, *texts, on_aws("three"))
    assert finding.clusters == ("one", "two")
    assert "privateEndpoints: {platform: AWS}" in finding.help


@pytest.mark.parametrize(("access", "expected"), [("Private", 1), ("Public", 0), ("5", 1)])
def test_what_the_passthrough_says_counts(tmp_path: Path, access: str, expected: int) -> None:
    raw = f"hostedCluster: {{spec: {{platform: {{aws: {{endpointAccess: {access}}}}}}}}}\n"
    told = found(tmp_path, BUCKET + FLAGS, on_aws("demo", raw))
    assert [each.code for each in told].count("HCP0809") == expected
