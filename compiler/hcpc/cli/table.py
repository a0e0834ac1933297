"""The table of clusters that `hcpc compile --table` shows."""

import sys

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hcpc.cli.options import Color
from hcpc.diagnostics.render.cells import escaped
from hcpc.diagnostics.render.colour import use_colour
from hcpc.pipeline import Compilation

_WIDEST = 10_000
"""Of a line: a terminal breaks one that is too long for it, and nothing is left out."""


def show_table(result: Compilation, color: Color) -> None:
    """Print one line per hosted cluster to standard output."""
    console = Console(highlight=False, force_terminal=use_colour(color, sys.stdout), width=_WIDEST)
    with console.capture() as printed:
        console.print(_table(result))
    click.echo(printed.get(), nl=False, color=True)


def _table(result: Compilation) -> Table:
    findings: dict[str, int] = {}
    for found in result.findings:
        for name in found.clusters:
            findings[name] = findings.get(name, 0) + 1
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("CLUSTER", "MANAGED BY", "PLATFORM", "RELEASE"):
        table.add_column(title, no_wrap=True)
    for title in ("OBJECTS", "FINDINGS"):
        table.add_column(title, justify="right")
    for cluster in result.clusters:
        is_known = bool(cluster.management_cluster)
        cells = (
            cluster.name,
            cluster.management_cluster or "-",
            cluster.platform or "-",
            _short(cluster.release),
            str(1 + len(cluster.node_pools) + len(cluster.objects)) if is_known else "-",
            str(findings.get(cluster.name, 0)),
        )
        table.add_row(*(Text(escaped(cell)) for cell in cells))
    return table


def _short(release: str) -> str:
    """A release for a table: its version, or the end of its image."""
    text = release.rpartition("/")[2]
    name, at, digest = text.partition("@sha256:")
    return f"{name}@{digest[:7]}" if at else text
