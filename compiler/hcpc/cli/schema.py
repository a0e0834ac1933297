"""`hcpc schema`: JSON Schemas of all kinds for editors, and the CRD sets of a fleet."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from hcpc.cli.ending import FINDINGS, fail
from hcpc.cli.options import fleet_option, fleet_root
from hcpc.diagnostics.render.cells import escaped
from hcpc.resolve.crd_sets import list_crd_sets, set_path
from hcpc.source.file_tree import WorkTree
from hcpc.verify.crd.crd_set import CrdError, CrdSet, read_set

_NAME = re.compile(r"[a-z0-9](?:[-a-z0-9._]*[a-z0-9])?")
_EMITTED = (
    "external-secrets.io",
    "hypershift.openshift.io",
    "oadp.openshift.io",
    "velero.io",
    "work.open-cluster-management.io",
)
"""Groups of the objects that hcpc makes for management clusters."""
_CLUSTER = "kubectl get crd"


@click.group(name="schema", invoke_without_command=True)
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("schemas"),
    show_default=True,
    help="Directory to write to.",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when a file is stale.")
@click.pass_context
def command(ctx: click.Context, output: Path, *, check: bool) -> None:
    """Write the JSON Schemas of all kinds, or keep CRD sets.

    Point an editor at the schemas with a first line such as

    \b
    # yaml-language-server: $schema=../schemas/hcpc.json
    """  # noqa: D301  # click heeds the control character, not a backslash
    if ctx.invoked_subcommand:
        return
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
        ctx.exit(FINDINGS)


@command.command(name="import", short_help="Make a CRD set from CRDs.")
@click.argument("name")
@click.argument(
    "files",
    nargs=-1,
    metavar="[FILE]...",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
)
@click.option("--from-cluster", is_flag=True, help="Ask the cluster of your kubeconfig.")
@click.option("--context", help="Context of your kubeconfig, with --from-cluster.")
@click.option(
    "--group",
    "groups",
    multiple=True,
    help="API group to take. Can be repeated.  [default: of files all; with --from-cluster those "
    "that hcpc makes objects of]",
)
@fleet_option
def import_command(
    name: str,
    files: tuple[Path, ...],
    context: str | None,
    groups: tuple[str, ...],
    fleet: Path | None,
    *,
    from_cluster: bool,
) -> None:
    """Make the CRD set NAME of the fleet, the file crds/NAME.json, from CRDs.

    A management cluster that names it under `hypershift.crdSet` has its objects checked against
    it. A set that is there already is replaced.
    """
    if not _NAME.fullmatch(name):
        raise click.UsageError(f"{name!r} cannot be the name of a set: use a-z, 0-9, '-', '.', '_'")
    if bool(files) == from_cluster:
        raise click.UsageError("name files with CRDs, or give --from-cluster")
    if context and not from_cluster:
        raise click.UsageError("--context goes with --from-cluster only")
    root = fleet_root(fleet)
    from hcpc.verify.crd.import_set import import_set  # noqa: PLC0415  # YAML, all of it

    try:
        if from_cluster:
            text = import_set([(_CLUSTER, _ask_cluster(context))], groups or _EMITTED)
        else:
            text = import_set(_read(files), groups)
        found = read_set(name, text.encode())
    except CrdError as wrong:
        fail(str(wrong))
    path = set_path(name)
    if _present(root / path) == text.encode():
        click.echo(f"unchanged {escaped(path)}")
    else:
        _write(root / path, text)
        click.echo(f"wrote {escaped(path)}")
    click.echo(_contents(found), nl=False)


@command.command(name="sets", short_help="List the CRD sets of the fleet.")
@fleet_option
def sets_command(fleet: Path | None) -> None:
    """List the CRD sets of the fleet, each with its kinds."""
    root = fleet_root(fleet)
    broken = False
    for name in list_crd_sets(WorkTree(root)):
        click.echo(escaped(name))
        try:
            click.echo(_contents(read_set(name, (root / set_path(name)).read_bytes())), nl=False)
        except CrdError as wrong:
            broken = True
            click.echo(escaped(f"  {wrong}"))
    if broken:
        sys.exit(FINDINGS)


def _read(files: tuple[Path, ...]) -> Iterator[tuple[str, str]]:
    for file in files:
        content = sys.stdin.buffer.read() if file == Path("-") else file.read_bytes()
        try:
            yield str(file), content.decode()
        except UnicodeDecodeError:
            raise CrdError(f"{file}: it is not UTF-8") from None


def _ask_cluster(context: str | None) -> str:
    """All CRDs of a cluster, as JSON; ends the run when kubectl cannot say."""
    chosen = ["--context", context] if context else []
    try:
        asked = subprocess.run(  # noqa: S603  # nothing but a context comes from outside
            ["kubectl", *chosen, "get", "crd", "-o", "json"],  # noqa: S607  # the user's own, on PATH
            check=False,
            capture_output=True,
        )
    except OSError as failure:
        fail(f"cannot run kubectl, which --from-cluster needs: {failure.strerror}")
    if asked.returncode:
        said = asked.stderr.decode(errors="replace").strip() or "it does not say why"
        fail(f"{_CLUSTER} failed: {said.splitlines()[-1]}")
    return asked.stdout.decode(errors="replace")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def _contents(found: CrdSet) -> str:
    """One line for each kind, with its versions."""
    versions: dict[tuple[str, str], list[str]] = {}
    for kind in found.kinds.values():
        versions.setdefault((kind.group, kind.kind), []).append(kind.version)
    return "".join(
        f"  {escaped(kind)} {escaped(group)} {', '.join(map(escaped, each))}\n"
        for (group, kind), each in sorted(versions.items())
    )


def _present(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
