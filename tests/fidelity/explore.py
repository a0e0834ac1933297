"""Finds, led by the server's answers, accepted objects that hold every place of a schema.

Nothing is known of a set but its schema and a few objects to begin with. A place that no object
has is added to one that has the place above it; what the server then asks for is tried in turn.
"""

import heapq
import itertools
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from typing import Any, NamedTuple

from tests.fidelity.pool import GOOD
from tests.fidelity.schema import (
    ITEMS,
    VALUES,
    Pattern,
    Place,
    Rule,
    Schema,
    at,
    get,
    instances,
    literals,
    mentions,
    numbers,
    pattern_of,
    put,
    remove,
    sites,
)
from tests.fidelity.server import (
    NAME,
    Cause,
    Judge,
    Kind,
    Verdict,
    named,
    numbered,
    place_of,
)
from tests.fidelity.values import candidates, kind_of, minimal, others

Body = dict[str, Any]
ATTEMPTS, LONG = 120, 20
NO_ANSWER = "evaluating rule: "  # the rule itself could not be evaluated
BASES = 12


class Case(NamedTuple):
    """An object, the one it would replace, what is tried with it, and what the server said."""

    kind: Kind
    body: Body
    old: Body | None
    what: str
    verdict: Verdict


class Explorer:
    """All that is tried of one kind, and for every place some accepted objects that have it."""

    def __init__(self, judge: Judge, kind: Kind, threads: Executor) -> None:
        self.judge, self.kind, self.threads = judge, kind, threads
        self.schema = kind.schema
        self.rules = numbered(self.schema)
        self.cases: dict[bytes, Case] = {}
        self.bases: dict[Pattern, list[Body]] = {}
        self.unreached: list[Pattern] = []
        self.passed: set[int] = set()
        self.failed: set[int] = set()

    def is_meant(self, body: Body) -> bool:
        """Whether an object is of this kind: what is not is a wrong request, not a wrong object."""
        head = body.get("apiVersion"), body.get("kind")
        return head == (self.kind.api_version, self.kind.name)

    def create(self, body: Body, what: str) -> Verdict:
        """The server's word on an object; asked once."""
        key = _key(body)
        if key not in self.cases:
            verdict = self.judge.create(self.kind, body)
            self._keep(key, Case(self.kind, body, None, what, verdict))
        return self.cases[key].verdict

    def create_all(self, bodies: Iterable[tuple[str, Body]]) -> None:
        """The same of many objects, in several threads."""
        fresh = {_key(body): (what, body) for what, body in bodies if self.is_meant(body)}
        list(self.threads.map(lambda each: self.create(each[1], each[0]), fresh.values()))

    def update_all(self, old: Body, news: Iterable[tuple[str, Body]]) -> None:
        """The server's word on replacing one object by each of others."""
        stored = self.judge.store(self.kind, old)
        if stored is None:
            return
        same = [(what, body) for what, body in news if self.is_meant(body) and is_named(body)]
        for what, body in {_key(body): (what, body) for what, body in same}.values():
            verdict = self.judge.update(stored, body)
            self._keep(_key(old) + _key(body), Case(self.kind, body, old, what, verdict))

    def _keep(self, key: bytes, case: Case) -> None:
        """Keeps a case, and which rules it has shown to hold or to refuse.

        An accepted object shows that all rules hold whose places it has; of rules about a change
        the old object must have them too.
        """
        self.cases[key] = case
        self.failed.update(
            cause.rule
            for cause in case.verdict.causes
            if cause.rule is not None and NO_ANSWER not in cause.message
        )
        if case.verdict.accepted:
            for number, rule in enumerate(self.rules):
                if number in self.passed or (rule.needs_old and case.old is None):
                    continue
                bodies = [case.body, case.old] if rule.needs_old else [case.body]
                if all(any(instances(body, rule.pattern)) for body in bodies):
                    self.passed.add(number)

    def begin(self, seeds: Iterable[Body]) -> None:
        """Makes the seeds acceptable and notes what places they hold."""
        settled = self.threads.map(lambda seed: self.settle(seed, ()), seeds)
        for body in settled:
            if body:
                self.note(body)
        assert self.bases, f"no seed of {self.kind.name} could be made acceptable"

    def note(self, body: Body) -> None:
        """Notes an accepted object at every place that has few so far."""
        for pattern, _ in sites(self.schema):
            known = self.bases.setdefault(pattern, [])
            if len(known) < BASES and next(instances(body, pattern), None) and body not in known:
                known.append(body)
        self.bases = {pattern: known for pattern, known in self.bases.items() if known}

    def reach_all(self) -> None:
        """Finds objects for all places, level by level, and for every value of every enum."""
        places = [pattern for pattern, _ in sites(self.schema)]
        for depth in range(1, max(map(len, places)) + 1):
            missing = [p for p in places if len(p) == depth and p not in self.bases]
            for body in list(self.threads.map(self._reach, missing)):
                if body:
                    self.note(body)
            self._reach_options([p for p in places if len(p) == depth])
        self.unreached = [pattern for pattern in places if pattern not in self.bases]

    def _reach_options(self, places: list[Pattern]) -> None:
        tasks = [
            (place, option)
            for place in places
            for option in at(self.schema, place).get("enum", ())
            if place in self.bases
        ]
        for body in list(self.threads.map(lambda each: self._choose(*each), tasks)):
            if body:
                self.note(body)

    def _choose(self, pattern: Pattern, option: Any) -> Body | None:
        for base in self.bases[pattern]:
            if any(value == option for _, value in instances(base, pattern)):
                return None
        base = self.bases[pattern][0]
        place, _ = next(instances(base, pattern))
        return self.settle(put(base, place, option), place)

    def _reach(self, pattern: Pattern) -> Body | None:
        for base in self.bases.get(pattern[:-1], ())[:3]:
            above, value = next(instances(base, pattern[:-1]))
            step: str | int = pattern[-1]
            inner = minimal(at(self.schema, pattern))
            if step == ITEMS:
                body, place = put(base, (*above, 0), inner), (*above, 0)
            elif step == VALUES:
                body, place = put(base, (*above, "key-0"), inner), (*above, "key-0")
            elif value is None:
                continue
            else:
                body, place = put(base, (*above, step), inner), (*above, step)
            if found := self.settle(body, place):
                return found
        return None

    def settle(self, body: Body, goal: Place) -> Body | None:
        """An accepted object like the one given that still has the goal; None if none is found."""
        wanted = get(body, goal)
        order = itertools.count()
        queue: list[tuple[int, int, Body]] = [(0, next(order), body)]
        seen = {_key(body)}
        for _ in range(ATTEMPTS):
            if not queue:
                return None
            _, _, tried = heapq.heappop(queue)
            verdict = self.create(tried, "search")
            if verdict.accepted:
                return tried
            for fixed in self.fixes(tried, verdict):
                if self._is_kept(fixed, goal, wanted) and _key(fixed) not in seen:
                    seen.add(_key(fixed))
                    heapq.heappush(queue, (len(verdict.causes), next(order), fixed))
        return None

    def _is_kept(self, body: Body, goal: Place, wanted: Any) -> bool:
        """Whether an object still has the goal: an option as it was, anything else in any form."""
        pattern = pattern_of(self.schema, goal)
        is_option = pattern is not None and "enum" in at(self.schema, pattern)
        present = get(body, goal)
        return present == wanted if is_option else present is not None

    def fixes(self, body: Body, verdict: Verdict) -> Iterator[Body]:
        """Objects that lack one of the faults of an object, perhaps."""
        for cause in verdict.causes[:3]:
            place = place_of(named(cause), body)
            if cause.reason == "unknown":
                yield remove(body, place)
                continue
            pattern = pattern_of(self.schema, place)
            if pattern is None or not place:
                continue
            inner = at(self.schema, pattern)
            if cause.reason == "FieldValueRequired" and get(body, place) is None:
                yield put(body, place, minimal(inner))
            if cause.rule is not None:
                yield from self.moves(body, self.rules[cause.rule], place)
            for value in self._replacements(inner, get(body, place), cause):
                yield put(body, place, value)
            yield remove(body, place)

    def _replacements(self, inner: Schema, value: Any, cause: Cause) -> Iterator[Any]:
        if kind_of(inner) == "array" and isinstance(value, list):
            least, most = inner.get("minItems", 0), inner.get("maxItems", len(value))
            missing = range(len(value), max(least, len(value)))
            yield [*value, *(minimal(inner["items"], nth=nth) for nth in missing)][:most]
        elif cause.reason == "FieldValueTooMany" and isinstance(value, dict):
            yield from ({key: inner} for key, inner in value.items())
        elif cause.rule is None and kind_of(inner) == "object" and isinstance(value, dict):
            yield from ({key: each for key, each in value.items() if key != name} for name in value)
        elif cause.rule is None:
            yield from candidates(inner)

    def is_accepted(self, body: Body) -> bool:
        """Whether the server has accepted the object."""
        case = self.cases.get(_key(body))
        return case is not None and case.verdict.accepted

    def pattern_of(self, place: Place) -> Pattern | None:
        """The pattern of a place; None where the schema does not lead there."""
        return pattern_of(self.schema, place)

    def moves(self, body: Body, rule: Rule, place: Place) -> Iterator[Body]:
        """The object with one of the fields that a rule speaks of changed."""
        here = at(self.schema, rule.pattern)
        place = place[: len(rule.pattern)]
        if kind_of(here) not in {"object", "array"}:
            for value in (*quoted(here, rule), *candidates(here)):
                yield put(body, place, value)
            return
        columns = list(self.states(get(body, place), rule, most=len(GOOD)))
        for chain, states in columns:
            for state in states:
                yield with_state(body, (*place, *chain), state)
        together = body
        for chain, states in columns:
            if get(together, (*place, *chain)) is None:
                together = with_state(together, (*place, *chain), states[0])
        yield together
        if kind_of(here) == "array":
            for value in (*others(here, get(body, place) or []), *_single(here)):
                yield put(body, place, value)

    def states(self, value: Any, rule: Rule, most: int = 3) -> Iterator[tuple[Place, list[Any]]]:
        """The fields that a rule speaks of, with the values to try for each, ABSENT among them."""
        here = at(self.schema, rule.pattern)
        for chain in mentions(rule.text):
            try:
                inner = at(here, chain)
            except KeyError:
                continue
            cut = max((i for i, step in enumerate(chain) if step in {ITEMS, VALUES}), default=-1)
            for where, _ in itertools.islice(instances(value, chain[: cut + 1]), 8):
                place = (*where, *chain[cut + 1 :])
                yield place, _states(inner, get(value, place), rule, most)


ABSENT = object()


def _states(inner: Schema, value: Any, rule: Rule, most: int) -> list[Any]:
    match kind_of(inner):
        case "object":
            found = [value if isinstance(value, dict) else minimal(inner), ABSENT]
            found += [minimal(inner, nth=1)]
        case "array":
            found = [minimal(inner), ABSENT, [], *list(others(inner, value or []))[:4]]
            found += spoken_of(inner, rule)
            if inner.get("maxItems", LONG + 1) <= LONG:
                found.append([minimal(inner["items"], nth=nth) for nth in range(inner["maxItems"])])
        case "string":
            texts = [*quoted(inner, rule), *candidates(inner)[:most]]
            found = [*texts[:1], ABSENT, *texts[1:], ""]
        case _:
            found = [*candidates(inner)[:1], ABSENT, *candidates(inner)[1:4]]
            found += numbers(rule.text) if kind_of(inner) == "integer" else ()
    return [each for index, each in enumerate(found) if each not in found[:index]]


def _single(here: Schema) -> Iterator[list[Any]]:
    """Lists of one text."""
    if kind_of(here["items"]) == "string":
        yield from ([text] for text in candidates(here["items"]))


def spoken_of(inner: Schema, rule: Rule) -> list[Any]:
    """Lists and maps of what a rule speaks of itself."""
    values = inner.get("additionalProperties")
    if isinstance(values, dict):
        return [{text: minimal(values)} for text in (*literals(rule.text), "unheardOf")]
    if kind_of(inner) != "array":
        return []
    kind = kind_of(inner["items"])
    items: tuple[Any, ...] = ()
    if kind in {"string", "integer"}:
        spoken = quoted_all(rule) if kind == "string" else (*numbers(rule.text), -1, 1, 2, 3)
        wrong = (" ",) if kind == "string" else ()
        items = tuple(dict.fromkeys((*spoken, *candidates(inner["items"])[:1], *wrong)))
    return [[item] for item in items] + [list(pair) for pair in itertools.product(items, repeat=2)]


def quoted_all(rule: Rule) -> tuple[str, ...]:
    """The texts that a rule quotes and that are no regular expressions."""
    return tuple(text for text in literals(rule.text) if not set(text) & set("^$*("))


def quoted(inner: Schema, rule: Rule) -> list[str]:
    """The texts that a rule quotes and that may stand at a place of it."""
    texts = list(quoted_all(rule))
    if "enum" in inner:
        return list(
            dict.fromkeys([*(text for text in texts if text in inner["enum"]), *inner["enum"]])
        )
    return texts


def is_named(body: Body) -> bool:
    """Whether an object has the name that all have; another name makes it another object."""
    return bool(get(body, ("metadata", "name")) == NAME)


def with_state(body: Body, place: Place, state: Any) -> Body:
    """The object with another value at a place, or with none."""
    changed: Body = remove(body, place) if state is ABSENT else put(body, place, state)
    return changed


def _key(body: Body) -> bytes:
    return json.dumps(body, sort_keys=True).encode()
