"""What has the wrong shape counts as not there."""

from typing import Any

import pytest

from hcpc.kube.loose import mapping, number, numbered, text


@pytest.mark.parametrize("value", [None, 5, "a", [], True, 1.5])
def test_only_a_mapping_is_one(value: Any) -> None:
    assert mapping(value) == {}
    assert mapping({"a": value}) == {"a": value}


def test_mappings_of_a_list_keep_their_places() -> None:
    assert list(numbered([{"a": 1}, 5, None, {"b": 2}])) == [(0, {"a": 1}), (3, {"b": 2})]
    assert list(numbered({"a": 1})) == list(numbered(None)) == list(numbered("ab")) == []


@pytest.mark.parametrize("value", [None, "5", 5.0, True, [5]])
def test_only_a_whole_number_is_one(value: Any) -> None:
    assert number(value) is None
    assert number(5) == 5


def test_only_text_is_text() -> None:
    assert [text(value) for value in ("a", "", None, 5, ["a"])] == ["a", "", "", "", ""]
