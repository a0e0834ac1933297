"""Broken YAML: where each fault is shown, what it says, and what it advises."""

import re

import pytest

from hcpc.syntax.events import OpenParser, Refusal, fast_parser, portable_parser
from hcpc.syntax.refusals import explain
from tests.unit.syntax.reading import marked, only_finding, place, read, second_place

BOTH = pytest.mark.parametrize("parser", [fast_parser, portable_parser])

FAULTS = [
    # quotes
    ("a: ⟦'⟧x\nb: 1\n", "quoted text is never closed", "close the text with `'`"),
    ('a: ⟦"⟧x\nb: 1\n', "quoted text is never closed", 'close the text with `"`'),
    ("a: ⟦'⟧x\n---\nb: 1\n", "quoted text is never closed", "close the text"),
    ("a: 'it'⟦s⟧ fine\n", "text after the end of a quoted value", "`''` stands for `'`"),
    ('a: "b" ⟦c⟧\n', "text after the end of a quoted value", "inside the quotes"),
    ("a: 'x\nb: '⟦y'⟧\n", "text after the end of a quoted value", "inside the quotes"),
    ('a: "C:⟦\\q⟧"\n', "`\\q` is not an escape that YAML knows", "single quotes"),
    ('a: "⟦\\x4⟧"\n', "`\\x4` is not an escape that YAML knows", "single quotes"),
    ('a: "⟦\\ud800⟧"\n', "`\\ud800` is not an escape that YAML knows", "single quotes"),
    ('a: "⟦\\UFFFFFFFF⟧"\n', "`\\UFFFFFFFF` is not an escape that YAML knows", "single quotes"),
    # colons
    ("a: 1\nb⟦:⟧2\nc: 3\n", "no space after `:`", "put a space after it, as in `b: 2`"),
    ('a: 1\n"b"⟦:⟧2\n', "no space after `:`", "put a space after it"),
    ('"b"⟦:⟧2\n', "no space after `:`", "put a space after it"),
    ("a: 1\n⟦b c⟧  # d\n", "`b c` is not a `key: value`", "indent it further"),
    ("a: b⟦:⟧ c\n", "`: ` inside a plain value", "quote the value"),
    ("a: [b: c⟦:⟧ d]\n", "`: ` inside a plain value", "quote the value"),
    # indentation
    ("a: 1\n  ⟦b⟧: 2\n", "`b` is indented below a value that is not a mapping", "same indentation"),
    ("spec\n  ⟦b⟧: 2\n", "`b` is indented below a value", "`:` at the end of the line above"),
    ("a:\n  b: 1\n ⟦c⟧: 2\n", "the indentation of `c` fits no mapping above", "same indentation"),
    ("a:\n   - b\n  ⟦-⟧ c\n", "the indentation of `-` fits no list above", "align it"),
    ("a:\n  - b\n  ⟦c⟧: d\n", "expected an item of the list, with `-` in front", "indent it"),
    ("a: ⟦-⟧ b\n", "a list cannot start here", "on its own line"),
    ("a: ⟦?⟧ b\n", "`?` cannot stand here", "quote the value"),
    # brackets
    ("a: ⟦[⟧b, c\n", "`[` is never closed", "close it with `]`"),
    ("a: ⟦[⟧\n", "`[` is never closed", "close it with `]`"),
    ("a: ⟦[⟧b\nc: 1\n", "`[` is never closed", "close it with `]`"),
    ("a: {b: ⟦{⟧c: d\n", "`{` is never closed", "close it with `}`"),
    ("a: [b, {c: d⟦]⟧\n", "`]` does not close `{`", "close it with `}`"),
    ("a: [b ⟦[⟧c]]\n", "no `,` before `[`", "add `,`"),
    ('a: ["b" ⟦c⟧]\n', "no `,` before `c`", "add `,`"),
    ("a: ⟦]⟧\n", "`]` closes nothing", "quote the value"),
    ("a: [b, ⟦,⟧ c]\n", "no value before `,`", "write a value"),
    ("a: [⟦-⟧ b]\n", "`-` items cannot stand inside `[…]` or `{…}`", "with `,` instead"),
    ("a: [b] ⟦c⟧\n", "text after the `]` that ends the value", "quote the whole value"),
    ("a: {b: ⟦${x.y}⟧}\n", "plain text with braces inside `{…}`", "quote text that contains `${…}`"),
    ("a: [⟦${x.y}⟧]\n", "plain text with braces inside `[…]`", "quote text that contains `${…}`"),
    # signs that mean something to YAML
    ("a: ⟦@b⟧\n", "a plain value cannot start with `@`", "quote the value"),
    ("a: ⟦`b`⟧\n", "a plain value cannot start with a backtick", "quote the value"),
    ("a: ⟦%b⟧\n", "a plain value cannot start with `%`", "quote the value"),
    ("a: ⟦*.example.com⟧\n", "`*` starts an alias, and no name of one follows", "quote the value"),
    ("a: ⟦&⟧\n", "`&` starts an anchor, and no name of one follows", "quote the value"),
    ("a: |⟦foo⟧\n", "unexpected text after `|`", "start the text on the next line"),
    ("a: > ⟦5⟧ GiB\n", "unexpected text after `>`", "quote the value"),
    ("a: {⟦%⟧ if x %}\n", "this looks like a template", "`${…}`"),
    ("a\n⟦...⟧ b\n".replace("⟦...⟧ b", "...\n⟦b⟧: [").replace("[", "{}}"), "", ""),
]


@BOTH
@pytest.mark.parametrize(("text", "message", "advice"), FAULTS[:-1])
def test_a_syntax_error_is_shown_at_its_cause(
    text: str, message: str, advice: str, parser: OpenParser
) -> None:
    text, expected = marked(text)
    finding = only_finding(text, parser)
    assert finding.code == "HCP0101"
    assert message in finding.message
    assert advice in finding.help
    assert place(finding) == expected
