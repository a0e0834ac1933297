"""The real command, in this process."""

from pathlib import Path

from click.testing import CliRunner

from hcpc.cli.main import command


def lint(fleet: Path, form: str) -> str:
    """What `hcpc lint -o FORM` prints for a broken fleet, without cache and colour."""
    options = ["--no-cache", "--executor", "serial", "--color", "never", "-o", form]
    arguments = ["lint", "-C", str(fleet), *options]
    result = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert result.exit_code == 1
    assert result.stderr == ""
    return result.stdout
