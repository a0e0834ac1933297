"""The real command, in this process."""

from pathlib import Path

from click.testing import CliRunner

from hcpc.cli.main import command


def lint(fleet: Path, form: str, *more: str) -> str:
    """What `hcpc lint -o FORM` prints for a broken fleet, without cache and colour; or with `more`.

    In all forms paths are told from the fleet, whatever repository it lies in.
    """
    options = ["--no-cache", "--executor", "serial", "--color", "never", "-o", form]
    options += ["--paths-from", str(fleet)]
    arguments = ["lint", "-C", str(fleet), *options, *more]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 1
    assert result.stderr == ""
    return result.stdout
