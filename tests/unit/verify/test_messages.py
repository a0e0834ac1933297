"""The sentences about values that do not fit, and that they keep the house's style."""

from typing import Any

import pytest

from hcpc.verify import messages
from hcpc.verify.fields import TABLES, read_table


def test_a_choice_is_read_like_a_sentence() -> None:
    assert messages.choice(["a"]) == "`a`"
    assert messages.choice(["a", "b"]) == "`a` or `b`"
    assert messages.choice(["a", "b", "c"]) == "`a`, `b` or `c`"
    assert messages.choice([1, 3]) == "`1` or `3`"
    assert messages.choice(["", "TCP"]) == "empty or `TCP`"


def test_a_long_value_is_cut() -> None:
    shown = messages.quoted("x" * 500)
    assert shown.endswith("x…`")
    assert len(shown) == 62


def test_a_value_that_fits_is_shown_whole() -> None:
    assert messages.quoted("x" * 60) == f"`{'x' * 60}`"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "null"),
        (True, "`true`"),
        (1, "a number"),
        (1.5, "a number"),
        ("", "text"),
        ({}, "a mapping"),
        ([], "a list"),
        (b"", "a bytes"),
    ],
)
def test_a_type_has_a_name_in_words(value: Any, words: str) -> None:
    assert messages.type_of(value) == words


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        (messages.duplicate_item("mirrors", "a"), "`mirrors` already has `a`"),
        (messages.bad_key("labels", "a b"), "`a b` cannot be a key of `labels`"),
        (
            messages.too_few("resources", 2, 1),
            "`resources` has 1 entries, at least 2 are needed",
        ),
        (
            messages.wrong_form("size", "", "^a$", "b"),
            "`size` must match `^a$`, not `b`",
        ),
        (
            messages.not_json("x", {1}),
            "`x` must be text, a number, a list or a mapping, not a set",
        ),
        (messages.uncheckable("too deep"), "the manifest cannot be checked: too deep"),
    ],
)
def test_a_message_says_what_is_wrong_and_what_would_be_right(message: str, sentence: str) -> None:
    assert message == sentence


def test_every_shape_that_has_a_name_in_messages_exists() -> None:
    shapes = {name for kind in TABLES for name in read_table(kind).shapes}
    assert set(messages.SHAPE_NAMES) <= shapes


def test_every_shape_with_a_pattern_has_a_name_in_messages() -> None:
    matched = {
        name
        for kind in TABLES
        for name, own in read_table(kind).shapes.items()
        if own[()].match and not own[()].many
    }
    assert matched == set(messages.SHAPE_NAMES)
