"""A tree becomes a function of Python closures.

Nothing of CEL's own runtime takes part: no size of lists and no depth of fields is too much, and
nothing is left behind in memory.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from hcpc.cel.library import ANY, Entries, Entry, functions, names
from hcpc.cel.library.regex import compiled
from hcpc.cel.operators import (
    BINARY,
    COUNTED,
    at_index,
    at_index_if_any,
    negate,
    shown,
    sound,
)
from hcpc.cel.parser import (
    Call,
    Index,
    ListOf,
    Literal,
    MapOf,
    Name,
    Node,
    Operation,
    Select,
)
from hcpc.cel.steps import Frame, spend_on
from hcpc.cel.values import (
    TYPE_NAMES,
    Broken,
    CelError,
    CelType,
    EvaluationError,
    Optional,
    Uint,
    no_overload,
)

Code: TypeAlias = Callable[[Frame], Any]

_MISSING: Final = object()
_NAMESPACES: Final = frozenset({"format", "ip", "lists", "optional", "sets", "strings"})
_KEYS: Final = frozenset({bool, int, Uint, str, float})


class Compiler:
    """Makes closures of nodes, and knows which names stand for which places of a frame."""

    def __init__(self, variables: Iterable[str]) -> None:
        self._places = {name: place for place, name in enumerate(variables)}
        self.size = len(self._places)
        self.used: set[str] = set()

    def code(self, node: Node) -> Code:
        """What evaluates `node`."""
        match node:
            case Literal(value):
                return lambda _: value
            case Name():
                return self._name(node)
            case Select():
                return self._select(node)
            case Index(operand, place, optional):
                return _counted(
                    at_index_if_any if optional else at_index,
                    self.code(operand),
                    self.code(place),
                )
            case Operation():
                return self._operation(node)
            case ListOf(items):
                return _list([(self.code(item), optional) for item, optional in items])
            case MapOf(entries):
                return _map([(self.code(k), self.code(v), each) for k, v, each in entries])
            case Call():
                return self._call(node)

    def bind(self, name: Node) -> tuple[str, int, int | None]:
        """A new place for a macro's variable: its name, the place, and the place it had before."""
        if not isinstance(name, Name):
            raise CelError("a macro's variable is a simple name", name.at)
        before = self._places.get(name.name)
        place = self.size
        self._places[name.name] = place
        self.size += 1
        return name.name, place, before

    def unbind(self, bound: tuple[str, int, int | None]) -> None:
        """End the scope of what `bind` gave."""
        name, _, before = bound
        if before is None:
            del self._places[name]
        else:
            self._places[name] = before

    def _name(self, node: Name) -> Code:
        place = self._places.get(node.name)
        if place is not None:
            self.used.add(node.name)
            return _variable(place)
        if node.name in TYPE_NAMES:
            value = CelType(node.name)
            return lambda _: value
        raise CelError(f"`{node.name}` is no variable here", node.at)

    def _select(self, node: Select) -> Code:
        qualified = qualified_name(node)
        if qualified in TYPE_NAMES and qualified.partition(".")[0] not in self._places:
            value = CelType(qualified)
            return lambda _: value
        operand = self.code(node.operand)
        field = node.field
        if node.optional:
            return lambda frame: at_index_if_any(operand(frame), field, frame)

        def select(frame: Frame) -> Any:
            value = operand(frame)
            if isinstance(value, dict):
                found = value.get(field, _MISSING)
                if type(found) is Broken:
                    raise EvaluationError(found.message)
                if found is not _MISSING:
                    return found
                raise EvaluationError(f"no such key: {field}")
            if type(value) is Optional:
                return at_index_if_any(value, field, frame)
            raise no_overload()

        return select

    def _operation(self, node: Operation) -> Code:
        codes = [self.code(operand) for operand in node.operands]
        match node.operator:
            case "&&":
                return _junction(codes, decided=False)
            case "||":
                return _junction(codes, decided=True)
            case "?:":
                return _choice(*codes)
            case "!":
                return _not(codes[0])
            case "negate":
                operand = codes[0]
                return lambda frame: negate(operand(frame))
            case "==" | "!=" if isinstance(node.operands[1], Literal):
                return _equals_literal(codes[0], node.operands[1].value, node.operator)
            case "==" | "!=" | "+" | "in":
                return _counted(COUNTED[node.operator], codes[0], codes[1])
            case operator:
                return _binary(BINARY[operator], codes[0], codes[1])

    def _call(self, node: Call) -> Code:
        from hcpc.cel.macros import expand  # noqa: PLC0415  # macros compile their own arguments

        code = expand(self, node)
        if code is not None:
            return code
        if node.target is not None:
            prefix = qualified_name(node.target)
            key = (f"{prefix}.{node.function}", False, len(node.arguments))
            entries = functions(key) if prefix in _NAMESPACES else None
            if entries is not None:
                return _invoke(entries, [self.code(each) for each in node.arguments])
        arguments = (node.target, *node.arguments) if node.target else node.arguments
        entries = functions((node.function, node.target is not None, len(arguments)))
        if entries is None:
            raise _unknown(node)
        _check_pattern(node)
        return _invoke(entries, [self.code(each) for each in arguments])


def _variable(place: int) -> Code:
    def load(frame: Frame) -> Any:
        return sound(frame[place])

    return load


def qualified_name(node: Node) -> str:
    """`a.b.c` of a chain of plain selections; empty for anything else."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Select) and not node.optional:
        before = qualified_name(node.operand)
        return f"{before}.{node.field}" if before else ""
    return ""


def _unknown(node: Call) -> CelError:
    known = names()
    if node.function in known:
        return CelError(f"`{node.function}` does not take such arguments", node.at)
    from hcpc.diagnostics.suggest import did_you_mean  # noqa: PLC0415  # only mistakes need it

    near = did_you_mean(node.function, known)
    return CelError(f"there is no function `{node.function}`" + (near and f"; {near}"), node.at)


def _check_pattern(node: Call) -> None:
    """A pattern that is written in the rule is looked at at once, and kept for the evaluation."""
    if node.function not in {"matches", "find", "findAll"} or not node.arguments:
        return
    pattern = node.arguments[-1 if node.target is None else 0]
    if not isinstance(pattern, Literal) or type(pattern.value) is not str:
        return
    try:
        compiled(pattern.value)
    except EvaluationError as fault:
        raise CelError(fault.message, pattern.at) from None


def _invoke(entries: Entries, arguments: list[Code]) -> Code:
    """Calls the function that the type of the first argument chooses."""
    if not arguments:
        function = entries[ANY].call
        return lambda _: function()
    first, *others = arguments
    if not others:
        return _invoke_one(entries, first)
    if len(others) == 1:
        return _invoke_two(entries, first, others[0])

    def invoke(frame: Frame) -> Any:
        value = first(frame)
        rest = [other(frame) for other in others]
        entry = entries.get(type(value)) or entries.get(ANY)
        if entry is None or not all(map(_fits, rest, entry.rest)):
            raise no_overload(value, *rest)
        return _called(entry, frame, value, *rest)

    return invoke


def _invoke_one(entries: Entries, argument: Code) -> Code:
    def invoke(frame: Frame) -> Any:
        value = argument(frame)
        entry = entries.get(type(value)) or entries.get(ANY)
        if entry is None:
            raise no_overload(value)
        return entry.call(value) if entry.at_once else _called(entry, frame, value)

    return invoke


def _invoke_two(entries: Entries, one: Code, two: Code) -> Code:
    def invoke(frame: Frame) -> Any:
        value, other = one(frame), two(frame)
        entry = entries.get(type(value)) or entries.get(ANY)
        if entry is None or not _fits(other, entry.rest[0]):
            raise no_overload(value, other)
        return entry.call(value, other) if entry.at_once else _called(entry, frame, value, other)

    return invoke


def _called(entry: Entry, frame: Frame, value: Any, *rest: Any) -> Any:
    """What a function gives, with the steps of going through its first argument and its result."""
    spend_on(frame, value)
    found = entry.call(value, *rest, frame) if entry.counts else entry.call(value, *rest)
    spend_on(frame, found)
    return sound(found)


def _fits(value: Any, wanted: type) -> bool:
    return (
        type(value) is wanted
        or wanted is ANY
        or (wanted in {list, dict} and isinstance(value, wanted))
    )


def _binary(operate: Callable[[Any, Any], Any], left: Code, right: Code) -> Code:
    return lambda frame: operate(left(frame), right(frame))


def _counted(operate: Callable[[Any, Any, Frame], Any], left: Code, right: Code) -> Code:
    return lambda frame: operate(left(frame), right(frame), frame)


def _equals_literal(operand: Code, value: Any, operator: str) -> Code:
    """`x == 'text'`, which half of all rules consist of, without asking for types twice."""
    if type(value) is not str:
        return _counted(COUNTED[operator], operand, lambda _: value)
    if operator == "==":
        return lambda frame: operand(frame) == value
    return lambda frame: operand(frame) != value


def _junction(parts: list[Code], *, decided: bool) -> Code:
    """`&&` and `||`: one side that decides makes errors of the others nothing."""

    def junction(frame: Frame) -> bool:
        error: EvaluationError | None = None
        for part in parts:
            try:
                value = part(frame)
            except EvaluationError as fault:
                error = error or fault
                continue
            if value is decided:
                return bool(decided)
            if value is not (not decided):
                error = error or no_overload()
        if error is not None:
            raise error
        return not decided

    return junction


def _choice(condition: Code, yes: Code, no: Code) -> Code:
    def choice(frame: Frame) -> Any:
        value = condition(frame)
        if value is True:
            return yes(frame)
        if value is False:
            return no(frame)
        raise no_overload()

    return choice


def _not(operand: Code) -> Code:
    def negation(frame: Frame) -> bool:
        value = operand(frame)
        if value is True:
            return False
        if value is False:
            return True
        raise no_overload()

    return negation


def _list(items: list[tuple[Code, bool]]) -> Code:
    if not any(optional for _, optional in items):
        codes = [code for code, _ in items]
        return lambda frame: [code(frame) for code in codes]

    def make(frame: Frame) -> list[Any]:
        made = []
        for code, optional in items:
            value = code(frame)
            if not optional:
                made.append(value)
            elif type(value) is not Optional:
                raise no_overload()
            elif value.present:
                made.append(value.value)
        return made

    return make


def _map(entries: list[tuple[Code, Code, bool]]) -> Code:
    def make(frame: Frame) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        for key_code, code, optional in entries:
            key, value = key_code(frame), code(frame)
            if type(key) not in _KEYS:
                raise EvaluationError(f"unsupported key type: {shown(key)}")
            if optional:
                if type(value) is not Optional:
                    raise no_overload()
                if not value.present:
                    continue
                value = value.value
            made[key] = value
        return made

    return make


def has(operand: Code, field: str) -> Code:
    """`has(operand.field)`."""

    def present(frame: Frame) -> bool:
        value = operand(frame)
        if isinstance(value, dict):
            found = value.get(field, _MISSING)
            if type(found) is Broken:
                raise EvaluationError(found.message)
            return found is not _MISSING
        return type(value) is Optional and at_index_if_any(value, field, frame).present

    return present
