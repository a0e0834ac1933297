"""`hcpc init`: a new fleet that compiles clean, and no file that exists is touched."""

import os
import shlex
from pathlib import Path

import pytest
from tests.unit.cli.conftest import Run
from tests.unit.resolve.small_fleet import SCAFFOLD, tree, write


@pytest.mark.parametrize("name", ["shop", "a", "4", "null", "true", "no", "1e3", "0x10", "x" * 63])
def test_a_new_fleet_compiles_clean_whatever_its_name(run: Run, tmp_path: Path, name: str) -> None:
    ran = run("init", "fleet", "--name", name, cwd=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    compiled = run("compile", "-C", "fleet", cwd=tmp_path)
    assert (compiled.code, compiled.err) == (0, "")
    assert compiled.out.startswith("no findings in 1 hosted cluster\n")


def test_it_says_what_it_wrote_and_what_comes_next(run: Run, tmp_path: Path) -> None:
    ran = run("init", "my/shop", cwd=tmp_path)
    assert set(tree(tmp_path / "my/shop")) == set(SCAFFOLD)
    assert [line.split("my/shop/")[-1] for line in ran.out.splitlines()[:-1]] == list(SCAFFOLD)
    assert ran.out.splitlines()[-1] == "next: hcpc compile -C my/shop"
    assert run(*ran.out.splitlines()[-1].split()[2:], cwd=tmp_path).code == 0


def test_without_a_directory_it_starts_here_and_takes_its_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "My_Fleet").mkdir()
    ran = run("init", cwd=tmp_path / "My_Fleet")
    assert ran.code == 0
    assert ran.out.endswith("next: hcpc compile\n")
    assert b"name: my-fleet\n" in tree(tmp_path / "My_Fleet")["fleet.yaml"]


@pytest.mark.parametrize("directory", ["ünïcode", "a.b", "-", "x" * 64])
def test_a_directory_whose_name_is_no_name_makes_a_fleet_called_fleet(
    run: Run, tmp_path: Path, directory: str
) -> None:
    assert run("init", f"./{directory}", cwd=tmp_path).code == 0
    assert b"name: fleet\n" in tree(tmp_path / directory)["fleet.yaml"]
    assert run("lint", "-C", f"./{directory}", cwd=tmp_path).code == 0


@pytest.mark.parametrize("name", ["Shop", "a b", "-a", "a-", "a_b", "x" * 64, "a\n"])
def test_a_name_that_is_none_ends_with_2(run: Run, tmp_path: Path, name: str) -> None:
    ran = run("init", "fleet", "--name", name, cwd=tmp_path)
    assert ran.code == 2
    assert "is not a name" in ran.err
    assert not (tmp_path / "fleet").exists()


@pytest.mark.parametrize("directory", ["\x1b[31m\u202e", os.fsdecode(b"\xff")])
def test_names_with_control_characters_are_shown_escaped(
    run: Run, tmp_path: Path, directory: str
) -> None:
    for code in (0, 2):
        ran = run("init", directory, cwd=tmp_path)
        assert ran.code == code
        assert (ran.out + ran.err).replace("\n", "").isprintable()
    assert run("init", "--name", "\x1b[31m", cwd=tmp_path).err.removesuffix("\n").isprintable()
    (tmp_path / directory / "fleet.yaml").unlink()
    ran = run("lint", cwd=tmp_path / directory)
    assert (ran.code, ran.err.replace("\n", "").isprintable()) == (2, True)


def test_the_next_command_can_be_copied_whatever_the_directory_is_called(
    run: Run, tmp_path: Path
) -> None:
    ran = run("init", "my fleet's", cwd=tmp_path)
    assert shlex.split(ran.out.splitlines()[-1])[-2:] == ["-C", "my fleet's"]


@pytest.mark.parametrize("path", sorted(SCAFFOLD))
def test_nothing_is_written_when_one_file_is_there_already(
    run: Run, tmp_path: Path, path: str
) -> None:
    write(tmp_path, {path: "mine"})
    ran = run("init", tmp_path, "--name", "shop")
    assert ran.code == 2
    assert f"{path} exists already; nothing was written" in ran.err
    assert tree(tmp_path) == {path: b"mine"}


def test_a_link_to_nothing_counts_as_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "fleet").mkdir()
    (tmp_path / "fleet/fleet.yaml").symlink_to("../gone.yaml")
    assert run("init", tmp_path / "fleet").code == 2
    assert not (tmp_path / "gone.yaml").exists()


def test_other_files_of_the_directory_do_not_matter(run: Run, tmp_path: Path) -> None:
    write(tmp_path, {"fleet/README.md": "mine", "fleet/clusters/notes.txt": "mine"})
    assert run("init", tmp_path / "fleet").code == 0
    assert run("lint", "-C", tmp_path / "fleet").code == 0
