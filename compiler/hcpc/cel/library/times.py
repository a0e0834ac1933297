"""Timestamps and durations: read, written, and asked for their parts."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

from hcpc.cel.library.numbers import fixed
from hcpc.cel.library.overload import Overload, member
from hcpc.cel.operators import moment
from hcpc.cel.values import Duration, EvaluationError, Timestamp

_STAMP: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.,]([0-9]+))?"
    r"(?:Z|([+-])([0-9]{2}):([0-9]{2}))",
    re.ASCII,
)
_SPAN: Final = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_UNITS: Final = {
    "ns": 1,
    "us": 10**3,
    "µs": 10**3,
    "μs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
}
_SECOND: Final = 10**9
_LONGEST: Final = 2**63
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ZONE: Final = re.compile(r"([+-]?)([0-9]{2}):([0-9]{2})", re.ASCII)


def timestamp(text: str) -> Timestamp:
    """`timestamp(text)` of RFC 3339."""
    found = _STAMP.fullmatch(text)
    if found is None:
        raise EvaluationError(f'type conversion error from "{text}" to timestamp')
    numbers = [int(each) for each in found.groups()[:6]]
    try:
        year, month, date, hour, minute, second = numbers
        day = datetime(year, month, date, hour, minute, second, tzinfo=UTC)
    except ValueError:
        raise EvaluationError(f'type conversion error from "{text}" to timestamp') from None
    offset = (int(found[9] or 0) * 60 + int(found[10] or 0)) * 60 * (-1 if found[8] == "-" else 1)
    part = int((found[7] or "0")[:9].ljust(9, "0"))
    return moment(((day - _EPOCH) // timedelta(seconds=1) - offset) * _SECOND + part)


def duration(text: str) -> Duration:
    """`duration(text)`, such as `1h30m`."""
    nanoseconds = read_duration(text)
    if nanoseconds is None:
        raise EvaluationError(f'type conversion error from "{text}" to duration')
    return Duration(nanoseconds)


def read_duration(text: str) -> int | None:
    """The nanoseconds that Go's `time.ParseDuration` reads; None where it reads none."""
    rest = text[1:] if text[:1] in {"+", "-"} else text
    if rest == "0":
        return 0
    total, at = 0, 0
    while at < len(rest):
        found = _SPAN.match(rest, at)
        if found is None or not (found[1] or found[2]):
            return None
        unit, at = _UNITS[found[3]], found.end()
        part = int(float(found[2]) * (unit / 10 ** len(found[2]))) if found[2] else 0
        total += int(found[1] or 0) * unit + part
    negative = text.startswith("-")
    if not rest or total > _LONGEST or (total == _LONGEST and not negative):
        return None
    return -total if negative else total


def written_duration(value: Duration) -> str:
    """Seconds, as `90s`."""
    whole = abs(value.nanoseconds)
    seconds = float(whole // _SECOND) + float(whole % _SECOND) / 1e9
    return fixed(-seconds if value.nanoseconds < 0 else seconds) + "s"


def written_timestamp(value: Timestamp) -> str:
    """RFC 3339 in UTC, with as many digits as needed."""
    seconds, part = divmod(value.nanoseconds, _SECOND)
    digits = f".{part:09d}".rstrip("0") if part else ""
    when = _EPOCH + timedelta(seconds=seconds)
    return f"{when.year:04d}{when.strftime('-%m-%dT%H:%M:%S')}{digits}Z"


def _zone(name: str) -> tzinfo:
    found = _ZONE.fullmatch(name)
    if found is not None:
        minutes = int(found[2]) * 60 + int(found[3])
        return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))
    from zoneinfo import ZoneInfo  # noqa: PLC0415  # few rules name a zone

    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise EvaluationError(f"unknown time zone {name}") from None


def _local(value: Timestamp, zone: str) -> datetime:
    try:
        return (_EPOCH + timedelta(seconds=value.nanoseconds // _SECOND)).astimezone(_zone(zone))
    except OverflowError:
        raise EvaluationError("timestamp overflow") from None


def _part(name: str, get: Callable[[datetime], int]) -> tuple[Overload, Overload]:
    return (
        member(name, lambda value: get(_local(value, "UTC")), Timestamp),
        member(name, lambda value, zone: get(_local(value, zone)), Timestamp, str),
    )


def _towards_zero(value: Duration, unit: int) -> int:
    whole = abs(value.nanoseconds) // unit
    return -whole if value.nanoseconds < 0 else whole


def _milliseconds(value: Timestamp, zone: str = "UTC") -> int:
    _zone(zone)
    return value.nanoseconds % _SECOND // 10**6


OVERLOADS: Final = (
    *_part("getFullYear", lambda day: day.year),
    *_part("getMonth", lambda day: day.month - 1),
    *_part("getDate", lambda day: day.day),
    *_part("getDayOfMonth", lambda day: day.day - 1),
    *_part("getDayOfWeek", lambda day: day.isoweekday() % 7),
    *_part("getDayOfYear", lambda day: day.timetuple().tm_yday - 1),
    *_part("getHours", lambda day: day.hour),
    *_part("getMinutes", lambda day: day.minute),
    *_part("getSeconds", lambda day: day.second),
    member("getMilliseconds", _milliseconds, Timestamp),
    member("getMilliseconds", _milliseconds, Timestamp, str),
    member("getHours", lambda value: _towards_zero(value, 3600 * _SECOND), Duration),
    member("getMinutes", lambda value: _towards_zero(value, 60 * _SECOND), Duration),
    member("getSeconds", lambda value: _towards_zero(value, _SECOND), Duration),
    member("getMilliseconds", lambda value: _towards_zero(value, 10**6), Duration),
)
