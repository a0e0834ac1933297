"""Lines of the log."""

import io
import json
from datetime import UTC, datetime

from hcpc.sync.serve.logs import Level, Log

NOW = datetime(2026, 6, 15, 12, 0, 0, 123456, tzinfo=UTC)
TOKEN = "glpat-" + "x" * 24


def said(form: str, level: Level = Level.INFO, **fields: object) -> str:
    stream = io.StringIO()
    Log(form, stream, lambda: NOW).say("round-ended", level, **fields)
    return stream.getvalue()


def test_json_is_one_object_a_line() -> None:
    line = said("json", Level.WARNING, seconds=1.23456, objects={"created": 2}, missing=["a b"])
    assert line.count("\n") == 1
    assert json.loads(line) == {
        "time": "2026-06-15T12:00:00.123Z",
        "level": "warning",
        "event": "round-ended",
        "seconds": 1.235,
        "objects": {"created": 2},
        "missing": ["a b"],
    }


def test_text_is_words_and_quotes_what_is_not_plain() -> None:
    assert said("text", commit="0123", error='say "no"', drift=True) == (
        "2026-06-15T12:00:00.123Z info    round-ended "
        r'commit=0123 error="say \"no\"" drift=true' + "\n"
    )


def test_what_is_empty_is_left_out_and_nought_is_not() -> None:
    assert said("text", a="", b=None, c=[], d=0).endswith(" round-ended d=0\n")


def test_an_event_stays_on_its_line() -> None:
    for form in ("text", "json"):
        assert said(form, error="one\ntwo\x1b[31m\u2028three").count("\n") == 1
        assert "\x1b" not in said(form, error="one\x1b[31mtwo")


def test_nothing_that_looks_like_a_secret_is_logged() -> None:
    for form in ("text", "json"):
        line = said(form, error=f"cannot use {TOKEN}", more={"deep": [f"Bearer {TOKEN}"]})
        assert TOKEN not in line


def test_a_log_that_nobody_takes_stops_nothing() -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(28, "No space left on device")

    Log("text", Full()).say("stopped")
