"""Small broken fleets: what their authors are told, word for word."""

from pathlib import Path

import pytest
from syrupy.assertion import SnapshotAssertion
from tests.golden.lint import lint

FLEETS = Path(__file__).parents[1] / "fleets"


@pytest.mark.parametrize("form", ["text", "short", "json"])
def test_the_fleet_of_the_demonstration(form: str, golden: SnapshotAssertion) -> None:
    assert lint(FLEETS / "bad-demo", form) == golden


def test_a_fault_in_a_shared_layer_is_told_once_with_the_number_of_clusters(
    golden: SnapshotAssertion,
) -> None:
    assert lint(FLEETS / "bad-shared", "text") == golden


@pytest.mark.parametrize(
    "fleet", ["bad-guest", "bad-heads", "bad-references", "bad-shapes", "bad-tombstones"]
)
def test_what_people_get_wrong_is_told_in_their_terms(
    fleet: str, golden: SnapshotAssertion
) -> None:
    assert lint(FLEETS / fleet, "text") == golden
