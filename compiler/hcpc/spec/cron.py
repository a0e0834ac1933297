"""Cron expressions as Velero reads them: five fields, or one of the usual words for them.

Text comes in; a fault in words or the times it means come out. Source: Velero's scheduler, which
takes the standard five fields without seconds and without time zones.
"""

import calendar
import re
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

ALIASES = ("annually", "daily", "hourly", "monthly", "weekly", "yearly")
_MEANS = {
    "annually": "0 0 1 1 *",
    "daily": "0 0 * * *",
    "hourly": "0 * * * *",
    "monthly": "0 0 1 * *",
    "weekly": "0 0 * * 0",
    "yearly": "0 0 1 1 *",
}
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_WEEKDAYS = {
    name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))
}
_ITEM = re.compile(r"(?:([*?])|(\w+)(?:-(\w+))?)(?:/(\d{1,4}))?", re.ASCII)
_DAY = 24 * 60
_LONGEST_MONTH = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class _Field(NamedTuple):
    title: str
    first: int
    last: int
    names: dict[str, int]


_FIELDS = (
    _Field("minute", 0, 59, {}),
    _Field("hour", 0, 23, {}),
    _Field("day of the month", 1, 31, {}),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 6, _WEEKDAYS),
)


class BadCronError(ValueError):
    """What is wrong with an expression, as the end of `expected …`."""


class Times(NamedTuple):
    """When an expression fires; a day counts if `is_either` of the two kinds of day does."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    is_either: bool


def canonical_cron(text: str) -> str:
    """The expression as it is emitted: words begin with `@`, fields are one blank apart."""
    word = text.strip().removeprefix("@").lower()
    return f"@{word}" if word in ALIASES else " ".join(text.split())


@lru_cache
def parse_cron(text: str) -> Times:
    """The times of an expression. Raises BadCronError."""
    word = text.strip().removeprefix("@").lower()
    parts = _MEANS.get(word, text).split()
    if len(parts) != len(_FIELDS):
        raise BadCronError(
            "five fields (minute, hour, day of the month, month, day of the week) such as "
            "`30 2 * * *`, or a word such as `daily`"
        )
    minutes, hours, days, months, weekdays = map(_values, parts, _FIELDS)
    is_free = [bool(re.search(r"(?:^|,)[*?](?:/1)?(?:,|$)", part)) for part in parts]
    is_either = not (is_free[2] or is_free[4])
    if not is_either and min(days) > max(_LONGEST_MONTH[number] for number in months):
        raise BadCronError("a day that the month has")
    return Times(minutes, hours, days, months, weekdays, is_either)


def _values(part: str, field: _Field) -> frozenset[int]:
    found: set[int] = set()
    for item in part.split(","):
        match = _ITEM.fullmatch(item)
        if match is None:
            raise _bad(field)
        star, first, last, step = match.groups()
        start = field.first if star else _number(first, field)
        # A single number with a step goes on to the end, as a star does.
        end = _number(last, field) if last else field.last if star or step else start
        if start > end or step == "0":
            raise _bad(field)
        found.update(range(start, end + 1, int(step or 1)))
    return frozenset(found)


def _number(text: str, field: _Field) -> int:
    value = field.names.get(text.lower(), -1)
    if value < 0 and text.isdigit():
        value = int(text[:5])
    if not field.first <= value <= field.last:
        raise _bad(field)
    return value


def _bad(field: _Field) -> BadCronError:
    sunday = " (Sunday is 0)" if field.names is _WEEKDAYS else ""
    article = "an" if field.title == "hour" else "a"
    return BadCronError(f"{article} {field.title} from {field.first} to {field.last}{sunday}")


@lru_cache
def longest_gap(text: str) -> int:
    """The longest time between two firings of a sound expression, in minutes."""
    times = parse_cron(text)
    of_day = sorted(hour * 60 + minute for hour in times.hours for minute in times.minutes)
    inside = max((b - a for a, b in pairwise(of_day)), default=0)
    days = _days(times)
    apart = max((b - a for a, b in pairwise(days)), default=0)
    overnight = apart * _DAY - (of_day[-1] - of_day[0])
    return max(inside, overnight)


def _days(times: Times) -> list[int]:
    """The days that count, over all the years that calendars repeat in between two leap years."""
    found: list[int] = []
    number = 0
    for year in range(2024, 2033):
        for month in range(1, 13):
            weekday, length = calendar.monthrange(year, month)
            for day in range(1, length + 1):
                number += 1
                of_month = day in times.days
                of_week = (weekday + day) % 7 in times.weekdays
                fits = (of_month or of_week) if times.is_either else (of_month and of_week)
                if fits and month in times.months:
                    found.append(number)
    return found
