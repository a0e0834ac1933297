"""Findings about a cluster whose true cause is a layer or catalog that could not be read.

That file has a finding of its own; one for each cluster below it would only bury it.
"""

import re

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.resolve.document import Document
from hcpc.resolve.scope import Environment

_FIELD = re.compile(r"missing required field `(\w+)`")


def is_follow_up(found: Diagnostic, document: Document, environment: Environment) -> bool:
    """Whether what a cluster lacks stands in the text of a file that it sees, unread."""
    span = found.primary.span
    wanted = ""
    match found.code:
        case codes.UNKNOWN_PROFILE.id | codes.UNKNOWN_RELEASE.id:
            wanted = span.file.text[span.start : span.end].strip("'\"")
        case codes.NO_MANAGEMENT_CLUSTER.id:
            wanted = "ManagementCluster"
        case codes.MISSING_FIELD.id if span == document.name_span:
            field = _FIELD.search(found.message)
            wanted = f"{field[1]}:" if field else ""
        case _:
            pass
    return bool(wanted) and environment.may_be_unread(document.directory, wanted)
