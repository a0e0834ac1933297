"""Options that several commands share, and what they lead to."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.render import RENDERERS, render
from hcpc.diagnostics.render.cells import escaped
from hcpc.diagnostics.render.colour import use_colour
from hcpc.diagnostics.render.report import Report
from hcpc.pipeline import Options
from hcpc.run.cache import Cache, cache_path
from hcpc.source.discover import FLEET_FILE, find_root

F = TypeVar("F", bound=Callable[..., Any])
Color = Literal["auto", "always", "never"]


def fleet_option(function: F) -> F:
    """`-C DIR`: the fleet's root."""
    return click.option(
        "-C",
        "--fleet",
        "fleet",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help=f"Directory of the fleet.  [default: the nearest one with a {FLEET_FILE}]",
    )(function)


def report_options(function: F) -> F:
    """`-o FORMAT` and `--color`."""
    function = click.option(
        "-o",
        "--format",
        "form",
        type=click.Choice(sorted(RENDERERS)),
        default="text",
        show_default=True,
        help="Form of the findings.",
    )(function)
    return click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Whether to colour text; auto does on a terminal.",
    )(function)


def answer_options(function: F) -> F:
    """`-o json|text`, for commands that answer a question."""
    return click.option(
        "-o",
        "--format",
        "form",
        type=click.Choice(["json", "text"]),
        default="text",
        show_default=True,
        help="Form of the answer.",
    )(function)


def run_options(function: F) -> F:
    """`--jobs`, `--executor` and `--no-cache`."""
    function = click.option(
        "-j",
        "--jobs",
        type=click.IntRange(min=0),
        default=0,
        help="Processes to use.  [default: one for each processor]",
    )(function)
    function = click.option(
        "--executor",
        default="auto",
        show_default=True,
        help="Where to run: auto, serial, processes, or dask://HOST:PORT.",
        callback=_known_executor,
    )(function)
    return click.option("--no-cache", is_flag=True, help="Neither use nor write the cache.")(
        function
    )


def _known_executor(_ctx: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value in {"auto", "serial", "processes"} or value.startswith("dask://"):
        return value
    raise click.BadParameter("choose auto, serial, processes, or dask://HOST:PORT")


def fleet_root(chosen: Path | None) -> Path:
    """The fleet's root directory; a usage error when there is none."""
    root = find_root(Path.cwd()) if chosen is None else chosen
    if root is None or not (root / FLEET_FILE).is_file():
        where = chosen or Path.cwd()
        raise click.UsageError(
            f"no {FLEET_FILE} in {escaped(str(where))}{'' if chosen else ' or above'}; "
            "'hcpc init' starts a fleet, -C names one"
        )
    return root


def run_with(root: Path, *, executor: str, jobs: int, no_cache: bool) -> Options:
    """The pipeline's options."""
    cache = Cache(None if no_cache else cache_path(root))
    return Options(executor, jobs, cache)


def show(findings: Sequence[Diagnostic], clusters: int, form: str, color: Color) -> None:
    """Print findings to standard output."""
    report = Report(tuple(findings), clusters)
    text = render(form, report, colour=use_colour(color, sys.stdout))
    click.echo(text, nl=not text.endswith("\n"), color=True)
