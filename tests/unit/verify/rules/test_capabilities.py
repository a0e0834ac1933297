"""Optional parts of OpenShift."""

from pathlib import Path

import pytest
from tests.unit.resolve.resolving import sound
from tests.unit.resolve.small_fleet import (
    DEMO,
    RELEASES,
    SCAFFOLD,
    cluster,
    small_fleet,
    underlined,
)
from tests.unit.verify.rules.checking import lowered

from hcpc.diagnostics.sink import Sink
from hcpc.verify.rules.capabilities import check


def told(root: Path, version: str, capabilities: str) -> list[str]:
    """What is found with a release of this version."""
    files = {
        DEMO: cluster("demo", f"release: {version}\ncapabilities: {capabilities}\n"),
        RELEASES: SCAFFOLD[RELEASES].replace("4.17.9:", f"{version}:"),
        "clusters/defaults.yaml": SCAFFOLD["clusters/defaults.yaml"].replace("4.17.9", version),
    }
    sink = Sink()
    check(lowered(sound(small_fleet(root, files))), sink)
    return underlined(sink.findings())


@pytest.mark.parametrize(
    ("version", "capabilities", "expected"),
    [
        ("4.17.9", "{disabled: [ImageRegistry, baremetal]}", []),
        ("4.17.9", "{enabled: [Console]}", []),
        ("4.17.9", "{disabled: [Insights]}", ["HCP1423 Insights"]),
        ("4.19.30", "{disabled: [Console]}", ["HCP1423 Console"]),
        ("4.20.0", "{disabled: [Console, Insights, NodeTuning]}", []),
        ("5.0.1", "{disabled: [Console]}", []),
        ("4.20.0", "{disabled: [Ingress]}", ["HCP1423 Ingress"]),
        ("4.20.0", "{disabled: [Ingress, Console]}", []),
        ("4.20.0", "{enabled: [Insights], disabled: [Insights]}", ["HCP1423 Insights"]),
    ],
)
def test_parts_can_be_left_out_by_version(
    version: str, capabilities: str, expected: list[str], tmp_path: Path
) -> None:
    assert told(tmp_path, version, capabilities) == expected


def test_of_an_image_without_a_version_nothing_is_known(tmp_path: Path) -> None:
    image = f"quay.io/example/release@sha256:{'a' * 64}"
    files = {DEMO: cluster("demo", f"release: {image}\ncapabilities: {{disabled: [Console]}}\n")}
    sink = Sink()
    check(lowered(sound(small_fleet(tmp_path, files))), sink)
    assert sink.findings() == []
