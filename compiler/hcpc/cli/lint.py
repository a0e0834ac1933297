"""`hcpc lint`: report everything that is wrong, write nothing."""

import sys
from pathlib import Path

import click

from hcpc.cli.ending import FINDINGS
from hcpc.cli.options import (
    Color,
    fleet_option,
    fleet_root,
    report_options,
    run_options,
    run_with,
    show,
)
from hcpc.pipeline import compile_fleet


@click.command(name="lint")
@fleet_option
@report_options
@run_options
def command(
    fleet: Path | None, form: str, color: Color, jobs: int, executor: str, *, no_cache: bool
) -> None:
    """Report everything that is wrong with a fleet, in the author's own lines.

    Exits with 1 when there are errors.
    """
    root = fleet_root(fleet)
    options = run_with(root, executor=executor, jobs=jobs, no_cache=no_cache)
    result = compile_fleet(root, options, emit=False)
    options.cache.save(None)
    show(result.findings, len(result.clusters), form, color)
    if result.has_errors:
        sys.exit(FINDINGS)
