"""The parts of the comparison, without a server: they would see a disagreement."""

from pathlib import Path
from typing import Any

import pytest
from tests.fidelity.compare import (
    FALSE_ACCEPT,
    FALSE_REFUSAL,
    OTHER_FIELDS,
    OTHER_RULES,
    compare,
    crd_kind_of,
)
from tests.fidelity.explore import Case
from tests.fidelity.figures import BEGIN, END, write_figures
from tests.fidelity.samples import matches, samples
from tests.fidelity.schema import instances, mentions, numbers, put, remove
from tests.fidelity.server import Cause, Kind, Verdict, installable, numbered, place_of
from tests.fidelity.sets import OWN, trial

from hcpc.verify.crd.verdict import check_object

SHAPE = next(kind for kind in trial(OWN).kinds if kind.name == "Shape")
ACCEPTED = Verdict(accepted=True)


def shape(**spec: Any) -> dict[str, Any]:
    head = {"apiVersion": SHAPE.api_version, "kind": SHAPE.name, "metadata": {"name": "x"}}
    return {**head, "spec": {"name": "name", **spec}}


def refused(field: str) -> Verdict:
    return Verdict(accepted=False, causes=(Cause(field, "FieldValueInvalid", "no", None),))


@pytest.mark.parametrize(
    ("body", "verdict", "outcomes"),
    [
        (shape(), ACCEPTED, []),
        (shape(name="a"), refused("spec.name"), []),
        (shape(), refused("spec.name"), [FALSE_ACCEPT]),
        (shape(name="a"), ACCEPTED, [FALSE_REFUSAL]),
        (shape(name="a"), refused("spec.enum"), [OTHER_FIELDS]),
    ],
)
def test_a_disagreement_is_seen(
    body: dict[str, Any], verdict: Verdict, outcomes: list[str]
) -> None:
    matrix, found = compare([Case(SHAPE, body, None, "tried", verdict)])
    assert [each.outcome for each in found] == outcomes
    assert matrix.total == 1
    assert matrix.false_accepts == outcomes.count(FALSE_ACCEPT)
    assert matrix.false_refusals == outcomes.count(FALSE_REFUSAL)


LAW = next(kind for kind in trial(OWN).kinds if kind.name == "Law")


def law(**lists: Any) -> dict[str, Any]:
    head = {"apiVersion": LAW.api_version, "kind": LAW.name, "metadata": {"name": "x"}}
    return {**head, "spec": {"lists": lists}}


def by_rules(*messages: str) -> Verdict:
    """A refusal by rules of one place."""
    head = 'Invalid value: "object": '
    causes = (Cause("spec.lists", "FieldValueInvalid", head + each, None) for each in messages)
    return Verdict(accepted=False, causes=tuple(causes))


def said_of(body: dict[str, Any]) -> list[str]:
    return [fault.message for fault in check_object(crd_kind_of(LAW), body)]


def test_rules_of_one_place_are_told_apart() -> None:
    body = law(sorted=[7], words=["abcde", "a"])
    first, *others = said_of(body)
    assert len(others) > 1
    alike = by_rules(*others, first)
    assert compare([Case(LAW, body, None, "tried", alike)])[1] == []
    for verdict in (
        by_rules(*others),
        by_rules("#0# another rule", *others),
        by_rules(f"{first} indeed", *others),
    ):
        [found] = compare([Case(LAW, body, None, "tried", verdict)])[1]
        assert found.outcome == OTHER_RULES


def test_of_a_rule_that_breaks_only_its_name_counts() -> None:
    [said] = said_of(law(sorted=[3]))
    broken = by_rules(f"no such key: x evaluating rule: {said}")
    assert compare([Case(LAW, law(sorted=[3]), None, "tried", broken)])[1] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("self == oldSelf", ()),
        ("!has(self.a) || self.a.b.size() > 1", (("a",), ("a", "b"))),
        ("self.?a.b.orValue('self.c') != ''", (("a",), ("a", "b"))),
        ("self.l.exists(x, x.k == 'v')", (("l",), ("l", "[]", "k"))),
        ("self.with__dash__dash == self.__in__", (("with-dash",), ("in",))),
    ],
)
def test_the_fields_that_a_rule_speaks_of(text: str, found: tuple[tuple[str, ...], ...]) -> None:
    assert mentions(text) == found


def test_the_numbers_that_a_rule_speaks_of() -> None:
    assert numbers("self[0] > 12 && self != '34' && a5 == 1.6") == (0, 12, 1)


@pytest.mark.parametrize(
    "pattern",
    [
        r"^a{2,3}(b|c)$",
        r"^[^a]\d\s\w+$",
        r"^[\p{L} ]{2,4}$",
        r"^arn:(aws|aws-cn):[0-9]{12}$",
        r"^\p{L}+$",
    ],
)
def test_samples_fit_their_pattern(pattern: str) -> None:
    assert samples(pattern)
    assert all(matches(pattern, text) for text in samples(pattern))


@pytest.mark.parametrize(
    ("field", "place"),
    [
        ("spec.set[1]", ("spec", "set", 1)),
        ("spec.map.a.b/c", ("spec", "map", "a.b/c")),
        ("spec.map[a.b/c]", ("spec", "map", "a.b/c")),
        ("spec.absent.field", ("spec", "absent", "field")),
        ("", ()),
    ],
)
def test_what_the_server_calls_a_field(field: str, place: tuple[str | int, ...]) -> None:
    assert place_of(field, shape(set=["a", "b"], map={"a.b/c": "d"})) == place


def test_places_are_found_changed_and_removed() -> None:
    body = shape(listMap=[{"name": "a"}, {"name": "b"}])
    pattern = ("spec", "listMap", "[]", "name")
    place = ("spec", "listMap", 1, "name")
    assert [value for _, value in instances(body, pattern)] == ["a", "b"]
    assert put(body, place, "c")["spec"]["listMap"] == [{"name": "a"}, {"name": "c"}]
    assert remove(body, place)["spec"]["listMap"] == [{"name": "a"}, {}]
    assert body == shape(listMap=[{"name": "a"}, {"name": "b"}])


def test_messages_of_an_installed_crd_carry_the_number_of_their_rule() -> None:
    law = next(kind for kind in trial(OWN).kinds if kind.name == "Law")
    installed = Kind(installable(law.document), law.version)
    rules = numbered(installed.schema)
    assert [rule.text for rule in rules] == [rule.text for rule in numbered(law.schema)]
    spec = installed.schema["properties"]["spec"]
    first = next(number for number, rule in enumerate(rules) if rule.pattern == ("spec",))
    assert spec["x-kubernetes-validations"][1]["message"].startswith(f"#{first + 1}# ")


def test_figures_stand_between_their_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write_figures(page, "new")
    assert page.read_text() == f"before\n{BEGIN}\n\nnew\n\n{END}\nafter\n"
    page.write_text("no marks")
    with pytest.raises(ValueError, match="has no"):
        write_figures(page, "new")
