"""Expressions mean what Google's own C++ implementation takes them for."""

from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_optional, ext_strings
from hypothesis import given
from hypothesis import strategies as st

from hcpc.cel import EvaluationError, compile_rule

OTHER = cel.NewEnv(
    variables={"self": cel.Type.DYN, "x": cel.Type.DYN},
    extensions=[ext_optional.ExtOptional(), ext_strings.ExtStrings()],
)
KEYS = st.sampled_from(["a", "b", "c"])
SCALARS = st.one_of(
    st.integers(-3, 3),
    st.booleans(),
    st.sampled_from(["", "a", "b", "ab", "a,b", "ä"]),
    st.sampled_from([0.5, 1.0, -2.0]),
)
LISTS = st.lists(SCALARS, max_size=3)
VALUES = st.dictionaries(
    KEYS, st.one_of(SCALARS, LISTS, st.dictionaries(KEYS, SCALARS, max_size=1))
)
LEAVES = st.one_of(
    st.sampled_from(["self.a", "self.b", "self.c", "self", "x", "[1, 2]", "['a']"]),
    st.sampled_from(["has(self.a)", "has(self.b)", "self.?a.orValue(1)"]),
    st.integers(-3, 3).map(str),
    st.sampled_from(["true", "false", "'a'", "'ab'", "''", "0.5", "{'a': 1}", "null"]),
)


def _larger(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(parts, parts)
    return st.one_of(
        st.tuples(
            parts,
            st.sampled_from(["+", "-", "*", "/", "%", "==", "!=", "<", ">=", "&&", "||"]),
            parts,
        ).map(lambda each: f"({each[0]} {each[1]} {each[2]})"),
        st.tuples(parts, parts, parts).map(lambda each: f"({each[0]} ? {each[1]} : {each[2]})"),
        st.tuples(
            st.sampled_from(["self.a", "self.b", "[1, 2, 'a']", "['a', 'b']"]),
            st.sampled_from(["all", "exists", "exists_one", "filter", "map"]),
            parts,
        ).map(lambda each: f"{each[0]}.{each[1]}(x, {each[2]})"),
        pairs.map(lambda each: f"({each[0]})[{each[1]}]"),
        pairs.map(lambda each: f"({each[0]} in [1, 'a', {each[1]}])"),
        parts.map(lambda each: f"!({each})"),
        parts.map(lambda each: f"size({each})"),
        pairs.map(lambda each: f"({each[0]}).startsWith({each[1]})"),
        parts.map(lambda each: f"({each}).split(',')"),
    )


def _theirs(expression: str, value: Any) -> Any:
    try:
        program = OTHER.compile(expression, disable_check=True)
        found = program.eval(data={"self": value, "x": "unbound"})
    except RuntimeError:
        return "error"
    return "error" if found.type() == cel.Type.ERROR else found.plain_value()


def _ours(expression: str, value: Any) -> Any:
    try:
        return compile_rule(expression, ("self", "x")).evaluate(self=value, x="unbound")
    except EvaluationError:
        return "error"


@given(st.recursive(LEAVES, _larger, max_leaves=6), VALUES)
def test_expressions_mean_the_same(expression: str, value: Any) -> None:
    theirs, ours = _theirs(expression, value), _ours(expression, value)
    assert (type(ours), ours) == (type(theirs), theirs)
