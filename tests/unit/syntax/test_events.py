"""The door to PyYAML: which parser is used, and that the stand-in is as strict."""

import subprocess
import sys

import pytest
from tests.unit.syntax.reading import read, values

from hcpc.syntax.events import fast_parser, portable_parser

WITHOUT_LIBYAML = """
import sys
sys.modules["yaml._yaml"] = None
from hcpc.syntax.events import fast_parser, portable_parser
assert fast_parser is portable_parser
"""


def test_libyaml_is_used_where_it_exists() -> None:
    assert fast_parser is not portable_parser


def test_without_libyaml_the_portable_parser_stands_in() -> None:
    subprocess.run([sys.executable, "-c", WITHOUT_LIBYAML], check=True)


@pytest.mark.parametrize("escape", ["\\ud800", "\\UFFFFFFFF", "\\U00110000"])
def test_both_refuse_escapes_that_are_no_characters(escape: str) -> None:
    text = f'a: 1\n---\nb: "{escape}"\n---\nc: 1\n'
    for parser in (fast_parser, portable_parser):
        assert values(text, parser) == [{"a": 1}, {"c": 1}]
        (finding,) = read(text, parser)[1]
        assert finding.message == f"`{escape}` is not an escape that YAML knows"
