"""hcpc's verdicts beside the server's: a confusion matrix, and every disagreement.

Both sides read the CRDs with numbered rules, so that messages say which rule they are of.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from tests.fidelity.explore import Case
from tests.fidelity.schema import Place
from tests.fidelity.server import Cause, Kind, installable, named, place_of, said_by_rule

from hcpc.verify.crd.crd_set import CrdKind, kinds_of
from hcpc.verify.crd.verdict import Fault, check_object

AGREED, FALSE_ACCEPT, FALSE_REFUSAL, OTHER_FIELDS, OTHER_RULES = (
    "agreed",
    "false accept",
    "false refusal",
    "other fields",
    "other rules",
)
UNREAD = {"undecodable", "unknown", "duplicate"}
WHOLE = {"type", "form"}


class Disagreement(NamedTuple):
    """A case in which hcpc says something else than the server, and what it says."""

    case: Case
    outcome: str
    faults: tuple[Fault, ...]

    @property
    def name(self) -> tuple[str, str, str]:
        """What it has in common with others of its class: the outcome, and what each side says."""
        theirs = {cause.reason for cause in self.case.verdict.causes}
        ours = {fault.rule for fault in self.faults}
        return self.outcome, " ".join(sorted(theirs)), " ".join(sorted(ours))

    def __str__(self) -> str:
        theirs = [(cause.field, cause.message) for cause in self.case.verdict.causes]
        ours = [(fault.path, fault.message) for fault in self.faults]
        return f"{self.case.what}: the server says {theirs}, hcpc says {ours}"


class Matrix(NamedTuple):
    """Counts of verdicts, the server's first, of creations and updates of one kind."""

    both_accept: int
    both_refuse: int
    false_accepts: int
    false_refusals: int
    others: int

    @property
    def total(self) -> int:
        """All submissions."""
        return self.both_accept + self.both_refuse + self.false_accepts + self.false_refusals


def compare(cases: Iterable[Case]) -> tuple[Matrix, list[Disagreement]]:
    """How often the two agree, and where they do not."""
    counts: Counter[tuple[bool, bool]] = Counter()
    found = []
    for case in cases:
        faults = tuple(check_object(crd_kind_of(case.kind), case.body, case.old))
        counts[case.verdict.accepted, not faults] += 1
        outcome = _outcome(case, faults)
        if outcome != AGREED:
            found.append(Disagreement(case, outcome, faults))
    others = sum(each.outcome in {OTHER_FIELDS, OTHER_RULES} for each in found)
    matrix = Matrix(
        counts[True, True], counts[False, False], counts[False, True], counts[True, False], others
    )
    return matrix, found


def _outcome(case: Case, faults: tuple[Fault, ...]) -> str:
    if case.verdict.accepted:
        return FALSE_REFUSAL if faults else AGREED
    if not faults:
        return FALSE_ACCEPT
    if not same_places(case, faults):
        return OTHER_FIELDS
    return AGREED if same_rules(case, faults) else OTHER_RULES


def same_places(case: Case, faults: tuple[Fault, ...]) -> bool:
    """Whether the two name the same fields.

    hcpc may name more where the object could not even be read: the server looks no further then.
    The server may name what lies below a value of another type, or without a fitting alternative.
    """
    ours = {_coarse(fault.path) for fault in faults}
    whole = {fault.path for fault in faults if fault.rule in WHOLE}
    theirs = {
        _coarse(place)
        for cause in case.verdict.causes
        for place in _places(cause, case)
        if not any(place[:depth] in whole for depth in range(len(place)))
    }
    is_unread = any(cause.reason in UNREAD for cause in case.verdict.causes)
    return theirs <= ours if is_unread else theirs == ours


def same_rules(case: Case, faults: tuple[Fault, ...]) -> bool:
    """Whether the two name the same rules, each at the same place and in the same words.

    Only the words for a rule that could not be evaluated are each side's own.
    """
    ours = {
        (_coarse(fault.path), said) for fault in faults if (said := said_by_rule(fault.message))
    }
    theirs = {
        (_coarse(place), said)
        for cause in case.verdict.causes
        for place in _places(cause, case)
        if (said := said_by_rule(cause.message))
    }
    return ours == theirs


def _places(cause: Cause, case: Case) -> list[Place]:
    return [] if cause.reason == "undecodable" else [place_of(named(cause), case.body)]


def _coarse(place: Place) -> Place:
    """The server says of metadata only which field is wrong, not which label."""
    return place[:2] if place[:1] == ("metadata",) else place


_KNOWN: dict[tuple[int, str], CrdKind] = {}


def crd_kind_of(kind: Kind) -> CrdKind:
    """The kind as hcpc reads it from the CRD that is installed, whose rules have numbers."""
    key = id(kind.document), kind.version
    if key not in _KNOWN:
        kinds = kinds_of(installable(kind.document))
        [_KNOWN[key]] = [each for each in kinds if each.version == kind.version]
    return _KNOWN[key]
