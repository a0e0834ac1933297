"""What is told of policies that do not fit, and of findings that policies decide on."""

from pathlib import Path

from syrupy.assertion import SnapshotAssertion
from tests.golden.lint import lint

FLEET = Path(__file__).parents[1] / "fleets" / "bad-policies"


def test_policies_that_do_not_fit_are_told_at_their_own_lines(golden: SnapshotAssertion) -> None:
    assert lint(FLEET, "text", "--show-waived") == golden


def test_programs_are_always_told_what_is_waived(golden: SnapshotAssertion) -> None:
    assert lint(FLEET, "json") == golden
