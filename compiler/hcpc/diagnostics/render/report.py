"""What every format is given, and the sentences that all of them use.

Nothing here depends on the clock or the machine: the same report gives the same bytes.
"""

from collections.abc import Sequence
from typing import NamedTuple

from hcpc.diagnostics.diagnostic import Diagnostic, Severity

_NAMES_SHOWN = 3


class Report(NamedTuple):
    """The findings of one run, in the order of `Sink.findings`, and how much was looked at."""

    findings: Sequence[Diagnostic]
    clusters: int

    def count(self, severity: Severity) -> int:
        """How many findings have this severity."""
        return sum(finding.severity is severity for finding in self.findings)

    @property
    def summary(self) -> str:
        """One line: how many findings of which severity in how many hosted clusters."""
        counts = [(self.count(severity), severity.value) for severity in Severity]
        found = [counted(number, noun) for number, noun in counts if number]
        clusters = counted(self.clusters, "hosted cluster")
        return f"{listed(found) if found else 'no findings'} in {clusters}"


def shared_layer_note(finding: Diagnostic) -> str:
    """Which hosted clusters get the finding from a layer; empty when it is in their own file."""
    names = sorted(finding.clusters)
    if len(names) == 1 and finding.in_layer:
        return f"hosted cluster {names[0]} gets this from a layer"
    if len(names) < 2:  # noqa: PLR2004  # one cluster shares with nobody
        return ""
    shown, hidden = names[:_NAMES_SHOWN], len(names) - _NAMES_SHOWN
    if hidden > 0:
        shown = [", ".join(shown), f"{hidden} more"]
    return f"{len(names)} hosted clusters get this from a shared layer: {listed(shown)}"


def counted(number: int, noun: str) -> str:
    """The number with its noun in the right form: "1 error", "2 errors"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(words: Sequence[str]) -> str:
    """The words as a list in a sentence: "a", "a and b", "a, b and c"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
