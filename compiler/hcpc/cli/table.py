"""The table of clusters that `hcpc compile --table` shows."""

from rich.console import Console
from rich.table import Table

from hcpc.pipeline import Compilation


def cluster_table(result: Compilation) -> None:
    """Print one line per hosted cluster to standard output."""
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
        table.add_row(
            cluster.name,
            cluster.management_cluster or "-",
            cluster.platform or "-",
            _short(cluster.release),
            str(1 + len(cluster.node_pools)) if cluster.management_cluster else "-",
            str(findings.get(cluster.name, 0)),
        )
    console = Console(highlight=False)
    # Off a terminal nothing is gained by wrapping.
    console.print(table, width=None if console.is_terminal else 200)


def _short(release: str) -> str:
    """A release for a table: its version, or the end of its image."""
    text = release.rpartition("/")[2]
    name, at, digest = text.partition("@sha256:")
    return f"{name}@{digest[:7]}" if at else text
