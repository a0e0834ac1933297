"""Bytes that mean the same to readers of JSON and to readers of YAML 1.1."""

import json
import math
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpc.sync.cluster.encode import encode
from hcpc.sync.cluster.faults import InvalidError
from hcpc.syntax.plain import plain_documents

TEXTS = st.text(st.characters(codec="utf-8"))


@given(st.recursive(TEXTS | st.integers() | st.booleans() | st.none(), st.lists))
def test_it_is_json(value: Any) -> None:
    assert json.loads(encode({"a": value})) == {"a": value}


@given(TEXTS)
def test_it_is_yaml_as_well(text: str) -> None:
    [found] = plain_documents("--- " + encode({"a": text}).decode())
    assert found == {"a": text}


@pytest.mark.parametrize("text", ["\x7f", "\x85", "\u2028", "\u2029", "\ufeff", "\ufffe", "\ud800"])
def test_what_yaml_reads_otherwise_is_escaped(text: str) -> None:
    assert encode(text) == f'"\\u{ord(text):04x}"'.encode()


def test_characters_beyond_the_first_plane_stand_as_they_are() -> None:
    assert encode("\U0001f600") == '"\U0001f600"'.encode()


@pytest.mark.parametrize("value", [math.nan, math.inf, date(2026, 6, 15), {"hunter2"}, object()])
def test_what_json_cannot_say_is_refused_without_quoting_it(value: Any) -> None:
    with pytest.raises(InvalidError, match="a value that JSON cannot say") as error:
        encode({"a": value})
    assert "hunter2" not in str(error.value)
