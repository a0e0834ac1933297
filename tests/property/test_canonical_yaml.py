"""Laws of canonical YAML: all readers read back what went in; equal values give equal bytes."""

import json
from typing import Any

import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from hcpc.kube.canonical_yaml import canonical_yaml

WORDS = """
    y N yes No ON off true False NULL ~ = << .inf .NaN nan inf - -- --- . .. ... ? : ! & * | >
    % @ # , ' " ` { } [ ] {} [] 0 7 -1 +1 007 0777 0o17 0x1F 0b101 1_000 _1 ._ 1. .5 1.5 1e3 1E+3
    .5e-3 1:30 1:30:45 190:20:30.15 2001-12-14 2001-12-14T21:59:43Z 2001-12-14t21:59:43.10-05:00
    0.0.0 10.0.0.1 10.0.0.0/8 4.20.3 fd00:: ::1 fd00::1 2001:db8::/32 8Gi 1.5Gi 10s 1h30m 1E 0x1p-2
    0o 0b !!str !a &a *a |- >- %YAML @a `a` {a} [a a: :a a:b #a a#b -a --a ?a 'a' "a" ../base
    .dotted ${x} name namespace labels annotations apiVersion kind metadata spec
""".split()  # noqa: SIM905  # quotes around each would bury the words
NASTY = [
    *"\t\n\r\x00\x07\x0b\x0c\x1b\x7f\x80\x85\x9f\xa0\xad\u061c\u2000\u200b\u2028\u2029\u202e",
    *"\u2060\u3000\ufdd0\ufeff\ufffd\ufffe\uffff\U0001f600\U0001fffe\U000e0041\U0010ffff",
    *" :#-?,!&*|>%@`'\"\\{}[]=~$/._+0123456789abexotTZyn",
]
LINES = [
    "",
    " ",
    "  indented",
    "\ttabbed",
    "a: b",
    "# comment",
    "- x",
    "---",
    "...",
    "%x",
    "a\tb",
    "é",
]

characters = st.sampled_from(NASTY) | st.characters(exclude_categories=["Cs"])
numberish = st.text(alphabet="0123456789.:-+_eExobTZ h/", max_size=9)
texts = st.lists(st.sampled_from(LINES) | st.text(characters, max_size=6), max_size=5)
strings = st.one_of(
    st.sampled_from(WORDS),
    numberish,
    st.text(characters, max_size=12),
    st.lists(st.sampled_from([*WORDS, " ", "\n", ": ", " #"]), max_size=4).map("".join),
    texts.map("\n".join),
    st.builds(lambda lines, end: "\n".join(lines) + end, texts, st.sampled_from(["\n", "\n\n"])),
    st.sampled_from([120, 130, 300, 1100]).map(lambda size: "long" * size),
)
leaves = st.one_of(
    strings,
    strings,
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(strings, inner, max_size=4),
    max_leaves=12,
)
manifests = st.dictionaries(strings, values, max_size=5)
thorough = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def exact(value: Any) -> str:
    """A form in which 1, 1.0, true and "1" differ, and 0.0 and -0.0; key order does not count."""
    return json.dumps(value, sort_keys=True, default=repr)


def turned_round(value: Any) -> Any:
    """The same value with every dictionary filled in the opposite order."""
    if isinstance(value, dict):
        return {name: turned_round(value[name]) for name in reversed(value)}
    return [turned_round(item) for item in value] if isinstance(value, list) else value


@thorough
@given(manifests)
@example({"long" * 300: {"long" * 300: ["\n\n \tx\n"]}})
def test_yaml_1_1_and_yaml_1_2_readers_read_back_what_was_written(manifest: dict[str, Any]) -> None:
    text = canonical_yaml(manifest)
    assert exact(yaml.safe_load(text)) == exact(manifest)
    assert exact(yaml.load(text.encode(), yaml.CSafeLoader)) == exact(manifest)
    assert exact(YAML(typ="safe", pure=True).load(text)) == exact(manifest)


@thorough
@given(manifests)
def test_the_bytes_do_not_depend_on_the_order_in_dictionaries(manifest: dict[str, Any]) -> None:
    assert canonical_yaml(turned_round(manifest)) == canonical_yaml(manifest)


@thorough
@given(manifests)
def test_writing_what_was_read_gives_the_same_bytes(manifest: dict[str, Any]) -> None:
    text = canonical_yaml(manifest)
    assert canonical_yaml(yaml.load(text.encode(), yaml.CSafeLoader)) == text


@thorough
@given(manifests)
def test_every_line_survives_editors_and_commit_hooks(manifest: dict[str, Any]) -> None:
    text = canonical_yaml(manifest)
    assert text.endswith("\n")
    assert not [line for line in text.split("\n") if line != line.rstrip(" \t")]
    assert not set(text) & set("\r\x00\x7f\x85\u2028\u2029\ufeff")
    text.encode()
