"""Clusters that a cloud trusts by OIDC, and the bucket for their documents."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, underlined
from tests.unit.verify.rules.agreeing import BUCKET, FLAGS, found, on_aws, on_azure

BUCKET_FLAGS = (
    "operator: {installFlags: {add: {oidc-storage-provider-s3-bucket-name: a, "
    "oidc-storage-provider-s3-region: b}}}\n"
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("", []),
        (FLAGS, ["HCP0809 installFlags"]),
        (BUCKET + FLAGS, []),
        (BUCKET_FLAGS, []),
    ],
)
def test_a_cluster_without_a_key_of_its_own_needs_the_bucket(
    facts: str, expected: list[str], tmp_path: Path
) -> None:
    findings = found(tmp_path, facts, on_aws("one"), on_aws("two"))
    assert underlined(findings) == expected
    assert all(finding.clusters == ("one", "two") for finding in findings)


def test_others_do_not(tmp_path: Path) -> None:
    own_key = (
        "issuerURL: https://oidc.example.com/demo\n"
        "serviceAccountSigningKey: {secret: demo-signing-key}\n"
    )
    clusters = (on_aws("one", own_key), on_azure("two"), cluster("three"))
    assert found(tmp_path, FLAGS, *clusters) == ()
