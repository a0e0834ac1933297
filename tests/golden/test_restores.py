"""Backups and restores: every object, every runbook, and what people get wrong, word for word."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.golden.lint import lint

from hcpc.pipeline import Options, compile_fleet

FLEETS = Path(__file__).parents[1] / "fleets"
FILES = compile_fleet(
    FLEETS / "restores", Options("serial"), output=FLEETS / "restores" / "nowhere"
).files
RUNBOOKS = {path.split("/")[2]: text for path, text in FILES.items() if path.endswith(".md")}
OF_BACKUPS = ("backup-", "configmap-", "schedule-")


def joined(files: dict[str, str]) -> str:
    return "".join(f"--- {path}\n{text}" for path, text in sorted(files.items()))


@pytest.mark.parametrize("name", RUNBOOKS)
def test_what_a_runbook_says(name: str, golden: SnapshotAssertion) -> None:
    assert RUNBOOKS[name] == golden


@pytest.mark.parametrize("name", RUNBOOKS)
def test_what_a_restore_lays_over_a_cluster(name: str, golden: SnapshotAssertion) -> None:
    found = {
        path: text
        for path, text in FILES.items()
        if f"/restore/{name}/" in path and path.endswith(".yaml")
    }
    assert joined(found) == golden


@pytest.mark.parametrize("cluster", ["shop", "virtual", "web"])
def test_what_backs_a_cluster_up(cluster: str, golden: SnapshotAssertion) -> None:
    found = {
        path: text
        for path, text in FILES.items()
        if f"/clusters/{cluster}/" in path and path.split("/")[-1].startswith(OF_BACKUPS)
    }
    assert joined(found) == golden


@pytest.mark.parametrize("form", ["text", "short"])
def test_what_people_get_wrong(form: str, golden: SnapshotAssertion) -> None:
    assert lint(FLEETS / "bad-restores", form) == golden
