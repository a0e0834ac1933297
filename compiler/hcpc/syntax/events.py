"""The door to PyYAML: text in, YAML events out. Nothing else imports it.

libyaml does the work; without it PyYAML's own parser stands in, at a tenth of the speed. It reads
the same trees but refuses a tab that separates (`key:<tab>value`) and ignores unknown directives.
Never composes: PyYAML does that by recursion in C, where deep nesting overflows the stack and an
alias has no place of its own.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from yaml.error import MarkedYAMLError, YAMLError
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner
from yaml.tokens import (
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    ScalarToken,
)

if TYPE_CHECKING:
    # As parsers make them: PyYAML's own declarations say that every place may be missing.
    class _Mark:
        index: int

    class Event:
        """Something read, and its place."""

        start_mark: _Mark
        end_mark: _Mark

    class DocumentStartEvent(Event):
        """The start of a document, with its directives."""

        version: tuple[int, int] | None
        tags: dict[str, str] | None

    class AliasEvent(Event):
        """A reference to the anchor of that name."""

        anchor: str

    class ScalarEvent(Event):
        """A leaf; `style` is its quote or block sign, and empty or None for a plain scalar."""

        anchor: str | None
        tag: str | None
        value: str
        style: str | None

    class MappingStartEvent(Event):
        """The start of a mapping."""

        anchor: str | None
        tag: str | None

    class SequenceStartEvent(Event):
        """The start of a sequence."""

        anchor: str | None
        tag: str | None

    class MappingEndEvent(Event):
        """The end of a mapping."""

    class SequenceEndEvent(Event):
        """The end of a sequence."""

else:
    from yaml.events import (
        AliasEvent,
        DocumentStartEvent,
        Event,
        MappingEndEvent,
        MappingStartEvent,
        ScalarEvent,
        SequenceEndEvent,
        SequenceStartEvent,
    )

__all__ = [
    "REFUSALS",
    "AliasEvent",
    "DocumentStartEvent",
    "Event",
    "MappingEndEvent",
    "MappingStartEvent",
    "NextEvent",
    "OpenParser",
    "Refusal",
    "ScalarEvent",
    "SequenceEndEvent",
    "SequenceStartEvent",
    "ValueEvent",
    "fast_parser",
    "portable_parser",
    "refusal",
]

ValueEvent: TypeAlias = ScalarEvent | MappingStartEvent | SequenceStartEvent


class _Parser(Protocol):
    def get_event(self) -> Any: ...

    def get_token(self) -> Any: ...


NextEvent: TypeAlias = Callable[[], Any]
OpenParser: TypeAlias = Callable[[str], _Parser]


class _PortableParser(Reader, Scanner, Parser):
    """PyYAML's own parser, as strict as libyaml about escapes that are no characters."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)

    def get_event(self) -> Any:
        event: object = super().get_event()  # type: ignore[no-untyped-call]  # the stub has no types
        if type(event) is ScalarEvent:
            event.value.encode()
        return event


def portable_parser(text: str) -> _Parser:
    """A parser that needs no libyaml."""
    return _PortableParser(text)


try:
    from yaml._yaml import CParser  # the public module's stub hides the name
except ImportError:  # pragma: no cover  # PyYAML was built without libyaml
    fast_parser: OpenParser = portable_parser
else:
    fast_parser = CParser

# Besides its own errors, the portable parser lets those of `chr` and of encoding through.
REFUSALS = (YAMLError, ValueError, OverflowError)


class Refusal(NamedTuple):
    """Why and where text was refused, in the parser's words.

    `at` is the place of the problem, `since` the start of what was being read. `bracket` is the
    innermost `[` or `{` still open there; `quote` the start of the last quoted scalar before it.
    """

    problem: str
    at: int
    context: str = ""
    since: int | None = None
    bracket: int | None = None
    quote: int | None = None

    @property
    def start(self) -> int:
        """Where what was being read starts; the problem's own place where nothing was."""
        return self.at if self.since is None else self.since


def refusal(error: Exception, text: str, open_parser: OpenParser, reached: int) -> Refusal:
    """What an error of REFUSALS says; `reached` is its place if it does not name one."""
    if not isinstance(error, MarkedYAMLError):
        return Refusal(problem="quoted scalar escape", context="quoted scalar", at=reached)
    at = error.problem_mark.index if error.problem_mark else reached
    bracket, quote = _surroundings(text, open_parser, at)
    return Refusal(
        problem=error.problem or "",
        at=at,
        context=error.context or "",
        since=error.context_mark.index if error.context_mark else None,
        bracket=bracket,
        quote=quote,
    )


def _surroundings(text: str, open_parser: OpenParser, at: int) -> tuple[int | None, int | None]:
    brackets: list[int] = []
    quote = None
    for token in _tokens(text, open_parser):
        start = token.start_mark.index
        if start >= at:
            break
        if isinstance(token, FlowSequenceStartToken | FlowMappingStartToken):
            brackets.append(start)
        elif isinstance(token, FlowSequenceEndToken | FlowMappingEndToken):
            del brackets[-1:]
        elif isinstance(token, ScalarToken) and token.style in {"'", '"'}:
            quote = start
    return (brackets[-1] if brackets else None), quote


def _tokens(text: str, open_parser: OpenParser) -> Iterator[Any]:
    try:
        parser = open_parser(text)
        while (token := parser.get_token()) is not None:
            yield token
    except REFUSALS:
        return
