"""A paused cluster gets no changes, no upgrades and no repairs; with `true` that never ends.

The CRD takes anything that begins like a time, the operator only a whole one. Source: HyperShift,
hostedcluster controller.
"""

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.kube.loose import text
from hcpc.spec.types import TIMESTAMP
from hcpc.verify.subject import Subject

_UNTIL = ("spec", "pausedUntil")
_SHORTEST = 4
"""Of what is shorter the schema tells."""


def check(subject: Subject, sink: Sink) -> None:
    """Warn of a pause without an end, refuse one that the operator cannot read."""
    until = text(subject.value(_UNTIL))
    if len(until) < _SHORTEST or until in {"false", "False"} or TIMESTAMP.fullmatch(until):
        return
    span = subject.span(subject.hosted_cluster, _UNTIL)
    if until in {"true", "True"}:
        sink.report(
            codes.PAUSED,
            span,
            "the cluster is paused for ever",
            help="write until when, such as `2027-03-01T06:00:00Z`, or remove it",
        )
    else:
        sink.report(
            codes.BAD_FORMAT,
            span,
            f"`pausedUntil` cannot be `{until}`",
            label="expected `true`, `false` or a time such as `2027-03-01T06:00:00Z`",
        )
