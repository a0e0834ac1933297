"""Upgrades: one `maxUnavailable` in specs, in manifests one below each type."""

from typing import Any

import pytest

from hcpc.lower.upgrade import Upgrade
from hcpc.mapping.codec import Unliftable
from hcpc.syntax.tree import Path

CODEC = Upgrade()
ROLLING = {
    "upgradeType": "Replace",
    "replace": {
        "strategy": "RollingUpdate",
        "rollingUpdate": {"maxSurge": 1, "maxUnavailable": "10%"},
    },
}


@pytest.mark.parametrize(
    ("spec", "manifest"),
    [
        ({"type": "InPlace"}, {"upgradeType": "InPlace"}),
        (
            {"type": "InPlace", "maxUnavailable": 2},
            {"upgradeType": "InPlace", "inPlace": {"maxUnavailable": 2}},
        ),
        ({"type": "Replace"}, {"upgradeType": "Replace"}),
        (
            {"type": "Replace", "strategy": "OnDelete"},
            {"upgradeType": "Replace", "replace": {"strategy": "OnDelete"}},
        ),
        (
            {
                "type": "Replace",
                "strategy": "RollingUpdate",
                "maxSurge": 1,
                "maxUnavailable": "10%",
            },
            ROLLING,
        ),
    ],
)
def test_settings_stand_below_their_type(spec: Any, manifest: Any) -> None:
    assert CODEC.lower(spec) == manifest
    assert CODEC.lift(manifest) == spec


def test_settings_of_the_other_type_are_not_lifted() -> None:
    manifest = {**ROLLING, "upgradeType": "InPlace", "inPlace": {"maxUnavailable": 1}}
    assert CODEC.lift(manifest) == {"type": "InPlace", "maxUnavailable": 1}
    manifest = {"upgradeType": "Replace", "inPlace": {"maxUnavailable": 1}, "replace": "odd"}
    assert CODEC.lift(manifest) == {"type": "Replace"}


@pytest.mark.parametrize("manifest", [{}, {"autoRepair": True}, "Replace"])
def test_without_a_type_there_is_nothing_to_lift(manifest: Any) -> None:
    with pytest.raises(Unliftable):
        CODEC.lift(manifest)


@pytest.mark.parametrize(
    ("rest", "spec"),
    [
        ((), ()),
        (("upgradeType",), ("type",)),
        (("inPlace",), ("type",)),
        (("inPlace", "maxUnavailable"), ("maxUnavailable",)),
        (("replace",), ("strategy",)),
        (("replace", "strategy"), ("strategy",)),
        (("replace", "rollingUpdate"), ()),
        (("replace", "rollingUpdate", "maxSurge"), ("maxSurge",)),
        (("replace", "rollingUpdate", "maxUnavailable"), ("maxUnavailable",)),
    ],
)
def test_a_manifest_path_leads_to_the_setting(rest: Path, spec: Path) -> None:
    assert CODEC.trace(rest, ROLLING) == spec
