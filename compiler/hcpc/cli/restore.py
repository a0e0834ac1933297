"""`hcpc restore`: could a cluster be brought back, and what is missing for it."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from hcpc.cli.ending import FINDINGS, fail, say
from hcpc.cli.options import answer_options, fleet_option, fleet_root
from hcpc.inventory import find_cluster, find_management_cluster
from hcpc.payloads.restore_readiness import Need, readiness, runbooks
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.lookup import UnknownNameError


@click.group(name="restore")
def command() -> None:
    """Say whether clusters could be restored."""


@command.command(name="check")
@click.argument("cluster")
@click.option("--to", "target", metavar="NAME", help="On this management cluster.")
@answer_options
@fleet_option
def check(cluster: str, target: str | None, form: str, fleet: Path | None) -> None:
    """Say whether a cluster could be restored today, and what is missing.

    Looks at the fleet only: whether the last backup succeeded is for its management cluster to say.
    Exits with 1 when something is missing.
    """
    try:
        found, environment = find_cluster(fleet_root(fleet), cluster)
        there = find_management_cluster(environment, target) if target else None
    except UnknownNameError as unknown:
        fail(str(unknown))
    if found is None:
        say(f"cluster {cluster} has faults; run 'hcpc lint'")
        sys.exit(FINDINGS)
    needs = readiness(found, there)
    where = target or found.management_cluster
    click.echo((_json if form == "json" else _text)(found, where, needs), nl=False)
    if _lacking(needs):
        sys.exit(FINDINGS)


def _lacking(needs: list[Need]) -> list[Need]:
    return [need for need in needs if need.fault and need.is_required]


def _state(need: Need) -> str:
    if not need.fault:
        return "ok"
    return "missing" if need.is_required else "advice"


def _json(cluster: Cluster, where: str, needs: list[Need]) -> str:
    listed: list[dict[str, Any]] = [
        {
            "need": need.name,
            "state": _state(need),
            **(
                {
                    "message": f"`{cluster.name}` {need.fault}",
                    "help": need.help,
                    "location": need.span.location,
                }
                if need.fault
                else {}
            ),
        }
        for need in needs
    ]
    answer = {
        "cluster": cluster.name,
        "managementCluster": cluster.management_cluster,
        "target": where,
        "restorable": not _lacking(needs),
        "needs": listed,
        "runbooks": runbooks(cluster),
    }
    return json.dumps(answer, indent=2, ensure_ascii=False) + "\n"


def _text(cluster: Cluster, where: str, needs: list[Need]) -> str:
    moves = where != cluster.management_cluster
    title = f"{cluster.name}, on {cluster.management_cluster}"
    lines = [f"{title}, restored on {where}" if moves else title, ""]
    width = max(len(need.name) for need in needs)
    for need in needs:
        head = f"  {_state(need):7}  {need.name:{width}}"
        if not need.fault:
            lines.append(head.rstrip())
            continue
        indent = " " * (width + 13)
        lines += [
            f"{head}  {need.fault}",
            f"{indent}{need.help}",
            f"{indent}at {need.span.location}",
        ]
    lacking = _lacking(needs)
    found = runbooks(cluster)
    lines += ["", *(f"runbook: {path}" for path in found)]
    count = f"{len(lacking)} thing{'s are' if len(lacking) > 1 else ' is'} missing"
    verdict = f"cannot be restored: {count}" if lacking else "can be restored"
    lines.append(f"{cluster.name} {verdict}")
    return "\n".join(lines) + "\n"
