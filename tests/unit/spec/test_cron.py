"""Cron expressions: which are sound, when they fire, and how they are emitted."""

import pytest

from hcpc.spec.cron import ALIASES, BadCronError, canonical_cron, longest_gap, parse_cron

HOUR = 60
DAY = 24 * HOUR


@pytest.mark.parametrize(
    ("text", "gap"),
    [
        ("* * * * *", 1),
        ("*/15 * * * *", 15),
        ("hourly", HOUR),
        ("30 2 * * *", DAY),
        ("@daily", DAY),
        ("0 0,6,18 * * *", 12 * HOUR),
        ("0 */6 * * *", 6 * HOUR),
        ("5/10 0 * * ?", DAY - 50),
        ("0 3 * * 1-5", 3 * DAY),
        ("0 3 * * mon,WED,Fri", 3 * DAY),
        ("0 3 */2 * *", 2 * DAY),
        ("weekly", 7 * DAY),
        ("0 3 1 * 0", 7 * DAY),  # either of the two days counts
        ("monthly", 31 * DAY),
        ("0 0 31 * *", 61 * DAY),
        ("0 0 1 JAN *", 366 * DAY),
        ("0 0 29 2 *", (4 * 365 + 1) * DAY),
    ],
)
def test_the_longest_time_between_two_firings_in_minutes(text: str, gap: int) -> None:
    assert longest_gap(text) == gap


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "five fields"),
        ("* * * *", "five fields"),
        ("0 0 2 * * *", "five fields"),
        ("@reboot", "five fields"),
        ("CRON_TZ=UTC 0 2 * * *", "five fields"),
        ("60 2 * * *", "a minute from 0 to 59"),
        ("0 24 * * *", "an hour from 0 to 23"),
        ("0 2 0 * *", "a day of the month from 1 to 31"),
        ("0 2 * 13 *", "a month from 1 to 12"),
        ("0 2 * * 7", r"a day of the week from 0 to 6 \(Sunday is 0\)"),
        ("0 2 * * 5-1", "a day of the week"),
        ("0 2 * MON *", "a month"),
        ("*/0 2 * * *", "a minute"),
        ("1,,2 2 * * *", "a minute"),
        ("-1 2 * * *", "a minute"),
        ("0 2 30 2 *", "a day that the month has"),
        ("0 2 31 4,6 *", "a day that the month has"),
        ("9" * 9999 + " 2 * * *", "a minute"),
    ],
)
def test_what_fires_never_or_is_no_expression_is_refused(text: str, expected: str) -> None:
    with pytest.raises(BadCronError, match=expected):
        parse_cron(text)


@pytest.mark.parametrize("word", ALIASES)
def test_words_may_begin_with_an_at_sign_and_are_emitted_with_one(word: str) -> None:
    assert parse_cron(word) == parse_cron(f"@{word}") == parse_cron(f" {word.upper()} ")
    assert canonical_cron(word) == canonical_cron(f"@{word}") == f"@{word}"


def test_fields_are_emitted_one_blank_apart() -> None:
    assert canonical_cron(" 30  2 * * MON ") == "30 2 * * MON"
