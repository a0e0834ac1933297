"""Policy documents themselves: what their entries name, and whether their expressions are CEL."""

from collections.abc import Collection, Iterable

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import CODES, is_firm, is_never_lowered
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean, suggest
from hcpc.resolve.scope import Environment
from hcpc.verify.policies.read import Entry, Policies, can_be_waived, read_policies

_NEVER = "mend what is found; `hcpc explain HCP1704` says why"
_WAIVE = "report the fault of hcpc, and waive the finding until it is mended"
_RENEW = "remove or renew the waiver that it is about, or give it another severity"
_LIST = "`hcpc explain CODE` shows the page of a code"


def check(environment: Environment, sink: Sink) -> None:
    """As `hcpc.verify.policies.check_policies`."""
    policies = read_policies(environment)
    for entry in (*policies.severities, *policies.waivers):
        _check_rule(entry, policies.ids, environment, sink)
    _check_firm(policies, sink)
    _check_ids(policies.rules, sink)
    if policies.rules:
        from hcpc.verify.policies.check_rule import check_rule  # noqa: PLC0415  # CEL takes a while

        for rule in policies.rules:
            check_rule(rule, environment, sink)


def _check_rule(entry: Entry, known: Collection[str], environment: Environment, sink: Sink) -> None:
    name = entry.rule
    if name in known or name in CODES or any(name in file.text for file in environment.unread):
        return
    if name.startswith("ORG"):
        label, hint = did_you_mean(name, known), "rules of your own stand under `rules` of a Policy"
    else:
        # Any two codes look alike; somebody mixed up digits, or knows the section.
        alike = [code for code in CODES if code[:5] == name[:5] or sorted(code) == sorted(name)]
        near = suggest(name, alike)
        label = f"did you mean `{near}`, {CODES[near].title}?" if near else ""
        hint = _LIST
    sink.report(
        codes.UNKNOWN_RULE,
        entry.span("rule"),
        f"there is no rule `{name}`",
        label=label,
        help="" if label else hint,
        subjects=(name,),
    )


def _check_firm(policies: Policies, sink: Sink) -> None:
    for entry in policies.severities:
        if is_never_lowered(entry.rule) and entry.data["severity"] != "error":
            remedy = _NEVER if is_firm(entry.rule) else _WAIVE
            _report_firm(entry, "severity", "is always an error", remedy, sink)
    for entry in policies.waivers:
        if is_firm(entry.rule):
            _report_firm(entry, "rule", "cannot be waived", _NEVER, sink)
        elif entry.rule in CODES and not can_be_waived(entry.rule):
            _report_firm(entry, "rule", "cannot be waived", _RENEW, sink)


def _report_firm(entry: Entry, field: str, what: str, remedy: str, sink: Sink) -> None:
    message = f"`{entry.rule}` ({CODES[entry.rule].title}) {what}"
    sink.report(codes.NOT_LOWERED, entry.span(field), message, help=remedy)


def _check_ids(rules: Iterable[Entry], sink: Sink) -> None:
    """An id is one rule's in the whole fleet: whoever reads it somewhere must find it."""
    first: dict[str, Entry] = {}
    for rule in sorted(rules, key=lambda each: each.key.order):
        other = first.setdefault(rule.rule, rule)
        if other is not rule:
            sink.report(
                codes.DUPLICATE_NAME,
                rule.key,
                f"rule `{rule.rule}` is declared twice",
                secondary=(Label(other.key, "first declared here"),),
                help="give one of them another id",
            )
