"""Which document of a file a place is in."""

import pytest

from hcpc.source.text import SourceFile, Span
from hcpc.verify.policies.fields import Fields

TEXT = "# head\na: {b: 1}\nc:\n---\nd: 2\n"
FILE = SourceFile("a.yaml", TEXT)


@pytest.mark.parametrize(
    ("offset", "start"),
    [
        (0, None),
        (TEXT.index("a:"), TEXT.index("a:")),
        (TEXT.index("1"), TEXT.index("a:")),
        (TEXT.index("c:") + 2, TEXT.index("a:")),
        (TEXT.index("---") + 1, None),
        (TEXT.index("2"), TEXT.index("d:")),
    ],
)
def test_a_place_is_in_a_document_up_to_its_last_value_even_an_empty_one(
    offset: int, start: int | None
) -> None:
    tree = Fields().document(Span(FILE, offset, offset + 1))
    assert (tree.start if tree else None) == start
