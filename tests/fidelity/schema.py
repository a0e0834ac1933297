"""Walks structural schemas: their places, and the rules that stand at them.

A pattern is a path through a schema: property names, `[]` for items of a list and `{}` for values
of a map. A place is a path through an object: property names, keys and numbers.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

Schema = dict[str, Any]
Pattern = tuple[str, ...]
Place = tuple[str | int, ...]

ITEMS, VALUES = "[]", "{}"
RULES = "x-kubernetes-validations"
OPEN = "x-kubernetes-preserve-unknown-fields"
INT_OR_STRING = "x-kubernetes-int-or-string"

# What the API server takes from elsewhere than the body, or what other code than the schema checks.
NOT_OF_THE_SCHEMA = {("apiVersion",), ("kind",), ("metadata",), ("status",)}


class Rule(NamedTuple):
    """One rule, by where it stands and which one it is there."""

    pattern: Pattern
    nth: int
    text: str
    takes_none: bool

    @property
    def compares(self) -> bool:
        """Whether the rule looks at the old value."""
        return "oldSelf" in self.text

    @property
    def needs_old(self) -> bool:
        """Whether the rule says nothing where there is no old value."""
        return self.compares and not self.takes_none

    def __str__(self) -> str:
        return f"{'.'.join(self.pattern)}#{self.nth}"


def below(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """The steps from a schema to those directly below it."""
    yield from schema.get("properties", {}).items()
    for step, word in ((ITEMS, "items"), (VALUES, "additionalProperties")):
        if isinstance(schema.get(word), dict):
            yield step, schema[word]


def sites(schema: Schema, pattern: Pattern = ()) -> Iterator[tuple[Pattern, Schema]]:
    """Every place of a schema that an object's author writes, parents first."""
    yield pattern, schema
    for step, inner in below(schema):
        if (*pattern, step) not in NOT_OF_THE_SCHEMA:
            yield from sites(inner, (*pattern, step))


def rules(schema: Schema, pattern: Pattern = ()) -> Iterator[Rule]:
    """Every rule of a schema, those of the status too."""
    for nth, rule in enumerate(schema.get(RULES, ())):
        yield Rule(pattern, nth, rule["rule"], bool(rule.get("optionalOldSelf")))
    for step, inner in below(schema):
        yield from rules(inner, (*pattern, step))


def at(schema: Schema, pattern: Pattern) -> Schema:
    """The schema at a pattern. KeyError where there is none."""
    for step in pattern:
        schema = dict(below(schema))[step]
    return schema


def pattern_of(schema: Schema, place: Place) -> Pattern | None:
    """The pattern of a place in an object; None where the schema does not lead there."""
    pattern: list[str] = []
    for step in place:
        inner = dict(below(schema))
        taken = ITEMS if isinstance(step, int) else step if step in inner else VALUES
        if taken not in inner:
            return None
        pattern.append(taken)
        schema = inner[taken]
    return tuple(pattern)


def instances(value: Any, pattern: Pattern, place: Place = ()) -> Iterator[tuple[Place, Any]]:
    """The places of an object that a pattern leads to, with their values."""
    if not pattern:
        yield place, value
        return
    step, rest = pattern[0], pattern[1:]
    if step == ITEMS and isinstance(value, list):
        for index, item in enumerate(value):
            yield from instances(item, rest, (*place, index))
    elif step == VALUES and isinstance(value, dict):
        for key, item in value.items():
            yield from instances(item, rest, (*place, key))
    elif isinstance(value, dict) and step in value:
        yield from instances(value[step], rest, (*place, step))


def get(value: Any, place: Place) -> Any:
    """The value at a place; None where there is none."""
    for step in place:
        if isinstance(step, int):
            value = value[step] if isinstance(value, list) and step < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def put(value: Any, place: Place, new: Any) -> Any:
    """The object with another value at a place; what is not on the way is shared, not copied."""
    if not place:
        return new
    step, rest = place[0], place[1:]
    if isinstance(step, int):
        items = list(value) if isinstance(value, list) else []
        items += [{}] * (step + 1 - len(items))
        items[step] = put(items[step], rest, new)
        return items
    mapping = value if isinstance(value, dict) else {}
    return {**mapping, step: put(mapping.get(step), rest, new)}


def remove(value: Any, place: Place) -> Any:
    """The object without a place; itself where it is not there."""
    step, rest = place[0], place[1:]
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        inner = [remove(value[step], rest)] if rest else []
        return [*value[:step], *inner, *value[step + 1 :]]
    if isinstance(value, dict) and step in value:
        if rest:
            return {**value, step: remove(value[step], rest)}
        return {name: inner for name, inner in value.items() if name != step}
    return value


@cache
def mentions(text: str) -> tuple[Pattern, ...]:
    """The fields, relative to where a rule stands, that its text speaks of."""
    known: dict[str, Pattern] = {"self": (), "oldSelf": ()}
    found: dict[Pattern, None] = {}
    token = re.compile(
        r"\b(?P<root>[A-Za-z_]\w*)(?P<chain>(?:\.\??[A-Za-z_]\w*\b(?!\s*\())*)"
        r"(?:\.(?:exists|all|filter|exists_one|map)\(\s*(?P<bound>\w+)\s*,)?"
    )
    for match in token.finditer(re.sub(r"'(?:\\.|[^'])*'|\"(?:\\.|[^\"])*\"", "''", text)):
        if match["root"] not in known:
            continue
        steps = tuple(_unescaped(step.lstrip("?")) for step in match["chain"].split(".") if step)
        chain = known[match["root"]] + steps
        for length in range(1, len(chain) + 1):
            if chain[length - 1] != ITEMS:
                found[chain[:length]] = None
        if match["bound"]:
            known[match["bound"]] = (*chain, ITEMS)
    return tuple(found)


def _unescaped(name: str) -> str:
    """The field that a name in a rule stands for: rules cannot spell every name."""
    if name.startswith("__") and name.endswith("__"):
        return name.strip("_")
    for word, sign in (("underscores", "__"), ("dash", "-"), ("dot", "."), ("slash", "/")):
        name = name.replace(f"__{word}__", sign)
    return name


@cache
def literals(text: str) -> tuple[str, ...]:
    """The texts that a rule quotes."""
    quoted = re.findall(r"'((?:\\.|[^'\\])*)'|\"((?:\\.|[^\"\\])*)\"", text)
    return tuple(dict.fromkeys(one or other for one, other in quoted))


@cache
def numbers(text: str) -> tuple[int, ...]:
    """The whole numbers that a rule speaks of."""
    return tuple(dict.fromkeys(int(found) for found in re.findall(r"(?<![\w.'\"])\d+\b", text)))
