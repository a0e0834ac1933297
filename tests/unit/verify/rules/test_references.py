"""References without a name."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster
from tests.unit.verify.rules.checking import checked
from tests.unit.verify.rules.raw import raw, told

from hcpc.verify.rules.references import check


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("spec.pullSecret.name", "error"),
        ("spec.secretEncryption.aescbc.activeKey.name", "error"),
        ("spec.sshKey.name", "warning"),
        ("spec.auditWebhook.name", "warning"),
        ("spec.serviceAccountSigningKey.name", "warning"),
    ],
)
def test_a_reference_names_something(path: str, severity: str, tmp_path: Path) -> None:
    (finding,) = checked(check, tmp_path, cluster("demo", raw(path, "")))
    assert (finding.code, finding.severity) == ("HCP1401", severity)
    assert told(check, tmp_path, raw(path, "some")) == []


def test_a_reference_without_even_a_field_names_nothing(tmp_path: Path) -> None:
    assert told(check, tmp_path, raw("spec.auditWebhook", {})) == ['HCP1401 "auditWebhook"']
