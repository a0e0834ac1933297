"""Rules are compiled once, say where they are wrong, and know which variables they use."""

import pytest

from hcpc.cel import CelError, EvaluationError, UnsupportedError, compile_rule

VARIABLES = ("self", "oldSelf")


def test_a_rule_is_evaluated_on_values() -> None:
    rule = compile_rule("self.replicas <= 3 && self.name.startsWith('a')", ("self",))
    assert rule.evaluate(self={"replicas": 3, "name": "abc"}) is True
    assert rule.evaluate(self={"replicas": 4, "name": "abc"}) is False


def test_any_names_can_be_variables() -> None:
    rule = compile_rule("cluster.name + '/' + pool.name", ("cluster", "pool"))
    assert rule.evaluate(cluster={"name": "a"}, pool={"name": "b"}) == "a/b"


def test_a_program_knows_the_variables_that_it_uses() -> None:
    assert compile_rule("self == oldSelf", VARIABLES).used == {"self", "oldSelf"}
    assert compile_rule("self > 1", VARIABLES).used == {"self"}
    assert compile_rule("true", VARIABLES).used == frozenset()


def test_the_same_text_is_compiled_once() -> None:
    assert compile_rule("self != 17", VARIABLES) is compile_rule("self != 17", VARIABLES)


@pytest.mark.parametrize(
    ("expression", "message", "offset"),
    [
        ("self ==", "an expression was expected, not the end", 7),
        ("self == 'a", "a text is not closed", 8),
        ("self # 1", "`#` is not part of any expression", 5),
        ("me == 1", "`me` is no variable here", 0),
        ("1 + isUrl('x')", "there is no function `isUrl`; did you mean `isURL`?", 4),
        ("size(self, 1)", "`size` does not take such arguments", 0),
        ("self.matches('(')", "`(` is no regular expression: missing ): (", 13),
        ("has(self)", "`has` takes a field, as in `has(self.field)`", 0),
        ("self.all(x.y, true)", "a macro's variable is a simple name", 10),
        ("9223372036854775808", "9223372036854775808 is beyond 64 bits", 0),
        ("self.a.break(1) + if", "`if` is a reserved word", 18),
        ("'\\q'", "`\\q` is no escape", 1),
        ("(1", "`)` was expected, not the end", 2),
    ],
)
def test_what_is_no_rule_says_where_it_is_wrong(expression: str, message: str, offset: int) -> None:
    with pytest.raises(CelError) as fault:
        compile_rule(expression, VARIABLES)
    assert (fault.value.message, fault.value.offset) == (message, offset)


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("self.b", "no such key: b"),
        ("self.list[2]", "index out of bounds: 2"),
        ("self.a + 'x'", "no such overload"),
        ("self.a / 0", "division by zero"),
        ("self.a + 9223372036854775807", "integer overflow"),
        ("optional.none().value()", "optional.none() dereference"),
    ],
)
def test_what_breaks_says_why(expression: str, message: str) -> None:
    with pytest.raises(EvaluationError) as fault:
        compile_rule(expression, VARIABLES).evaluate(self={"a": 1, "list": [1, 2]})
    assert fault.value.message == message


def test_what_cannot_be_judged_is_never_a_pass() -> None:
    with pytest.raises(UnsupportedError):
        compile_rule("(" * 101 + "1" + ")" * 101, VARIABLES)
    with pytest.raises(UnsupportedError):
        compile_rule("google.protobuf.Int64Value{value: 1}", VARIABLES)


def test_long_chains_and_deep_fields_are_no_nesting() -> None:
    deep: dict[str, object] = {"a": 1}
    for _ in range(199):
        deep = {"a": deep}
    assert compile_rule("self" + ".a" * 200, VARIABLES).evaluate(self=deep) == 1
    assert compile_rule("1" + " + 1" * 200, VARIABLES).evaluate() == 201
    assert compile_rule(" && ".join(["self.b.a == 1"] * 500), VARIABLES).evaluate(
        self={"b": {"a": 1}}
    )


def test_lists_in_lists_have_no_budget() -> None:
    unique = compile_rule("self.all(x, self.exists_one(y, x == y))", VARIABLES)
    names = [f"name-{number}" for number in range(300)]
    assert unique.evaluate(self=names) is True
    assert unique.evaluate(self=[*names, "name-7"]) is False
