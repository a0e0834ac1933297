"""The page of an organisation's rule: what it says, where, and who is let off."""

from collections.abc import Iterator, Mapping
from typing import Any

from hcpc.diagnostics.render.cells import escaped
from hcpc.resolve.scope import Environment
from hcpc.source.secrets import without
from hcpc.verify.policies.read import Entry, read_policies

_SCOPE = {
    "cluster": "clusters `{}`",
    "managementCluster": "management clusters `{}`",
    "platform": "platform `{}`",
    "directory": "below `{}`",
}


def pages(environment: Environment) -> dict[str, str]:
    """Markdown by the ids of all rules in the fleet."""
    policies = read_policies(environment)
    waivers: dict[str, list[Entry]] = {}
    for waiver in policies.waivers:
        waivers.setdefault(waiver.rule, []).append(waiver)
    return {rule.rule: _page(rule, waivers.get(rule.rule, [])) for rule in policies.rules}


def _page(rule: Entry, waivers: list[Entry]) -> str:
    lines = [line for block in _blocks(rule, waivers) for line in (*block, "")]
    text = "".join(f"{escaped(line)}\n" for line in lines[:-1])
    return without(text, rule.document.file.text)


def _blocks(rule: Entry, waivers: list[Entry]) -> Iterator[list[str]]:
    data = rule.data
    yield [f"# {rule.rule}: {' '.join(str(data['message']).split())}"]
    of = "node pool of each cluster" if data.get("for") == "pool" else "cluster"
    yield [
        f"Asked of each {of} in {_where(rule)}; {rule.severity} where it does not hold.",
        f"It is a rule of Policy `{rule.document.name}`, at {rule.key.location}.",
    ]
    yield ["```cel", *str(data["expression"]).strip().splitlines(), "```"]
    if "help" in data:
        yield ["## What to do", "", *str(data["help"]).strip().splitlines()]
    if waivers:
        yield ["## Waived", "", *(_waived(each) for each in waivers)]


def _waived(waiver: Entry) -> str:
    data = waiver.data
    ticket = f" ({data['ticket']})" if "ticket" in data else ""
    return (
        f"- in {_where(waiver)}, until {data['expires']}, by {data['owner']}: "
        f"{' '.join(str(data['reason']).split())}{ticket}; {waiver.span('rule').location}"
    )


def _where(entry: Entry) -> str:
    directory = entry.document.directory
    place = f"`{directory}`" if directory else "the fleet"
    return ", ".join([place, *_limits(entry.data.get("scope", {}))])


def _limits(scope: Mapping[str, Any]) -> Iterator[str]:
    for field, words in _SCOPE.items():
        if field in scope:
            yield words.format(scope[field])
    for name, value in sorted(scope.get("clusterLabels", {}).items()):
        yield f"label `{name}: {value}`"
