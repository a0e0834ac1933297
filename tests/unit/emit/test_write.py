"""Writing: each file is complete or not touched, whatever stops us, and nothing else is touched."""

import builtins
import os
import pathlib
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.unit.resolve.small_fleet import tree, write

from hcpc.emit.formats.kustomize import HEADER
from hcpc.emit.plan import WritePlan, index_files, plan_write
from hcpc.emit.write import execute
from hcpc.kube.rendered_index import INDEX

OLD = {
    "m/a.yaml": f"{HEADER}a: 1\n",
    "m/c/b.yaml": f"{HEADER}b: 1\n",
    "m/c/gone.yaml": f"{HEADER}g: 1\n",
    "n/x.yaml": f"{HEADER}x: 1\n",
    "n/y.yaml": f"{HEADER}y: 1\n",
}
NEW = {
    "m/a.yaml": f"{HEADER}a: 2\n",
    "m/c/b.yaml": f"{HEADER}b: 1\n",
    "m/d/new.yaml": f"{HEADER}d: 1\n",
    "o/z.yaml": f"{HEADER}z: 1\n",
}


def written(output: Path, files: dict[str, str]) -> WritePlan:
    """Plan and do."""
    plan = plan_write(output, files, {})
    execute(output, plan)
    return plan


def content(files: dict[str, str]) -> dict[str, bytes]:
    """The tree that these files make, indexes included."""
    return {path: text.encode() for path, text in (files | index_files(files, {})).items()}


@pytest.mark.parametrize("there", [True, False])
def test_a_fresh_tree_is_written_whole(tmp_path: Path, *, there: bool) -> None:
    output = tmp_path / "deep/out"
    if there:
        output.mkdir(parents=True)
    written(output, OLD)
    assert tree(output) == content(OLD)
    assert [path.name for path in output.parent.iterdir()] == ["out"]


def test_what_is_right_is_not_written_again(tmp_path: Path) -> None:
    written(tmp_path, OLD)
    before = {path: path.stat() for path in tmp_path.rglob("*")}
    assert written(tmp_path, OLD).is_clean
    assert {path: path.stat() for path in tmp_path.rglob("*")} == before


def test_a_change_writes_what_differs_and_removes_what_is_gone(tmp_path: Path) -> None:
    written(tmp_path, OLD)
    kept = (tmp_path / "m/c/b.yaml").stat()
    plan = written(tmp_path, NEW)
    assert tree(tmp_path) == content(NEW)
    assert (tmp_path / "m/c/b.yaml").stat() == kept
    assert plan.remove == ("m/c/gone.yaml", f"n/{INDEX}", "n/x.yaml", "n/y.yaml")
    assert not (tmp_path / "n").exists()


def test_going_back_gives_the_old_tree(tmp_path: Path) -> None:
    written(tmp_path, OLD)
    written(tmp_path, NEW)
    written(tmp_path, OLD)
    assert tree(tmp_path) == content(OLD)


def test_what_is_not_ours_stays_and_so_do_its_directories(tmp_path: Path) -> None:
    written(tmp_path, OLD)
    mine = {"n/notes.txt": "mine", "m/c/patch.yaml": "mine", "README.md": "mine", ".keep": ""}
    write(tmp_path, dict(mine))
    (tmp_path / "empty").mkdir()
    written(tmp_path, {})
    assert tree(tmp_path) == {path: text.encode() for path, text in mine.items()}
    assert (tmp_path / "empty").is_dir()


def test_the_output_directory_stays_when_nothing_is_left(tmp_path: Path) -> None:
    written(tmp_path / "out", OLD)
    written(tmp_path / "out", {})
    assert list((tmp_path / "out").iterdir()) == []


def test_a_link_of_ours_is_replaced_and_what_it_led_to_stays(tmp_path: Path) -> None:
    output = tmp_path / "out"
    written(output, OLD)
    write(tmp_path, {"secret": "mine", "out/m/a.yaml": None})
    (output / "m/a.yaml").symlink_to("../../secret")
    written(output, OLD)
    assert tree(output) == content(OLD)
    assert not (output / "m/a.yaml").is_symlink()
    assert (tmp_path / "secret").read_text(encoding="utf-8") == "mine"


def test_line_ends_are_the_same_on_every_machine(tmp_path: Path) -> None:
    for output in (tmp_path / "fresh", tmp_path):
        written(output, {"m/a.yaml": f"{HEADER}ü: |\n  a\n"})
        assert b"\r" not in (output / "m/a.yaml").read_bytes()


def test_a_file_where_the_output_directory_should_be_is_an_error_of_the_system(
    tmp_path: Path,
) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")
    with pytest.raises(OSError, match="out"):
        execute(tmp_path / "out", WritePlan(NEW, (), ()))
    assert (tmp_path / "out").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_a_fresh_tree_is_as_visible_as_any_new_directory(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        written(tmp_path / "out", OLD)
        modes = {path.stat().st_mode & 0o777 for path in (tmp_path / "out", tmp_path / "out/m")}
        assert modes == {0o777 & ~umask}
        assert (tmp_path / "out/m/a.yaml").stat().st_mode & 0o777 == 0o666 & ~umask
    finally:
        os.umask(before)


def test_what_an_earlier_run_left_beside_a_fresh_tree_is_not_taken_for_it(tmp_path: Path) -> None:
    write(tmp_path, {f".out.{os.getpid()}.new/m/clusters/evil.yaml": "mine"})
    left = tree(tmp_path)
    written(tmp_path / "out", OLD)
    assert tree(tmp_path / "out") == content(OLD)
    assert left.items() <= tree(tmp_path).items()


def test_nothing_is_written_through_a_link_beside_a_file(tmp_path: Path) -> None:
    output = tmp_path / "out"
    written(output, OLD)
    write(tmp_path, {"secret": "mine"})
    (output / f"m/.a.yaml.{os.getpid()}.new").symlink_to(tmp_path / "secret")
    written(output, NEW)
    assert tree(output) == content(NEW)
    assert not (output / "m/a.yaml").is_symlink()
    assert (tmp_path / "secret").read_text(encoding="utf-8") == "mine"


class StoppedError(Exception):
    """Power failed."""


def fail_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Let the step-th operation that changes the disk fail; the answer tells whether one did."""
    steps = count(1)
    failed = []

    def guarded(operation: Callable[..., Any], *, writes: bool = False) -> Callable[..., Any]:
        def attempt(*arguments: Any, **options: Any) -> Any:
            mode = arguments[1] if len(arguments) > 1 else options.get("mode", "r")
            if writes and mode not in {"w", "x"}:
                return operation(*arguments, **options)
            if next(steps) == step:
                if writes:  # half of the file reaches the disk
                    operation(*arguments, **options).write("half")
                failed.append(step)
                raise StoppedError
            return operation(*arguments, **options)

        return attempt

    monkeypatch.setattr(builtins, "open", guarded(open, writes=True))
    monkeypatch.setattr(pathlib.Path, "open", guarded(pathlib.Path.open, writes=True))
    for name in ("replace", "rename", "mkdir", "rmdir"):
        monkeypatch.setattr(pathlib.Path, name, guarded(getattr(pathlib.Path, name)))
    monkeypatch.setattr(os, "makedirs", guarded(os.makedirs))
    # Clearing away is what cannot be tested by making it fail: only the removal of leftovers is.
    unlink = pathlib.Path.unlink

    def remove(path: Path, *, missing_ok: bool = False) -> None:
        if not path.name.endswith(".new") and next(steps) == step:
            failed.append(step)
            raise StoppedError
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(pathlib.Path, "unlink", remove)
    return lambda: bool(failed)


def stopped(output: Path, files: dict[str, str], step: int) -> bool:
    """Write, but be stopped at a step; whether there were so many steps."""
    with pytest.MonkeyPatch.context() as patch:
        failed = fail_at(step, patch)
        try:
            written(output, files)
        except StoppedError:
            assert failed()
        return failed()


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
@pytest.mark.parametrize("fresh", [True, False])
def test_whatever_stops_us_leaves_whole_files_and_the_next_run_heals(
    tmp_path: Path, *, fresh: bool
) -> None:
    for step in count(1):
        output = tmp_path / str(step) / "out"
        if not fresh:
            written(output, OLD)
            write(output, {"n/notes.txt": "mine"})
        before = content({} if fresh else OLD) | ({} if fresh else {"n/notes.txt": b"mine"})
        wanted = content(NEW) | ({} if fresh else {"n/notes.txt": b"mine"})
        was_stopped = stopped(output, NEW, step)
        left = tree(output) if output.exists() else {}
        assert not [path for path in output.parent.rglob("*") if path.name.endswith(".new")]
        for path, text in left.items():
            assert text in {before.get(path), wanted.get(path)}, (step, path)
        written(output, NEW)
        assert tree(output) == wanted, step
        if not was_stopped:
            assert step > 3
            break
