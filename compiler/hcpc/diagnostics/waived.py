"""A finding that somebody answers for until a day, as a Policy says."""

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
