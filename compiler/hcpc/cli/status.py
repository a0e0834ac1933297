"""`hcpc status`: what runs where, by what the syncs of all management clusters tell in git."""

import gc
import json
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import NamedTuple

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from hcpc.cli.ending import FINDINGS, fail, say
from hcpc.cli.options import Color, answer_options
from hcpc.cli.sync_options import Duration, default_directory
from hcpc.diagnostics.render.cells import escaped
from hcpc.diagnostics.render.colour import use_colour
from hcpc.diagnostics.suggest import suggest
from hcpc.source.discover import find_repository
from hcpc.source.revision import RevisionError, commits_behind
from hcpc.sync.errors import SyncError
from hcpc.sync.git.status_ref import list_status
from hcpc.sync.records import HealthState
from hcpc.sync.status.documents import SUMMARY
from hcpc.sync.status.reading import ClusterReport, FleetReport, read_fleet
from hcpc.sync.status.table import HEAD, HEALTH_COLUMN, Behind, is_behind, notes, plain, rows

_WIDEST = 10_000
"""Of a line: a terminal breaks one that is too long for it, and nothing is left out."""
_STYLES = {
    HealthState.HEALTHY: "green",
    HealthState.PROGRESSING: "cyan",
    HealthState.PAUSED: "yellow",
    HealthState.UNKNOWN: "yellow",
    HealthState.DEGRADED: "bold red",
}
_FAULTS = ("degraded", "stuck", "drift", "lag")


class _Wish(NamedTuple):
    """What is asked for: where to read, what of it to show, and how."""

    source: str
    branch: str
    timeout: float
    form: str
    color: Color
    labels: tuple[tuple[str, str], ...]
    management_clusters: tuple[str, ...]
    unhealthy: bool
    fail_on: frozenset[str]


class _UnreadableError(Exception):
    """There is nothing to show; the text says why."""


def _labels(
    _ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """`LABEL=VALUE`, any number of times."""
    pairs = [value.partition("=") for value in values]
    for name, sign, value in pairs:
        if not name or not sign:
            raise click.BadParameter(f"{name + sign + value!r} is no LABEL=VALUE")
    return tuple((name, value) for name, _, value in pairs)


@click.command(name="status")
@click.argument("source", required=False, default="")
@answer_options
@click.option(
    "-l",
    "--selector",
    "labels",
    metavar="LABEL=VALUE",
    callback=_labels,
    multiple=True,
    help="Only hosted clusters with this label. Can be repeated; then all must fit.",
)
@click.option(
    "--management-cluster",
    "management_clusters",
    metavar="NAME",
    multiple=True,
    help="Only hosted clusters of this management cluster. Can be repeated.",
)
@click.option("--unhealthy", is_flag=True, help="Only hosted clusters that are not healthy.")
@click.option(
    "--fail-on",
    "fail_on",
    type=click.Choice(_FAULTS),
    multiple=True,
    help="End with 1 when a hosted cluster shown is so, or cannot be read. Can be repeated.",
)
@click.option(
    "--branch",
    metavar="NAME",
    default="",
    help="Branch that the management clusters follow, for LAG.  [default: the main branch]",
)
@click.option(
    "--watch",
    metavar="[SECONDS]",
    is_flag=False,
    flag_value=30,
    type=click.IntRange(min=1),
    help="Show it again and again.  [every 30 seconds unless said]",
)
@click.option(
    "--timeout",
    type=Duration(1),
    default=60,
    show_default="60s",
    help="How long git may take.",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Whether to colour text; auto does on a terminal.",
)
def command(
    source: str,
    form: str,
    labels: tuple[tuple[str, str], ...],
    management_clusters: tuple[str, ...],
    fail_on: tuple[str, ...],
    branch: str,
    watch: int | None,
    timeout: float,
    color: Color,
    *,
    unhealthy: bool,
) -> None:
    """Say what runs where, by what the syncs of all management clusters tell in git.

    SOURCE is the URL of the repository or a clone of it, by default the one around the current
    directory. No management cluster is asked.
    """
    shown = frozenset(fail_on)
    place = _repository(source)
    wish = _Wish(place, branch, timeout, form, color, labels, management_clusters, unhealthy, shown)
    if watch is None:
        try:
            sys.exit(_show(wish))
        except _UnreadableError as nothing:
            fail(str(nothing))
    _watch(wish, watch)


def _watch(wish: _Wish, seconds: int) -> None:
    """Show it until a signal comes; git may be away for a while."""
    gc.enable()  # this process lives for long
    while True:
        try:
            _show(wish, clear=True)
        except _UnreadableError as nothing:
            say(str(nothing))
        sys.stdout.flush()
        sleep(seconds)


def _repository(source: str) -> str:
    """The address as git takes it; of a place in a work tree the top of that."""
    if source.startswith("-") or not source.isprintable():
        raise click.UsageError("SOURCE is the URL of a git repository, or a directory")
    if source and ("://" in source or not Path(source).is_dir()):
        return source
    place = Path(source).resolve()
    found = find_repository(place)
    if found is None and not source:
        raise click.UsageError("no git repository here or above; name one as SOURCE")
    return str(found or place)


def _show(wish: _Wish, *, clear: bool = False) -> int:
    """Read and print it once; the exit code."""
    told = _told(wish)
    report = read_fleet(_chosen(told.statuses, wish.management_clusters))
    if not report.management_clusters:
        say(*report.faults) if report.faults else None
        raise _UnreadableError("none of the status documents can be read")
    fitting = tuple(each for each in report.clusters if _fits(each, wish))
    total = len(report.clusters)
    report = report._replace(clusters=fitting)
    behind = _behind(report.clusters, wish)
    if clear and sys.stdout.isatty():
        click.clear()
    _print(report, behind, wish, total)
    for line in (*_from_here(report, told.own), *report.faults):
        say(line)
    return FINDINGS if _is_bad(report, behind, wish.fail_on) else 0


class _Told(NamedTuple):
    """Files by management cluster, and of which of them only the clone itself has the latest."""

    statuses: Mapping[str, Mapping[str, bytes]]
    own: frozenset[str] = frozenset()


def _told(wish: _Wish) -> _Told:
    """What the origin has, and what the clone has where that is later: a sync of it came last."""
    directory = default_directory(f"status of {wish.source}")
    try:
        found = list_status(wish.source, directory, timeout=wish.timeout)
        if not Path(wish.source).is_dir():
            return _Told(found)
        directory = default_directory(f"own status of {wish.source}")
        here = list_status(wish.source, directory, timeout=wish.timeout, own=True)
    except SyncError as failure:
        raise _UnreadableError(str(failure)) from None
    told, known = _reported(here), _reported(found)
    own = {name: here[name] for name in here if told.get(name, "") > known.get(name, "")}
    own |= {name: here[name] for name in here.keys() - found.keys()}
    return _Told(dict(sorted({**found, **own}.items())), frozenset(own))


def _reported(statuses: Mapping[str, Mapping[str, bytes]]) -> dict[str, str]:
    """When something was last told of each management cluster, as far as it says."""
    summaries = {
        name: {SUMMARY: files[SUMMARY]} for name, files in statuses.items() if SUMMARY in files
    }
    return {each.name: each.reported for each in read_fleet(summaries).management_clusters}


def _from_here(report: FleetReport, own: frozenset[str]) -> list[str]:
    """Whose status nobody else sees."""
    shown = [each.name for each in report.management_clusters if each.name in own]
    if not shown:
        return []
    whose = ", ".join(shown)
    return [
        f"only this clone has the latest status of {whose}: the sync that wrote it read the clone"
    ]


def _chosen(
    statuses: Mapping[str, Mapping[str, bytes]], names: tuple[str, ...]
) -> dict[str, Mapping[str, bytes]]:
    if not statuses:
        raise _UnreadableError(
            "no management cluster has told anything yet: there is no branch `hcpc-status/…`"
        )
    for name in names:
        if name not in statuses:
            near = suggest(name, statuses)
            hint = f"; did you mean {near}?" if near else ""
            raise _UnreadableError(f"nothing is told of a management cluster {name}{hint}")
    return {name: files for name, files in statuses.items() if not names or name in names}


def _fits(cluster: ClusterReport, wish: _Wish) -> bool:
    if wish.unhealthy and cluster.health == HealthState.HEALTHY:
        return False
    return all(cluster.labels.get(name) == value for name, value in wish.labels)


def _behind(clusters: Iterable[ClusterReport], wish: _Wish) -> Behind:
    """What a clone knows of the commits: the one that is read, or the one around us."""
    place = Path(wish.source)
    clone = place if place.is_dir() else find_repository(Path.cwd())
    if clone is None:
        return {}
    try:
        return commits_behind(clone, sorted({each.applied for each in clusters}), wish.branch)
    except RevisionError as unknown:
        if wish.branch:
            raise _UnreadableError(str(unknown)) from None
        return {}


def _is_bad(report: FleetReport, behind: Behind, fail_on: frozenset[str]) -> bool:
    """Whether anything is as it should not be; what cannot be read may be."""
    failed = any(each.error for each in report.management_clusters)
    found = {
        "degraded": any(each.health == HealthState.DEGRADED for each in report.clusters),
        "stuck": any(each.stuck or each.alarms for each in report.clusters),
        "drift": any(each.drift for each in report.clusters),
        "lag": failed or any(is_behind(each, behind) for each in report.clusters),
    }
    return bool(fail_on and report.faults) or any(found[each] for each in fail_on)


def _print(report: FleetReport, behind: Behind, wish: _Wish, total: int) -> None:
    now = datetime.now(UTC)
    if wish.form == "json":
        answer = plain(report, behind)
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
        return
    if report.clusters:
        _print_table(list(rows(report, behind, now)), wish.color)
    else:
        click.echo(f"none of {total} hosted clusters fits" if total else "no hosted clusters")
    said = list(notes(report, now))
    if said:
        click.echo()
    for line in said:
        click.echo(escaped(line))


def _print_table(cells: list[tuple[str, ...]], color: Color) -> None:
    console = Console(highlight=False, force_terminal=use_colour(color, sys.stdout), width=_WIDEST)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in HEAD:
        table.add_column(title, no_wrap=True)
    for row in cells:
        state = row[HEALTH_COLUMN].partition(",")[0]
        texts = [Text(escaped(cell)) for cell in row]
        texts[HEALTH_COLUMN].stylize(_STYLES.get(HealthState(state), ""))
        table.add_row(*texts)
    with console.capture() as printed:
        console.print(table)
    lines = (line.rstrip() for line in printed.get().splitlines())
    click.echo("\n".join(lines), color=True)
