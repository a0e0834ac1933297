"""The expressions of an organisation's rules: compiled, and evaluated."""

from typing import Any, NamedTuple, TypeVar

from hcpc.cel import CelError, Program, UnsupportedError, compile_rule
from hcpc.resolve.scope import Environment
from hcpc.verify.policies.read import Entry

_VARIABLES = ("cluster", "managementCluster", "hostedCluster", "nodePools", "manifests")
_OF_POOLS = ("pool", "nodePool")

T = TypeVar("T")
_OTHER = "let the expression make sure of it first, as with a condition before `&&`"
_ABSENT = "a field may be absent: `has(…)` asks whether it is there"


class Failure(Exception):  # noqa: N818  # an answer, not an error: the caller makes the diagnostic
    """An expression that gives nothing usable; `remedy` says what to do about it."""

    def __init__(self, text: str, remedy: str) -> None:
        super().__init__(text)
        self.remedy = remedy


class Compiled(NamedTuple):
    """An expression that is ready, or what is wrong with it; `field` is the one it stands in."""

    field: str
    program: Program | None
    fault: CelError | None = None

    def evaluate(self, values: dict[str, Any], kind: type[T]) -> T:
        """The value. Raises Failure when there is none, or one of another kind."""
        assert self.program is not None
        try:
            value = self.program.evaluate(**values)
        except UnsupportedError as error:
            raise Failure(str(error), "make it simpler") from None
        except CelError as error:
            is_absent = "no such key" in str(error)
            raise Failure(str(error), _ABSENT if is_absent else _OTHER) from None
        if not isinstance(value, kind):
            text = "it gives neither `true` nor `false`" if kind is bool else "it gives no text"
            raise Failure(text, "make it a condition")
        return value


def variables(rule: Entry) -> tuple[str, ...]:
    """What the expressions of a rule can name."""
    return _VARIABLES + (_OF_POOLS if rule.data.get("for") == "pool" else ())


def compiled(rule: Entry, environment: Environment) -> tuple[Compiled, ...]:
    """The rule's expression, and the one of its message if it has one; once in a process."""
    key = (Compiled, rule.document.file.path, rule.document.tree.start, rule.rule)
    known = environment.made.get(key)
    if isinstance(known, tuple):
        return known
    fields = [each for each in ("expression", "messageExpression") if each in rule.data]
    names = variables(rule)
    made = tuple(_compile(field, rule.data[field], names) for field in fields)
    environment.made[key] = made
    return made


def _compile(field: str, text: str, names: tuple[str, ...]) -> Compiled:
    try:
        return Compiled(field, compile_rule(text, names))
    except CelError as error:
        return Compiled(field, None, error)
