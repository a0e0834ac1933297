"""What other tools wrote is read as data, or refused in words, however it is nested."""

import pytest

from hcpc.syntax.plain import MOST_LEVELS, UnreadableError, plain_documents

DEEP = 300_000


@pytest.mark.parametrize(
    "text",
    ["[" * DEEP + "]" * DEEP, "- " * DEEP, "a: " + "{a: " * DEEP, "? " * DEEP],
    ids=["flow sequences", "block sequences", "flow mappings", "keys"],
)
def test_what_is_nested_too_deeply_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match=f"nested in more than {MOST_LEVELS} levels"):
        plain_documents(text)


def test_many_brackets_side_by_side_are_not_deep() -> None:
    assert plain_documents(f"a: [{'[],' * DEEP}]")[0]["a"] == [[]] * DEEP


def test_as_many_levels_as_may_be() -> None:
    (found,) = plain_documents("[" * MOST_LEVELS + "]" * MOST_LEVELS)
    depth = 0
    while found:
        (found,) = found
        depth += 1
    assert depth == MOST_LEVELS - 1


def test_aliases_are_refused_where_nobody_writes_them() -> None:
    text = "a: &x [1]\nb: *x\n"
    assert plain_documents(text) == [{"a": [1], "b": [1]}]
    with pytest.raises(UnreadableError, match=r"line 2: it has an alias \(`\*x`\)"):
        plain_documents(text, aliases=False)
    assert plain_documents("a: '*x'\nb: &x 1\n", aliases=False) == [{"a": "*x", "b": 1}]
    with pytest.raises(UnreadableError, match="line 1"):
        plain_documents("a: &x [*", aliases=False)
