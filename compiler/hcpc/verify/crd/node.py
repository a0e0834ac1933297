"""A part of a CRD's schema, ready to be asked: what is below it is read when an object goes there.

Only a part of a large schema speaks of any object, and reading all of it takes longer than
checking a hundred objects.
"""

from collections.abc import Callable
from typing import Any

from hcpc.verify.crd.formats import format_check
from hcpc.verify.crd.patterns import pattern_check

Check = Callable[[str], bool]
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_ALL = frozenset({list, bool, int, float, dict, str})
_EMBEDDED = "x-kubernetes-embedded-resource"
_LIMITS = frozenset(
    {
        "maximum",
        "maxItems",
        "maxProperties",
        "minimum",
        "minItems",
        "minProperties",
        "multipleOf",
        "uniqueItems",
    }
)
_INT_OR_STRING = [{"type": "integer"}, {"type": "string"}]


class Node:
    """What a schema says of one place.

    `accepts` are the Python types whose values pass for one of `types` without a second look.
    `additional` speaks for the names that are no properties; None where there are none. `is_plain`
    means that a value is right when its type is and what is below it, and `takes_text` that any
    text is, too. `filled` is the default with its own defaults, once it was needed. `right` are
    texts that were found to be right, and the `id` of `filled` if that was.
    """

    __slots__ = (
        "_holds",
        "_made",
        "_schemas",
        "accepts",
        "additional",
        "all_of",
        "any_of",
        "default",
        "defaults",
        "embedded",
        "enum",
        "filled",
        "fits_format",
        "format",
        "is_plain",
        "items",
        "keys",
        "limits",
        "list_type",
        "matches",
        "max_length",
        "min_length",
        "none_of",
        "nullable",
        "one_of",
        "pattern",
        "preserves",
        "required",
        "right",
        "schema",
        "takes_text",
        "types",
    )

    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema
        self._schemas: dict[str, dict[str, Any]] = schema.get("properties") or {}
        self._made: dict[str, Node] = {}
        self.nullable: bool = schema.get("nullable", False)
        self.preserves: bool = schema.get("x-kubernetes-preserve-unknown-fields", False)
        self.embedded: bool = schema.get("x-kubernetes-embedded-resource", False)
        self.default: Any = schema.get("default")
        self.defaults = [
            name for name, below in self._schemas.items() if below.get("default") is not None
        ]
        self._read_types(schema)
        self._read_strings(schema)
        self._read_below(schema)
        self._holds: bool | None = None
        self.filled: Any = None
        self.right: set[str | int] = set()
        self.enum: list[Any] = schema.get("enum") or []
        self.limits = bool(schema.keys() & _LIMITS)
        self.is_plain = not (
            self.enum or self.limits or self.all_of or self.any_of or self.one_of or self.none_of
        )
        asks_of_texts = self.matches or self.fits_format or self.max_length is not None
        self.takes_text = (
            self.is_plain and str in self.accepts and not asks_of_texts and not self.min_length
        )

    def _read_types(self, schema: dict[str, Any]) -> None:
        self.fits_format, self.format = None, ""
        if "format" in schema:
            self.fits_format = format_check(schema["format"])
            self.format = schema["format"] if self.fits_format else ""
        if schema.get("x-kubernetes-int-or-string"):
            self.types: tuple[str, ...] = ("integer", "string")
        else:
            self.types = (schema["type"],) if schema.get("type") else ()
        if self.types:
            self.accepts = frozenset(each for name in self.types for each in _PYTHON_TYPES[name])
        else:
            self.accepts = frozenset() if self.format else _ALL

    def _read_strings(self, schema: dict[str, Any]) -> None:
        self.max_length: int | None = schema.get("maxLength")
        self.min_length: int | None = schema.get("minLength")
        self.pattern: str = schema.get("pattern", "")
        self.matches: Check | None = pattern_check(self.pattern) if self.pattern else None

    def _read_below(self, schema: dict[str, Any]) -> None:
        items = schema.get("items")
        self.items = Node(items) if isinstance(items, dict) else None
        additional = schema.get("additionalProperties")
        self.additional = Node(additional) if isinstance(additional, dict) else None
        if additional is True:
            self.additional = ANYTHING
        self.required: frozenset[str] = frozenset(schema.get("required") or ())
        self.list_type: str = schema.get("x-kubernetes-list-type", "")
        self.keys: list[str] = schema.get("x-kubernetes-list-map-keys") or []
        self.all_of = [Node(each) for each in schema.get("allOf") or ()]
        any_of = schema.get("anyOf") or ()
        plain = any_of == _INT_OR_STRING and self.types == ("integer", "string")
        self.any_of = [] if plain else [Node(each) for each in any_of]
        self.one_of = [Node(each) for each in schema.get("oneOf") or ()]
        self.none_of = [Node(schema["not"])] if isinstance(schema.get("not"), dict) else []

    def child(self, name: str) -> "Node | None":
        """What speaks of a field; None where none of this name is known."""
        known = self._made.get(name)
        if known is None:
            schema = self._schemas.get(name)
            if schema is None:
                return self.additional
            known = self._made[name] = Node(schema)
        return known

    def has(self, name: str) -> bool:
        """Whether a field has a schema of its own."""
        return name in self._schemas

    @property
    def holds_resources(self) -> bool:
        """Whether objects of their own may stand here or below."""
        if self._holds is None:
            self._holds = _holds(self.schema)
        return self._holds

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that are known here."""
        return tuple(sorted(self._schemas))


def _holds(schema: dict[str, Any]) -> bool:
    """Whether objects of their own may stand at a place or below it."""
    if schema.get(_EMBEDDED):
        return True
    below = [*(schema.get("properties") or {}).values(), schema.get("items")]
    below.append(schema.get("additionalProperties"))
    return any(_holds(each) for each in below if isinstance(each, dict))


ANYTHING = Node({"nullable": True})
"""Speaks where a schema says nothing."""


_ROOTS: dict[int, tuple[dict[str, Any], Node]] = {}
_MOST_ROOTS = 64


def root_node(schema: dict[str, Any]) -> Node:
    """The node of a whole schema, made once; the schema must never change."""
    known = _ROOTS.get(id(schema))
    if known is None:  # whoever is kept here keeps its schema, so that no other gets its id
        if len(_ROOTS) >= _MOST_ROOTS:
            _ROOTS.clear()
        known = _ROOTS[id(schema)] = (schema, Node(schema))
    return known[1]
