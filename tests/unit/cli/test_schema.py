"""`hcpc schema`: the JSON Schemas of all kinds, written or compared."""

import json
from pathlib import Path

import jsonschema
from tests.unit.cli.conftest import Run
from tests.unit.resolve.small_fleet import tree


def test_schemas_are_written_once(run: Run, tmp_path: Path) -> None:
    first = run("schema", cwd=tmp_path)
    assert first.code == 0
    files = tree(tmp_path / "schemas")
    assert sorted(first.out.splitlines()) == [f"wrote schemas/{name}" for name in sorted(files)]
    for content in files.values():
        jsonschema.Draft202012Validator.check_schema(json.loads(content))
    again = run("schema", cwd=tmp_path)
    assert (again.code, again.out) == (0, "")
    assert tree(tmp_path / "schemas") == files


def test_check_tells_stale_files_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    run("schema", "--output", tmp_path / "s")
    assert run("schema", "--check", "--output", tmp_path / "s").code == 0
    for content in (b"{}", b"\xff"):
        (tmp_path / "s/hcpc.json").write_bytes(content)
        ran = run("schema", "--check", "--output", tmp_path / "s")
        assert (ran.code, ran.out) == (1, f"stale {tmp_path}/s/hcpc.json\n")
        assert (tmp_path / "s/hcpc.json").read_bytes() == content


def test_check_does_not_make_a_directory_either(run: Run, tmp_path: Path) -> None:
    assert run("schema", "--check", "--output", tmp_path / "none").code == 1
    assert not (tmp_path / "none").exists()
