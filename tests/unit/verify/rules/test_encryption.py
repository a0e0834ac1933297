"""Encryption of Secrets in etcd."""

from pathlib import Path

import pytest
from tests.unit.verify.rules.raw import messages, raw, told

from hcpc.verify.rules.encryption import check

AWS = "{region: r, activeKey: {arn: 'arn:x'}, auth: {awsKms: a}}"
KMS = f"encryption: {{aescbc: null, kms: {{aws: {AWS}}}}}\n"


def test_there_is_some(tmp_path: Path) -> None:
    assert told(check, tmp_path, "encryption: null\n") == ["HCP1416 demo"]
    assert told(check, tmp_path) == []
    assert told(check, tmp_path, KMS) == []


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (
            raw("spec.secretEncryption", {"type": "kms", "aescbc": None}),
            ["Secrets are to be encrypted with `kms`, whose settings are not there"],
        ),
        (
            raw("spec.secretEncryption.kms", {"provider": "Azure", "azure": {}}),
            ["settings of `kms`, but Secrets are encrypted with `aescbc`"],
        ),
        (
            KMS + raw("spec.secretEncryption.kms.provider", "Azure"),
            ["Secrets are to be encrypted with `azure`, whose settings are not there"],
        ),
    ],
)
def test_settings_are_those_of_the_type(spec: str, expected: list[str], tmp_path: Path) -> None:
    assert sorted(messages(check, tmp_path, spec)) == sorted(expected)
