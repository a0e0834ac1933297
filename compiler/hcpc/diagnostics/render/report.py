"""What every format is given, and the sentences that all of them use.

Nothing here depends on the clock or the machine: the same report gives the same bytes.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from hcpc.diagnostics.diagnostic import Diagnostic, Severity
from hcpc.diagnostics.unchecked import Unchecked
from hcpc.diagnostics.waived import Waived

_NAMES_SHOWN = 3


class Report(NamedTuple):
    """The findings of one run, in the order of `Sink.findings`, and how much was looked at.

    `waived` are those that do not count; formats for people show them only with `show_waived`.
    `unchecked` is what was not looked at. Findings as bad as `fail_on` fail the run. `directory`
    is where the fleet lies below the one that paths are told from, with `/` at its end. `pages`
    are those of the organisation's own rules that found something. `tombstones` is how many stand.
    """

    findings: Sequence[Diagnostic]
    clusters: int
    waived: tuple[Waived, ...] = ()
    show_waived: bool = False
    unchecked: tuple[Unchecked, ...] = ()
    fail_on: Severity = Severity.ERROR
    directory: str = ""
    pages: Mapping[str, str] = MappingProxyType({})
    tombstones: int = 0

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def summary(self) -> str:
        """One line: how many findings of which severity in how many hosted clusters."""
        counts = [(self.count(severity), severity.value) for severity in Severity]
        found = [counted(number, noun) for number, noun in counts if number]
        clusters = counted(self.clusters, "hosted cluster")
        waived = f", {len(self.waived)} waived" if self.waived else ""
        stones = f", {counted(self.tombstones, 'tombstone')}" if self.tombstones else ""
        return f"{listed(found) if found else 'no findings'} in {clusters}{waived}{stones}"

    @property
    def gaps(self) -> list[str]:
        """One line for each check that was not made; names in it may hold anything."""
        return [f"not checked: {unchecked_text(each)}" for each in self.unchecked]

    def seen_from(self, directory: str) -> "Report":
        """The same report with all paths below `directory`, which ends with `/` or is empty."""
        if not directory:
            return self
        from hcpc.diagnostics.render.move import moved  # noqa: PLC0415  # only when paths change

        return moved(self, directory)

    @property
    def fails(self) -> bool:
        """Whether any finding is bad enough to fail the run."""
        return any(map(self.is_failure, self.findings))

    def is_failure(self, finding: Diagnostic) -> bool:
        """Whether a finding is as bad as the one that fails the run."""
        order = list(Severity)
        return order.index(finding.severity) <= order.index(self.fail_on)


def unchecked_text(each: Unchecked) -> str:
    """What was not checked, why, and for how many hosted clusters."""
    clusters = f" ({some(each.clusters, 'hosted cluster')})" if each.clusters else ""
    return f"{each.what}: {each.why}{clusters}"


def waived_note(waived: Waived) -> str:
    """Who answers for a waived finding, until when, and why."""
    ticket = f" ({waived.ticket})" if waived.ticket else ""
    return f"waived by {waived.owner} until {waived.expires}: {waived.reason}{ticket}"


def shared_layer_note(finding: Diagnostic) -> str:
    """Which hosted clusters get the finding from a layer; empty when it is in their own file."""
    names = sorted(finding.clusters)
    if len(names) == 1 and finding.in_layer:
        return f"hosted cluster {names[0]} gets this from a layer"
    if len(names) < 2:  # noqa: PLR2004  # one cluster shares with nobody
        return ""
    return f"{len(names)} hosted clusters get this from a shared layer: {_first(names)}"


def some(names: Sequence[str], noun: str) -> str:
    """How many there are, and the first of them: "4 hosted clusters: a, b, c and 1 more"."""
    return f"{counted(len(names), noun)}: {_first(sorted(names))}"


def _first(names: Sequence[str]) -> str:
    shown, hidden = list(names[:_NAMES_SHOWN]), len(names) - _NAMES_SHOWN
    return listed([", ".join(shown), f"{hidden} more"] if hidden > 0 else shown)


def counted(number: int, noun: str) -> str:
    """The number with its noun in the right form: "1 error", "2 errors"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(words: Sequence[str]) -> str:
    """The words as a list in a sentence: "a", "a and b", "a, b and c"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
