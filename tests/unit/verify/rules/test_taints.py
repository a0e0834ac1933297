"""A node has one taint of a key and an effect."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster
from tests.unit.verify.rules.pools import told

CODE = "HCP1503"


@pytest.mark.parametrize(
    ("taints", "expected"),
    [
        ("[]", 0),
        ("[{key: a, effect: NoSchedule}]", 0),
        ("[{key: a, effect: NoSchedule}, {key: a, effect: NoExecute}]", 0),
        ("[{key: a, effect: NoSchedule}, {key: b, effect: NoSchedule}]", 0),
        ("[{key: a, effect: NoSchedule}, {key: a, effect: NoSchedule}]", 1),
        ("[{key: a, value: x, effect: NoSchedule}, {key: a, value: y, effect: NoSchedule}]", 1),
    ],
)
def test_a_key_and_an_effect_are_there_once(tmp_path: Path, taints: str, expected: int) -> None:
    text = cluster("demo", pools=f"{{w: {{replicas: 1, taints: {taints}}}}}")
    assert len(told(tmp_path, text, CODE)) == expected


def test_pools_may_have_the_same_taints(tmp_path: Path) -> None:
    pool = "{replicas: 1, taints: [{key: a, effect: NoSchedule}]}"
    assert told(tmp_path, cluster("demo", pools=f"{{v: {pool}, w: {pool}}}"), CODE) == []


@pytest.mark.parametrize("taints", ["5", "[5]", "[{}]", "[{key: [a]}]"])
def test_what_has_another_shape_is_told_by_the_schema(tmp_path: Path, taints: str) -> None:
    pools = f"{{w: {{replicas: 1, nodePool: {{spec: {{taints: {taints}}}}}}}}}"
    assert told(tmp_path, cluster("demo", pools=pools), CODE) == []
