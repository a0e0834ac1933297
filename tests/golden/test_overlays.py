"""What is told of overlays that do not fit, word for word."""

from pathlib import Path

from syrupy.assertion import SnapshotAssertion
from tests.golden.lint import lint

FLEETS = Path(__file__).parents[1] / "fleets"


def test_overlays_that_do_not_fit_are_told_at_their_own_lines(golden: SnapshotAssertion) -> None:
    assert lint(FLEETS / "bad-overlays", "text") == golden
