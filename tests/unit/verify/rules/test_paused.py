"""Pauses."""

from pathlib import Path

import pytest
from tests.unit.verify.rules.raw import raw, told

from hcpc.verify.rules.paused import check


@pytest.mark.parametrize("until", ["false", "False", "2027-03-01T06:00:00Z"])
def test_a_pause_with_an_end_is_fine(until: str, tmp_path: Path) -> None:
    assert told(check, tmp_path, f'pausedUntil: "{until}"\n') == [] == told(check, tmp_path)


def test_a_pause_for_ever_is_told_of(tmp_path: Path) -> None:
    assert told(check, tmp_path, "pausedUntil: true\n") == ["HCP1424 true"]


@pytest.mark.parametrize("until", ["2027-03-01T06:00:00", "2027-03-01T06:00:00 soon", "never"])
def test_the_operator_can_read_it(until: str, tmp_path: Path) -> None:
    assert told(check, tmp_path, raw("spec.pausedUntil", until)) == [f'HCP0213 "{until}"']
