"""`hcpc metrics`: what is collected of control planes."""

import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import click

from hcpc.cli.ending import FINDINGS, fail, say
from hcpc.cli.options import answer_options, fleet_option, fleet_root
from hcpc.payloads.exposition import ExpositionError, read_series
from hcpc.preview import (
    BadRuleError,
    Chosen,
    MetricPreview,
    choose_set,
    preview,
)
from hcpc.resolve.lookup import UnknownNameError
from hcpc.resolve.operator_setup import SRE
from hcpc.spec.metrics import COMPONENTS, WITHOUT_EFFECT


@click.group(name="metrics")
def command() -> None:
    """Say what is collected of control planes."""


@command.command(name="preview", short_help="Say which metrics are kept and dropped.")
@click.argument("target", metavar="CLUSTER-OR-MANAGEMENT")
@click.option(
    "--from",
    "source",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    required=True,
    help="What the component answers to a scrape, in the text format; - for standard input.",
)
@click.option(
    "--component",
    type=click.Choice(COMPONENTS),
    metavar="NAME",
    help="Component that the metrics are of.  [default: a line for each]",
)
@answer_options
@fleet_option
def preview_command(
    target: str, source: Path, component: str | None, form: str, fleet: Path | None
) -> None:
    """Say which metrics would be collected, and which rule drops the others.

    The metrics set is the one that the cluster uses, or for a management cluster the one of
    clusters that choose none.
    """
    components = [component] if component else [c for c in COMPONENTS if c not in WITHOUT_EFFECT]
    try:
        chosen = choose_set(fleet_root(fleet), target)
        series = list(read_series(_content(source).decode()))
        found = {name: preview(chosen, name, series) for name in components}
    except UnknownNameError as unknown:
        fail(str(unknown))
    except BadRuleError as bad:
        fail(str(bad), FINDINGS)
    except (ExpositionError, UnicodeDecodeError) as bad:
        fail(f"{source}: {bad}")
    if form == "json":
        text = _json(chosen, found)
    elif component:
        text = f"{_head(chosen, component)}\n\n{_details(found[component])}"
    else:
        text = f"{_head(chosen, '')}\n\n{_overview(found)}"
    click.echo(text, nl=False)
    if not chosen.sound:
        say(f"management cluster {chosen.management.name} has faults; run 'hcpc lint'")
        sys.exit(FINDINGS)


def _content(source: Path) -> bytes:
    return sys.stdin.buffer.read() if source == Path("-") else source.read_bytes()


def _json(chosen: Chosen, found: dict[str, list[MetricPreview]]) -> str:
    components = [
        {"component": name, "metrics": [_plain(each) for each in metrics]}
        for name, metrics in found.items()
    ]
    answer = {
        "target": chosen.target,
        "managementCluster": chosen.management.name,
        "metricsSet": chosen.metrics_set,
        "components": components,
    }
    return json.dumps(answer, indent=2) + "\n"


def _plain(metric: MetricPreview) -> dict[str, Any]:
    return {
        "name": metric.name,
        "series": metric.series,
        "kept": metric.kept,
        "droppedBy": [reason._asdict() for reason in metric.dropped_by],
        "becomes": list(metric.becomes),
    }


def _head(chosen: Chosen, component: str) -> str:
    of = f", component {component}" if component else ""
    whose = f" of management cluster {chosen.management.name}" if chosen.metrics_set == SRE else ""
    return f"{chosen.target}{of}: metrics set {chosen.metrics_set}{whose}"


def _details(metrics: Sequence[MetricPreview]) -> str:
    rows = [(each.name, str(each.series), str(each.kept), _why(each)) for each in metrics]
    return _table(("METRIC", "SERIES", "KEPT", "WHY"), rows) + f"\n{_sum(metrics)}\n"


def _why(metric: MetricPreview) -> str:
    reasons = [
        f"{reason.rule} ({reason.place})" if reason.place else reason.rule
        for reason in metric.dropped_by
    ]
    reasons += [f"becomes {name or 'nothing'}" for name in metric.becomes]
    return "; ".join(reasons)


def _sum(metrics: Sequence[MetricPreview]) -> str:
    kept = sum(each.kept == each.series for each in metrics)
    dropped = sum(each.kept == 0 for each in metrics)
    partly = len(metrics) - kept - dropped
    series, kept_series = sum(each.series for each in metrics), sum(each.kept for each in metrics)
    return (
        f"{len(metrics)} metrics: {kept} kept, {partly} in part, {dropped} dropped; "
        f"{kept_series} of {series} series kept"
    )


def _overview(found: dict[str, list[MetricPreview]]) -> str:
    rows = [(name, _sum(metrics)) for name, metrics in found.items()]
    return (
        _table(("COMPONENT", "IF THE METRICS ARE ITS OWN"), rows)
        + "\n--component NAME says which they are, and why\n"
    )


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    table = [head, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in table
    ]
    return "\n".join(lines) + "\n"
