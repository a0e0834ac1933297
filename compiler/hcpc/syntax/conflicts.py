"""Merge conflicts that nobody resolved: lines that git left in a file for its author to decide.

In a document of ours no such line can mean anything else, and what stands between them would only
be told as faults that it does not have.
"""

import re
from typing import Final

from hcpc.diagnostics.codes import YAML_SYNTAX
from hcpc.syntax.faults import Fault

_START: Final = r"(?m)^(?:<{7}|>{7}) [^\r\n]*"
_END: Final = r"(?m)^>{7} [^\r\n]*"


def find_conflict(text: str) -> Fault | None:
    """The first conflict of a text, from its first marker to its last."""
    if "<<<<<<<" not in text and ">>>>>>>" not in text:
        return None
    start = re.search(_START, text)  # compiled only now, so that imports stay cheap
    if start is None:
        return None
    end = re.compile(_END).search(text, start.end())
    return Fault(
        YAML_SYNTAX,
        start.span(),
        "merge conflict is not resolved",
        label="one side begins here" if end else "left over from it",
        second=(end.span(), "the other ends here") if end else None,
        help="keep what is right of the two sides, and remove the lines with the markers",
    )
