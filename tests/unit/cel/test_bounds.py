"""No expression takes for ever, fills the memory, or ends in an exception of Python's own."""

import pytest

from hcpc.cel import CelError, UnsupportedError, compile_rule

LIST = "[" + ",".join(map(str, range(20))) + "]"


def nested(names: str) -> str:
    """As many loops in each other as there are names."""
    expression = " + ".join(names) + " >= 0"
    for name in names:
        expression = f"{LIST}.all({name}, {expression})"
    return expression


@pytest.mark.parametrize(
    "expression",
    [
        nested("abcdef"),
        f"{nested('abcdef')} || true",
        "'%.99999999999f'.format([1.5]) == ''",
        "'x'" + ".replace('x', 'xxxxxxxxxx')" * 10 + " != ''",
        "quantity('1" + "0" * 5000 + "').isInteger()",
        "double(big) == 1.0",
    ],
)
def test_what_goes_too_far_is_not_judged(expression: str) -> None:
    with pytest.raises(UnsupportedError):
        compile_rule(expression, ["big"]).evaluate(big=10**400)


MANY = 100_000
LONG = {
    "texts": [f"x{at}" for at in range(MANY)],
    "objects": [{"at": at, "in": [at]} for at in range(MANY)],
    "beyond": [2.0**60 + at * 1000 for at in range(MANY)],
    "one": "y" * MANY * 10,
}
VALUES = "texts.all(x, "


@pytest.mark.parametrize(
    "expression",
    [
        "beyond.distinct().size() > 0",
        "sets.contains(beyond, beyond.reverse())",
        "sets.equivalent(beyond, beyond.reverse())",
        "sets.intersects(beyond, texts)",
        "texts.sort().size() > 0",
        f"{VALUES} x in texts)",
        f"{VALUES} texts.indexOf(x) >= 0)",
        f"{VALUES} texts.lastIndexOf('') < 0)",
        f"{VALUES} texts + texts != texts)",
        f"{VALUES} texts.join('') != '')",
        f"{VALUES} '%s'.format([texts]) != '')",
        f"{VALUES} lists.range({MANY}).size() > 0)",
        f"{VALUES} !one.contains('z'))",
        f"{VALUES} one + one != '')",
        f"{VALUES} one.replace('y', 'zz') != '')",
        "objects.all(x, objects == objects)",
        "objects.all(x, {'a': objects} == {'a': objects})",
        "texts.transformMap(k, v, k).all(k, v, k in texts.transformMap(k, v, k))",
    ],
)
def test_work_within_functions_and_operators_is_counted(expression: str) -> None:
    with pytest.raises(UnsupportedError, match="too many steps"):
        compile_rule(expression, LONG).evaluate(**LONG)


@pytest.mark.parametrize(
    "expression",
    [
        "texts.distinct().size() == 100000",
        "objects.distinct().size() == 100000",
        "sets.contains(texts, texts.reverse())",
        "sets.equivalent(texts, texts.reverse())",
        "!sets.intersects(texts, objects)",
        f"{VALUES} texts.size() > 0 && objects.exists(y, true) && one.startsWith('y'))",
    ],
)
def test_long_lists_are_judged(expression: str) -> None:
    assert compile_rule(expression, LONG).evaluate(**LONG) is True


def test_what_one_evaluation_took_is_not_missing_in_the_next() -> None:
    program = compile_rule("texts.all(x, texts.size() > 0)", ["texts"])
    assert all(program.evaluate(texts=LONG["texts"]) for _ in range(5))


def test_a_number_of_many_digits_does_not_compile() -> None:
    with pytest.raises(CelError):
        compile_rule("1" * 5000 + " == 1", []).evaluate()


def test_loops_of_a_usual_size_are_judged() -> None:
    assert compile_rule(nested("abc"), []).evaluate() is True
