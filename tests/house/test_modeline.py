"""The editor modeline: where there is one it leads to a schema, and the schema does its work."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner
from referencing import Registry, Resource

from hcpc.cli.main import command
from hcpc.diagnostics.sink import Sink
from hcpc.json_schema import schema_files
from hcpc.scaffold import scaffold
from hcpc.source.text import SourceFile
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import plain

ROOT = Path(__file__).parents[2]
MODELINE = re.compile(r"^# yaml-language-server: \$schema=(\S+)$", re.MULTILINE)
EXAMPLE = [ROOT / "fleet.yaml", *sorted((ROOT / "clusters").rglob("*.yaml"))]


def schema_of(file: Path) -> Path | None:
    """The schema that a file's modeline names, seen from the file."""
    found = MODELINE.search(file.read_text(encoding="utf-8"))
    return (file.parent / found[1]).resolve() if found else None


def faults(file: Path) -> list[str]:
    """What an editor says that follows the modeline and what the schema refers to."""
    schema = schema_of(file)
    assert schema is not None
    beside = [
        (path.name, Resource.from_contents(contents(path))) for path in schema.parent.glob("*.json")
    ]
    registry: Registry[Any] = Registry().with_resources(beside)
    checker = jsonschema.Draft202012Validator(contents(schema), registry=registry)
    trees = parse(SourceFile(file.name, file.read_text(encoding="utf-8")), Sink())
    return [error.message for tree in trees for error in checker.iter_errors(plain(tree))]


def contents(schema: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(schema.read_bytes())
    return found


@pytest.mark.parametrize("file", EXAMPLE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_modeline_of_the_example_fleet_leads_to_a_schema_of_ours(file: Path) -> None:
    schema = schema_of(file)
    if schema is not None:
        assert schema.parent == ROOT / "schemas"
        assert schema.name in schema_files()
        assert faults(file) == []
    assert file.read_text(encoding="utf-8").count("yaml-language-server") == (schema is not None)


def test_a_new_fleet_has_no_schemas_and_so_no_modeline() -> None:
    files = scaffold("shop")
    assert len(files) >= 4
    assert not [path for path in files if path.endswith(".json")]
    assert not [path for path, text in files.items() if "yaml-language-server" in text]


@pytest.mark.parametrize("name", ["hcpc.json", "cluster.json"])
def test_the_modeline_that_the_help_shows_works(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = " ".join(CliRunner().invoke(command, ["schema", "--help"]).output.split())
    example = re.search(r"# yaml-language-server: \$schema=(\S+)", shown)
    assert example is not None
    assert CliRunner().invoke(command, ["schema"]).exit_code == 0
    file = tmp_path / "clusters" / "demo.yaml"
    file.parent.mkdir()
    line = f"# yaml-language-server: $schema={example[1].replace('hcpc.json', name)}\n"
    spec = scaffold("shop")["clusters/mgmt-1/demo.yaml"]
    file.write_text(line + spec, encoding="utf-8")
    assert schema_of(file) == tmp_path / "schemas" / name
    assert faults(file) == []
    file.write_text(line + spec.replace("nodePools", "nodePolls"), encoding="utf-8")
    (fault,) = faults(file)
    assert "nodePolls" in fault
