"""`hcpc lint`: report everything that is wrong, write nothing."""

import sys
from dataclasses import replace
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
from hcpc.diagnostics.render.cells import escaped
from hcpc.pipeline import compile_fleet
from hcpc.resolve.crd_sets import list_crd_sets, set_path
from hcpc.source.file_tree import WorkTree


@click.command(name="lint")
@fleet_option
@click.option("--show-waived", is_flag=True, help="Show waived findings as well, and who by.")
@click.option(
    "--against",
    metavar="SET",
    help="CRD set to check the whole fleet against, as before an upgrade of an operator.",
)
@base_option
@report_options
@run_options
def command(
    *,
    fleet: Path | None,
    against: str | None,
    show_waived: bool,
    base: str,
    telling: Telling,
    jobs: int,
    executor: str,
    no_cache: bool,
) -> None:
    """Report everything that is wrong with a fleet, in the author's own lines.

    Exits with 1 when there are errors, or what --fail-on names.
    """
    root = fleet_root(fleet)
    options = run_with(root, executor=executor, jobs=jobs, no_cache=no_cache or bool(against))
    if against:
        _check_set(root, against)
        options = replace(options, against=against)
    result = compile_fleet(root, options, emit=False, base=base)
    options.cache.save(None)
    report = report_of(result, telling)._replace(show_waived=show_waived)
    show(report, root, telling)
    if report.fails:
        sys.exit(FINDINGS)


def _check_set(root: Path, name: str) -> None:
    """A usage error unless the fleet has a CRD set of this name that can be used."""
    from hcpc.diagnostics.suggest import did_you_mean, listed  # noqa: PLC0415  # as below
    from hcpc.verify.crd.crd_set import CrdError, read_set  # noqa: PLC0415  # few runs need it

    names = list_crd_sets(WorkTree(root))
    if name not in names:
        near = did_you_mean(name, names)
        known = f"there are {listed(names)}" if names else "'hcpc schema import' makes one"
        raise click.UsageError(escaped(f"there is no CRD set {name!r}; {near or known}"))
    try:
        read_set(name, (root / set_path(name)).read_bytes())
    except CrdError as wrong:
        raise click.UsageError(escaped(f"{set_path(name)}: {wrong}")) from None
