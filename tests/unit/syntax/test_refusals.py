"""Broken YAML: where each fault is shown, what it says, and what it advises."""

import re

import pytest
from tests.unit.syntax.reading import marked, only_finding, place, read, second_place

from hcpc.syntax.events import OpenParser, Refusal, fast_parser, portable_parser
from hcpc.syntax.refusals import explain

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
    ("a: 1\nb⟦:⟧2\nc: 3\n", "no space after `:`", "write `b: 2`"),
    ('a: 1\n"b"⟦:⟧2\n', "no space after `:`", 'write `"b": 2`'),
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
    (
        "a: {b: ⟦${x.y}⟧}\n",
        "plain text with braces inside `{…}`",
        "quote text that contains `${…}`",
    ),
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
    ("a: b\n...\n⟦c⟧: d\n", "text after the end of the document", "a line of `---`"),
    ("--- |\n a\n--- [b]\n⟦c⟧\n", "text after the end of the document", "a line of `---`"),
]


@BOTH
@pytest.mark.parametrize(("text", "message", "advice"), FAULTS)
def test_a_syntax_error_is_shown_at_its_cause(
    text: str, message: str, advice: str, parser: OpenParser
) -> None:
    text, expected = marked(text)
    finding = only_finding(text, parser)
    assert finding.code == "HCP0101"
    assert message in finding.message
    assert advice in finding.help
    assert place(finding) == expected


@BOTH
@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: [b, c\nd⟦:⟧ e\n", "`,` or `]` is missing before this"),
        ("a: ⟦[⟧b, c}\n", "the list starts here"),
        ("a: ⟦{⟧b: ${c}}\n", "the mapping starts here"),
        ("⟦a⟧:\n  b: 1\n  c: 2\n - d\n", "the mapping around it starts here"),
        ("⟦a⟧:\n  b: 1\n c: 2\n", "it would belong to the mapping that starts here"),
        ("a:\n  ⟦-⟧ b\n  c: d\n", "the list starts here"),
        ("a: ⟦'⟧it's'\n", "the quoted text starts here"),
    ],
)
def test_the_other_place_of_a_fault_is_shown_too(text: str, why: str, parser: OpenParser) -> None:
    text, expected = marked(text)
    finding = only_finding(text, parser)
    assert second_place(finding) == expected
    assert finding.secondary[0].text == why


@pytest.mark.parametrize(
    "text",
    [
        "a:\n⟦\t⟧b: 1\n",
        "a:\n⟦\t\t⟧b: 1\n",
        "a:\n  ⟦\t⟧b: 1\n",
        "a: b\n⟦\t⟧c: d\n",
        "a:\n  b: 1\n⟦\t⟧c: 2\n",
        "a: 1\n    ⟦\t⟧b: 2\n",
        "- a\n⟦\t⟧- b\n",
        "-⟦\t⟧a: 1\n",
        "a: [\n\tb\n⟦\t⟧]\n",
        "a: |\n⟦\t⟧text\n",
        "a: 1\r\nb:\r\n⟦\t⟧c: 1\r\n",
    ],
)
def test_a_tab_that_indents_has_its_own_code(text: str) -> None:
    text, expected = marked(text)
    finding = only_finding(text)
    assert (finding.code, finding.message) == ("HCP0103", "tab used for indentation")
    assert "spaces" in finding.help
    assert place(finding) == expected


@pytest.mark.parametrize(
    "text", ["a:\tb\n", "a: b\t\n", "a: b\t# c\n", "a: 'b\n\tc'\n", "a: x\ty\n"]
)
def test_a_tab_elsewhere_is_no_fault(text: str) -> None:
    assert read(text)[1] == []


def test_an_unclosed_quote_over_lines_with_tabs_is_no_tab_fault() -> None:
    text, expected = marked("a: ⟦'⟧b\n\tc\n")
    finding = only_finding(text)
    assert (finding.code, place(finding)) == ("HCP0101", expected)


@pytest.mark.parametrize(
    ("text", "documents"),
    [
        ("⟦%FOO bar⟧\n---\na: 1\n", 1),
        ("⟦%x⟧\n", 0),
        ("a: 1\n...\n⟦% done⟧\n", 1),
        ("a: ⟦!e!x⟧ b\n", 0),
        ("a: ⟦!<x⟧ b\n", 0),
    ],
)
def test_directives_and_tags_that_no_parser_reads_are_unsupported(
    text: str, documents: int
) -> None:
    text, expected = marked(text)
    trees, (finding,) = read(text)
    assert len(trees) == documents
    assert (finding.code, place(finding)) == ("HCP0107", expected)


def test_an_error_at_the_end_of_a_file_is_shown_behind_its_last_word() -> None:
    refusal = Refusal(problem="something new", at=9)
    fault = explain(refusal, "a: b\n   \n")
    assert fault.place == (4, 4)
    assert fault.message == "the text ends where YAML expects more"


def test_a_problem_nobody_foresaw_is_still_shown_in_our_words() -> None:
    fault = explain(Refusal(problem="did not find the expected frob", at=3), "a: frob\n")
    assert (fault.code.id, fault.place) == ("HCP0101", (3, 7))
    assert fault.message == "`frob` is not valid YAML here"


@BOTH
@pytest.mark.parametrize("text", [marked(text)[0] for text, *_ in FAULTS])
def test_messages_are_ours_and_not_the_parsers(text: str, parser: OpenParser) -> None:
    finding = only_finding(text, parser)
    said = f"{finding.message} {finding.primary.text} {finding.help}"
    assert not re.search(r"token|scalar|did not find|could not find|while |stream|[a-z]Error", said)
    assert finding.message[0] == finding.message[0].lower()
    assert not finding.message.endswith(".")


def test_a_long_line_is_cut_in_the_message() -> None:
    finding = only_finding("a: 1\n" + "word " * 50 + "\n")
    assert len(finding.message) < 80
    assert "…`" in finding.message
