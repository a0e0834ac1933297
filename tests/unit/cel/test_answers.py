"""Thousands of expressions give what Kubernetes' own CEL gives.

The answers were recorded from k8s.io/apiserver's CEL environment (`tests/tools/cel_answers`).
"""

import json
from pathlib import Path

import pytest
from tests.unit.cel.answers import answer

from hcpc.cel.library import names

RECORDED: list[tuple[str, str]] = [
    tuple(json.loads(line))
    for line in (Path(__file__).parent / "answers.jsonl").read_text().splitlines()
]
PARTS = 16


@pytest.mark.parametrize("part", range(PARTS))
def test_expressions_give_what_kubernetes_gives(part: int) -> None:
    wrong = {
        expression: (answer(expression), recorded)
        for expression, recorded in RECORDED[part::PARTS]
        if not _agrees(answer(expression), recorded)
    }
    assert wrong == {}


def _agrees(ours: str, recorded: str) -> bool:
    """What does not compile there breaks here at the latest: types are looked at when it runs."""
    return ours == recorded or (recorded == "compile" and ours == "error")


def test_every_function_is_among_them() -> None:
    answered = " ".join(
        expression for expression, recorded in RECORDED if recorded not in {"error", "compile"}
    )
    missing = {name for name in names() if f"{name}(" not in answered}
    assert missing == {"dyn"} & missing
