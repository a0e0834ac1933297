"""`hcpc diff`: what differs between git and a cluster."""

import sys

import click

from hcpc.cli.ending import fail
from hcpc.cli.options import answer_options
from hcpc.cli.sync_options import ENVIRONMENT, Target, need_packages, target_options


def _only_live(ctx: click.Context, _parameter: click.Parameter, value: bool) -> bool:  # noqa: FBT001
    if not value and not ctx.resilient_parsing:
        fail("hcpc diff cannot compare revisions yet; --live compares git with a cluster")
    return value


@click.command(name="diff", context_settings=ENVIRONMENT)
@click.argument("source", default=".", envvar="HCPC_SYNC_SOURCE")
@target_options
@click.option(
    "--live",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_only_live,
    help="Compare with what is in the management cluster.",
)
@answer_options
def command(target: Target, form: str) -> None:
    """Say field by field what differs between git and a management cluster.

    SOURCE is the URL of a git repository, or a directory in one. Nothing is written. What the API
    server fills in by itself is no difference, and secrets are not shown. The exit code is 0 when
    nothing differs, 1 when something does, 2 when git, the tree or the API server is at fault.
    """
    need_packages("hcpc diff --live")
    from hcpc.cli.syncing import SyncError, compare  # noqa: PLC0415  # as above

    try:
        code = compare(target, form)
    except SyncError as wrong:
        fail(str(wrong))
    sys.exit(code)
