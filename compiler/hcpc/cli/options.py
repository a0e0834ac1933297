"""Options that several commands share, and what they lead to."""

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar, cast

import click

from hcpc.diagnostics.diagnostic import Severity
from hcpc.diagnostics.render import OF_REPOSITORIES, RENDERERS, render
from hcpc.diagnostics.render.cells import escaped
from hcpc.diagnostics.render.colour import use_colour
from hcpc.diagnostics.render.report import Report
from hcpc.pipeline import Compilation, Options
from hcpc.run.base import NO_BASE
from hcpc.run.cache import Cache, cache_path
from hcpc.source.discover import FLEET_FILE, find_repository, find_root

F = TypeVar("F", bound=Callable[..., Any])
Color = Literal["auto", "always", "never"]


class Telling(NamedTuple):
    """How findings are told: the form that is printed, forms that go to files, and the rest."""

    form: str
    color: Color
    files: tuple[tuple[str, Path], ...]
    paths_from: Path | None
    fail_on: Severity


def _forms_and_files(
    _ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, Path], ...]:
    """`FORM=FILE`, any number of times."""
    wanted = [value.partition("=") for value in values]
    for form, sign, file in wanted:
        if form not in RENDERERS or not sign or not file:
            forms = ", ".join(sorted(RENDERERS))
            raise click.BadParameter(f"{form + sign + file!r} is no FORM=FILE; forms are {forms}")
    return tuple((form, Path(file)) for form, _, file in wanted)


_REPORT_OPTIONS = (
    click.option(
        "-o",
        "--format",
        "form",
        type=click.Choice(sorted(RENDERERS)),
        default="text",
        show_default=True,
        help="Form of the findings.",
    ),
    click.option(
        "--report",
        "files",
        metavar="FORM=FILE",
        callback=_forms_and_files,
        multiple=True,
        help="Write the findings to a file as well, in another form. Can be repeated.",
    ),
    click.option(
        "--paths-from",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Directory that paths of findings are told from.  [default: the fleet; of "
        f"{', '.join(sorted(OF_REPOSITORIES))} the git repository around it]",
    ),
    click.option(
        "--fail-on",
        type=click.Choice(["error", "warning"]),
        default="error",
        show_default=True,
        help="How bad a finding makes the exit code 1.",
    ),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Whether to colour text; auto does on a terminal.",
    ),
)


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
    """`-o FORMAT`, `--report`, `--paths-from`, `--fail-on` and `--color`, as one `telling`."""

    @functools.wraps(function)
    def bundled(
        *,
        form: str,
        color: Color,
        files: tuple[tuple[str, Path], ...],
        paths_from: Path | None,
        fail_on: str,
        **others: Any,
    ) -> None:
        function(telling=Telling(form, color, files, paths_from, Severity(fail_on)), **others)

    for option in reversed(_REPORT_OPTIONS):
        bundled = option(bundled)
    return cast("F", bundled)


def base_option(function: F) -> F:
    """`--base REV`: what changes are held against."""
    return click.option(
        "--base",
        metavar="REV",
        default="",
        envvar="HCPC_BASE",
        help="Revision to compare with, as running clusters are there; `REV...` for where HEAD "
        f"left it, `{NO_BASE}` for none.  [env: HCPC_BASE; default: where HEAD left the main "
        "branch]",
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
    try:
        return Options(executor, jobs, cache)
    except ValueError as wrong:  # what the environment says of today
        raise click.UsageError(escaped(str(wrong))) from None


def report_of(result: Compilation, telling: Telling) -> Report:
    """What a run found, and did not look at."""
    return Report(
        result.findings,
        len(result.clusters),
        waived=result.waived,
        unchecked=result.unchecked,
        fail_on=telling.fail_on,
        pages=result.pages,
        tombstones=len(result.tombstones),
    )


def show(report: Report, root: Path, telling: Telling) -> None:
    """Write findings to the files that were asked for, and print them to standard output."""
    for form, file in telling.files:
        seen = report.seen_from(_below(root, form, telling))
        file.write_text(render(form, seen, colour=False), encoding="utf-8")
    seen = report.seen_from(_below(root, telling.form, telling))
    text = render(telling.form, seen, colour=use_colour(telling.color, sys.stdout))
    click.echo(text, nl=not text.endswith("\n"), color=True)


def _below(root: Path, form: str, telling: Telling) -> str:
    """Where the fleet lies below the directory that paths are told from; with `/` at its end.

    People who run a command read paths from the fleet, as its files name each other. Forms for a
    forge need them from the root of the repository, which only git knows.
    """
    real = os.path.realpath(root)
    chosen = telling.paths_from
    if chosen is None:
        if form not in OF_REPOSITORIES:
            return ""
        chosen = find_repository(Path(real)) or Path(real)
    below = os.path.relpath(real, os.path.realpath(chosen))
    if below == os.pardir or below.startswith(os.pardir + os.sep):
        raise click.UsageError(f"the fleet is not in {escaped(str(chosen))}, as --paths-from says")
    return "" if below == os.curdir else below.replace(os.sep, "/") + "/"
