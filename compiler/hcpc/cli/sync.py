"""`hcpc sync`: make a management cluster what its rendered tree in git says."""

import os
import re
import sys
from pathlib import Path
from typing import Literal, NamedTuple

import click

from hcpc.cli.ending import fail
from hcpc.cli.sync_options import (
    ENVIRONMENT,
    FULL_COMMIT,
    Duration,
    Target,
    need_packages,
    target_options,
)

_IDENTITY = re.compile(r"(?P<name>[^<>\n]*[^<>\s]) <(?P<email>[^<>\s]+)>")
_PLACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")


class Wish(NamedTuple):
    """How a sync runs, and how far it may go; times are seconds, addresses `HOST:PORT` or empty.

    Of the forge, `forge_kind` empty means that the repository's address says it.
    """

    once: bool
    dry_run: bool
    form: Literal["text", "json"]
    log: Literal["text", "json"] | None
    interval: float
    jitter: float | None
    prune: bool
    prune_count: int
    prune_percent: int
    recreate: frozenset[str]
    moved_here: bool
    allow_rewind: str
    force_conflicts: bool
    stuck_after: float
    left_alone_for: float
    status: bool
    status_sign: Path | None
    status_identity: tuple[str, str] | None
    forge_kind: Literal["auto", "none", "github", "gitlab"]
    forge_api: str
    forge_project: str
    leader_elect: bool
    listen: str
    trigger: str


def _identity(
    _ctx: click.Context, _parameter: click.Parameter, value: str
) -> tuple[str, str] | None:
    if not value:
        return None
    found = _IDENTITY.fullmatch(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is no `NAME <EMAIL>`")
    return found["name"], found["email"]


def _clusters(
    _ctx: click.Context, _parameter: click.Parameter, values: tuple[str, ...]
) -> frozenset[str]:
    for value in values:
        if not _PLACE.fullmatch(value):
            raise click.BadParameter(f"{value!r} is no NAMESPACE/NAME of a hosted cluster")
    return frozenset(values)


def _commit(_ctx: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value and not FULL_COMMIT.fullmatch(value):
        raise click.BadParameter(f"{value!r} is no commit in full")
    return value


@click.command(name="sync", context_settings=ENVIRONMENT)
@click.argument("source", envvar="HCPC_SYNC_SOURCE")
@target_options
@click.option("--once", is_flag=True, help="One round; the exit code says what came of it.")
@click.option("--dry-run", is_flag=True, help="One round that says what it would do.")
@click.option(
    "-o",
    "--format",
    "form",
    envvar="HCPC_SYNC_FORMAT",
    type=click.Choice(["json", "text"]),
    default="text",
    show_default=True,
    help="Form of what --once and --dry-run print.",
)
@click.option(
    "--interval",
    type=Duration(1),
    default="5m",
    show_default=True,
    help="Time between the end of a round and the next one.",
)
@click.option(
    "--jitter",
    type=Duration(),
    help="Up to how much longer it takes, at random.  [default: a tenth of the interval]",
)
@click.option(
    "--prune/--no-prune",
    default=True,
    show_default=True,
    help="Whether objects that git no longer wants are deleted.",
)
@click.option(
    "--prune-count",
    type=click.IntRange(min=0),
    default=30,
    show_default=True,
    help="With more objects than this to delete, none is.",
)
@click.option(
    "--prune-percent",
    type=click.IntRange(0, 100),
    default=20,
    show_default=True,
    help="With more percent of all objects than this to delete, none is; a few may always be.",
)
@click.option(
    "--recreate",
    metavar="NAMESPACE/NAME",
    multiple=True,
    callback=_clusters,
    help="Make a hosted cluster anew that somebody deleted, with an empty etcd. Can be repeated.",
)
@click.option(
    "--allow-rewind",
    metavar="COMMIT",
    default="",
    callback=_commit,
    help="Apply this commit though it is older than the one applied last.",
)
@click.option(
    "--moved-here",
    is_flag=True,
    help="The management cluster is another one than before, from now on this one; for one round.",
)
@click.option(
    "--force-conflicts",
    is_flag=True,
    help="Take fields from other managers, whoever they are.",
)
@click.option(
    "--stuck-after",
    type=Duration(1),
    default="2h",
    show_default=True,
    help="How long a change may take before it counts as stuck.",
)
@click.option(
    "--left-alone-for",
    type=Duration(1),
    default="1d",
    show_default=True,
    help="How long a cluster may be left alone before that is an alarm.",
)
@click.option(
    "--status/--no-status",
    default=True,
    show_default=True,
    help="Whether the status is pushed to the branch hcpc-status/MANAGEMENT-CLUSTER.",
)
@click.option(
    "--status-sign",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="SSH key that signs the status.",
)
@click.option(
    "--status-identity",
    metavar="'NAME <EMAIL>'",
    default="",
    callback=_identity,
    help="Author of the status.  [default: hcpc sync]",
)
@click.option(
    "--forge",
    "forge_kind",
    envvar="HCPC_SYNC_FORGE",
    type=click.Choice(["auto", "none", "github", "gitlab"]),
    default="auto",
    show_default=True,
    help="Where commit statuses are written, when HCPC_FORGE_TOKEN, GITHUB_TOKEN or GITLAB_TOKEN "
    "is there; auto knows github.com and gitlab.com.",
)
@click.option("--forge-api", metavar="URL", default="", help="Address of the forge's API.")
@click.option(
    "--forge-project",
    metavar="PATH",
    default="",
    help="The project on the forge.  [default: from SOURCE]",
)
@click.option(
    "--leader-elect",
    is_flag=True,
    help="Wait while another sync holds the Lease hcpc-sync-MANAGEMENT-CLUSTER, instead of ending.",
)
@click.option(
    "--listen",
    metavar="ADDR:PORT",
    default="",
    help="Answer /healthz, /readyz and /metrics there.",
)
@click.option(
    "--trigger",
    metavar="ADDR:PORT",
    default="",
    help="Begin a round at `POST /sync` there; a loopback address.",
)
@click.option(
    "--log",
    type=click.Choice(["json", "text"]),
    help="Write a line for each event to standard error, in this form.  [default: text on a "
    "terminal, json elsewhere; a single round has no log]",
)
def command(target: Target, **options: object) -> None:
    """Make a management cluster what its rendered tree in git says.

    SOURCE is the URL of a git repository, or a directory. Without --once or --dry-run it goes on
    until SIGTERM. Every option can also come from the environment: --stuck-after from
    HCPC_SYNC_STUCK_AFTER, SOURCE from HCPC_SYNC_SOURCE.

    With --once the exit code is 0 when all is applied, 1 when something is not, 2 when git, the
    tree or the API server is at fault. With --dry-run it is 0 when nothing would change, else 1, or
    2 as above.
    """
    wish = Wish(**options)  # type: ignore[arg-type]  # click made them what they are
    if wish.moved_here and not (wish.once or wish.dry_run):
        raise click.UsageError("--moved-here is for one round: use it with --once or --dry-run")
    need_packages("hcpc sync")
    from hcpc.cli.syncing import SyncError, run_loop, run_once  # noqa: PLC0415  # as above

    try:
        run = run_once if wish.once or wish.dry_run else run_loop
        code = run(target, wish, os.environ)
    except SyncError as wrong:
        fail(str(wrong))
    sys.exit(code)
