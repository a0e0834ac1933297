"""The settings of a platform, and its type."""

from pathlib import Path

from tests.unit.verify.rules.raw import raw, told

from hcpc.verify.rules.platform_member import check


def test_settings_of_another_platform_are_refused(tmp_path: Path) -> None:
    other = raw("spec.platform.powervs", {"region": "osa"})
    assert told(check, tmp_path, other) == ['HCP1402 "powervs"']


def test_a_platform_that_needs_settings_has_them(tmp_path: Path) -> None:
    assert told(check, tmp_path, raw("spec.platform.agent", None)) == ["HCP1402 agent"]
    no_type = raw("spec.platform", {"agent": None, "type": "KubeVirt"})
    assert told(check, tmp_path, no_type) == []


def test_a_type_that_nobody_knows_is_the_schema_s_business(tmp_path: Path) -> None:
    assert told(check, tmp_path, raw("spec.platform.type", "Mainframe")) == []
