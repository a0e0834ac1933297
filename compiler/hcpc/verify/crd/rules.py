"""The rules of a CRD (`x-kubernetes-validations`), evaluated on an object.

Only parts of a schema that have rules are looked at, and what was said of a value is remembered:
values repeat from cluster to cluster. Source: k8s.io/apiextensions-apiserver, schema/cel.
"""

import marshal
import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from hcpc.cel import CelError, EvaluationError, Program, UnsupportedError, compile_rule
from hcpc.cel.values import NONE, Optional
from hcpc.syntax.tree import Path
from hcpc.verify.crd.correlate import Place
from hcpc.verify.crd.crd_set import CrdKind
from hcpc.verify.crd.fault import Fault
from hcpc.verify.crd.typed import Convert, converter, escape, is_seen

_VARIABLES: Final = ("self", "oldSelf")
_LONGEST_MESSAGE: Final = 5 * 1024
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\['((?:[^'\\]|\\.)*)'\]")
_ESCAPE: Final = re.compile(r"\\(.)")
_SINGLE: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_MOST_ROOTS: Final = 64
_MOST_REMEMBERED: Final = 100_000
"""Verdicts that are remembered, at some 300 bytes each; beyond this all are forgotten."""
_SHORT: Final = 64

_Faults = tuple[Fault, ...]


class UncheckedRule(NamedTuple):
    """A rule that hcpc cannot evaluate: where it stands in the schema, its text, and why not."""

    path: Path
    rule: str
    why: str


class _Rule:
    """One rule, compiled when it is first needed."""

    __slots__ = ("_message", "_program", "expression", "is_optional", "message", "path", "text")

    def __init__(self, rule: dict[str, Any]) -> None:
        self.text: str = rule.get("rule", "")
        self.message: str = (rule.get("message") or "").strip()
        self.expression: str = rule.get("messageExpression") or ""
        self.path = _field_path(rule.get("fieldPath") or "")
        self.is_optional = bool(rule.get("optionalOldSelf"))
        self._program: Program | CelError | None = None
        self._message: Program | CelError | None = None

    @property
    def program(self) -> Program | CelError:
        """The compiled rule, or why there is none."""
        if self._program is None:
            self._program = _compiled(self.text)
        return self._program

    def words(self, values: list[Any]) -> str:
        """What the rule says of values that it refuses."""
        if self.expression:
            if self._message is None:
                self._message = _compiled(self.expression)
            if isinstance(self._message, Program):
                text = _told(self._message, values)
                if text:
                    return text
        return self.message or f"failed rule: {self.text.strip()}"

    @property
    def title(self) -> str:
        """The rule as an error of its evaluation names it."""
        return self.message or self.text.strip()


def _compiled(text: str) -> Program | CelError:
    try:
        return compile_rule(text, _VARIABLES)
    except CelError as fault:
        return fault


def _told(program: Program, values: list[Any]) -> str:
    """What a `messageExpression` gives; empty where the API server would not use it."""
    try:
        text = program.run(values)
    except CelError:
        return ""
    text = text.strip() if isinstance(text, str) else ""
    return "" if "\n" in text or len(text.encode()) > _LONGEST_MESSAGE else text


def _field_path(text: str) -> Path:
    """The steps of a rule's `fieldPath`, such as `.spec.ports['http']`."""
    return tuple(
        found[1] if found[1] is not None else _ESCAPE.sub(_unescaped, found[2])
        for found in _STEP.finditer(text)
    )


def _unescaped(found: re.Match[str]) -> str:
    return _SINGLE.get(found[1], found[1])


class _Part:
    """A part of a schema that has rules, or has some below it."""

    __slots__ = (
        "_convert",
        "_is_root",
        "additional",
        "alternatives",
        "fields",
        "items",
        "rules",
        "schema",
    )

    def __init__(self, schema: dict[str, Any], node: dict[str, Any], *, root: bool) -> None:
        self.schema = node
        self.rules = [
            _Rule(rule) for rule in schema.get("x-kubernetes-validations") or () if _is_rule(rule)
        ]
        self._is_root = root
        self._convert: dict[bool, Convert | None] = {}
        self.fields: dict[str, _Part] = {}
        below = node.get("properties") or {}
        for name, field in (schema.get("properties") or {}).items():
            if name in below and (is_seen(below[name]) or escape(name) is None):
                part = _part(field, below[name])
                if part is not None:
                    self.fields[name] = part
        self.items = _part(schema.get("items"), node.get("items"))
        self.additional = _part(
            schema.get("additionalProperties"), node.get("additionalProperties")
        )
        self.alternatives = [
            part
            for each in schema.get("allOf") or ()
            if (part := _part(each, node, root=root)) is not None
        ]

    def convert(self, value: Any, *, strict: bool) -> Any:
        """A value of this part as its rules see it."""
        if strict not in self._convert:
            self._convert[strict] = converter(self.schema, root=self._is_root, strict=strict)
        convert = self._convert[strict]
        return value if convert is None or value is None else convert(value)

    @property
    def is_empty(self) -> bool:
        """Whether there is no rule here and below."""
        return not (self.rules or self.fields or self.items or self.additional or self.alternatives)


def _is_rule(rule: dict[str, Any]) -> bool:
    return bool((rule.get("rule") or "").strip())


def _part(schema: Any, node: Any, *, root: bool = False) -> _Part | None:
    if not isinstance(schema, dict) or not isinstance(node, dict):
        return None
    part = _Part(schema, node, root=root or bool(node.get("x-kubernetes-embedded-resource")))
    return None if part.is_empty else part


def _digest(value: Any) -> bytes:
    """Bytes that only this value has, short for long values."""
    written = marshal.dumps(value, 2)
    return written if len(written) <= _SHORT else blake2b(written, digest_size=16).digest()


class _Memory:
    """Verdicts of values, by part of a schema. Forgets everything when it has grown too large."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, bytes, bytes, int], _Faults] = {}
        self._roots: dict[int, tuple[dict[str, Any], _Part | None]] = {}

    def part(self, schema: dict[str, Any]) -> _Part | None:
        """The rules of a whole schema, which must never change."""
        known = self._roots.get(id(schema))
        if known is None:
            if len(self._roots) >= _MOST_ROOTS:
                self._roots.clear()
                self._forget()
            known = self._roots[id(schema)] = (schema, _part(schema, schema, root=True))
        return known[1]

    def faults(self, part: _Part, value: Any, place: Place) -> _Faults:
        """What the rules of a part and those below say of a value, with paths below it."""
        old = b"" if place.old is None else _digest(place.old)
        standing = place.standing
        if part.alternatives:  # what stands in them is judged by what is above
            standing += 8 * place.alternative().standing
        key = (id(part), _digest(value), old, standing)
        known = self._known.get(key)
        if known is None:
            known = tuple(_faults(part, value, place))
            if len(self._known) >= _MOST_REMEMBERED:
                self._forget()
            self._known[key] = known
        return known

    def _forget(self) -> None:
        self._known.clear()


_MEMORY: Final = _Memory()


def check_rules(kind: CrdKind, body: dict[str, Any], old: dict[str, Any] | None) -> list[Fault]:
    """What the rules of a kind refuse. Both objects are completed with defaults.

    Rules that cannot be compiled refuse nothing here: `unchecked_rules` tells them.
    """
    part = _MEMORY.part(kind.schema)
    if part is None:
        return []
    place = Place.NEW if old is None else Place(kind.schema, body, old)
    return list(_MEMORY.faults(part, body, place))


def unchecked_rules(kind: CrdKind) -> tuple[UncheckedRule, ...]:
    """The rules of a kind that hcpc cannot evaluate. Compiles all of them."""
    part = _MEMORY.part(kind.schema)
    return () if part is None else tuple(_unchecked(part, ()))


def _unchecked(part: _Part, path: Path) -> Iterator[UncheckedRule]:
    for rule in part.rules:
        program = rule.program
        if isinstance(program, CelError):
            yield UncheckedRule(path, rule.text, program.message)
    for name, field in part.fields.items():
        yield from _unchecked(field, (*path, name))
    for below in (part.items, part.additional):
        if below is not None:
            yield from _unchecked(below, (*path, "[]"))
    for alternative in part.alternatives:
        yield from _unchecked(alternative, path)


def _faults(part: _Part, value: Any, place: Place) -> Iterator[Fault]:
    if value is None:
        return
    if part.rules:
        yield from _own(part, value, place)
    for alternative in part.alternatives:
        yield from _MEMORY.faults(alternative, value, place.alternative())
    if isinstance(value, dict):
        for name, item in value.items():
            for below in (part.additional, part.fields.get(name)):
                if below is not None:
                    yield from _below(below, item, place.field(name), name)
    elif isinstance(value, list) and part.items is not None:
        for index, item in enumerate(value):
            yield from _below(part.items, item, place.element(part.schema, item), index)


def _below(part: _Part, value: Any, place: Place, step: str | int) -> Iterator[Fault]:
    for fault in _MEMORY.faults(part, value, place):
        yield fault._replace(path=(step, *fault.path))


def _own(part: _Part, value: Any, place: Place) -> Iterator[Fault]:
    """What the rules of this part alone say."""
    old = place.old
    is_update = place is not Place.NEW
    now = part.convert(value, strict=is_update)
    before = part.convert(old, strict=is_update)
    for rule in part.rules:
        program = rule.program
        if isinstance(program, CelError):
            continue
        is_transition = "oldSelf" in program.used
        if is_transition and old is None and not rule.is_optional:
            continue
        values = [now, before]
        if rule.is_optional:
            values[1] = NONE if old is None else Optional(before, present=True)
        message = _judged(rule, program, values)
        if message is None:
            continue
        text, is_error = message
        if is_error or is_transition or not place.is_unchanged:
            path = () if is_error else rule.path
            yield (
                Fault(path, "transition", text, old=old)
                if is_transition
                else Fault(path, "cel", text)
            )


def _judged(rule: _Rule, program: Program, values: list[Any]) -> tuple[str, bool] | None:
    """Why a rule refuses, and whether because it broke; None where it holds."""
    try:
        if program.run(values) is True:
            return None
    except UnsupportedError as fault:
        return f"hcpc cannot evaluate the rule `{rule.title}`: {fault.message}", True
    except EvaluationError as fault:
        return f"{fault.message} evaluating rule: {rule.title}", True
    return rule.words(values), False
