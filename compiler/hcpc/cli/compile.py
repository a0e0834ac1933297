"""`hcpc compile`: write the manifests of every hosted cluster."""

import os
import sys
from pathlib import Path

import click

from hcpc.cli.ending import FINDINGS
from hcpc.cli.options import (
    Telling,
    base_option,
    fleet_option,
    fleet_root,
    report_of,
    report_options,
    run_options,
    run_with,
    show,
)
from hcpc.diagnostics.codes import CLUSTER_LEAVES
from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.waived import Waived
from hcpc.emit.plan import WritePlan, plan_write
from hcpc.emit.report import removed_clusters, report_plan
from hcpc.emit.write import execute
from hcpc.pipeline import Compilation, compile_fleet


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
@base_option
@report_options
@run_options
def command(
    *,
    fleet: Path | None,
    output: Path | None,
    check: bool,
    allow_removals: bool,
    table: bool,
    base: str,
    telling: Telling,
    jobs: int,
    executor: str,
    no_cache: bool,
) -> None:
    """Compile a fleet: write the manifests of every hosted cluster.

    With errors nothing is written and nothing removed, whatever --fail-on says. Only files that
    hcpc wrote itself are ever removed, and a hosted cluster only with a Tombstone or
    --allow-removals.
    """
    if table and telling.form != "text":
        raise click.UsageError("--table goes with -o text only")
    root = fleet_root(fleet)
    options = run_with(root, executor=executor, jobs=jobs, no_cache=no_cache)
    result = compile_fleet(root, options, output=output, base=base)
    plan, sink, waived = _plan(result, root, check=check, allow_removals=allow_removals)
    writes = not (check or sink.has_errors)
    right = {*plan.unchanged}
    if writes:
        execute(result.target, plan)
        right |= plan.write.keys()
    options.cache.save(result.target, right)
    if table:
        from hcpc.cli.table import show_table  # noqa: PLC0415  # rich is slow to import

        show_table(result, telling.color)
    report = report_of(result, telling)._replace(findings=sink.findings(), waived=waived)
    show(report, root, telling)
    if telling.form == "text" and not result.has_errors:
        click.echo(_counts(plan, writes=writes))
    if report.fails:
        sys.exit(FINDINGS)


def _plan(
    result: Compilation, root: Path, *, check: bool, allow_removals: bool
) -> tuple[WritePlan, Sink, tuple[Waived, ...]]:
    """What to write and remove; all findings, of compiling and of the plan; and what is waived."""
    # With errors files are missing that are still wanted: no plan could be right.
    plan = WritePlan({}, (), ())
    if not result.has_errors:
        plan = plan_write(result.target, result.files, result.kept)
    sink = Sink()
    removed = removed_clusters(plan)

    def is_told(found: Diagnostic) -> bool:
        # That a cluster leaves the fleet is told once: where its files leave the tree.
        return found.code != CLUSTER_LEAVES.id or not removed.issuperset(found.subjects)

    for found in filter(is_told, result.findings):
        sink.add(found)
    target = os.path.relpath(result.target, root)
    report_plan(
        plan,
        target,
        sink,
        check=check,
        allow_removals=allow_removals,
        tombstones=result.tombstones,
    )
    return plan, sink, tuple(each for each in result.waived if is_told(each.finding))


def _counts(plan: WritePlan, *, writes: bool) -> str:
    write, remove = ("wrote", "removed") if writes else ("would write", "remove")
    return (
        f"{write} {len(plan.write)}, {remove} {len(plan.remove)}, {len(plan.unchanged)} unchanged"
    )
