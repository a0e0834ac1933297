"""What plain and quoted leaves mean, and which of them other readers take for something else."""

import pytest
from tests.unit.syntax.reading import marked, only_finding, place, read, values

from hcpc.syntax.scalars import SUSPICIOUS_STARTS, other_reading, plain_value
from hcpc.syntax.tree import ScalarValue


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("false", False),
        ("0", 0),
        ("7", 7),
        ("-12", -12),
        ("9223372036854775807", 9223372036854775807),
        ("-9223372036854775808", -9223372036854775808),
    ],
)
def test_a_plain_leaf_becomes_a_value_that_reads_back(text: str, value: ScalarValue) -> None:
    assert plain_value(text) == value
    assert type(plain_value(text)) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        *("4.10", "4.17.9", "1.0", "1.", ".5", "2024-01-01", "2024-01-01T10:00:00Z", "10.0.0.0/8"),
        *("8Gi", "1e", "e3", "0x", "1:60", "::1", "fd00::/8", "v1", "none", "nope", "-", "."),
        *("\uff11\uff12", "\u0663", "Nullable", "truely", "oN", "yES", "-foo", "+", "00:1a:2b"),
        *("1-2", "_1", "..."),
    ],
)
def test_everything_else_is_text_and_readers_agree(text: str) -> None:
    assert plain_value(text) == text
    assert other_reading(text) == ""


AMBIGUOUS = {
    "`true`": "y Y yes Yes YES on On ON True TRUE",
    "`false`": "n N no No NO off Off OFF False FALSE",
    "`null`": "Null NULL",
    "an octal number": "0777 00 0o17 +01 -07 0_7",
    "a hexadecimal number": "0x1F 0xff -0xA",
    "a binary number": "0b101",
    "a number in base 60": "1:30 190:20:30 -1:00 12:34:56.7",
    "a number": "1_000 1e3 1E-3 1.5e+10 .5e3 +12 -0 08 1_0.5 -1_0",
    "a number beyond 64 bits": "9223372036854775808 -9223372036854775809",
    "a floating-point number": ".inf -.INF +.Inf .nan .NaN",
}


@pytest.mark.parametrize(
    ("text", "other"),
    [(text, other) for other, texts in AMBIGUOUS.items() for text in texts.split()],
)
def test_what_other_readers_take_for_something_else_is_text_with_a_warning(
    text: str, other: str
) -> None:
    finding = only_finding(f"key: {text}\n")
    assert values(f"key: {text}\n") == [{"key": text}]
    assert (finding.code, finding.severity) == ("HCP0108", "warning")
    assert finding.message == f"YAML readers disagree on `{text}`"
    assert finding.primary.text == f"read as the text `{text}`"
    assert finding.notes == (f"other readers take it for {other}",)
    assert finding.help.startswith(f'quote it: `"{text}"`')
    assert place(finding) == (5, 5 + len(text))


def test_the_longest_digits_stay_text() -> None:
    digits = "1" * 10_000
    assert values(f"a: {digits}\n") == [{"a": digits}]


def test_the_help_names_the_value_that_was_probably_meant() -> None:
    assert only_finding("a: no\n").help == 'quote it: `"no"`, or write `false`'
    assert only_finding("a: y\n").help == 'quote it: `"y"`'


def test_an_ambiguous_leaf_is_found_in_lists_and_as_a_document() -> None:
    text, expected = marked("- a\n- [b, ⟦off⟧]\n")
    assert place(only_finding(text)) == expected
    assert only_finding("0777").code == "HCP0108"


@pytest.mark.parametrize(
    "text", ["on: 1\n", "0777: {1e3: x}\n", "a: 'no'\n", 'a: "1:30"\n', "a: |\n  yes\n"]
)
def test_keys_and_quoted_leaves_are_never_ambiguous(text: str) -> None:
    assert read(text)[1] == []


def test_quoted_and_block_leaves_are_text() -> None:
    assert values("- '12'\n- \"true\"\n- ''\n- |-\n  null\n- >-\n  7\n") == [
        ["12", "true", "", "null", "7"]
    ]


def test_every_text_with_another_reading_starts_suspiciously() -> None:
    texts = [text for texts in AMBIGUOUS.values() for text in texts.split()]
    constants = ["~", "null", "true", "false", "12", "-12"]
    assert {text[0] for text in (*texts, *constants)} <= SUSPICIOUS_STARTS
