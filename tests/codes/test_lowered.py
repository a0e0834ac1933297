"""Errors that a Policy may lower: the manifests are there, whole, all the same."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.codes.example import COMMIT, SHOWN, example, play, run

from hcpc.diagnostics.codes import CODES, NOT_LOWERED, is_firm
from hcpc.diagnostics.diagnostic import Severity

ERRORS = [code for code in SHOWN if CODES[code].severity is Severity.ERROR]
POLICY = """apiVersion: hcpc.dev/v1alpha1
kind: Policy
metadata: {{name: lowered}}
spec:
  severities: [{{rule: {code}, severity: info}}]
"""


def lowered(code: str, root: Path, command: str) -> list[dict[str, Any]]:
    """The findings of a page's bad example, below a Policy that lowers its code."""
    shown = example(code, "Bad")
    play(shown, root)
    (root / "clusters/lowered.yaml").write_text(POLICY.format(code=code), encoding="utf-8")
    return run([command, *(["--base", "HEAD"] if COMMIT in shown else [])], root)


def clusters(root: Path) -> set[str]:
    """The names of all Cluster documents of a fleet."""
    texts = [path.read_text(encoding="utf-8") for path in (root / "clusters").rglob("*.yaml")]
    documents = [each for text in texts for each in yaml.safe_load_all(text)]
    return {each["metadata"]["name"] for each in documents if each["kind"] == "Cluster"}


def test_some_errors_are_judgements_and_most_are_firm() -> None:
    firm = [code for code in ERRORS if is_firm(code)]
    assert 0 < len(ERRORS) - len(firm) < len(ERRORS)


@pytest.mark.parametrize("code", [code for code in ERRORS if not is_firm(code)])
def test_what_may_be_lowered_leaves_every_cluster_with_its_manifests(
    code: str, tmp_path: Path
) -> None:
    findings = lowered(code, tmp_path, "compile")
    assert {each["severity"] for each in findings} <= {"info"}
    written = {path.parent.name for path in tmp_path.glob("rendered/*/clusters/*/hosted*.yaml")}
    assert written == clusters(tmp_path)


@pytest.mark.parametrize("code", [code for code in ERRORS if is_firm(code) and code[:5] != "HCP06"])
def test_what_is_firm_stays_an_error_whatever_a_policy_says(code: str, tmp_path: Path) -> None:
    found = {(each["code"], each["severity"]) for each in lowered(code, tmp_path, "lint")}
    assert {(code, "error"), (NOT_LOWERED.id, "error")} <= found
