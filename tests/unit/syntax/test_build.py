"""Keys, anchors, tags and depth: what libyaml lets through and a fleet must not contain."""

import pytest
from tests.unit.syntax.reading import (
    clean,
    marked,
    only_finding,
    place,
    read,
    second_place,
    values,
)

from hcpc.syntax.build import MAX_DEPTH, MAX_EXPANDED
from hcpc.syntax.events import OpenParser, fast_parser, portable_parser
from hcpc.syntax.tree import Mapping, Plain

BOTH = pytest.mark.parametrize("parser", [fast_parser, portable_parser])


@BOTH
def test_a_duplicate_key_keeps_the_first_and_shows_both(parser: OpenParser) -> None:
    text, second = marked("a:\n  b: 1\n  c: 2\n  ⟦b⟧: 3\nd: 4\n")
    finding = only_finding(text, parser)
    assert finding.code == "HCP0102"
    assert finding.message == "duplicate key `b`"
    assert place(finding) == second
    assert second_place(finding) == (5, 6)
    assert finding.secondary[0].text == "first set here"
    assert values(text, parser) == [{"a": {"b": 1, "c": 2}, "d": 4}]


def test_every_duplicate_is_reported() -> None:
    findings = read("{a: 1, a: 2, 'a': 3}\n---\n1: x\n'1': z\n")[1]
    assert [finding.code for finding in findings] == ["HCP0102"] * 3


@BOTH
def test_keys_are_the_text_that_was_written(parser: OpenParser) -> None:
    text = "true: 1\n1: 2\nnull: 3\n~: 4\n'a b': 5\n4.10: 6\n!!str 7: 8\n? b\n: 9\n'<<': 10\n"
    assert values(text, parser) == [
        {
            "true": 1,
            "1": 2,
            "null": 3,
            "~": 4,
            "a b": 5,
            "4.10": 6,
            "7": 8,
            "b": 9,
            "<<": 10,
        }
    ]
    assert read(text, parser)[1] == []


@BOTH
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("? ⟦[a]⟧\n: b\n", "key is a list or a mapping"),
        ("⟦[a]⟧: b\n", "key is a list or a mapping"),
        ("? ⟦{a: b}⟧\n: c\n", "key is a list or a mapping"),
        ("a: 1\n⟦''⟧: b\n", "key is empty"),
        ("a: 1\n?\n⟦:⟧ b\n", "key is empty"),
        ("&x ⟦:⟧ b\n", "key is empty"),
        ("⟦:⟧ b\n", "no key before `:`"),
        ("a: {⟦:⟧ b}\n", "no key before `:`"),
    ],
)
def test_keys_that_are_no_text_are_refused(text: str, message: str, parser: OpenParser) -> None:
    text, expected = marked(text)
    finding = only_finding(text, parser)
    assert (finding.code, finding.message, place(finding)) == ("HCP0106", message, expected)


@pytest.mark.parametrize(
    "text",
    [
        "a: ⟦{{ name }}⟧\n",
        "⟦{{ name }}⟧: b\n",
        "a: ⟦{{ name }}⟧-workers\n",
        "- ⟦{{ name }}⟧ b\n",
    ],
)
def test_a_template_is_recognised_and_reported_once(text: str) -> None:
    text, expected = marked(text)
    finding = only_finding(text)
    assert (finding.code, finding.message) == ("HCP0106", "this looks like a template")
    assert place(finding) == expected
    assert "`${…}`" in finding.help


@BOTH
def test_a_merge_key_is_refused_and_left_out(parser: OpenParser) -> None:
    text, expected = marked("a: &a {x: 1}\nb:\n  ⟦<<⟧: *a\n  y: 2\n")
    finding = only_finding(text, parser)
    assert (finding.code, place(finding)) == ("HCP0107", expected)
    assert "`Defaults`" in finding.help
    assert values(text, parser) == [{"a": {"x": 1}, "b": {"y": 2}}]


@BOTH
def test_an_alias_is_the_same_subtree_with_the_place_of_its_anchor(parser: OpenParser) -> None:
    text, expected = marked("s: &s text\na: &a ⟦{x: 1}⟧\nb: *a\nc: [*a]\n*s : 1\n")
    tree = clean(text, parser)
    assert isinstance(tree, Mapping)
    assert tree.children["b"] is tree.children["a"]
    assert (tree.children["b"].start, tree.children["b"].end) == expected
    assert tree.children["text"].start == len(text) - 2
    assert text[tree.keys["text"].start : tree.keys["text"].end] == "*s"


def test_an_anchor_may_be_set_again_and_ends_with_its_document() -> None:
    assert values("a: &x 1\nb: *x\nc: &x 2\nd: *x\n") == [{"a": 1, "b": 1, "c": 2, "d": 2}]
    trees, (finding,) = read("a: &x 1\n---\nb: *x\n")
    assert len(trees) == 1
    assert finding.message == "no anchor `&x` before this alias"


def test_an_unknown_anchor_is_shown_with_the_nearest_known_one() -> None:
    text, expected = marked("a: &workers 1\nb: ⟦*worker⟧\n")
    finding = only_finding(text)
    assert (finding.code, place(finding)) == ("HCP0101", expected)
    assert finding.primary.text == "did you mean `workers`?"


@pytest.mark.parametrize("text", ["a: &x [⟦*x⟧]\n", "&x a: &y {b: {c: ⟦*y⟧}}\n", "&x\n- ⟦*x⟧\n"])
def test_an_alias_inside_its_own_anchor_is_refused(text: str) -> None:
    text, expected = marked(text)
    trees, (finding,) = read(text)
    assert trees == []
    assert (finding.code, place(finding)) == ("HCP0104", expected)


def test_an_alias_bomb_is_refused_where_the_limit_is_crossed() -> None:
    levels = "".join(f"- &b{n + 1} [{', '.join([f'*b{n}'] * 10)}]\n" for n in range(1, 30))
    text = "- &b1 [x, x, x, x, x, x, x, x, x, x]\n" + levels
    trees, (finding,) = read(text)
    assert trees == []
    assert finding.code == "HCP0104"
    assert text[slice(*place(finding))] == "*b3"


def test_aliases_within_the_limit_are_read() -> None:
    items = ["x"] * 98
    aliases = MAX_EXPANDED // (len(items) + 1)
    text = f"a: &a [{', '.join(items)}]\nb: [{', '.join(['*a'] * aliases)}]\n"
    expected: Plain = {"a": [*items], "b": [[*items] for _ in range(aliases)]}
    assert values(text) == [expected]
    assert only_finding(text.replace("b: [", "b: [*a, ")).code == "HCP0104"


def test_a_large_document_is_no_alias_bomb() -> None:
    text = f"a: &a 1\nb: [{'x, ' * 3 * MAX_EXPANDED}*a]\n"
    assert len(read(text)[0]) == 1


def test_nesting_up_to_the_limit_is_read() -> None:
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert read(text)[1] == []


@pytest.mark.parametrize(
    "text",
    [
        "[" * MAX_DEPTH + "⟦[⟧" + "]" * MAX_DEPTH + "]",
        "{a: " * MAX_DEPTH + "⟦[⟧",
        "- " * MAX_DEPTH + "⟦-⟧ a\n",
        "".join(" " * n + "a:\n" for n in range(MAX_DEPTH)) + " " * MAX_DEPTH + "⟦key⟧: b\n",
        "[" * MAX_DEPTH + "⟦[⟧" + "[" * 100_000,
        "{a: " * MAX_DEPTH + "⟦{⟧" + "a: {" * 100_000,
        "- &a " + "[" * 40 + "]" * 40 + "\n- " + "[" * 30 + "⟦*a⟧" + "]" * 30 + "\n",
    ],
)
def test_deeper_nesting_is_refused_where_it_crosses_the_limit(text: str) -> None:
    text, expected = marked(text)
    trees, (finding,) = read(text + "\n---\nb: 1\n")
    assert len(trees) == 1
    assert (finding.code, place(finding)) == ("HCP0105", expected)


def test_aliases_cannot_be_chained_beyond_the_limit() -> None:
    text = "- &a0 x\n" + "".join(f"- &a{n + 1} {'[' * 20}*a{n}{']' * 20}\n" for n in range(20))
    assert only_finding(text).code == "HCP0105"


@BOTH
def test_standard_tags_are_honoured(parser: OpenParser) -> None:
    text = (
        "a: !!str 12\nb: !!int '12'\nc: !!bool true\nd: !!null ''\ne: !!map {x: 1}\n"
        "f: !!seq\n- 1\ng: ! 12\nh: !<tag:yaml.org,2002:str> no\ni: !!null\nj: !!str\n"
    )
    assert values(text, parser) == [
        {
            "a": "12",
            "b": 12,
            "c": True,
            "d": None,
            "e": {"x": 1},
            "f": [1],
            "g": "12",
            "h": "no",
            "i": None,
            "j": "",
        }
    ]
    assert read(text, parser)[1] == []


@BOTH
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: ⟦!!int⟧ x\n", "x"),
        ("a: ⟦!!int⟧ 0x1F\n", "0x1F"),
        ("a: ⟦!!bool⟧ yes\n", "yes"),
        ("a: ⟦!!null⟧ 1\n", 1),
        ("a: &x ⟦!!str⟧ [b]\n", ["b"]),
        ("a: ⟦!!seq⟧ {b: 1}\n", {"b": 1}),
        ("a: ⟦!!map⟧\n- b\n", ["b"]),
        ("a: ⟦!Ref⟧ b\n", "b"),
        ("a: ⟦!!binary⟧ aGk=\n", "aGk="),
        ("a: ⟦!!float⟧ 1.5\n", "1.5"),
        ("a: ⟦!!timestamp⟧ 2024-01-01\n", "2024-01-01"),
        ("a: ⟦!!set⟧ {b, c}\n", {"b": None, "c": None}),
        ("a: ⟦!<tag:example.com,2000:x>⟧ b\n", "b"),
        ("a: [⟦!x⟧ b]\n", ["b"]),
        ("a:\n  ⟦!x⟧ b: c\n", {"b": "c"}),
    ],
)
def test_other_tags_and_misfits_are_refused_and_the_value_is_read_without(
    text: str, value: Plain, parser: OpenParser
) -> None:
    text, expected = marked(text)
    finding = only_finding(text, parser)
    assert (finding.code, place(finding)) == ("HCP0107", expected)
    assert values(text, parser) == [{"a": value}]


@BOTH
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_the_version_directive_is_accepted(version: str, parser: OpenParser) -> None:
    assert values(f"%YAML {version}\n---\na: 1\n", parser) == [{"a": 1}]
    assert read(f"%YAML {version}\n---\na: 1\n", parser)[1] == []


@BOTH
@pytest.mark.parametrize(
    "text",
    ["⟦%YAML 1.3⟧\n---\na: 1\n", "⟦%YAML 2.0⟧ # new\n---\na: 1\n", "⟦%TAG ! x:⟧\n---\na: 1\n"],
)
def test_other_directives_are_refused_and_the_document_is_read(
    text: str, parser: OpenParser
) -> None:
    text, expected = marked(text)
    finding = only_finding(text, parser)
    assert (finding.code, place(finding)) == ("HCP0107", expected)
    assert values(text, parser) == [{"a": 1}]
