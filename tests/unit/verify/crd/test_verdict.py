"""All together: one verdict on one object."""

from typing import Any

import pytest
from tests.unit.verify.crd.kinds import kind_of, thing

from hcpc.verify.crd.verdict import check_object

SPEC: dict[str, Any] = {
    "type": "object",
    "required": ["size"],
    "properties": {
        "size": {"type": "integer", "default": 3},
        "replicas": {"type": "integer"},
        "mode": {"type": "string", "enum": ["Fast", "Safe"]},
        "storage": {"type": "object", "properties": {"class": {"type": "string"}}},
    },
}
KIND = kind_of(SPEC)


def short(faults: list[Any]) -> list[str]:
    return [f"{'.'.join(map(str, each.path))} <{each.rule}>" for each in faults]


def test_a_sound_object_has_no_fault() -> None:
    assert check_object(KIND, thing({"mode": "Fast"})) == []


def test_defaults_come_before_anything_is_required() -> None:
    assert check_object(KIND, thing({})) == []


def test_every_fault_is_told_in_the_order_of_the_paths() -> None:
    body = thing({"size": "big", "mode": "Slow", "modus": 1}, lables={})
    faults = check_object(KIND, body)
    assert short(faults) == [
        "metadata.lables <unknown-field>",
        "spec.mode <enum>",
        "spec.modus <unknown-field>",
        "spec.size <type>",
    ]
    assert faults[1].candidates == ("Fast", "Safe")
    assert faults[2].candidates == ("mode", "replicas", "size", "storage")


def test_what_lies_in_a_value_of_the_wrong_type_is_not_told() -> None:
    assert short(check_object(KIND, thing({"mode": {"a": 1, "b": 2}}))) == ["spec.mode <type>"]


def test_fields_beside_the_known_ones_are_unknown() -> None:
    assert short(check_object(KIND, {**thing({}), "sepc": {}})) == ["sepc <unknown-field>"]


@pytest.mark.parametrize(("has_status", "faults"), [(True, []), (False, ["status.ready <type>"])])
def test_a_status_counts_only_where_it_is_written_with_the_object(
    *, has_status: bool, faults: list[str]
) -> None:
    kind = KIND._replace(has_status=has_status)
    assert short(check_object(kind, {**thing({}), "status": {"ready": "yes"}})) == faults


def test_unknown_fields_of_a_status_are_told_all_the_same() -> None:
    body = {**thing({}), "status": {"raedy": True}}
    assert short(check_object(KIND, body)) == ["status.raedy <unknown-field>"]


@pytest.mark.parametrize(
    ("replicas", "faults"),
    [(0, []), (-1, ["<range>"]), (2**31, ["<range>"]), (2.0, ["<type>"]), (None, [])],
)
def test_what_kubectl_scales_is_a_small_number(replicas: Any, faults: list[str]) -> None:
    kind = KIND._replace(replicas=("spec", "replicas"))
    found = check_object(kind, thing({"replicas": replicas}))
    assert [f"<{each.rule}>" for each in found] == faults


def test_an_update_is_held_against_the_completed_old_object() -> None:
    assert check_object(KIND, thing({"mode": "Slow"}), thing({"mode": "Slow"})) == []
    changed = check_object(KIND, thing({"mode": "Slower"}), thing({"mode": "Slow"}))
    assert short(changed) == ["spec.mode <enum>"]


@pytest.mark.parametrize("value", [object(), {1, 2}, float("nan"), 2**70, "\ud800"])
def test_values_that_json_cannot_hold_are_faults_or_nothing(value: Any) -> None:
    for field in SPEC["properties"]:
        check_object(KIND, thing({field: value}))
    assert short(check_object(KIND, thing({"size": value}))) == ["spec.size <type>"]
