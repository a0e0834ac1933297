"""Relabel rules: short forms to rules, and what rules do to a series.

Prometheus reads expressions as RE2 does and matches them as a whole, so RE2 itself is asked:
what Python takes for an expression is something else, and a bad one stops every cluster that
uses the set. Source: Prometheus, model/relabel/relabel.go.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import md5
from typing import Any, NamedTuple

from hcpc.syntax.tree import Path

NAME = "__name__"
_CHOICE = re.compile(r"\{([^}]*)\}")
_SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$])")
_WHOLE_NUMBER = re.compile(r"[0-9]+")
# Prometheus writes 3 as 3.0 in these, since its version 3.
_FLOAT_LABELS = {"le", "quantile"}
# RE2's one-byte escape, which Go leaves out; an even number of backslashes before it escapes none.
_ONE_BYTE = re.compile(r"(?<!\\)(?:\\\\)*\\C")
_TEMPLATE = re.compile(r"\$(?:(\$)|(\w+)|\{(\w+)\})")
_VALID_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


class Rule(NamedTuple):
    """A relabel rule as Prometheus has it, and the step in its component that says it."""

    body: dict[str, Any]
    source: Path = ()

    @property
    def action(self) -> str:
        """What it does, in lower case."""
        action: str = self.body.get("action", "replace")
        return action.lower()


def rules_of(component: Mapping[str, Any]) -> list[Rule]:
    """The rules of a component's short form: keep, then drop one by one, then the raw ones."""
    rules: list[Rule] = []
    if "keep" in component:
        regex = "|".join(_expression(names) for names in component["keep"])
        rules.append(_on_names("keep", [NAME], regex, ("keep",)))
    for number, each in enumerate(component.get("drop", ())):
        rules.append(_drop(each, ("drop", number)))
    for number, each in enumerate(component.get("relabel", ())):
        rules.append(Rule(each, ("relabel", number)))
    return rules


def _drop(dropped: str | dict[str, Any], source: Path) -> Rule:
    if isinstance(dropped, str):
        return _on_names("drop", [NAME], _expression(dropped), source)
    labels: dict[str, list[str]] = dropped["labels"]
    parts = [_expression(dropped["metric"])]
    for label, values in labels.items():
        parts.append(_grouped([_value(label, each) for each in values]))
    return _on_names("drop", [NAME, *labels], ";".join(parts), source)


def _on_names(action: str, labels: list[str], regex: str, source: Path) -> Rule:
    return Rule({"action": action, "regex": regex, "sourceLabels": labels}, source)


def _expression(names: str) -> str:
    """`etcd_{debugging,disk}*` as an expression; all else in a name stands for itself."""
    grouped = _CHOICE.sub(lambda found: f"({found[1].replace(',', '|')})", names)
    return grouped.replace("*", ".*")


def _value(label: str, value: str) -> str:
    quoted = _SPECIAL.sub(r"\\\1", value)
    if label in _FLOAT_LABELS and _WHOLE_NUMBER.fullmatch(value):
        return rf"{quoted}(\.0)?"
    return quoted


def _grouped(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({'|'.join(parts)})"


def fault_of(regex: str) -> str:
    """Why Prometheus would not read an expression; empty if it would."""
    if _ONE_BYTE.search(regex):
        return r"invalid escape sequence: \C"
    import re2  # noqa: PLC0415  # the short forms need no check

    try:
        _compiled(regex)
    except re2.error as fault:
        reason = fault.args[0] if fault.args else b""
        return reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    return ""


@lru_cache(maxsize=1024)
def _compiled(regex: str) -> Any:
    import re2  # noqa: PLC0415  # as above

    options = re2.Options()
    options.log_errors = False
    options.dot_nl = True
    return re2.compile(regex, options)


class Outcome(NamedTuple):
    """What becomes of a series: its labels, and the rule that dropped it, if one did."""

    labels: dict[str, str]
    dropped_by: Rule | None = None


def apply(rules: Iterable[Rule], labels: Mapping[str, str]) -> Outcome:
    """Apply rules in their order to the labels of one series, `__name__` among them."""
    current = dict(labels)
    for rule in rules:
        if not _step(rule, current):
            return Outcome(current, rule)
    return Outcome(current)


def _step(rule: Rule, labels: dict[str, str]) -> bool:
    """Change the labels as a rule says; whether the series stays."""
    body, action = rule.body, rule.action
    regex = _compiled(body.get("regex", "(.*)"))
    separator: str = body.get("separator", ";")
    value = separator.join(labels.get(name, "") for name in body.get("sourceLabels", ()))
    target: str = body.get("targetLabel", "")
    match action:
        case "keep":
            return regex.fullmatch(value) is not None
        case "drop":
            return regex.fullmatch(value) is None
        case "keepequal":
            return labels.get(target, "") == value
        case "dropequal":
            return labels.get(target, "") != value
        case "replace":
            _replace(regex, body, value, labels)
        case "hashmod":
            _set(labels, target, str(_hash(value) % int(body["modulus"])))
        case "lowercase":
            _set(labels, target, value.lower())
        case "uppercase":
            _set(labels, target, value.upper())
        case _:
            _change_names(action, regex, body, labels)
    return True


def _replace(regex: Any, body: Mapping[str, Any], value: str, labels: dict[str, str]) -> None:
    found = regex.fullmatch(value)
    if found is None:
        return
    target = _expand(body["targetLabel"], found)
    if _VALID_LABEL.fullmatch(target):
        _set(labels, target, _expand(body.get("replacement", "$1"), found))


def _change_names(action: str, regex: Any, body: Mapping[str, Any], labels: dict[str, str]) -> None:
    """The actions that look at the names of labels, not at values."""
    for name, value in list(labels.items()):
        found = regex.fullmatch(name)
        if action == "labelmap" and found:
            labels[_expand(body.get("replacement", "$1"), found)] = value
        elif (action == "labeldrop" and found) or (action == "labelkeep" and not found):
            del labels[name]


def _set(labels: dict[str, str], name: str, value: str) -> None:
    """Prometheus has no empty labels."""
    if value:
        labels[name] = value
    else:
        labels.pop(name, None)


def _hash(value: str) -> int:
    """The last eight bytes of the MD5 sum, as Prometheus shards by it."""
    return int.from_bytes(md5(value.encode(), usedforsecurity=False).digest()[8:], "big")


def _expand(template: str, found: Any) -> str:
    """Go's `Regexp.Expand`: `$1`, `${1}` and `$$`; groups that are not there are empty."""

    def group(at: re.Match[str]) -> str:
        name = at[2] or at[3]
        if name is None:
            return "$"
        try:
            return found.group(int(name) if name.isdigit() else name) or ""
        except (IndexError, KeyError):
            return ""

    return _TEMPLATE.sub(group, template)
