"""Findings that somebody answers for until a day, as a Policy says."""

from typing import NamedTuple

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.source.text import Span


class Waived(NamedTuple):
    """A finding that does not count, and the waiver behind it.

    `finding.clusters` are those that the waiver is for. `ticket` may be empty, `expires` is the
    last day the waiver holds as `YYYY-MM-DD`, and `span` shows it in its Policy.
    """

    finding: Diagnostic
    owner: str
    reason: str
    ticket: str
    expires: str
    span: Span


class Answered(NamedTuple):
    """Findings of a hosted cluster by one rule that somebody answers for; `expires` as above.

    Whether that day is over is not asked: it is the same on every day.
    """

    cluster: str
    rule: str
    owner: str
    reason: str
    expires: str
