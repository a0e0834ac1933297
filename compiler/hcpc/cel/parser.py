"""Tokens become a tree.

The grammar is that of cel-spec with optional syntax (`a.?b`, `a[?b]`); macros stay calls, for the
compiler to expand.
"""

from typing import Any, Final, NamedTuple, TypeAlias

from hcpc.cel.lexer import Token, integer, tokens
from hcpc.cel.values import CelError, UnsupportedError

DEPTH: Final = 100
"""How deep brackets and unary operators nest. Chains of operators and fields do not count."""

RESERVED: Final = frozenset(
    (
        "as",
        "break",
        "const",
        "continue",
        "else",
        "for",
        "function",
        "if",
        "import",
        "let",
        "loop",
        "package",
        "namespace",
        "return",
        "var",
        "void",
        "while",
    )
)
"""Words that no variable is called, for languages that CEL may be translated to."""
_WORDS: Final[dict[str, Any]] = {"true": True, "false": False, "null": None}
_BINARY: Final = {
    "||": 1,
    "&&": 2,
    "==": 3,
    "!=": 3,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "in": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "%": 5,
}


class Literal(NamedTuple):
    """A value as written."""

    value: Any
    at: int


class Name(NamedTuple):
    """A variable, or the first part of a qualified name."""

    name: str
    at: int


class Select(NamedTuple):
    """`operand.field`, or `operand.?field`."""

    operand: "Node"
    field: str
    optional: bool
    at: int


class Index(NamedTuple):
    """`operand[place]`, or `operand[?place]`."""

    operand: "Node"
    place: "Node"
    optional: bool
    at: int


class Call(NamedTuple):
    """`function(arguments)`, or `target.function(arguments)`."""

    function: str
    target: "Node | None"
    arguments: tuple["Node", ...]
    at: int


class Operation(NamedTuple):
    """An operator and its operands; `&&` and `||` have as many as were written in a row."""

    operator: str
    operands: tuple["Node", ...]
    at: int


class ListOf(NamedTuple):
    """`[a, ?b]`: each item with whether it is optional."""

    items: tuple[tuple["Node", bool], ...]
    at: int


class MapOf(NamedTuple):
    """`{a: b, ?c: d}`: each entry with whether it is optional."""

    entries: tuple[tuple["Node", "Node", bool], ...]
    at: int


Node: TypeAlias = Literal | Name | Select | Index | Call | Operation | ListOf | MapOf


def parse(text: str) -> Node:
    """The tree of the expression `text`. Raises CelError where it has none."""
    reader = _Parser(list(tokens(text)))
    tree = reader.expression()
    reader.expect("end")
    return tree


class _Parser:
    """Reads tokens from left to right, one rule of the grammar per method."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._next = 0
        self._depth = 0

    def _peek(self) -> str:
        token = self._tokens[self._next]
        return "in" if token.kind == "name" and token.value == "in" else token.kind

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _skip(self, kind: str) -> bool:
        if self._peek() != kind:
            return False
        self._next += 1
        return True

    def expect(self, kind: str) -> Token:
        """The next token, which must be of `kind`."""
        if self._peek() != kind:
            token = self._tokens[self._next]
            found = "the end" if token.kind == "end" else f"`{token.value or token.kind}`"
            wanted = {"end": "the end", "name": "a name"}.get(kind, f"`{kind}`")
            raise CelError(f"{wanted} was expected, not {found}", token.at)
        return self._take()

    def expression(self) -> Node:
        """A whole expression, with `?:`."""
        self._depth += 1
        if self._depth > DEPTH:
            raise UnsupportedError(f"nested deeper than {DEPTH}", self._tokens[self._next].at)
        tree = self._binary(1)
        if self._peek() == "?":
            at = self._take().at
            yes = self._binary(1)
            self.expect(":")
            tree = Operation("?:", (tree, yes, self.expression()), at)
        self._depth -= 1
        return tree

    def _binary(self, level: int) -> Node:
        left = self._unary()
        while _BINARY.get(self._peek(), 0) >= level:
            operator = self._peek()
            at = self._take().at
            right = self._binary(_BINARY[operator] + 1)
            if isinstance(left, Operation) and left.operator == operator in ("&&", "||"):
                left = left._replace(operands=(*left.operands, right))
            else:
                left = Operation(operator, (left, right), at)
        return left

    def _unary(self) -> Node:
        kind, at = self._peek(), self._tokens[self._next].at
        count = 0
        while kind in {"!", "-"} and self._skip(kind):
            count += 1
            if kind == "-" and self._peek() in {"int", "literal"} and self._negative():
                count -= 1
                break
        tree = self._member()
        if count and kind == "-":
            return Operation("negate", (tree,), at) if count % 2 else tree
        return Operation("!", (tree,), at) if count % 2 else tree

    def _negative(self) -> bool:
        """Whether the number that comes next took the minus before it."""
        token = self._tokens[self._next]
        value: Any
        if token.kind == "int":
            value = integer(token.value, token.at, negative=True)
        elif type(token.value) is float:
            value = -token.value
        else:
            return False
        self._tokens[self._next] = Token("literal", value, token.at)
        return True

    def _member(self) -> Node:
        tree = self._primary()
        while True:
            at = self._tokens[self._next].at
            if self._skip("."):
                tree = self._dotted(tree, at)
            elif self._skip("["):
                optional = self._skip("?")
                index = self.expression()
                self.expect("]")
                tree = Index(tree, index, optional, at)
            elif self._peek() == "{":
                raise UnsupportedError("messages cannot be made in rules", at)
            else:
                return tree

    def _dotted(self, tree: Node, at: int) -> Node:
        if self._skip("?"):
            return Select(tree, self.expect("name").value, optional=True, at=at)
        field = self.expect("name")
        if field.value in _WORDS:
            raise CelError(f"`{field.value}` is a reserved word", field.at)
        if self._skip("("):
            return Call(field.value, tree, self._arguments(), field.at)
        return Select(tree, field.value, optional=False, at=at)

    def _arguments(self) -> tuple[Node, ...]:
        found: list[Node] = []
        while self._peek() != ")":
            found.append(self.expression())
            if not self._skip(","):
                break
        self.expect(")")
        return tuple(found)

    def _primary(self) -> Node:
        token = self._tokens[self._next]
        match token.kind:
            case "literal":
                self._take()
                return Literal(token.value, token.at)
            case "int":
                self._take()
                return Literal(integer(token.value, token.at, negative=False), token.at)
            case "(":
                self._take()
                tree = self.expression()
                self.expect(")")
                return tree
            case "[":
                return self._list()
            case "{":
                return self._map()
            case "." | "name":
                self._skip(".")
                return self._name()
            case kind:
                found = "the end" if kind == "end" else f"`{kind}`"
                raise CelError(f"an expression was expected, not {found}", token.at)

    def _name(self) -> Node:
        token = self.expect("name")
        if token.value in _WORDS:
            return Literal(_WORDS[token.value], token.at)
        if token.value in RESERVED:
            raise CelError(f"`{token.value}` is a reserved word", token.at)
        if self._skip("("):
            return Call(token.value, None, self._arguments(), token.at)
        return Name(token.value, token.at)

    def _list(self) -> Node:
        at = self.expect("[").at
        items: list[tuple[Node, bool]] = []
        if self._skip(","):  # the grammar has it
            self.expect("]")
            return ListOf((), at)
        while self._peek() != "]":
            optional = self._skip("?")
            items.append((self.expression(), optional))
            if not self._skip(","):
                break
        self.expect("]")
        return ListOf(tuple(items), at)

    def _map(self) -> Node:
        at = self.expect("{").at
        entries: list[tuple[Node, Node, bool]] = []
        while self._peek() != "}":
            optional = self._skip("?")
            key = self.expression()
            self.expect(":")
            entries.append((key, self.expression(), optional))
            if not self._skip(","):
                break
        self.expect("}")
        return MapOf(tuple(entries), at)
