"""The `hcpc` command itself: its subcommands by name, and what happens when we fail.

Exit codes: 0 clean, 1 findings at error level (or a stale tree), 2 usage or environment, 70 a
fault of ours.
"""

import gc
import os
import sys
from importlib import import_module

import click

from hcpc import __version__

_COMMANDS = {
    "compile": "Write the manifests of every hosted cluster.",
    "explain": "Say what a code means, or where a cluster's value comes from.",
    "init": "Start a new fleet.",
    "lint": "Report everything that is wrong.",
    "schema": "Write the JSON Schemas of all kinds.",
}
_ENVIRONMENT, _BUG = 2, 70


class _Commands(click.Group):
    """Imports a command's module when the command is called; names and helps are known before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"hcpc.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from hcpc.diagnostics.suggest import suggest  # noqa: PLC0415  # only on a mistake

            near = suggest(args[0], _COMMANDS)
            hint = f" Did you mean '{near}'?" if near else ""
            ctx.fail(f"No such command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="hcpc", message="%(prog)s %(version)s")
def command() -> None:
    """Compile fleets of OpenShift hosted control planes."""


def main() -> None:
    """Run the command line; never returns."""
    # One run allocates much, keeps it to the end, and makes no cycles worth looking for.
    gc.disable()
    try:
        command.main(prog_name="hcpc")
    except BrokenPipeError:
        # Whoever read our output has gone; flushing what is left would only fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as bug:
        if os.environ.get("HCPC_TRACEBACK"):
            raise
        if isinstance(bug, OSError):
            why = f"{bug.strerror}: {bug.filename}" if bug.filename else str(bug)
            click.echo(f"hcpc: {why}", err=True)
            sys.exit(_ENVIRONMENT)
        click.echo(
            f"hcpc: internal error: {type(bug).__name__}: {bug}\n"
            "This is a fault of hcpc. Please report it with the output of the same command\n"
            "under HCPC_TRACEBACK=1.",
            err=True,
        )
        sys.exit(_BUG)
