"""Labels, node selector and tolerations of the control plane."""

from pathlib import Path
from typing import Any

import pytest
from tests.unit.verify.rules.raw import raw, told

from hcpc.verify.rules.scheduling import check


@pytest.mark.parametrize("field", ["labels", "nodeSelector"])
def test_labels_are_labels_whichever_way_they_come(field: str, tmp_path: Path) -> None:
    assert told(check, tmp_path, raw(f"spec.{field}", {"a/b": "c", "d": ""})) == []
    assert told(check, tmp_path, raw(f"spec.{field}", {"a b": "c"})) == ['HCP0210 "a b"']
    assert told(check, tmp_path, raw(f"spec.{field}", {"a": "b c"})) == ['HCP0213 "b c"']


@pytest.mark.parametrize(
    ("toleration", "expected"),
    [
        ({"key": "a", "operator": "Equal", "value": "b", "effect": "NoSchedule"}, []),
        ({"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 1}, []),
        ({"operator": "Exists"}, []),
        ({"key": "a", "effect": "NoScedule"}, ["HCP0205"]),
        ({"key": "a", "operator": "In"}, ["HCP0205"]),
        ({"key": "a", "operator": "Exists", "value": "b"}, ["HCP0211"]),
        ({"effect": "NoSchedule"}, ["HCP0204"]),
    ],
)
def test_pods_can_have_the_tolerations(
    toleration: dict[str, Any], expected: list[str], tmp_path: Path
) -> None:
    spec = f"controlPlane: {{tolerations: [{toleration}]}}\n".replace("'", '"')
    found = told(check, tmp_path, spec)
    assert [each.partition(" ")[0] for each in found] == expected
    assert len(told(check, tmp_path, raw("spec.tolerations", [toleration]))) == len(expected)
