"""`hcpc secrets`: which Secrets must exist, with which keys."""

import json
import sys
from pathlib import Path

import click

from hcpc.cli.ending import FINDINGS, fail, say
from hcpc.cli.options import answer_options, fleet_option, fleet_root
from hcpc.inventory import Inventory, list_secrets
from hcpc.resolve.lookup import UnknownNameError


@click.command(name="secrets")
@click.argument("clusters", nargs=-1)
@answer_options
@fleet_option
def command(clusters: tuple[str, ...], form: str, fleet: Path | None) -> None:
    """List the Secrets that clusters name, with the keys that HyperShift reads.

    Those that no ExternalSecret brings must be made by hand, in the cluster's namespace.
    """
    try:
        inventory = list_secrets(fleet_root(fleet), clusters)
    except UnknownNameError as unknown:
        fail(str(unknown))
    click.echo(_json(inventory) if form == "json" else _text(inventory), nl=False)
    if inventory.faulty:
        say(f"left out, because they have faults: {', '.join(inventory.faulty)}; run 'hcpc lint'")
        sys.exit(FINDINGS)


def _json(inventory: Inventory) -> str:
    secrets = [
        {
            "managementCluster": each.management_cluster,
            "cluster": each.cluster,
            "namespace": each.namespace,
            "name": each.name,
            "keys": list(each.keys),
            "fromStore": each.from_store,
        }
        for each in inventory.secrets
    ]
    return json.dumps({"secrets": secrets, "faulty": list(inventory.faulty)}, indent=2) + "\n"


def _text(inventory: Inventory) -> str:
    head = ("CLUSTER", "NAMESPACE", "SECRET", "KEYS", "FROM")
    rows = [
        (
            each.cluster,
            each.namespace,
            each.name,
            ", ".join(each.keys) or "(up to the platform)",
            "store" if each.from_store else "by hand",
        )
        for each in inventory.secrets
    ]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    ]
    return "\n".join(lines) + "\n"
