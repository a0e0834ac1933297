"""The `hcpc` command itself: its subcommands by name, and what happens when we fail."""

import gc
import os
import sys
from importlib import import_module
from types import ModuleType
from typing import NoReturn

import click

from hcpc import __version__
from hcpc.cli.ending import BUG, NO_ROOM, end_with, fail, leave, say, stopped_by_signals
from hcpc.run.executor import ExecutorUnavailableError

_COMMANDS = {
    "compile": "Write the manifests of every hosted cluster.",
    "diff": "Say what differs between git and a management cluster.",
    "explain": "Say what a code means, or where a cluster's value comes from.",
    "init": "Start a new fleet.",
    "lint": "Report everything that is wrong.",
    "restore": "Say whether a cluster could be restored.",
    "metrics": "Say what is collected of control planes.",
    "secrets": "List the Secrets that must exist.",
    "sync": "Make a management cluster what git says.",
    "status": "Say what runs where, by what the syncs tell.",
    "schema": "Write the JSON Schemas of all kinds, or keep CRD sets.",
}


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


def main() -> NoReturn:
    """Run the command line; never returns, and ends the process at once when all is said."""
    try:
        run()
    except SystemExit as end:
        leave(end)


def run() -> NoReturn:
    """Run the command line; ends with SystemExit."""
    # One run allocates much, keeps it to the end, and makes no cycles worth looking for.
    gc.disable()
    _without_plugins_of_pydantic()
    with stopped_by_signals():
        if sys.stdout is None:  # it was closed before we began
            fail("standard output is closed", NO_ROOM)
        try:
            command.main(prog_name="hcpc")
        except Exception as failure:
            if os.environ.get("HCPC_TRACEBACK"):
                raise
            _fail(failure)
    sys.exit(0)


def _without_plugins_of_pydantic() -> None:
    """No plugin may change our results, and the module that looks for them is slow to import.

    It reads the metadata of everything installed, for which it imports the email package.
    """
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # heeded wherever the module's name differs
    finder = ModuleType("pydantic.plugin._loader")
    finder.get_plugins = tuple  # type: ignore[attr-defined]  # its one function
    sys.modules.setdefault(finder.__name__, finder)


def _fail(failure: Exception) -> None:
    from hcpc.source.revision import RevisionError  # noqa: PLC0415  # only when something is wrong

    match failure:
        case OSError():
            end_with(failure)
        case ExecutorUnavailableError() | RevisionError():
            fail(str(failure))
        case _:
            say(
                f"internal error: {type(failure).__name__}: {failure}",
                "This is a fault of hcpc. Please report it with the output of the same command",
                "under HCPC_TRACEBACK=1.",
            )
            sys.exit(BUG)
