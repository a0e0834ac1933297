"""Durations of Go."""

import pytest

from hcpc.verify.durations import seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0.0),
        ("30m", 1800.0),
        ("1h30m", 5400.0),
        ("1.5s", 1.5),
        ("-1m", -60.0),
        ("500ms", 0.5),
        ("10", None),
        ("", None),
        ("10 minutes", None),
        ("1d", None),
    ],
)
def test_seconds_of_a_duration(text: str, expected: float | None) -> None:
    assert seconds(text) == expected
