"""The day that waivers are held against."""

from datetime import UTC, date, datetime

import pytest

from hcpc.verify.policies.today import today


def test_the_day_is_that_of_the_clock_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    before = datetime.now(UTC).date()
    assert before <= today() <= datetime.now(UTC).date()


def test_who_makes_builds_repeatable_can_set_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1781481600")
    assert today() == date(2026, 6, 15)


@pytest.mark.parametrize("text", ["yesterday", "1e9", str(10**20)])
def test_what_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", text)
    with pytest.raises(ValueError, match="SOURCE_DATE_EPOCH is no number of seconds"):
        today()
