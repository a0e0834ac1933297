"""Default catalogs."""

from pathlib import Path

from tests.unit.verify.rules.raw import told

from hcpc.verify.rules.catalogs import check


def test_catalogs_on_the_management_cluster_stay(tmp_path: Path) -> None:
    off = "disableDefaultSources: true"
    assert told(check, tmp_path, f"olm: {{{off}}}\n") == ["HCP1438 true"]
    assert told(check, tmp_path, f"olm: {{catalogs: management, {off}}}\n") == ["HCP1438 true"]
    assert told(check, tmp_path, f"olm: {{catalogs: guest, {off}}}\n") == []
    assert told(check, tmp_path, "olm: {disableDefaultSources: false}\n") == []
