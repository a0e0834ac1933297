"""The layout of canonical YAML, string by string and shape by shape."""

from enum import StrEnum
from textwrap import dedent
from types import MappingProxyType
from typing import Any

import pytest
import yaml
from ruamel.yaml import YAML

from hcpc.kube.canonical_yaml import _Written, canonical_yaml


class Platform(StrEnum):
    """A text that is not exactly a str."""

    AGENT = "Agent"


def read_by_all(text: str) -> Any:
    """What YAML 1.1 and YAML 1.2 readers agree that the text says."""
    by_1_1 = yaml.safe_load(text)
    by_1_2 = YAML(typ="safe", pure=True).load(text)
    assert by_1_1 == by_1_2
    return by_1_1


def nested(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {"leaf": "x"}
    for level in range(depth):
        value = {"list": [[value]]} if level % 2 else {"map": value}
    return value


def test_a_hosted_cluster_reads_like_one() -> None:
    manifest = {
        "spec": {
            "services": [
                {"servicePublishingStrategy": {"type": "Route"}, "service": "OAuthServer"},
                {"service": "Ignition"},
            ],
            "platform": {"type": "Agent", "agent": {"agentNamespace": "hosts-a"}},
            "networking": {"clusterNetwork": [{"cidr": "10.132.0.0/14", "hostPrefix": 23}]},
            "release": {"image": "quay.io/openshift-release-dev/ocp-release:4.20.3-multi"},
            "fips": False,
            "nodeSelector": {},
            "configuration": None,
            "tolerations": [],
        },
        "status": {"version": {"history": ["4.20.3", "4.20.1"]}},
        "metadata": {
            "annotations": {"example.com/on": "on"},
            "creationTimestamp": None,
            "labels": {"env": "prod"},
            "namespace": "clusters",
            "name": "alpha",
        },
        "kind": "HostedCluster",
        "apiVersion": "hypershift.openshift.io/v1beta1",
    }
    assert canonical_yaml(manifest) == dedent("""\
        apiVersion: hypershift.openshift.io/v1beta1
        kind: HostedCluster
        metadata:
          name: alpha
          namespace: clusters
          labels:
            env: prod
          annotations:
            example.com/on: "on"
          creationTimestamp: null
        spec:
          configuration: null
          fips: false
          networking:
            clusterNetwork:
            - cidr: 10.132.0.0/14
              hostPrefix: 23
          nodeSelector: {}
          platform:
            agent:
              agentNamespace: hosts-a
            type: Agent
          release:
            image: quay.io/openshift-release-dev/ocp-release:4.20.3-multi
          services:
          - service: OAuthServer
            servicePublishingStrategy:
              type: Route
          - service: Ignition
          tolerations: []
        status:
          version:
            history:
            - 4.20.3
            - 4.20.1
        """)


def test_a_kustomization_sorts_what_follows_its_kind() -> None:
    manifest = {
        "resources": ["../base", "hosted-cluster.yaml"],
        "namespace": "clusters",
        "kind": "Kustomization",
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "labels": [{"pairs": {"a": "1"}, "includeSelectors": False}],
    }
    assert canonical_yaml(manifest) == dedent("""\
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        labels:
        - includeSelectors: false
          pairs:
            a: "1"
        namespace: clusters
        resources:
        - ../base
        - hosted-cluster.yaml
        """)


def test_only_the_objects_own_metadata_puts_its_name_first() -> None:
    inner = {"metadata": {"name": "x", "annotations": {}}, "kind": "A", "about": 1}
    assert canonical_yaml({"spec": inner}) == dedent("""\
        spec:
          about: 1
          kind: A
          metadata:
            annotations: {}
            name: x
        """)


def test_keys_sort_by_code_point() -> None:
    keys = ["b", "a", "B", "é", "_", "10", "9", "\U0001f600", "\uff5a"]
    expected = ["10", "9", "B", "_", "a", "b", "é", "\uff5a", "\U0001f600"]
    assert list(read_by_all(canonical_yaml({"spec": dict.fromkeys(keys, 1)}))["spec"]) == expected


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
        ({}, "{}\n"),
        ({"a": {}}, "a: {}\n"),
        ({"a": []}, "a: []\n"),
        ({"a": ()}, "a: []\n"),
        ({"a": (1, 2)}, "a:\n- 1\n- 2\n"),
        ({"a": [[1, 2], [], [[3]], {}]}, "a:\n- - 1\n  - 2\n- []\n- - - 3\n- {}\n"),
        ({"a": [[{"b": 1, "c": [2]}]]}, "a:\n- - b: 1\n    c:\n    - 2\n"),
        ({"a": [{"b": {"c": 1}, "d": 2}]}, "a:\n- b:\n    c: 1\n  d: 2\n"),
        ({"a": [{"b": ["x"]}]}, "a:\n- b:\n  - x\n"),
        ({"metadata": None}, "metadata: null\n"),
        ({"metadata": {}, "kind": "A"}, "kind: A\nmetadata: {}\n"),
        ({"a": [True, False, None]}, "a:\n- true\n- false\n- null\n"),
        ({"a": -(2**63), "b": 2**63 - 1}, "a: -9223372036854775808\nb: 9223372036854775807\n"),
    ],
)
def test_shapes(manifest: dict[str, Any], expected: str) -> None:
    assert canonical_yaml(manifest) == expected
    assert canonical_yaml(read_by_all(expected)) == expected


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0.5, "0.5"),
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (1e16, "1.0e+16"),
        (1.5e300, "1.5e+300"),
        (1e-7, "1.0e-07"),
        (5e-324, "5.0e-324"),
        (0.1 + 0.2, "0.30000000000000004"),
    ],
)
def test_floats_are_floats_to_every_reader(number: float, written: str) -> None:
    text = canonical_yaml({"a": number})
    assert text == f"a: {written}\n"
    assert repr(read_by_all(text)["a"]) == repr(number)


@pytest.mark.parametrize(
    "string",
    [
        *("alpha", "us-east-1", "m5.xlarge", "10.0.0.1", "10.132.0.0/14", "4.20.3", "4.20.3-ec.2"),
        *("8Gi", "1.5Gi", "500m", "10s", "1h30m", "72h", "8080/tcp", "fd00::1", "fd01:1::/48"),
        *("2001:db8::/32", "quay.io/ocp/release@sha256:0123abcd", "registry:5000/x", "/etc/foo"),
        *("./base", "../base", ".dockerconfigjson", "https://api.example.com:6443/a?b=c#d"),
        *("node-role.kubernetes.io/worker", "arn:aws:iam::123456789012:role/x", "nobody", "yes-no"),
        *("two words", "wide  gap", "what's this", "a - b", "a & b", "a:b", "a#b", "TLS_AES_128"),
    ],
)
def test_everyday_strings_stand_plain(string: str) -> None:
    text = canonical_yaml({"a": string, string: 1})
    assert f"a: {string}\n" in text
    assert f"{string}: 1\n" in text
    assert read_by_all(text) == {"a": string, string: 1}


@pytest.mark.parametrize(
    "string",
    [
        *("", "y", "Y", "n", "N", "yes", "Yes", "YES", "no", "No", "NO", "on", "On", "off", "OFF"),
        *("oFf", "yEs", "true", "True", "TRUE", "tRue", "false", "null", "Null", "NULL", "~"),
        *(".inf", "-.inf", "+.Inf", ".NaN", "nan", "inf", "Infinity", "=", "<<", "-", "--", "---"),
        *(".", "..", "...", "?", ":", "!", "&", "*", "|", ">", "%", "@", "#", ",", "{}", "[]"),
        *("0", "7", "-1", "+1", "007", "0777", "0o17", "0O17", "0x1f", "0XDEAD", "0b101", "1_000"),
        *("_1", "1.5", "1.", ".5", "1e3", "1E3", "1e+3", "1.5e-3", "12e03", "1__0", "0x1p-2"),
        *("1:30", "1:30:45", "-1:30", "190:20:30.15", "2001-12-14", "2001-12-14T21:59:43Z"),
        *("2001-12-14t21:59:43.10-05:00", "2001-12-14 21:59:43", "1e400", "12345678901234567890"),
        *(" a", "a ", "\ta", "a\t", "a: b", "a:", "a #b", "a :", "#a", "- a", "? a", "-a", "?a"),
        *("!!str a", "!a", "&a", "*a", "|-", ">-", "%YAML 1.2", "@a", "`a`", "{a}", "[a", "'a'"),
        *("${x}", "fd00::", "::1", "5353:80", "0123456e78", '{"a": 1}', "{{ hub }}"),
    ],
)
def test_strings_that_some_reader_takes_for_something_else_are_quoted(string: str) -> None:
    text = canonical_yaml({"spec": {"a": string, string: 1, "b": [string]}})
    escaped = string.replace("\t", "\\t").replace('"', '\\"')
    assert f'  a: "{escaped}"\n' in text
    assert f'  "{escaped}": 1\n' in text
    assert f'  - "{escaped}"\n' in text
    assert read_by_all(text) == {"spec": {"a": string, string: 1, "b": [string]}}


@pytest.mark.parametrize(
    ("string", "written"),
    [
        ('say "hi"', r'"say \"hi\""'),
        ("C:\\dir", r'"C:\\dir"'),
        ("\x00\x07\x08\t\x0b\x0c\r\x1b", r'"\u0000\u0007\b\t\u000b\f\r\u001b"'),
        ("del\x7f", r'"del\u007f"'),
        ("nel\x85", r'"nel\u0085"'),
        ("c1\x9f", r'"c1\u009f"'),
        ("a\xa0b", r'"a\u00a0b"'),
        ("ls\u2028ps\u2029", r'"ls\u2028ps\u2029"'),
        ("\ufeffbom", r'"\ufeffbom"'),
        ("zero\u200bwidth", r'"zero\u200bwidth"'),
        ("right\u202eleft", r'"right\u202eleft"'),
        ("\ufffe\uffff", r'"\ufffe\uffff"'),
        ("tag\U000e0041", r'"tag\U000e0041"'),
        ("Zürich", '"Zürich"'),
        ("日本", '"日本"'),
        ("ok \U0001f600", '"ok \U0001f600"'),
        ("line\r\n", r'"line\r\n"'),
        ("\n", r'"\n"'),
        ("\n\n", r'"\n\n"'),
        ("a \nb", r'"a \nb"'),
        ("a\t\nb", r'"a\t\nb"'),
        ("a\n ", r'"a\n "'),
        ("a\n\x85b", r'"a\n\u0085b"'),
    ],
)
def test_quoted_strings_show_what_the_eye_would_miss(string: str, written: str) -> None:
    text = canonical_yaml({"a": string})
    assert text == f"a: {written}\n"
    assert read_by_all(text) == {"a": string}


@pytest.mark.parametrize(
    ("string", "block"),
    [
        ("a\n", "|\n    a"),
        ("a\nb", "|-\n    a\n    b"),
        ("a\nb\n", "|\n    a\n    b"),
        ("a\n\n", "|+\n    a\n"),
        ("a\n\n\nb\n\n\n", "|+\n    a\n\n\n    b\n\n"),
        ("\n\na\n", "|\n\n\n    a"),
        ("  a\nb\n", "|2\n      a\n    b"),
        ("\n  a\nb", "|2-\n\n      a\n    b"),
        ("\ta\n\n", "|2+\n    \ta\n"),
        ("all:\n\techo\t1\n", "|\n    all:\n    \techo\t1"),
        ("---\n# x: y\n...\n", "|\n    ---\n    # x: y\n    ..."),
        ("é\n日本\n", "|\n    é\n    日本"),
        ('"q" \\n: #\n- x\n', '|\n    "q" \\n: #\n    - x'),
    ],
)
def test_texts_of_several_lines_are_literal_blocks(string: str, block: str) -> None:
    manifest = {"spec": {"a": string, "b": [[string], {"c": string}]}}
    text = canonical_yaml(manifest)
    deeper = "\n".join(f"  {line}" if line else "" for line in block.split("\n"))
    assert text.startswith(f"spec:\n  a: {block}\n  b:\n  - - {deeper[2:]}\n  - c: {deeper[2:]}\n")
    assert read_by_all(text) == manifest


def test_a_text_that_ends_the_document_keeps_its_empty_lines() -> None:
    assert canonical_yaml({"a": "x\n\n"}) == "a: |+\n  x\n\n"
    assert read_by_all("a: |+\n  x\n\n") == {"a": "x\n\n"}


def test_a_key_of_several_lines_is_quoted() -> None:
    assert canonical_yaml({"a\nb": 1}) == '"a\\nb": 1\n'


def test_a_key_too_long_for_one_line_stands_after_a_question_mark() -> None:
    key = "k" * 2000
    manifest = {key: {"a": 1}, "list": [{key: ["x"]}], "text": {key: " a\nb\n"}}
    text = canonical_yaml(manifest)
    assert text == dedent(f"""\
        ? {key}
        :
          a: 1
        list:
        - ? {key}
          :
          - x
        text:
          ? {key}
          : |2
             a
            b
        """)
    assert read_by_all(text) == manifest


def test_the_longest_key_before_its_colon_has_127_characters() -> None:
    assert canonical_yaml({"k" * 127: 1}) == f"{'k' * 127}: 1\n"
    assert canonical_yaml({"k" * 128: 1}) == f"? {'k' * 128}\n: 1\n"


def test_long_strings_are_never_folded() -> None:
    words, quoted = "word " * 5000 + "end", "é " * 5000 + "end"
    assert canonical_yaml({"a": words, "b": quoted}) == f'a: {words}\nb: "{quoted}"\n'


def test_nesting_of_200_levels_is_written_and_read_back() -> None:
    manifest = nested(200)
    assert yaml.safe_load(canonical_yaml(manifest)) == manifest


def test_the_order_in_which_a_dictionary_was_filled_does_not_show() -> None:
    forward = {"b": 1, "a": {"d": 1, "c": 2}, "metadata": {"x": 1, "name": "n"}}
    backward = {"metadata": {"name": "n", "x": 1}, "a": {"c": 2, "d": 1}, "b": 1}
    assert canonical_yaml(forward) == canonical_yaml(backward)


def test_more_strings_than_are_remembered_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Written, "most", 5)
    many = {f"key-{number}": f"value-{number}" for number in range(12)}
    first = canonical_yaml(many)
    assert yaml.load(first, yaml.CSafeLoader) == many
    assert canonical_yaml(many) == first


def test_what_is_remembered_is_bounded() -> None:
    made: list[str] = []

    def upper(text: str) -> str:
        made.append(text)
        return text.upper()

    words = _Written(upper)
    for text in ("a", "long" * words.longest):
        assert words[text] == words[text] == text.upper()
    assert made == ["a", "long" * words.longest, "long" * words.longest]
    for number in range(words.most):
        assert words[f"w{number}"] == f"W{number}"
        assert len(words) <= words.most
    assert "a" not in words


def test_any_mapping_may_hold_the_top_level() -> None:
    assert canonical_yaml(MappingProxyType({"kind": "A", "a": 1})) == "kind: A\na: 1\n"


def test_an_enum_as_a_key_is_written_as_its_text() -> None:
    assert canonical_yaml({Platform.AGENT: 1}) == "Agent: 1\n"


@pytest.mark.parametrize(
    ("manifest", "error", "message"),
    [
        ({"a": {"b": [1, {"c.d": object()}]}}, TypeError, "a.b[1]['c.d']: builtins.object has no"),
        ({"a": {1, 2}}, TypeError, "a: builtins.set has no YAML form"),
        ({"a": b"x"}, TypeError, "a: builtins.bytes has no YAML form"),
        ({"a": [Platform.AGENT]}, TypeError, "Platform has no YAML form"),
        ({"a": {"b": {1: "x"}}}, TypeError, "a.b: a key must be a string, not int"),
        ({"a": {1: "x", "y": 2}}, TypeError, "a: a key must be a string, not int"),
        ({None: 1}, TypeError, "the top level: a key must be a string, not NoneType"),
        ({"a": [0.5, float("nan")]}, ValueError, "a[1]: nan is not a finite number"),
        ({"metadata": {"b": float("-inf")}}, ValueError, "metadata.b: -inf is not a finite number"),
        ({"a": 2**63}, ValueError, "a: an integer beyond 64 bits"),
        ({"a": -(2**63) - 1}, ValueError, "a: an integer beyond 64 bits"),
        ({"a": ["ok", "x\ud800"]}, ValueError, r"a[1]: lone surrogate '\ud800' in a string"),
        ({"a": "x\n\udfff"}, ValueError, r"a: lone surrogate '\udfff' in a string"),
        ({"a": {"\udc80": 1}}, ValueError, r"a: lone surrogate '\udc80' in a string"),
    ],
)
def test_what_has_no_shared_form_is_refused_with_its_path(
    manifest: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as refused:
        canonical_yaml(manifest)
    assert message in str(refused.value)
