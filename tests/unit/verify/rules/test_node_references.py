"""ConfigMaps of node pools hold what the pools want of them."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, document
from tests.unit.verify.rules.pools import findings, told

CONFIGS = "clusters/mgmt-1/configs.yaml"
TWO = "{{v: {}, w: {}}}"
CODES = ("HCP0308", "HCP0709", "HCP1508")
FILES = {
    CONFIGS: "---\n".join(
        (
            document("NodeConfig", "chrony", "kernelArguments: [quiet]\n"),
            document("NodeConfig", "pages", "tuned: {profiles: {pages: {sysctl: {vm.x: 1}}}}\n"),
        )
    )
}


@pytest.mark.parametrize(
    ("pools", "expected"),
    [
        ("{w: {replicas: 1, config: [chrony, pages]}}", []),
        ("{w: {replicas: 1, config: [{configMap: there}], tuning: [{configMap: there-too}]}}", []),
        ("{w: {replicas: 1, config: [chrony, {configMap: demo-other}]}}", []),
        (
            TWO.format(
                "{replicas: 1, config: [chrony, pages]}",
                "{replicas: 1, config: [{configMap: demo-chrony}]}",
            ),
            [],
        ),
        (
            TWO.format(
                "{replicas: 1, config: [pages]}",
                "{replicas: 1, config: [{configMap: demo-pages-tuning}]}",
            ),
            ["HCP1508 demo-pages-tuning"],
        ),
        (
            TWO.format(
                "{replicas: 1, config: [chrony]}",
                "{replicas: 1, tuning: [{configMap: demo-chrony}]}",
            ),
            ["HCP1508 demo-chrony"],
        ),
        (
            "{w: {replicas: 1, config: [{configMap: a}, {configMap: a}]}}",
            ["HCP0308 a"],
        ),
        (
            "{w: {replicas: 1, config: [chrony, {configMap: demo-chrony}]}}",
            ["HCP0308 demo-chrony"],
        ),
    ],
)
def test_what_is_made_is_known_and_what_is_not_may_be_there(
    tmp_path: Path, pools: str, expected: list[str]
) -> None:
    assert told(tmp_path, cluster("demo", pools=pools), *CODES, **FILES) == expected


def test_a_patch_that_replaces_the_list_drops_node_configs(tmp_path: Path) -> None:
    text = cluster("demo", pools="{w: {replicas: 1, config: [chrony, pages]}}")
    overlay = "{spec: {config: [{name: site}]}}"
    (found,) = findings(tmp_path, text, *CODES, overlay=overlay, **FILES)
    assert (found.code, found.severity) == ("HCP0709", "warning")
    assert "`demo-chrony`" in found.message
    kept = "{spec: {config: [{name: site}, {name: demo-chrony}]}}"
    assert told(tmp_path, text, *CODES, overlay=kept, **FILES) == []
