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


def test_a_number_of_many_digits_does_not_compile() -> None:
    with pytest.raises(CelError):
        compile_rule("1" * 5000 + " == 1", []).evaluate()


def test_loops_of_a_usual_size_are_judged() -> None:
    assert compile_rule(nested("abc"), []).evaluate() is True
