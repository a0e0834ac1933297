"""Short forms of metrics rules, and what rules do to series, as Prometheus has it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hcpc.payloads.metric_sets import BUILT_IN
from hcpc.payloads.relabel import NAME, Rule, apply, fault_of, rules_of
from hcpc.resolve.operator_setup import ALL, TELEMETRY
from hcpc.spec.metrics import COMPONENTS, WITHOUT_EFFECT, Component

NAMES = st.from_regex(r"[a-z_:][a-z0-9_:]{0,12}", fullmatch=True)


def collected(component: dict[str, Any], name: str, **labels: str) -> bool:
    return apply(rules_of(component), {NAME: name, **labels}).dropped_by is None


def after(labels: dict[str, str], **rule: Any) -> dict[str, str] | None:
    """What a rule makes of labels; None when it drops the series."""
    outcome = apply([Rule(rule)], labels)
    return None if outcome.dropped_by else outcome.labels


@pytest.mark.parametrize(
    ("short", "rule"),
    [
        ({"drop": ["up"]}, {"action": "drop", "regex": "up", "sourceLabels": [NAME]}),
        (
            {"drop": ["etcd_{debugging,disk}*"]},
            {"action": "drop", "regex": "etcd_(debugging|disk).*", "sourceLabels": [NAME]},
        ),
        (
            {"keep": ["up", "a:{b,c}:rate*"]},
            {"action": "keep", "regex": "up|a:(b|c):rate.*", "sourceLabels": [NAME]},
        ),
        (
            {
                "drop": [
                    {"metric": "x_bucket", "labels": {"le": ["0.5", "3", "+Inf"], "job": ["a"]}}
                ]
            },
            {
                "action": "drop",
                "regex": r"x_bucket;(0\.5|3(\.0)?|\+Inf);a",
                "sourceLabels": [NAME, "le", "job"],
            },
        ),
        (
            {"relabel": [{"action": "labeldrop", "regex": "id"}]},
            {"action": "labeldrop", "regex": "id"},
        ),
    ],
)
def test_a_short_form_becomes_one_rule(short: dict[str, Any], rule: dict[str, Any]) -> None:
    assert [each.body for each in rules_of(short)] == [rule]


def test_rules_are_applied_in_the_order_keep_drop_relabel() -> None:
    component = {
        "relabel": [{"targetLabel": "seen", "replacement": "yes"}],
        "drop": ["a_b", "a_c"],
        "keep": ["a_*"],
    }
    assert [rule.source for rule in rules_of(component)] == [
        ("keep",),
        ("drop", 0),
        ("drop", 1),
        ("relabel", 0),
    ]
    assert not collected(component, "b")
    assert not collected(component, "a_c")
    assert apply(rules_of(component), {NAME: "a_d"}).labels == {NAME: "a_d", "seen": "yes"}


@given(name=NAMES, other=NAMES)
def test_a_name_without_signs_means_itself_alone(name: str, other: str) -> None:
    assert not collected({"drop": [name]}, name)
    assert collected({"drop": [name]}, other) == (name != other)
    assert collected({"keep": [name]}, other) == (name == other)


@pytest.mark.parametrize("version", ["7", "7.0"])
def test_whole_numbers_of_buckets_are_found_in_old_and_new_prometheus(version: str) -> None:
    component = {"drop": [{"metric": "x_bucket", "labels": {"le": ["7"], "code": ["7"]}}]}
    assert not collected(component, "x_bucket", le=version, code="7")
    assert collected(component, "x_bucket", le=version, code="7.0")
    assert collected(component, "x_bucket", le="7x0", code="7")


@pytest.mark.parametrize(
    "regex",
    ["", "a|b", "(?i)x", r"\pL+", "[[:alpha:]]", "(?P<n>x)", "(?<n>x)", r"\Qa.b\E", r"\\C",
     "x{0,1000}"],
)  # fmt: skip
def test_an_expression_that_go_compiles_is_fine(regex: str) -> None:
    assert fault_of(regex) == ""


@pytest.mark.parametrize(
    ("regex", "fault"),
    [
        ("(?=a)", "invalid perl operator: (?="),
        (r"(a)\1", r"invalid escape sequence: \1"),
        ("a{1001}", "invalid repetition size: {1001}"),
        ("(a", "missing ): (a"),
        ("[z-a]", "invalid character class range: z-a"),
        (r"a\Z", r"invalid escape sequence: \Z"),
        (r"a\C", r"invalid escape sequence: \C"),
        (r"\\\C", r"invalid escape sequence: \C"),
        ("a++", "bad repetition operator: ++"),
    ],
)
def test_an_expression_that_go_refuses_is_told_why(regex: str, fault: str) -> None:
    assert fault_of(regex) == fault


# Expected values: Prometheus, model/relabel/relabel_test.go and the reference of relabel_config.
@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"sourceLabels": ["a"], "regex": "f(.*)", "targetLabel": "d",
          "replacement": "ch${1}-ch${1}"},
         {"a": "foo", "b": "bar", "d": "choo-choo"}),
        ({"sourceLabels": ["a"], "targetLabel": "d"}, {"a": "foo", "b": "bar", "d": "foo"}),
        ({"sourceLabels": ["a"], "regex": "oo", "targetLabel": "d"}, {"a": "foo", "b": "bar"}),
        ({"sourceLabels": ["a", "b"], "regex": "foo;bar", "targetLabel": "a", "replacement": ""},
         {"b": "bar"}),
        ({"sourceLabels": ["a", "b"], "separator": "-", "targetLabel": "d"},
         {"a": "foo", "b": "bar", "d": "foo-bar"}),
        ({"sourceLabels": ["a"], "regex": "(f).*", "targetLabel": "${1}x", "replacement": "$$1"},
         {"a": "foo", "b": "bar", "fx": "$1"}),
        ({"targetLabel": "d", "replacement": "$2$x"}, {"a": "foo", "b": "bar"}),
        ({"action": "Drop", "sourceLabels": ["a"], "regex": "f|foo"}, None),
        ({"action": "drop", "sourceLabels": ["a"], "regex": "f"}, {"a": "foo", "b": "bar"}),
        ({"action": "keep", "sourceLabels": ["none"], "regex": "foo"}, None),
        ({"action": "labelmap", "regex": "(a|b)", "replacement": "x_$1"},
         {"a": "foo", "b": "bar", "x_a": "foo", "x_b": "bar"}),
        ({"action": "labeldrop", "regex": "a.*"}, {"b": "bar"}),
        ({"action": "labelkeep", "regex": "a.*"}, {"a": "foo"}),
        ({"action": "uppercase", "sourceLabels": ["a"], "targetLabel": "d"},
         {"a": "foo", "b": "bar", "d": "FOO"}),
        ({"action": "lowercase", "sourceLabels": ["a", "b"], "targetLabel": "a"},
         {"a": "foo;bar", "b": "bar"}),
        ({"action": "keepequal", "sourceLabels": ["a"], "targetLabel": "b"}, None),
        ({"action": "dropequal", "sourceLabels": ["a"], "targetLabel": "b"},
         {"a": "foo", "b": "bar"}),
    ],
)  # fmt: skip
def test_a_rule_does_what_prometheus_does(
    rule: dict[str, Any], expected: dict[str, str] | None
) -> None:
    assert after({"a": "foo", "b": "bar"}, **rule) == expected


def test_hashes_are_those_of_prometheus() -> None:
    rule = {"action": "hashmod", "sourceLabels": ["c"], "targetLabel": "d", "modulus": 1000}
    assert after({"c": "baz"}, **rule) == {"c": "baz", "d": "976"}


def test_the_built_in_sets_are_sound_short_forms() -> None:
    for components in BUILT_IN.values():
        assert not components.keys() - (set(COMPONENTS) - set(WITHOUT_EFFECT))
        for component in components.values():
            Component.model_validate(component)
            assert [fault_of(rule.body["regex"]) for rule in rules_of(component)] == [
                "" for _ in rules_of(component)
            ]


@pytest.mark.parametrize(
    ("component", "name", "telemetry", "everything"),
    [
        ("etcd", "etcd_server_leader_changes_seen_total", True, True),
        ("etcd", "etcd_debugging_store_reads_total", False, True),
        ("kubeAPIServer", "apiserver_request_total", True, True),
        ("kubeAPIServer", "etcd_disk_defrag_duration_seconds", False, False),
        ("kubeAPIServer", "apiserver_request_count", False, False),
        ("kubeAPIServer", "etcd_request_duration_seconds_sum", False, True),
        ("kubeAPIServer", "docker_operations", False, False),
        ("kubeAPIServer", "rest_client_request_latency_seconds", False, False),
        ("kubeControllerManager", "pv_collector_total_pv_count", True, True),
        ("kubeControllerManager", "etcd_request_duration_seconds_sum", False, False),
        ("kubeScheduler", "scheduler_pending_pods", False, True),
        ("registryOperator", "up", False, True),
        ("olm", "csv_abnormal", True, True),
        ("nodeTuningOperator", "nto_profile_calculated_total", True, True),
    ],
)
def test_the_built_in_sets_collect_what_the_operator_collects(
    component: str, name: str, *, telemetry: bool, everything: bool
) -> None:
    assert collected(BUILT_IN[TELEMETRY].get(component, {}), name) == telemetry
    assert collected(BUILT_IN[ALL].get(component, {}), name) == everything
