"""The index of a rendered tree: written one line a file, read kindly or strictly."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpc.kube.rendered_index import (
    INDEX,
    IndexFormatError,
    digest,
    has_conflict,
    index_text,
    is_listable,
    listed_files,
    verified_files,
)

A, B = digest(b"a"), digest(b"b")
TEXT = index_text({"clusters/b.yaml": B, "clusters/a.yaml": A})
PATHS = st.from_regex(r"(?:[a-z]{1,3}/){0,2}[a-z-]{1,4}\.yaml", fullmatch=True)


def test_it_has_a_line_for_each_file_in_order() -> None:
    lines = [line.strip().split(":")[0] for line in TEXT.splitlines() if ".yaml" in line]
    assert lines == ['"clusters/a.yaml"', '"clusters/b.yaml"']


@given(st.dictionaries(PATHS, st.binary(max_size=3).map(digest)))
def test_both_ways_of_reading_give_what_was_written(entries: dict[str, str]) -> None:
    content = index_text(entries).encode()
    assert verified_files(content) == entries
    assert listed_files(content) == entries


@given(st.data())
def test_one_that_is_cut_short_is_refused(data: st.DataObject) -> None:
    end = data.draw(st.integers(0, len(TEXT.rstrip()) - 1))
    with pytest.raises(IndexFormatError):
        verified_files(TEXT[:end].encode())


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "not JSON"),
        ("[]", "no RenderedIndex"),
        (TEXT.replace("RenderedIndex", "Other"), "no RenderedIndex"),
        (TEXT.replace("v1alpha1", "v9"), "apiVersion"),
        (TEXT.replace('"files"', '"flies"'), "other fields"),
        (TEXT.replace('"files"', '"more": 1, "files"'), "other fields"),
        (TEXT.replace("clusters/a", "../a"), "no path"),
        (TEXT.replace("clusters/a", "/a"), "no path"),
        (TEXT.replace("clusters/a.yaml", INDEX), "no path"),
        (TEXT.replace("clusters/b", "clusters/a"), "twice"),
        (TEXT.replace(A, A[:-1]), "no digest of clusters/a.yaml"),
        (TEXT.replace(f'"{A}"', "1"), "no digest of clusters/a.yaml"),
        (f"<<<<<<< HEAD\n{TEXT}", "conflict markers"),
        (TEXT.replace(' "kind"', '<<<<<<< HEAD\n "kind"'), "conflict markers"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_index_is_refused_in_words(content: str, what: str) -> None:
    with pytest.raises(IndexFormatError, match=what):
        verified_files(content.encode())


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(IndexFormatError, match="not JSON"):
        verified_files(b"\xff{}")


def test_one_with_conflict_markers_lists_what_either_side_lists() -> None:
    lines = TEXT.splitlines(keepends=True)
    at = next(number for number, line in enumerate(lines) if "clusters/a" in line)
    lines[at : at + 2] = ["<<<<<<< a\n", lines[at], "=======\n", lines[at + 1], ">>>>>>> b\n"]
    content = "".join(lines).encode()
    assert has_conflict(content)
    assert listed_files(content) == {"clusters/a.yaml": A, "clusters/b.yaml": B}


def test_an_empty_one_is_valid() -> None:
    assert verified_files(index_text({}).encode()) == {}
    assert json.loads(index_text({}))["files"] == {}


@pytest.mark.parametrize("path", ["../a", "a/../b", "/a", "a//b", "a/", ".", "..", "", "a b", "ä"])
def test_only_plain_relative_paths_are_listed(path: str) -> None:
    assert not is_listable(path)
    assert is_listable("clusters/a.b/x-y_z.yaml")
