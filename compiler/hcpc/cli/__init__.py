"""The command line: one file per command, each imported when it is called."""

from hcpc.cli.main import main

__all__ = ["main"]
