"""Asks Kubernetes' own CEL anew, and writes down its answers for the unit tests.

Needs Go and its module proxy; the tests only read what is written here.

    .venv/bin/python tests/tools/cel_answers/record.py
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
UNIT = HERE.parents[1] / "unit"
EXPRESSIONS = UNIT / "cel" / "answers.jsonl"
RULES = UNIT / "verify" / "crd" / "rules.json"
TIMES = 8


def ask(questions: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers of the API server's libraries, in the order of the questions."""
    lines = "".join(f"{json.dumps(question)}\n" for question in questions)
    found = subprocess.run(
        ["go", "run", "."], cwd=HERE, input=lines, capture_output=True, text=True, check=False
    )
    if found.returncode:
        sys.exit(found.stderr)
    return [json.loads(line) for line in found.stdout.splitlines()]


def answer_of(reply: dict[str, Any]) -> str:
    """A reply in one word: what the expression gives, or that it breaks or does not compile."""
    if reply.get("compile"):
        return "compile"
    return "error" if reply.get("error") else str(reply["text"])


def record_expressions() -> None:
    """Renew the answers to expressions."""
    asked = [json.loads(line)[0] for line in EXPRESSIONS.read_text().splitlines()]
    replies = ask({"expr": expression} for expression in asked)
    EXPRESSIONS.write_text(
        "".join(
            f"{json.dumps([expression, answer_of(reply)])}\n"
            for expression, reply in zip(asked, replies, strict=True)
        )
    )


def record_rules() -> None:
    """Renew the answers to objects, and pairs of them, of a schema with rules.

    Where Go goes through a map in any order, and the answer depends on it, the case is dropped.
    """
    known = json.loads(RULES.read_text())
    questions = [
        {"schema": known["schema"], "use": "rules", "self": case["new"], "old": case["old"]}
        for case in known["cases"]
    ] * TIMES
    answers = [sorted(reply.get("faults") or []) for reply in ask(questions)]
    count = len(known["cases"])
    cases = [
        json.dumps({**case, "faults": answers[number]})
        for number, case in enumerate(known["cases"])
        if all(each == answers[number] for each in answers[number::count])
    ]
    listed = ",\n".join(cases)
    RULES.write_text(f'{{"schema": {json.dumps(known["schema"])},\n"cases": [\n{listed}\n]}}\n')


if __name__ == "__main__":
    record_expressions()
    record_rules()
