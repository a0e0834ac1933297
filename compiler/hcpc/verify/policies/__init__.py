"""Policies: what an organisation thinks of findings, and rules of its own.

Most fleets have few policies or none: what works on them is imported where there are some.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from hcpc.diagnostics.codes import is_firm
from hcpc.diagnostics.diagnostic import Diagnostic, Severity
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.waived import Answered, Waived
from hcpc.resolve.scope import Environment
from hcpc.verify.fleet import Summary
from hcpc.verify.policies.read import has_policies, read_policies
from hcpc.verify.subject import Subject


class Judgement(NamedTuple):
    """What is left of the findings, what is waived of them, and who answers for which cluster's.

    `answered` depends neither on the day nor on a base revision.
    """

    findings: tuple[Diagnostic, ...]
    waived: tuple[Waived, ...] = ()
    answered: tuple[Answered, ...] = ()


def check_policies(environment: Environment, sink: Sink) -> None:
    """Report entries about nothing, or about what no policy decides, and what is no CEL."""
    if has_policies(environment):
        from hcpc.verify.policies.check import check  # noqa: PLC0415  # as said above

        check(environment, sink)


def check_org_rules(subject: Subject, environment: Environment, sink: Sink) -> None:
    """Ask every rule that the cluster's directory sees, and whose scope fits it."""
    if has_policies(environment) and read_policies(environment).rules:
        from hcpc.verify.policies.org_rules import check  # noqa: PLC0415  # as said above

        check(subject, environment, sink)


def judge(
    findings: Iterable[Diagnostic],
    clusters: Sequence[Summary],
    environment: Environment,
    today: date,
) -> Judgement:
    """Apply every Policy to the findings of a run: the last word on how bad they are."""
    found = tuple(findings)
    if not has_policies(environment):
        return Judgement(found)
    from hcpc.verify.policies.court import judge as apply  # noqa: PLC0415  # as said above

    return Judgement(*apply(found, clusters, environment, today))


def may_be_written(sink: Sink, environment: Environment) -> bool:
    """Whether a cluster's manifests are wanted, although `judge` may leave errors standing.

    Depends on what is found and on whether there is any Policy, not on what this says: that is not
    part of what is remembered of a cluster.
    """
    if not sink.has_errors:
        return True
    found = sink.findings() if has_policies(environment) else ()
    return bool(found) and not any(
        each.severity is Severity.ERROR and is_firm(each.code) for each in found
    )
