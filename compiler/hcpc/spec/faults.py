"""Faults that pydantic found in a tree, told to people: which code, where, in which words."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from pydantic import BaseModel

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import Code
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean, listed
from hcpc.source.text import Span
from hcpc.spec import messages
from hcpc.spec.fields import description, fields_at, places_of, skeleton
from hcpc.spec.near_misses import NEAR_MISSES
from hcpc.syntax.tree import (
    Mapping,
    Path,
    Scalar,
    Sequence,
    Tree,
    find,
    key_span,
    nearest_span,
    written,
)

CODES: dict[str, Code] = {
    "extra_forbidden": codes.UNKNOWN_FIELD,
    "missing": codes.MISSING_FIELD,
    "one_of": codes.MISSING_FIELD,
    "literal_error": codes.BAD_ENUM,
    "cidr": codes.BAD_CIDR,
    "duration": codes.BAD_DURATION,
    "quantity": codes.BAD_QUANTITY,
    "image": codes.BAD_IMAGE,
    "name": codes.BAD_NAME,
    "exclusive": codes.EXCLUSIVE_FIELDS,
    "range": codes.OUT_OF_RANGE,
    "format": codes.BAD_FORMAT,
    "mode": codes.BAD_FORMAT,
    "decimal_mode": codes.BAD_FORMAT,
    "string_pattern_mismatch": codes.BAD_FORMAT,
}
_QUOTED = re.compile(r"'([^']*)'")
_KEY = "[key]"


class Fault:
    """One of pydantic's errors, and the tree that it found it in."""

    __slots__ = ("base", "context", "given", "is_key", "kind", "model", "path", "root", "text")

    def __init__(
        self,
        model: type[BaseModel],
        tree: Tree,
        base: Path,
        root: Tree | None,
        error: dict[str, Any],
    ) -> None:
        self.model = model
        self.kind: str = error["type"]
        self.is_key: bool = error["loc"][-1:] == (_KEY,)
        self.path: Path = error["loc"][:-1] if self.is_key else error["loc"]
        self.base = base
        self.root = _Root(tree if root is None else root, () if root is None else base)
        self.given: Any = self._given(error["input"])
        self.context: dict[str, Any] = error.get("ctx", {})
        self.text: str = error["msg"]

    def _given(self, value: Any) -> Any:
        """The faulty value; a text as it was written, so that it is the same for every cluster."""
        scalar = self.root.value(self.path)
        if isinstance(scalar, Scalar) and isinstance(value, str) and value == scalar.value:
            return written(scalar)
        return value

    @property
    def full_path(self) -> Path:
        """The path in the document."""
        return (*self.base, *self.path)

    @property
    def code(self) -> Code:
        """The code of this kind of fault."""
        known = CODES.get(self.kind)
        if known:
            return known
        return codes.WRONG_TYPE if is_wrong_type(self.kind) else codes.OUT_OF_RANGE


def is_wrong_type(kind: str) -> bool:
    """Whether a kind of pydantic's errors says that a value is of another type."""
    return kind.endswith(("_type", "_parsing"))


class _Root(NamedTuple):
    """Where places are looked for: a tree, and the path in it at which the checked one stands."""

    tree: Tree
    base: Path

    def value(self, path: Path) -> Tree | None:
        return find(self.tree, (*self.base, *path))

    def span(self, path: Path) -> Span:
        return nearest_span(self.tree, (*self.base, *path))

    def key(self, path: Path) -> Span:
        return key_span(self.tree, (*self.base, *path))

    def holder(self, path: Path) -> Span:
        """Where something is missing from what stands at a path: its key, or a document's kind."""
        full = (*self.base, *path)
        if isinstance(find(self.tree, full), Scalar):
            return nearest_span(self.tree, full)
        return key_span(self.tree, full) if full else _head(self.tree)


def _head(tree: Tree) -> Span:
    """What stands for a whole tree: a document's kind, or the first key of the topmost layer."""
    if not isinstance(tree, Mapping) or "kind" in tree.children:
        return nearest_span(tree, ("kind",))
    own = [
        key.span
        for key in tree.keys.values()
        if key.file == tree.file and tree.start <= key.start < tree.end
    ]
    return min(own, key=lambda span: span.start) if own else tree.span


class _Told(NamedTuple):
    """A fault in words."""

    span: Span
    message: str
    label: str = ""
    help: str = ""
    secondary: tuple[Label, ...] = ()
    subjects: tuple[str, ...] = ()


def report(fault: Fault, sink: Sink, head: Span | None = None) -> None:
    """Report a fault; what the whole tree lacks is told at `head`, if there is one."""
    told = _TELLERS.get(fault.code, _bad_value)(fault)
    is_whole = fault.kind == "missing" and len(fault.path) == 1 and not fault.base
    sink.report(
        fault.code,
        head if head and is_whole else told.span,
        told.message,
        label=told.label,
        secondary=told.secondary,
        help=told.help,
        subjects=told.subjects,
    )


def _unknown_field(fault: Fault) -> _Told:
    name, parent = str(fault.path[-1]), fault.path[:-1]
    known = fields_at(fault.model, parent)
    label = did_you_mean(name, known)
    elsewhere = [place for place in places_of(fault.model, name) if place != name]
    return _Told(
        fault.root.key(fault.path),
        messages.unknown_field(name, (*fault.base, *parent)),
        label,
        "" if label else messages.belongs(name, elsewhere) or messages.known_fields(known),
    )


def _missing_field(fault: Fault) -> _Told:
    is_union = fault.kind == "one_of"
    parent = fault.path if is_union else fault.path[:-1]
    wanted: list[str] = fault.context["fields"] if is_union else [str(fault.path[-1])]
    hint = ""
    if len(wanted) == 1:
        path = (*parent, wanted[0])
        hint = messages.add(wanted[0], skeleton(fault.model, path), description(fault.model, path))
    return _Told(
        fault.root.holder(parent),
        messages.missing(wanted, (*fault.base, *parent)),
        help=hint,
        subjects=tuple(wanted),
    )


def _bad_enum(fault: Fault) -> _Told:
    choices = _QUOTED.findall(str(fault.context.get("expected", "")))
    label, value = "", fault.root.value(fault.path)
    if isinstance(value, Scalar) and value.text:
        message = messages.bad_value(fault.full_path, value.text)
        label = did_you_mean(value.text, choices)
    else:
        message = messages.cannot_be(fault.full_path, value)
    is_told = label and len(choices) == 1
    hint = "" if is_told else messages.allowed(choices)
    return _Told(fault.root.span(fault.path), message, label, hint)


def _exclusive(fault: Fault) -> _Told:
    names: list[str] = fault.context["fields"]
    # A merged mapping lists what lower layers say first: the last one is the author's to mend.
    holder = fault.root.value(fault.path)
    order = list(holder.children) if isinstance(holder, Mapping) else names
    *others, last = sorted(names, key=lambda name: order.index(name) if name in order else -1)
    keys = [fault.root.key((*fault.path, name)) for name in (*others, last)]
    inherited = any(key.file != keys[-1].file for key in keys)
    return _Told(
        keys[-1],
        messages.exclusive([*others, last], fault.full_path),
        "excluded by " + listed(others),
        messages.exclusive_help(others[0], inherited=inherited),
        tuple(Label(key, "set here") for key in keys[:-1]),
    )


def _wrong_type(fault: Fault) -> _Told:
    value = fault.root.value(fault.path)
    return _Told(
        fault.root.span(fault.path),
        messages.cannot_be(fault.full_path, value),
        messages.expected(fault.kind),
        messages.type_help(fault.kind, value, skeleton(fault.model, fault.path, _text(value))),
    )


def _out_of_range(fault: Fault) -> _Told:
    if fault.kind == "range":
        return _broken_rule(fault)
    message, bound = messages.out_of_range(fault.full_path, fault.kind, fault.context, fault.given)
    return _Told(_surplus(fault), message, bound)


def _surplus(fault: Fault) -> Span:
    """The first entry too many of a list, or the value itself."""
    value = fault.root.value(fault.path)
    if fault.kind == "too_long" and isinstance(value, Sequence):
        return fault.root.span((*fault.path, fault.context["max_length"]))
    return fault.root.span(fault.path)


def _broken_rule(fault: Fault) -> _Told:
    """A rule of a model between fields, or between items of a list, in the rule's own words."""
    value = fault.root.value(fault.path)
    paths: list[Path] = []
    if isinstance(value, Sequence):
        twice = fault.context.get("item")
        items = enumerate(value.items)
        paths = [(*fault.path, at) for at, item in items if _text(item) == twice][:2]
    elif isinstance(value, Mapping):
        named = fault.context.get("fields", ())
        paths = [(*fault.path, name) for name in named if name in value.children]
    spans = sorted((fault.root.span(path) for path in paths), key=lambda span: span.order)
    if not spans:
        return _Told(fault.root.span(fault.path), fault.text)
    return _Told(spans[-1], fault.text, secondary=tuple(Label(span) for span in spans[:-1]))


def _text(tree: Tree | None) -> str:
    return written(tree) if isinstance(tree, Scalar) else ""


def _bad_value(fault: Fault) -> _Told:
    if fault.is_key:
        text, span = str(fault.path[-1]), fault.root.key(fault.path)
        message = messages.bad_key(fault.full_path)
    else:
        text, span = str(fault.given), fault.root.span(fault.path)
        message = messages.bad_value(fault.full_path, fault.given)
    expected = fault.context.get("expected")
    label = f"expected {expected}" if expected else f"does not match `{fault.context['pattern']}`"
    near = NEAR_MISSES.get(fault.kind)
    return _Told(span, message, label, near(text) if near else "")


_TELLERS: dict[Code, Callable[[Fault], _Told]] = {
    codes.UNKNOWN_FIELD: _unknown_field,
    codes.MISSING_FIELD: _missing_field,
    codes.BAD_ENUM: _bad_enum,
    codes.EXCLUSIVE_FIELDS: _exclusive,
    codes.WRONG_TYPE: _wrong_type,
    codes.OUT_OF_RANGE: _out_of_range,
}
