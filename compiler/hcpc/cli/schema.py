"""`hcpc schema`: write the JSON Schemas of all kinds, for editors and other tools."""

from pathlib import Path

import click

from hcpc.cli.ending import FINDINGS
from hcpc.diagnostics.render.cells import escaped


@click.command(name="schema")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("schemas"),
    show_default=True,
    help="Directory to write to.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when a file is stale.")
def command(output: Path, *, check: bool) -> None:
    """Write the JSON Schemas of all kinds.

    Point an editor at them with a first line such as
    `# yaml-language-server: $schema=../schemas/hcpc.json`.
    """
    from hcpc.json_schema import schema_files  # noqa: PLC0415  # builds every model

    files = schema_files()
    stale = [name for name, text in files.items() if _present(output / name) != text.encode()]
    if not check:
        for name in stale:
            target = output / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(files[name], encoding="utf-8")
    for name in stale:
        click.echo(f"{'stale' if check else 'wrote'} {escaped(str(output / name))}")
    if check and stale:
        click.get_current_context().exit(FINDINGS)


def _present(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
