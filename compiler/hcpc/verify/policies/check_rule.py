"""A rule of the organisation by itself: whether it is CEL, and whether its field can be there."""

import re

from hcpc.cel import CelError
from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean, listed
from hcpc.resolve.scope import Environment
from hcpc.source.text import Span
from hcpc.spec.cluster import ClusterSpec
from hcpc.spec.fields import fields_at
from hcpc.spec.node_pool import NodePool
from hcpc.syntax.tree import Path, Scalar, find
from hcpc.verify.policies.expressions import compiled, variables
from hcpc.verify.policies.read import Entry


def check_rule(rule: Entry, environment: Environment, sink: Sink) -> None:
    """Report expressions that are no CEL, and a field that no cluster or node pool has."""
    for each in compiled(rule, environment):
        if each.fault is not None:
            _report(rule, each.field, each.fault, sink)
    _check_field(rule, sink)


def _report(rule: Entry, field: str, fault: CelError, sink: Sink) -> None:
    sink.report(
        codes.BAD_EXPRESSION,
        _place(rule, field, fault.offset),
        f"`{field}` of rule `{rule.rule}` is not CEL: {fault}",
        help=_remedy(rule, rule.data[field][fault.offset or 0 :]),
        subjects=(rule.rule,),
    )


def _remedy(rule: Entry, rest: str) -> str:
    """What to do about an expression, of which the rest cannot be read."""
    word = re.match(r"[A-Za-z_]\w*(?!\w*\()", rest)
    if word is None:
        return ""
    if word[0] in {"and", "or", "not"}:
        return "write `&&`, `||` and `!`"
    return f"a rule for a {_owner(rule)} can name {listed(variables(rule))}"


def _owner(rule: Entry) -> str:
    return "node pool" if rule.data.get("for") == "pool" else "cluster"


def _place(rule: Entry, field: str, offset: int | None) -> Span:
    """The character of an expression, where its text is what stands in the file."""
    whole = rule.span(field)
    scalar = find(rule.document.tree, (*rule.path, field))
    if offset is None or not isinstance(scalar, Scalar):
        return whole
    written = scalar.file.text[scalar.start : scalar.end]
    inner = written.find(scalar.text)
    if inner < 0:
        return whole
    start = min(scalar.start + inner + offset, scalar.end - 1)
    return Span(whole.file, start, start + 1)


def _check_field(rule: Entry, sink: Sink) -> None:
    at = rule.data.get("at")
    if not at:
        return
    model = NodePool if rule.data.get("for") == "pool" else ClusterSpec
    path: Path = ()
    for step in at.replace("[", ".").replace("]", "").split("."):
        known = fields_at(model, path)
        if not known:
            return
        if step not in known:
            sink.report(
                codes.UNKNOWN_FIELD,
                rule.span("at"),
                f"a {_owner(rule)} has no field `{at}`",
                label=did_you_mean(step, known),
                help="name a field as the spec has it; what it becomes is in the reference",
            )
            return
        path = (*path, step)
