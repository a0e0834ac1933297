"""Nodes of a pool can be replaced."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, document
from tests.unit.verify.rules.pools import findings, told

STUCK, ANEW = "HCP1509", "HCP1513"


def virtual(pool: str) -> str:
    spec = f"platform: {{kubevirt: {{generateID: demo}}}}\nnodePools: {{w: {pool}}}\n"
    return document("Cluster", "demo", spec)


@pytest.mark.parametrize(
    "upgrade",
    ["{}", "{maxSurge: 0}", "{maxSurge: 25%, maxUnavailable: 0}", "{strategy: OnDelete}"],
)
def test_what_a_spec_says_is_completed(tmp_path: Path, upgrade: str) -> None:
    text = virtual(f"{{replicas: 1, upgrade: {upgrade}}}")
    assert told(tmp_path, text, STUCK, ANEW) == []


@pytest.mark.parametrize(
    ("replace", "words"),
    [
        ("{strategy: null}", "`replace` has no `strategy`"),
        ("{rollingUpdate: null}", "has no `rollingUpdate`"),
        ("{rollingUpdate: {maxSurge: 0}}", "are both 0"),
        ("{rollingUpdate: {maxSurge: 0%, maxUnavailable: null}}", "are both 0"),
    ],
)
def test_a_patch_can_take_it_away_again(tmp_path: Path, replace: str, words: str) -> None:
    text = virtual("{replicas: 1}")
    overlay = f"{{spec: {{management: {{replace: {replace}}}}}}}"
    (found,) = findings(tmp_path, text, STUCK, overlay=overlay)
    assert words in found.message
    assert found.primary.span.file.path.endswith("overlay.yaml")


@pytest.mark.parametrize(
    "replace",
    ["null", "{strategy: OnDelete, rollingUpdate: null}", "{rollingUpdate: {maxSurge: 2}}"],
)
def test_the_default_of_the_api_and_whole_settings_are_fine(tmp_path: Path, replace: str) -> None:
    overlay = f"{{spec: {{management: {{replace: {replace}}}}}}}"
    assert told(tmp_path, virtual("{replicas: 1}"), STUCK, overlay=overlay) == []


def test_hosts_that_are_replaced_are_installed_anew(tmp_path: Path) -> None:
    pools = "{v: {replicas: 1}, w: {replicas: 1, upgrade: {type: Replace}}}"
    (found,) = findings(tmp_path, cluster("demo", pools=pools), ANEW, STUCK)
    assert (found.code, found.severity) == (ANEW, "info")
    assert "`w`" in found.message
