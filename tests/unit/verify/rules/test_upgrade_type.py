"""Surge and strategy stand only where nodes are replaced."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import (
    DEFAULTS,
    SCAFFOLD,
    cluster,
    compiled,
    small_fleet,
    underlined,
)
from tests.unit.verify.rules.checking import checked

from hcpc.verify.rules.upgrade_type import check


@pytest.mark.parametrize(
    "upgrade",
    [
        "{}",
        "{type: InPlace}",
        "{maxUnavailable: 2}",
        "{type: InPlace, maxUnavailable: 2}",
        "{type: Replace, strategy: OnDelete}",
        "{type: Replace, maxSurge: 2}",
    ],
)
def test_what_suits_the_type_is_fine(tmp_path: Path, upgrade: str) -> None:
    text = cluster("demo", pools=f"{{w: {{replicas: 1, upgrade: {upgrade}}}}}")
    assert checked(check, tmp_path, text) == []


@pytest.mark.parametrize(
    ("upgrade", "shown"),
    [
        ("{maxSurge: 1}", ["maxSurge"]),
        ("{strategy: RollingUpdate}", ["strategy"]),
        ("{strategy: RollingUpdate, maxSurge: 1}", ["strategy", "maxSurge"]),
        ("{maxUnavailable: 1, maxSurge: 1}", ["maxSurge"]),
    ],
)
def test_what_a_pool_that_upgrades_in_place_by_default_would_lose_is_refused(
    tmp_path: Path, upgrade: str, shown: list[str]
) -> None:
    text = cluster("demo", pools=f"{{w: {{replicas: 1, upgrade: {upgrade}}}}}")
    findings = checked(check, tmp_path, text)
    assert underlined(findings) == [f"HCP0211 {field}" for field in shown]
    assert all(finding.help for finding in findings)
    (platform,) = findings[0].secondary
    assert platform.span.file.text[platform.span.start :].startswith("agent:")


def test_every_pool_is_looked_at_whatever_the_others_say(tmp_path: Path) -> None:
    pools = (
        "{a: {replicas: 1}, b: {replicas: 1, upgrade: {type: Replace, maxSurge: 1}}, "
        "c: {replicas: 1, upgrade: {maxSurge: 2}}, d: {replicas: 1, upgrade: {maxSurge: 3}}}"
    )
    findings = checked(check, tmp_path, cluster("demo", pools=pools))
    assert underlined(findings) == ["HCP0211 maxSurge", "HCP0211 maxSurge"]


def test_a_setting_of_a_shared_layer_is_told_once_however_many_pools_and_clusters_it_meets(
    tmp_path: Path,
) -> None:
    two = "{a: {replicas: 1}, b: {replicas: 1}}"
    files: dict[str, str | bytes | None] = {
        f"clusters/mgmt-1/{name}.yaml": cluster(name, pools=two) for name in ("demo", "more")
    }
    files[DEFAULTS] = SCAFFOLD[DEFAULTS] + "      upgrade: {maxSurge: 1}\n"
    (finding,) = compiled(small_fleet(tmp_path, files)).findings
    assert underlined([finding]) == ["HCP0211 maxSurge"]
    assert finding.clusters == ("demo", "more")
