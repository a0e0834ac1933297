"""What a restore lacks because a running cluster lost what it cannot lose: one cause, one finding.

Runs when policies had their say: where the cause is waived, or no error any more, what follows from
it is told after all.
"""

from collections.abc import Iterator

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Diagnostic, Severity

_FOLLOWING = {
    codes.NOT_RECOVERABLE.id,
    codes.RESTORE_REFUSED.id,
    codes.LEFT_TO_OPERATOR.id,
    codes.NOT_ENCRYPTED.id,
}
_CALLED = {"secretEncryption": "encryption"}
"""What restores call a field of a HostedCluster, where that is another word."""


def without_consequences(findings: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The findings, in their order, but for what follows from a fixed field that changed."""
    frozen = {
        lost
        for found in findings
        if found.code == codes.FIELD_FROZEN.id and found.severity is Severity.ERROR
        for lost in _lost(found)
    }
    return tuple(each for each in findings if not _follows(each, frozen)) if frozen else findings


def _lost(found: Diagnostic) -> Iterator[tuple[str, str]]:
    """Clusters, each with the field that it lost."""
    for subject in found.subjects:
        field = subject.rpartition("/")[2]
        for cluster in found.clusters:
            yield cluster, _CALLED.get(field, field)


def _follows(each: Diagnostic, frozen: set[tuple[str, str]]) -> bool:
    if each.code not in _FOLLOWING or not each.clusters or not each.subjects:
        return False
    return all((cluster, field) in frozen for cluster in each.clusters for field in each.subjects)
