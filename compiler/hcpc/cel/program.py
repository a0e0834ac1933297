"""Rules in CEL: compiled once, evaluated on many values."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from hcpc.cel.compiler import Code, Compiler
from hcpc.cel.parser import parse
from hcpc.cel.steps import MOST
from hcpc.cel.values import EvaluationError, UnsupportedError


class Program:
    """A compiled expression. `used` are those of its variables that it mentions."""

    __slots__ = ("_code", "_rest", "used", "variables")

    def __init__(
        self, code: Code, variables: tuple[str, ...], used: frozenset[str], size: int
    ) -> None:
        self._code = code
        self._rest: list[Any] = [*[None] * (size - len(variables)), MOST]
        self.variables = variables
        self.used = used

    def evaluate(self, /, **values: Any) -> Any:
        """What the expression gives for `values`, one for each variable that it uses.

        Values are as JSON has them (text, numbers, lists, …) or those of `hcpc.cel.values`.
        Raises EvaluationError where CEL itself has an error, such as a missing key, and
        UnsupportedError where this package cannot say.
        """
        return self.run([values.get(name) for name in self.variables])

    def run(self, values: list[Any]) -> Any:
        """As `evaluate`, with the values in the order of the variables."""
        try:
            return self._code([*values, *self._rest])
        except RecursionError:
            raise UnsupportedError("nested too deep to be evaluated") from None
        except (ValueError, OverflowError, MemoryError) as fault:  # limits of Python, not of CEL
            raise UnsupportedError(_beyond(fault)) from None
        except EvaluationError as fault:
            raise fault.with_traceback(None) from None


def _beyond(fault: Exception) -> str:
    return f"beyond what can be evaluated here: {str(fault) or 'out of memory'}"


@lru_cache(maxsize=4096)
def _compiled(expression: str, variables: tuple[str, ...]) -> Program:
    compiler = Compiler(variables)
    try:
        code = compiler.code(parse(expression))
    except RecursionError:
        raise UnsupportedError("nested too deep to be compiled") from None
    except (ValueError, OverflowError, MemoryError) as fault:
        raise UnsupportedError(_beyond(fault)) from None
    return Program(code, variables, frozenset(compiler.used & set(variables)), compiler.size)


def compile_rule(expression: str, variables: Iterable[str]) -> Program:
    """A program for `expression`, which may name `variables`.

    Raises CelError, with the place in the expression, where it is no expression, names something
    else or calls a function that Kubernetes does not have; its subclass UnsupportedError where the
    expression may be right but cannot be judged here. The same text is compiled once.
    """
    return _compiled(expression, tuple(variables))
