"""What is tried of a kind: objects next to accepted ones, and updates of one object by another."""

import itertools
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.fidelity.explore import Body, Case, Explorer, is_named, quoted, spoken_of, with_state
from tests.fidelity.heads import METADATA
from tests.fidelity.pool import GOOD, POOL
from tests.fidelity.schema import (
    Pattern,
    Place,
    Rule,
    Schema,
    at,
    get,
    instances,
    mentions,
    put,
    remove,
    sites,
)
from tests.fidelity.server import named, place_of
from tests.fidelity.values import candidates, kind_of, minimal, others, spoiled

Tried = tuple[str, Body]
CLOSE, MANY = 2, 40
# How many texts are tried of a field, where a rule speaks of so many fields.
STATES, FEWEST = {1: len(GOOD), 2: 8}, 3


class Size(NamedTuple):
    """How much is tried.

    Of mutations one in so many; of a rule's table so many rows at once, and so many at most;
    mixtures of a kind; of a rule about changes so many old objects, and new ones for each; and old
    objects that would be refused today.
    """

    every: int = 1
    rows: int = 16
    most_rows: int = 1000
    mixtures: int = 1000
    olds: int = 2
    news: int = 12
    ratchets: int = 120


def try_all(explorer: Explorer, seeds: list[Body], size: Size) -> None:
    """Submits everything; the explorer keeps what the server said."""
    explorer.begin(seeds)
    explorer.reach_all()
    explorer.create_all(itertools.islice(mutations(explorer), 0, None, size.every))
    for number, rule in enumerate(explorer.rules):
        if is_of_the_author(rule):
            _try_table(explorer, number, size)
    explorer.create_all(("written", body) for body in written(explorer))
    explorer.create_all(("metadata", body) for body in metadata(explorer.bases[()][0]))
    explorer.create_all(("mixture", body) for body in mixtures(explorer, size.mixtures))
    transitions(explorer, size)
    pairs = list(ratchets(explorer, size.ratchets))
    list(explorer.threads.map(lambda pair: explorer.update_all(*pair), pairs))


def _try_table(explorer: Explorer, number: int, size: Size) -> None:
    """Tries the first rows of a rule's table, and more until it has both held and refused."""
    rule = explorer.rules[number]
    rows = itertools.islice(table(explorer, rule), size.most_rows)
    while some := list(itertools.islice(rows, size.rows)):
        explorer.create_all((f"rule {rule}", body) for body in some)
        if rule.needs_old or {number} <= explorer.passed & explorer.failed:
            return


def is_of_the_author(rule: Rule) -> bool:
    """Whether a rule is about what people write; the status is the controllers'."""
    return rule.pattern[:1] != ("status",)


def mutations(explorer: Explorer) -> Iterator[Tried]:
    """Every place of the schema, changed in every way that its schema suggests."""
    for pattern, schema in sites(explorer.schema):
        if not pattern or pattern not in explorer.bases:
            continue
        base = explorer.bases[pattern][0]
        place, value = next(instances(base, pattern))
        for how, other in spoiled(schema, value):
            yield f"{how} {'.'.join(pattern)}", put(base, place, other)
        yield f"remove {'.'.join(pattern)}", remove(base, place)
    base = explorer.bases[()][0]
    yield "unknown field", {**base, "unheardOf": None}
    yield "no spec", remove(base, ("spec",))
    specs: tuple[Any, ...] = (None, {}, [], "a")
    yield from (("spec", {**base, "spec": spec}) for spec in specs)
    states: tuple[Any, ...] = ({}, {"unheardOf": 1}, 3, None)
    yield from (("status", {**base, "status": state}) for state in states)


def table(explorer: Explorer, rule: Rule) -> Iterator[Body]:
    """For a rule, objects that differ in the fields it speaks of."""
    rows = [_around_rule(explorer, rule, base) for base in _bases(explorer, rule)]
    # One of each object in turn, so that a limit does not leave out the last of them.
    for each in itertools.zip_longest(*rows):
        yield from (body for body in each if body is not None)


def _bases(explorer: Explorer, rule: Rule) -> list[Body]:
    """Accepted objects that have the place of a rule, and some with the fields it speaks of."""
    known = explorer.bases.get(rule.pattern, [])
    if kind_of(at(explorer.schema, rule.pattern)) not in {"object", "array"}:
        return known[:1]
    fields = [(*rule.pattern, *chain) for chain in mentions(rule.text)]
    more = [body for field in fields for body in explorer.bases.get(field, [])[:2]]
    return list({str(body): body for body in (*known, *more)}.values())


def _around_rule(explorer: Explorer, rule: Rule, base: Body) -> Iterator[Body]:
    """For a rule, objects that differ from one in the fields it speaks of."""
    is_scalar = kind_of(at(explorer.schema, rule.pattern)) not in {"object", "array"}
    return _scalars(explorer, rule, base) if is_scalar else _rows(explorer, rule, base)


def _scalars(explorer: Explorer, rule: Rule, base: Body) -> Iterator[Body]:
    here = at(explorer.schema, rule.pattern)
    place, _ = next(instances(base, rule.pattern))
    texts = POOL if kind_of(here) == "string" else ()
    for value in dict.fromkeys((*candidates(here), *quoted(here, rule), *texts)):
        yield put(base, place, value)


def _rows(explorer: Explorer, rule: Rule, base: Body) -> Iterator[Body]:
    here = at(explorer.schema, rule.pattern)
    place, value = next(instances(base, rule.pattern))
    yield base
    near = [*spoken_of(here, rule), *itertools.islice(others(here, value), 12)]
    yield from (put(base, place, other) for other in near)
    ends = [
        chain for chain in mentions(rule.text) if kind_of_end(here, chain) not in {"object", ""}
    ]
    most = STATES.get(len(ends), FEWEST)
    columns = [
        [((*place, *chain), state) for state in states]
        for chain, states in explorer.states(value, rule, most)
    ]
    for many in (1, 2, 3):
        if many == 2:  # after the single changes
            yield from _alike(base, columns)
        for some in itertools.combinations(columns, many):
            for row in itertools.product(*some):
                body = base
                for where, state in row:
                    body = with_state(body, where, state)
                yield body


def kind_of_end(here: Schema, chain: Pattern) -> str:
    """The type of a field that a rule speaks of; empty where there is none."""
    try:
        return kind_of(at(here, chain))
    except KeyError:
        return ""


def _alike(base: Body, columns: list[list[tuple[Place, Any]]]) -> Iterator[Body]:
    """Objects in which all texts that a rule speaks of are the same."""
    texts = {state for column in columns for _, state in column if isinstance(state, str)}
    for text in sorted(texts):
        body = base
        for place in (column[0][0] for column in columns if any(s == text for _, s in column)):
            body = put(body, place, text)
        yield body


WRITTEN: dict[str, list[Body]] = {
    "HostedCluster": [
        {
            "services": [
                {
                    "service": service,
                    "servicePublishingStrategy": {
                        "type": "LoadBalancer",
                        "loadBalancer": {"hostname": f"{service.lower()}.example.com"},
                    },
                }
                for service in ("APIServer", "OAuthServer", "Konnectivity", "Ignition")
            ],
            "configuration": {
                "apiServer": {
                    "servingCerts": {
                        "namedCertificates": [
                            {
                                "names": ["apiserver.example.com"],
                                "servingCertificate": {"name": "name"},
                            }
                        ]
                    }
                }
            },
        }
    ]
}


def written(explorer: Explorer) -> Iterator[Body]:
    """Objects that no search finds, because fields far from each other have to fit."""
    base = explorer.bases[()][0]
    for spec in WRITTEN.get(explorer.kind.name, ()):
        yield {**base, "spec": {**base["spec"], **spec}}


def mixtures(explorer: Explorer, count: int) -> Iterator[Body]:
    """Accepted objects with some places taken from others, or replaced: always the same ones."""
    chance = random.Random(20260801)  # noqa: S311  # repeatable, not secret
    places = [pattern for pattern in explorer.bases if pattern]
    for _ in range(count):
        body = chance.choice(explorer.bases[chance.choice(places)])
        for _ in range(chance.randint(2, 4)):
            pattern = chance.choice(places)
            place, value = next(instances(chance.choice(explorer.bases[pattern]), pattern))
            schema = at(explorer.schema, pattern)
            options = [value, *list(others(schema, value))[:6]]
            body = put(body, place, chance.choice(options))
        yield body


def metadata(base: Body) -> Iterator[Body]:
    """The object with metadata that is right, and such that is not."""
    for name, values in METADATA.items():
        yield from (put(base, ("metadata", name), value) for value in values)
    heads: tuple[Any, ...] = (None, {}, [], "a")
    yield from ({**base, "metadata": value} for value in heads)


def transitions(explorer: Explorer, size: Size) -> None:
    """For every rule about a change, accepted objects, each replaced by others.

    Some are tried in any case, and more until the rule has both held and refused.
    """
    numbers = [
        number
        for number, rule in enumerate(explorer.rules)
        if rule.compares and is_of_the_author(rule)
    ]
    list(explorer.threads.map(lambda number: _change(explorer, number, size), numbers))
    base = explorer.bases[()][0]
    changes = itertools.islice(_any(explorer, base), size.news * 8)
    explorer.update_all(base, [("change", body) for body in changes])


def _change(explorer: Explorer, number: int, size: Size) -> None:
    rule = explorer.rules[number]
    rows = itertools.islice(table(explorer, rule), size.most_rows)
    bodies = list({str(body): body for body in rows}.values())
    accepted = [body for body in bodies if explorer.is_accepted(body)]
    olds = _unlike(accepted, rule.pattern)
    for some, limit in ((olds[: size.olds], size.news), (olds, MANY)):
        for old in some:
            place = next(iter(instances(old, rule.pattern)))[0]
            gone = [remove(old, place[:depth]) for depth in range(len(place), 1, -1)]
            gone += [remove(old, (*place, *chain)) for chain in mentions(rule.text)]
            near = [body for body in accepted if body != old and _is_of(body, old)]
            around = itertools.islice(_around_rule(explorer, rule, old), limit)
            news = [old, *gone, *near[:limit], *around, *bodies[: limit // 2]]
            explorer.update_all(old, [(f"change {rule}", new) for new in news])
            if limit == MANY and {number} <= explorer.passed & explorer.failed:
                return
        if {number} <= explorer.passed & explorer.failed:
            return


def _is_of(body: Body, old: Body) -> bool:
    """Whether two objects come from the same one: few of their fields differ."""
    ours, theirs = body.get("spec") or {}, old.get("spec") or {}
    return len([name for name in ours if theirs.get(name) != ours[name]]) <= CLOSE


def _unlike(bodies: list[Body], pattern: Pattern) -> list[Body]:
    """The objects that differ at a place."""
    found = {str([value for _, value in instances(body, pattern)]): body for body in bodies}
    return [body for key, body in found.items() if key != "[]"]


def _any(explorer: Explorer, base: Body) -> Iterator[Body]:
    for pattern, schema in sites(explorer.schema):
        for place, value in itertools.islice(instances(base, pattern), 1):
            yield from itertools.islice(
                (put(base, place, other) for other in others(schema, value)), 2
            )


def ratchets(explorer: Explorer, count: int) -> Iterator[tuple[Body, list[Tried]]]:
    """Objects that would be refused today, stored as if by an older CRD, and updates of them."""
    chosen: dict[tuple[Any, ...], Case] = {}
    for case in explorer.cases.values():
        cause = case.verdict.causes[0] if case.verdict.causes else None
        if cause and case.old is None and cause.reason.startswith("FieldValue"):
            if not is_named(case.body):
                continue
            place = place_of(named(cause), case.body)
            steps = tuple("[]" if isinstance(step, int) else step for step in place)
            chosen.setdefault((cause.reason, cause.rule, *steps), case)
    cases = list(chosen.values())
    step = max(1, len(cases) // count)
    for case in cases[::step]:
        place = place_of(named(case.verdict.causes[0]), case.body)
        yield case.body, [("ratchet", body) for body in _around(explorer, case.body, place)]


def _around(explorer: Explorer, body: Body, place: Any) -> Iterator[Body]:
    """The object as it is, and with a change elsewhere, above the fault, and at it."""
    yield body
    yield put(body, ("metadata", "labels"), {"changed": "yes"})
    for depth in range(len(place), 0, -1):
        pattern = explorer.pattern_of(place[:depth])
        value = get(body, place[:depth])
        if pattern is None or value is None:
            continue
        schema = at(explorer.schema, pattern)
        try:
            near = list(itertools.islice(others(schema, value), 2))
        except (AttributeError, TypeError, KeyError, IndexError):
            near = []  # the value is of another type than its schema
        yield from (put(body, place[:depth], other) for other in near)
        if depth == len(place):
            wrong = [each for _, each in itertools.islice(spoiled_or_none(schema, value), 40)]
            yield from (put(body, place, other) for other in wrong[::8])
            yield put(body, place, minimal(schema))


def spoiled_or_none(schema: Any, value: Any) -> Iterator[tuple[str, Any]]:
    """As `spoiled`, of a value that may be of another type than its schema."""
    try:
        yield from spoiled(schema, value)
    except (AttributeError, TypeError, KeyError, IndexError):
        return
