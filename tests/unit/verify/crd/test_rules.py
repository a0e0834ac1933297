"""Rules of a CRD refuse what the API server's own validator refuses, with its words."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.unit.verify.crd.kinds import kind_of, thing

from hcpc.syntax.tree import Path as FaultPath
from hcpc.verify.crd.crd_set import CrdKind
from hcpc.verify.crd.fault import Fault
from hcpc.verify.crd.rules import check_rules, unchecked_rules

RECORDED = json.loads((Path(__file__).parent / "rules.json").read_text())
KIND = CrdKind("x", "v1", "Recorded", "recorded", namespaced=True, schema=RECORDED["schema"])
CASES = range(len(RECORDED["cases"]))


@pytest.mark.parametrize("number", CASES)
def test_objects_and_changes_are_judged_as_by_the_api_server(number: int) -> None:
    case = RECORDED["cases"][number]
    left = list(case["faults"])
    for fault in check_rules(KIND, case["new"], case["old"]):
        said = next((each for each in left if _says(each, fault)), None)
        assert said is not None, (fault, left)
        left.remove(said)
    assert left == []


def _says(recorded: str, fault: Fault) -> bool:
    """Whether a recorded fault is at the place of ours, and ends with its words."""
    place, _, words = recorded.partition(": ")
    place = "" if place == "<nil>" else re.sub(r"\[([^\]\d][^\]]*)\]", r".\1", place)
    if " evaluating rule: " in fault.message:  # why it breaks is told in other words
        return place == _place(fault.path) and words.endswith(
            fault.message[fault.message.index(" evaluating rule: ") :]
        )
    return place == _place(fault.path) and words.endswith(fault.message)


def _place(path: FaultPath) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(
        "."
    )


def rule(text: str, **more: Any) -> dict[str, Any]:
    return {"rule": text, **more}


def spec(*rules: dict[str, Any], **properties: Any) -> CrdKind:
    return kind_of(
        {"type": "object", "properties": properties, "x-kubernetes-validations": list(rules)}
    )


def said(kind: CrdKind, new: Any, old: Any = None) -> list[tuple[FaultPath, str, str]]:
    before = None if old is None else thing(old)
    return [(each.path, each.rule, each.message) for each in check_rules(kind, thing(new), before)]


def test_a_rule_that_does_not_hold_refuses_with_its_message() -> None:
    kind = spec(rule("self.size < 3", message=" too large "), size={"type": "integer"})
    assert said(kind, {"size": 2}) == []
    assert said(kind, {"size": 3}) == [(("spec",), "cel", "too large")]


def test_a_rule_without_a_message_is_told_itself() -> None:
    kind = spec(rule("self.size < 3"), size={"type": "integer"})
    assert said(kind, {"size": 3}) == [(("spec",), "cel", "failed rule: self.size < 3")]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("'size ' + string(self.size)", "size 3"),
        ("''", "fallback"),
        ("'a\\nb'", "fallback"),
        ("string(self.missing)", "fallback"),
        ("isUrl(self)", "fallback"),
        ("' padded '", "padded"),
    ],
)
def test_a_message_expression_that_gives_nothing_usable_falls_back(
    expression: str, message: str
) -> None:
    kind = spec(
        rule("self.size < 3", message="fallback", messageExpression=expression),
        size={"type": "integer"},
    )
    assert [fault[2] for fault in said(kind, {"size": 3})] == [message]


@pytest.mark.parametrize(
    ("field_path", "path"),
    [
        (".size", ("spec", "size")),
        (".limits.cpu", ("spec", "limits", "cpu")),
        (".limits['a.b/c']", ("spec", "limits", "a.b/c")),
        (".limits['it\\'s']", ("spec", "limits", "it's")),
    ],
)
def test_a_field_path_says_where_the_fault_is(field_path: str, path: FaultPath) -> None:
    kind = spec(rule("false", fieldPath=field_path), size={"type": "integer"})
    assert [fault[0] for fault in said(kind, {"size": 3})] == [path]


def test_transitions_are_looked_at_only_where_there_was_a_value() -> None:
    immutable = {"type": "string", "x-kubernetes-validations": [rule("self == oldSelf")]}
    kind = spec(name=immutable)
    assert said(kind, {"name": "a"}) == []
    assert said(kind, {"name": "a"}, {}) == []
    assert said(kind, {"name": "a"}, {"name": "a"}) == []
    assert said(kind, {"name": "b"}, {"name": "a"}) == [
        (("spec", "name"), "transition", "failed rule: self == oldSelf")
    ]


def test_the_old_value_comes_with_a_transition() -> None:
    kind = spec(rule("self == oldSelf"), size={"type": "integer"})
    faults = check_rules(kind, thing({"size": 2}), thing({"size": 1}))
    assert [fault.old for fault in faults] == [{"size": 1}]


def test_a_rule_with_an_optional_old_value_is_looked_at_always() -> None:
    text = "oldSelf.hasValue() ? self.size >= oldSelf.value().size : self.size == 1"
    kind = spec(rule(text, optionalOldSelf=True, message="no"), size={"type": "integer"})
    assert said(kind, {"size": 1}) == []
    assert len(said(kind, {"size": 2})) == 1
    assert said(kind, {"size": 2}, {"size": 1}) == []
    assert len(said(kind, {"size": 2}, {"size": 3})) == 1


def test_what_did_not_change_is_not_refused_again() -> None:
    name = {"type": "string", "x-kubernetes-validations": [rule("self.size() < 3")]}
    kind = spec(name=name, size={"type": "integer"})
    assert len(said(kind, {"name": "long"})) == 1
    assert said(kind, {"name": "long", "size": 2}, {"name": "long", "size": 1}) == []
    assert len(said(kind, {"name": "longer"}, {"name": "long"})) == 1


def test_elements_belong_together_by_their_keys() -> None:
    item = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "value": {"type": "integer"}},
        "x-kubernetes-validations": [rule("self.value == oldSelf.value", message="immutable")],
    }
    keyed = {
        "type": "array",
        "items": item,
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["name"],
    }
    old = [{"name": "a", "value": 1}, {"name": "b", "value": 2}]
    new = [{"name": "b", "value": 2}, {"name": "a", "value": 3}]
    faults = said(spec(items=keyed), {"items": new}, {"items": old})
    assert faults == [(("spec", "items", 1), "transition", "immutable")]
    assert said(spec(items={"type": "array", "items": item}), {"items": new}, {"items": old}) == []


def test_a_value_of_another_type_than_its_schema_breaks_the_rules_that_read_it() -> None:
    kind = spec(rule("self.size >= 0", message="positive"), size={"type": "integer"})
    assert [fault[2] for fault in said(kind, {"size": 1.0})] == [
        "invalid data, expected int, got double evaluating rule: positive"
    ]
    assert [fault[2] for fault in said(kind, ["x"], ["x"])] == [
        "invalid data, expected a map, got list evaluating rule: positive"
    ]


def test_rules_that_cannot_be_evaluated_are_told_and_refuse_nothing() -> None:
    kind = spec(rule("self.size < 3 && isMoon(self)"), rule("true"), size={"type": "integer"})
    assert said(kind, {"size": 3}) == []
    assert [(each.path, each.rule, each.why) for each in unchecked_rules(kind)] == [
        (("spec",), "self.size < 3 && isMoon(self)", "there is no function `isMoon`")
    ]


def test_verdicts_are_remembered_by_value_and_never_mixed_up() -> None:
    text = {"type": "string", "x-kubernetes-validations": [rule("self != 'a'")]}
    kind = spec(one=text, two=text)
    for _ in range(2):
        assert [fault[0] for fault in said(kind, {"one": "a", "two": "b"})] == [("spec", "one")]
        assert [fault[0] for fault in said(kind, {"one": "b", "two": "a"})] == [("spec", "two")]
        assert said(kind, {"one": "b", "two": "b"}) == []
        assert said(kind, {"one": "a"}, {"one": "a"}) == []
        assert len(said(kind, {"one": "a"}, {"one": "b"})) == 1
