"""`hcpc init`: start a new fleet that compiles clean."""

import os
import shlex
from pathlib import Path

import click

from hcpc.cli.ending import fail
from hcpc.diagnostics.render.cells import escaped
from hcpc.scaffold import scaffold
from hcpc.spec.types import DNS_LABEL

_LONGEST = 63
"""Of a name, as everywhere in Kubernetes."""


@click.command(name="init")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option("--name", help="Name of the fleet.  [default: the directory's]")
def command(directory: Path, name: str | None) -> None:
    """Start a new fleet in DIRECTORY (default: here) that compiles clean.

    No file that exists is touched.
    """
    fleet = name or directory.resolve().name.lower().replace("_", "-")
    if not (DNS_LABEL.fullmatch(fleet) and len(fleet) <= _LONGEST):
        if name:
            fail(f"{name} is not a name: use lower case letters, digits and -, at most {_LONGEST}")
        fleet = "fleet"
    files = scaffold(fleet)
    present = [path for path in files if os.path.lexists(directory / path)]
    if present:
        fail(f"{directory / present[0]} exists already; nothing was written")
    for path, text in files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        click.echo(f"wrote {escaped(str(target))}")
    where = "" if directory == Path() else f" -C {shlex.quote(str(directory))}"
    click.echo(f"next: hcpc compile{escaped(where)}")
