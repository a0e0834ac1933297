"""What a text's documents are, and that one broken document hides no other."""

import gc

import pytest
from tests.unit.syntax.reading import clean, marked, only_finding, place, read, values

from hcpc.syntax.events import OpenParser, fast_parser, portable_parser
from hcpc.syntax.parse import MAX_BROKEN
from hcpc.syntax.tree import Mapping, Scalar, Sequence, Tree, find

BOTH = pytest.mark.parametrize("parser", [fast_parser, portable_parser])

SPEC = """\
# A cluster.
apiVersion: hcpc.dev/v1alpha1
kind: Cluster
metadata:
  name: payments   # short
  labels: {team: payments, tier: gold}
spec:
  release: 4.10
  replicas: 3
  fips: true
  pause:
  note: |
    two
    lines

  profiles:
  - gold
  - "quo\\"ted"

# the end
"""


@BOTH
def test_a_spec_is_read_with_lossless_values(parser: OpenParser) -> None:
    assert values(SPEC, parser) == [
        {
            "apiVersion": "hcpc.dev/v1alpha1",
            "kind": "Cluster",
            "metadata": {"name": "payments", "labels": {"team": "payments", "tier": "gold"}},
            "spec": {
                "release": "4.10",
                "replicas": 3,
                "fips": True,
                "pause": None,
                "note": "two\nlines\n",
                "profiles": ["gold", 'quo"ted'],
            },
        }
    ]


@BOTH
@pytest.mark.parametrize(
    ("path", "written"),
    [
        (("metadata", "name"), "payments"),
        (("metadata", "labels"), "{team: payments, tier: gold}"),
        (("metadata",), "name: payments   # short\n  labels: {team: payments, tier: gold}"),
        (("spec", "pause"), ""),
        (("spec", "note"), "|\n    two\n    lines"),
        (("spec", "profiles"), '- gold\n  - "quo\\"ted"'),
        (("spec", "profiles", 1), '"quo\\"ted"'),
    ],
)
def test_a_value_ends_where_its_last_line_ends(
    path: tuple[str | int, ...], written: str, parser: OpenParser
) -> None:
    tree = find(clean(SPEC, parser), path)
    assert tree is not None
    assert SPEC[tree.start : tree.end] == written


@BOTH
@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("a:⟦⟧\n", ("a",)),
        ("a:⟦⟧   # nothing\n\nb: 1\n", ("a",)),
        ("a: {b: ⟦c⟧}\n", ("a", "b")),
        ("a: {b⟦⟧}\n", ("a", "b")),
        ("- x\n-⟦⟧\n- z\n", (1,)),
        ("? a⟦⟧\n# far\n? b\n", ("a",)),
        ("a: ⟦'it''s'⟧ # c\n", ("a",)),
        ('a: ⟦"two\n  lines"⟧\n', ("a",)),
        ("a: ⟦two\n  lines⟧\n\nb: 1\n", ("a",)),
        ("a: ⟦>-  # comment\n  folded\n  text⟧\n\n\n# end\nb: 1\n", ("a",)),
        ("a: ⟦[b,\n  c]⟧ # c\n", ("a",)),
        ("a: &x ⟦b⟧\n", ("a",)),
        ("a: !!str &x ⟦12⟧\n", ("a",)),
        ("a: &x # comment\n  ⟦b: c⟧\n# end\n", ("a",)),
        ("a: &x\n- b\nc: ⟦*x⟧\n", ()),
        ("- ⟦a: 1\n  b:\n  - 2⟧\n# end\n- c\n", (0,)),
        ("[⟦a: b⟧ , c]\n", (0,)),
    ],
)
def test_places_are_exact(text: str, path: tuple[str | int, ...], parser: OpenParser) -> None:
    text, expected = marked(text)
    root = clean(text, parser)
    tree = find(root, path)
    assert tree is not None
    if path:
        assert (tree.start, tree.end) == expected
    else:
        assert tree.end == expected[1]


@BOTH
@pytest.mark.parametrize(
    "text",
    ["\ufeffa: ⟦b⟧\n", "x: 😀\na: ⟦b⟧\n", "x: 1\r\na: ⟦b⟧\r\n", "x: é\ra: ⟦b⟧\r", "# 👍🏽\na: ⟦b⟧"],
)
def test_offsets_count_characters_of_the_file(text: str, parser: OpenParser) -> None:
    text, expected = marked(text)
    value = find(clean(text, parser), ("a",))
    assert value is not None
    assert (value.start, value.end) == expected


@BOTH
def test_keys_stand_where_they_are_written(parser: OpenParser) -> None:
    tree = clean("a: 1\n'b c': 2\n", parser)
    assert isinstance(tree, Mapping)
    assert list(tree.keys) == ["a", "b c"]
    assert [(key.start, key.end) for key in tree.keys.values()] == [(0, 1), (5, 10)]


@BOTH
def test_documents_come_in_order_and_empty_ones_are_left_out(parser: OpenParser) -> None:
    assert values("a: 1\n---\n---\n~\n---\n- 2\n...\n---\nx\n", parser) == [{"a": 1}, [2], "x"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "file is empty"),
        (" \n\n", "file is empty"),
        ("\ufeff", "file is empty"),
        ("# nothing yet\n", "file has no document"),
        ("---\n---\nnull\n", "file has no document"),
    ],
)
def test_a_file_without_content_is_reported(text: str, message: str) -> None:
    finding = only_finding(text)
    assert (finding.code, finding.message) == ("HCP0002", message)


@BOTH
def test_a_broken_document_hides_no_other(parser: OpenParser) -> None:
    text = "a: 1\n---\nb: [\n---\nc: 'x\n---\nd: \x07\n--- # next\ne: &e [*e]\n---\nf: 1\n"
    trees, findings = read(text, parser)
    assert [list(tree.keys) for tree in trees if isinstance(tree, Mapping)] == [["a"], ["f"]]
    assert [finding.code for finding in findings] == ["HCP0101", "HCP0101", "HCP0101", "HCP0104"]
    assert [finding.primary.span.start for finding in findings] == [
        text.index(part) for part in ("[\n", "'x", "\x07", "*e")
    ]


def test_places_behind_a_broken_document_are_exact() -> None:
    text, expected = marked("a: ]\n---\nb: ⟦c⟧\n")
    (tree,) = read(text)[0]
    value = find(tree, ("b",))
    assert value is not None
    assert (value.start, value.end) == expected


def test_a_value_with_text_behind_it_is_no_document() -> None:
    trees, (finding,) = read("a: 1\n---\n[b] c\n---\nd: 1\n")
    assert len(trees) == 2
    assert finding.code == "HCP0101"


def test_a_file_of_broken_documents_is_given_up() -> None:
    trees, findings = read("---\n}\n" * 50_000)
    assert trees == []
    assert len(findings) == MAX_BROKEN


@BOTH
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: b⟦\x00⟧c\n", "character U+0000 is not allowed here"),
        ("a: '⟦\x1b⟧'\n", "character U+001B is not allowed here"),
        ("# ⟦\x84⟧", "character U+0084 is not allowed here"),
        ("a: 😀 ⟦\ud800⟧\n", "character U+D800 is not allowed here"),
        ("a: 1\n⟦\ufeff⟧b: 2\n", "byte order mark is not allowed here"),
        ("a: ⟦\uffff⟧\n", "character U+FFFF is not allowed here"),
    ],
)
def test_forbidden_characters_are_shown(text: str, message: str, parser: OpenParser) -> None:
    text, expected = marked(text)
    finding = only_finding(text, parser)
    assert (finding.code, finding.message, place(finding)) == ("HCP0101", message, expected)


def test_whatever_is_allowed_is_read() -> None:
    allowed = "\t\x20~\xa0\ud7ff\ue000\ufefe\uff00\ufffd\U00010000\U0010ffff"
    assert values(f"a: 'x{allowed}y'\n") == [{"a": f"x{allowed}y"}]


def test_the_text_of_a_leaf_is_kept_beside_its_value() -> None:
    tree = clean("- 12\n- ~\n- '12'\n- null\n")
    assert isinstance(tree, Sequence)
    leaves = [leaf for leaf in tree.items if isinstance(leaf, Scalar)]
    assert [(leaf.value, leaf.text) for leaf in leaves] == [
        (12, "12"),
        (None, "~"),
        ("12", "12"),
        (None, "null"),
    ]


def test_every_leaf_knows_its_file() -> None:
    def files(tree: Tree) -> set[str]:
        inner: set[str] = set()
        if isinstance(tree, Mapping):
            inner = inner.union(*map(files, (*tree.children.values(), *tree.keys.values())))
        if isinstance(tree, Sequence):
            inner = inner.union(*map(files, tree.items))
        return inner | {tree.file.path}

    assert files(clean(SPEC)) == {"spec.yaml"}


def test_trees_are_freed_without_the_garbage_collector() -> None:
    def alive() -> int:  # trees only: other tests' threads make garbage of their own
        return sum(type(each) in {Mapping, Sequence, Scalar} for each in gc.get_objects())

    gc.disable()
    try:
        before = alive()
        trees, findings = read(SPEC)
        assert alive() > before
        del trees, findings
        assert alive() == before
    finally:
        gc.enable()
