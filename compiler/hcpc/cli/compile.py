"""`hcpc compile`: write the manifests of every hosted cluster."""

import os
import sys
from pathlib import Path

import click

from hcpc.cli.options import (
    EXIT_FINDINGS,
    EXIT_USAGE,
    Color,
    fleet_option,
    fleet_root,
    report_options,
    run_options,
    run_with,
    show,
)
from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.emit.plan import WritePlan, plan_write
from hcpc.emit.report import report_plan
from hcpc.emit.write import execute
from hcpc.pipeline import Compilation, compile_fleet
from hcpc.run.executor import ExecutorUnavailableError


@click.command(name="compile")
@fleet_option
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Directory to write to.  [default: the fleet's `output`]",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when files are stale.")
@click.option("--allow-removals", is_flag=True, help="Let hosted clusters leave the rendered tree.")
@click.option("--table", is_flag=True, help="Show a table of the clusters.")
@report_options
@run_options
def command(
    *,
    fleet: Path | None,
    output: Path | None,
    check: bool,
    allow_removals: bool,
    table: bool,
    form: str,
    color: Color,
    jobs: int,
    executor: str,
    no_cache: bool,
) -> None:
    """Compile a fleet: write the manifests of every hosted cluster.

    With errors nothing is written and nothing removed. Only files that hcpc wrote itself are
    ever removed, and a hosted cluster only with --allow-removals.
    """
    if table and form != "text":
        raise click.UsageError("--table goes with -o text only")
    root = fleet_root(fleet)
    options = run_with(root, executor=executor, jobs=jobs, no_cache=no_cache)
    try:
        result = compile_fleet(root, options, output=output)
        sink = Sink()
        for found in result.findings:
            sink.add(found)
        # With errors files are missing that are still wanted: no plan could be right.
        plan = WritePlan({}, (), 0)
        if not result.has_errors:
            plan = plan_write(result.target, result.files, result.kept)
        target = os.path.relpath(result.target, root)
        report_plan(plan, target, sink, check=check, allow_removals=allow_removals)
        if not (check or sink.has_errors):
            execute(result.target, plan)
        options.cache.save(None if check or sink.has_errors else result.target)
    except ExecutorUnavailableError as failure:
        click.echo(f"hcpc: {failure}", err=True)
        sys.exit(EXIT_USAGE)
    except OSError as failure:
        click.echo(f"hcpc: cannot write: {failure.strerror}: {failure.filename}", err=True)
        sys.exit(EXIT_USAGE)
    _finish(result, plan, sink.findings(), check=check, table=table, form=form, color=color)
    if sink.has_errors:
        sys.exit(EXIT_FINDINGS)


def _finish(
    result: Compilation,
    plan: WritePlan,
    findings: list[Diagnostic],
    *,
    check: bool,
    table: bool,
    form: str,
    color: Color,
) -> None:
    if table:
        from hcpc.cli.table import cluster_table  # noqa: PLC0415  # rich is slow to import

        cluster_table(result)
    show(findings, len(result.clusters), form, color)
    if form == "text" and not result.has_errors:
        wrote = not (check or any(found.severity == "error" for found in findings))
        verb = "wrote" if wrote else "would write"
        click.echo(
            f"{verb} {len(plan.write)}, {'removed' if wrote else 'remove'} {len(plan.remove)}, "
            f"{plan.unchanged} unchanged"
        )
