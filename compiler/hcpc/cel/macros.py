"""CEL's macros: `has`, and those that go through a list or a map with one or two variables.

Each becomes a loop of its own. `all` and `exists` stop where the answer is known, and an error
counts only when no other element decides.
"""

from collections.abc import Callable, Iterator
from functools import cmp_to_key
from typing import Any, Final

from hcpc.cel.compiler import Code, Compiler, has
from hcpc.cel.library.lists import sort
from hcpc.cel.operators import compare
from hcpc.cel.parser import Call, Select
from hcpc.cel.steps import OF_A_TURN, Frame, spend
from hcpc.cel.values import (
    NONE,
    CelError,
    EvaluationError,
    Optional,
    no_overload,
    type_name,
)

Pairs = Iterator[tuple[Any, Any]]
Loop = Callable[[Pairs, Callable[[Any, Any], Any], Callable[[Any, Any], Any] | None], Any]
_OPTIONAL: Final = frozenset({("optMap", 2), ("optFlatMap", 2)})


def expand(compiler: Compiler, node: Call) -> Code | None:
    """The code of a macro; None when `node` is a plain call."""
    count = len(node.arguments)
    if node.target is None:
        return _has(compiler, node) if (node.function, count) == ("has", 1) else None
    if (node.function, count) in _OPTIONAL:
        return _through_optional(compiler, node)
    if (node.function, count) == ("sortBy", 2):
        return _sort_by(compiler, node)
    loop = _ONE.get((node.function, count))
    if loop is not None:
        return _loop(compiler, node, loop, variables=1)
    loop = _TWO.get((node.function, count))
    if loop is not None:
        return _loop(compiler, node, loop, variables=2)
    return None


def _has(compiler: Compiler, node: Call) -> Code:
    field = node.arguments[0]
    if not isinstance(field, Select) or field.optional:
        raise CelError("`has` takes a field, as in `has(self.field)`", node.at)
    return has(compiler.code(field.operand), field.field)


def _loop(compiler: Compiler, node: Call, loop: Loop, *, variables: int) -> Code:
    assert node.target is not None
    within = compiler.code(node.target)
    bound = [compiler.bind(each) for each in node.arguments[:variables]]
    steps = [compiler.code(each) for each in node.arguments[variables:]]
    for each in reversed(bound):
        compiler.unbind(each)
    step, places = steps[-1], [place for _, place, _ in bound]
    condition = steps[0] if len(steps) > 1 else None
    first, last = places[0], places[-1]

    def run(frame: Frame) -> Any:
        def on(code: Code) -> Callable[[Any, Any], Any]:
            def call(key: Any, value: Any) -> Any:
                frame[first] = key
                frame[last] = value
                return code(frame)

            return call

        pairs = _counted(_pairs(within(frame), variables), frame)
        return loop(pairs, on(step), on(condition) if condition else None)

    return run


def _counted(pairs: Pairs, frame: Frame) -> Pairs:
    """The pairs, as long as the steps that are left allow."""
    for pair in pairs:
        spend(frame, OF_A_TURN)
        yield pair


def _pairs(within: Any, variables: int) -> Pairs:
    """What the variables of a macro are set to, one after the other."""
    if isinstance(within, list):
        return enumerate(within)
    if isinstance(within, dict):
        return iter(within.items()) if variables > 1 else ((name, name) for name in within)
    raise EvaluationError(f"no such overload: {type_name(within)} cannot be gone through")


def _all(pairs: Pairs, step: Callable[[Any, Any], Any], _: Any) -> bool:
    return _decide(pairs, step, decided=False)


def _exists(pairs: Pairs, step: Callable[[Any, Any], Any], _: Any) -> bool:
    return _decide(pairs, step, decided=True)


def _decide(pairs: Pairs, step: Callable[[Any, Any], Any], *, decided: bool) -> bool:
    error: EvaluationError | None = None
    for key, value in pairs:
        try:
            answer = step(key, value)
        except EvaluationError as fault:
            error = error or fault
            continue
        if answer is decided:
            return bool(decided)
        if answer is not (not decided):
            error = error or no_overload()
    if error is not None:
        raise error
    return not decided


def _exists_one(pairs: Pairs, step: Callable[[Any, Any], Any], _: Any) -> bool:
    return sum(_truth(step(key, value)) for key, value in pairs) == 1


def _filter(pairs: Pairs, step: Callable[[Any, Any], Any], _: Any) -> list[Any]:
    return [value for key, value in pairs if _truth(step(key, value))]


def _map(pairs: Pairs, step: Callable[[Any, Any], Any], condition: Any) -> list[Any]:
    return [
        step(key, value)
        for key, value in pairs
        if condition is None or _truth(condition(key, value))
    ]


def _transform_map(pairs: Pairs, step: Callable[[Any, Any], Any], condition: Any) -> dict[Any, Any]:
    return {
        key: step(key, value)
        for key, value in pairs
        if condition is None or _truth(condition(key, value))
    }


def _transform_entries(
    pairs: Pairs, step: Callable[[Any, Any], Any], condition: Any
) -> dict[Any, Any]:
    made: dict[Any, Any] = {}
    for key, value in pairs:
        if condition is not None and not _truth(condition(key, value)):
            continue
        entry = step(key, value)
        if not isinstance(entry, dict):
            raise no_overload()
        for name, each in entry.items():
            if name in made:
                raise EvaluationError(f"insert failed: key {name} already exists")
            made[name] = each
    return made


def _truth(value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise no_overload()


def _through_optional(compiler: Compiler, node: Call) -> Code:
    """`x.optMap(v, e)` and `x.optFlatMap(v, e)`."""
    assert node.target is not None
    target = compiler.code(node.target)
    bound = compiler.bind(node.arguments[0])
    step = compiler.code(node.arguments[1])
    compiler.unbind(bound)
    place, flat = bound[1], node.function == "optFlatMap"

    def run(frame: Frame) -> Optional:
        value = target(frame)
        if type(value) is not Optional:
            raise no_overload()
        if not value.present:
            return NONE
        frame[place] = value.value
        found = step(frame)
        if not flat:
            return Optional(found, present=True)
        if type(found) is not Optional:
            raise no_overload()
        return found

    return run


def _sort_by(compiler: Compiler, node: Call) -> Code:
    """`items.sortBy(x, key)`."""
    keys = _loop(compiler, node, _map, variables=1)
    assert node.target is not None
    target = compiler.code(node.target)

    def run(frame: Frame) -> list[Any]:
        by, found = keys(frame), target(frame)
        sort(by, frame)
        order = sorted(range(len(by)), key=cmp_to_key(lambda a, b: compare(by[a], by[b])))
        return [found[place] for place in order]

    return run


_ONE: Final[dict[tuple[str, int], Loop]] = {
    ("all", 2): _all,
    ("exists", 2): _exists,
    ("exists_one", 2): _exists_one,
    ("existsOne", 2): _exists_one,
    ("filter", 2): _filter,
    ("map", 2): _map,
    ("map", 3): _map,
}
_TWO: Final[dict[tuple[str, int], Loop]] = {
    ("all", 3): _all,
    ("exists", 3): _exists,
    ("existsOne", 3): _exists_one,
    ("exists_one", 3): _exists_one,
    ("transformList", 3): _map,
    ("transformList", 4): _map,
    ("transformMap", 3): _transform_map,
    ("transformMap", 4): _transform_map,
    ("transformMapEntry", 3): _transform_entries,
    ("transformMapEntry", 4): _transform_entries,
}
