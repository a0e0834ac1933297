"""Positions are offsets; lines and columns are computed from them."""

import pickle

import pytest

from hcpc.source.text import SourceFile, Span


@pytest.mark.parametrize(
    ("text", "offset", "position"),
    [
        ("", 0, (1, 1)),
        ("ab\ncd\n", 0, (1, 1)),
        ("ab\ncd\n", 2, (1, 3)),
        ("ab\ncd\n", 3, (2, 1)),
        ("ab\ncd\n", 6, (3, 1)),
        ("ab\r\ncd", 4, (2, 1)),
        ("äö\nü", 3, (2, 1)),
        ("ab", 2, (1, 3)),
    ],
)
def test_a_position_counts_lines_and_characters_from_one(
    text: str, offset: int, position: tuple[int, int]
) -> None:
    assert SourceFile("a.yaml", text).position(offset) == position


def test_a_line_is_shown_without_its_end() -> None:
    file = SourceFile("a.yaml", "one\r\ntwo\nthree")
    assert [file.line(number) for number in range(5)] == ["", "one", "two", "three", ""]


def test_a_span_knows_its_location() -> None:
    file = SourceFile("clusters/a.yaml", "kind: Cluster\nmetadata:\n  name: a\n")
    start = file.text.index("name: a")
    assert Span(file, start, start + 4).location == "clusters/a.yaml:3:3"


def test_a_file_is_the_same_in_another_process() -> None:
    file = SourceFile("a.yaml", "text\n")
    span = pickle.loads(pickle.dumps(Span(file, 0, 4)))  # noqa: S301  # our own bytes
    assert span.file is not file
    assert span == Span(file, 0, 4)
    assert {file: 1}[span.file] == 1
    assert SourceFile("a.yaml", "other\n") != file
