"""Findings about a cluster whose true cause is a layer or catalog that could not be read.

That file has a finding of its own; one for each cluster below it would only bury it.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.resolve.document import Document
from hcpc.resolve.scope import Environment


def is_follow_up(found: Diagnostic, document: Document, environment: Environment) -> bool:
    """Whether what a cluster lacks stands in the text of a file that it sees, unread."""
    wanted: tuple[str, ...] = ()
    match found.code:
        case (
            codes.UNKNOWN_PROFILE.id
            | codes.UNKNOWN_RELEASE.id
            | codes.UNKNOWN_NODE_CONFIG.id
            | codes.NO_MANAGEMENT_CLUSTER.id
        ):
            wanted = found.subjects
        case codes.MISSING_FIELD.id if found.primary.span == document.name_span:
            wanted = tuple(f"{field}:" for field in found.subjects)
        case codes.NOT_RECOVERABLE.id | codes.RESTORE_REFUSED.id:
            wanted = tuple(f"{field}:" for field in found.subjects)
        case _:
            pass
    return any(environment.may_be_unread(document.directory, each) for each in wanted)
