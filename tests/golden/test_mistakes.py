"""What each mistake is told, alone and among all others.

`tests/fleets/bad-everything` holds one file (or a few) for each mistake, called after it.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.golden.lint import lint

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import Code
from hcpc.diagnostics.render import RENDERERS

COMMAND = Path(sys.executable).with_name("hcpc")
EVERYTHING = Path(__file__).parents[1] / "fleets" / "bad-everything"
MISTAKES: dict[str, Code] = {
    "alias-bomb": codes.ALIAS_BOMB,
    "arch-mismatch": codes.ARCH_MISMATCH,
    "bad-cidr": codes.BAD_CIDR,
    "bad-duration": codes.BAD_DURATION,
    "bad-enum": codes.BAD_ENUM,
    "bad-image": codes.BAD_IMAGE,
    "bad-quantity": codes.BAD_QUANTITY,
    "duplicate-cluster": codes.DUPLICATE_NAME,
    "duplicate-key": codes.DUPLICATE_KEY,
    "empty-file": codes.EMPTY_FILE,
    "exclusive-fields": codes.EXCLUSIVE_FIELDS,
    "kind-clash": codes.KIND_CLASH,
    "missing-field": codes.MISSING_FIELD,
    "namespace-too-long": codes.NAMESPACE_TOO_LONG,
    "no-management-cluster": codes.NO_MANAGEMENT_CLUSTER,
    "not-utf8": codes.NOT_UTF8,
    "reference-cycle": codes.REFERENCE_CYCLE,
    "reserved-name": codes.RESERVED_NAME,
    "several-platforms": codes.SEVERAL_PLATFORMS,
    "symlink-outside": codes.SYMLINK_OUTSIDE,
    "tab-indentation": codes.TAB_INDENTATION,
    "too-deep": codes.TOO_DEEP,
    "unknown-field": codes.UNKNOWN_FIELD,
    "unknown-kind": codes.UNKNOWN_KIND,
    "unknown-profile": codes.UNKNOWN_PROFILE,
    "unknown-reference": codes.UNKNOWN_REFERENCE,
    "unknown-release": codes.UNKNOWN_RELEASE,
    "wrong-type": codes.WRONG_TYPE,
    "yaml-syntax": codes.YAML_SYNTAX,
}


def files() -> list[Path]:
    """The fleet's files and links, below its root."""
    return [path for path in sorted(EVERYTHING.rglob("*")) if path.is_symlink() or path.is_file()]


def mistake_of(path: Path) -> str:
    """The mistake that a file is there for; empty for files that have none."""
    return next((name for name in MISTAKES if path.stem in {name, f"{name}-again"}), "")


def fleet_with(mistake: str, root: Path) -> Path:
    """The fleet with one of its mistakes only."""
    for path in files():
        if mistake_of(path) in {"", mistake}:
            target = root / path.relative_to(EVERYTHING)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target, follow_symlinks=False)
    return root


def findings(fleet: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(lint(fleet, "json"))["findings"]
    return found


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told(mistake: str, golden: SnapshotAssertion, tmp_path: Path) -> None:
    fleet = fleet_with(mistake, tmp_path)
    assert [found["code"] for found in findings(fleet)] == [MISTAKES[mistake].id]
    assert lint(fleet, "text") == golden


def test_no_mistake_hides_or_changes_another(tmp_path: Path) -> None:
    alone = [
        found for mistake in MISTAKES for found in findings(fleet_with(mistake, tmp_path / mistake))
    ]
    assert sorted(alone, key=str) == sorted(findings(EVERYTHING), key=str)


def test_all_mistakes_are_told_at_once(golden: SnapshotAssertion) -> None:
    assert lint(EVERYTHING, "short") == golden


@pytest.mark.parametrize("form", ["github", "junit", "markdown"])
def test_all_mistakes_are_told_to_those_who_review(form: str, golden: SnapshotAssertion) -> None:
    assert lint(EVERYTHING, form) == golden


def test_each_form_is_the_same_bytes_however_the_work_is_done(tmp_path: Path) -> None:
    for seed, executor in (("1", "serial"), ("2", "processes")):
        forms = [f"--report={form}={tmp_path / f'{form}-{seed}'}" for form in RENDERERS]
        arguments = [
            "lint",
            "-C",
            str(EVERYTHING),
            "--no-cache",
            "--executor",
            executor,
            "-j2",
            *forms,
        ]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        ran = subprocess.run(
            [COMMAND, *arguments], env=environment, capture_output=True, check=False
        )
        assert (ran.returncode, ran.stderr) == (1, b"")
    for form in RENDERERS:
        first, second = ((tmp_path / f"{form}-{seed}").read_bytes() for seed in "12")
        assert first == second
