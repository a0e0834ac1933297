"""Which revision a fleet is held against, and what git is asked for it."""

import os
import re
import shutil
import stat
import subprocess
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from tests.git import commit, git
from tests.unit.resolve.small_fleet import write

from hcpc.source import revision
from hcpc.source.git import OPTIONS, object_id
from hcpc.source.revision import Revision, RevisionError, RevisionTree, commits_behind, find_base


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A clone of a repository with one commit on `main`."""
    origin = tmp_path / "origin"
    write(origin, {"a.yaml": "a: 1\n", "fleets/one/fleet.yaml": "x: 1\n"})
    commit(origin)
    git(tmp_path, "clone", "-q", str(origin), "work")
    return tmp_path / "work"


def change(root: Path, text: str) -> str:
    write(root, {"a.yaml": text})
    return commit(root)


def why(root: Path, chosen: str = "") -> str:
    with pytest.raises(RevisionError) as failure:
        find_base(root, chosen)
    return str(failure.value)


def test_on_a_branch_it_is_where_the_branch_began(work: Path) -> None:
    start = git(work, "rev-parse", "HEAD")
    git(work, "switch", "-q", "-c", "feature")
    change(work, "a: 2\n")
    assert find_base(work) == Revision(start, start[:9], "")


def test_on_main_with_nothing_ahead_of_it_it_is_main_itself(work: Path) -> None:
    write(work, {"a.yaml": "a: 2\n"})  # what is not committed is what is compared
    assert find_base(work).commit == git(work, "rev-parse", "HEAD")


def test_on_main_ahead_of_origin_it_is_what_origin_has(work: Path) -> None:
    start = git(work, "rev-parse", "HEAD")
    change(work, "a: 2\n")
    assert find_base(work).commit == start


def test_without_a_remote_it_is_the_local_main_branch(tmp_path: Path) -> None:
    for branch in ("main", "master"):
        root = tmp_path / branch
        write(root, {"a.yaml": ""})
        start = commit(root, branch)
        git(root, "switch", "-q", "-c", "feature")
        change(root, "a: 2\n")
        assert find_base(root).commit == start


def test_the_remote_says_what_its_main_branch_is(work: Path) -> None:
    git(work, "switch", "-q", "-c", "trunk")
    trunk = change(work, "a: 2\n")
    git(work, "push", "-q", "origin", "trunk")
    git(work, "remote", "set-head", "origin", "trunk")
    change(work, "a: 3\n")
    assert find_base(work).commit == trunk


def test_a_merge_of_main_is_held_against_the_main_it_merged(work: Path) -> None:
    """As CI checks out a pull request: HEAD is detached, and merges the branch into main."""
    git(work, "switch", "-q", "-c", "feature")
    write(work, {"b.yaml": "b: 1\n"})
    feature = commit(work)
    git(work, "switch", "-q", "main")
    main = change(work, "a: 2\n")
    git(work, "update-ref", "refs/remotes/origin/main", main)
    git(work, "switch", "-q", "--detach", main)
    git(work, "merge", "-q", "--no-ff", "-m", "merge", feature)
    assert find_base(work).commit == main


def test_a_name_with_three_dots_is_where_head_left_it(work: Path) -> None:
    start = git(work, "rev-parse", "HEAD")
    git(work, "switch", "-q", "-c", "release")
    release = change(work, "a: 2\n")
    git(work, "switch", "-q", "-c", "feature", start)
    change(work, "a: 3\n")
    assert find_base(work, "release...").commit == start
    assert find_base(work, "release").commit == release
    assert find_base(work, "HEAD^").commit == start


def test_a_fleet_below_the_top_says_where_it_is(work: Path) -> None:
    assert find_base(work / "fleets" / "one").directory == "fleets/one/"
    (work / "link").symlink_to("fleets/one")
    assert find_base(work / "link").directory == "fleets/one/"


def test_a_tag_names_its_commit(work: Path) -> None:
    git(work, "tag", "-a", "v1", "-m", "one")
    assert find_base(work, "v1").commit == git(work, "rev-parse", "HEAD")


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ("nope", "there is no revision `nope`; see `git log --oneline`"),
        ("nope...", "there is no revision `nope`"),
        ("HEAD:a.yaml", "there is no revision"),
        ("^HEAD", "cannot be the name of a revision"),
        ("^HEAD...", "cannot be the name of a revision"),
        ("-x", "cannot be the name of a revision"),
        ("--upload-pack=x", "cannot be the name of a revision"),
        ("a\nb", "cannot be the name of a revision"),
        ("a\0b", "cannot be the name of a revision"),
    ],
)
def test_a_revision_that_is_none_is_told(chosen: str, said: str, work: Path) -> None:
    assert said in why(work, chosen)


def test_outside_of_a_repository_there_is_no_revision(tmp_path: Path) -> None:
    assert why(tmp_path) == why(tmp_path, "HEAD") == "the fleet is not in a git repository"


def test_what_only_looks_like_a_repository_is_none(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert why(tmp_path) == "the fleet is not in a git repository"


def test_a_repository_without_a_commit_says_so(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert why(tmp_path) == "the repository has no commit yet"


def test_a_clone_without_a_main_branch_says_so(tmp_path: Path) -> None:
    write(tmp_path, {"a": ""})
    commit(tmp_path, "work")
    assert "no main branch" in why(tmp_path)
    assert "name a revision with `--base`" in why(tmp_path)


def test_branches_of_different_origin_have_no_base(work: Path) -> None:
    git(work, "switch", "-q", "--orphan", "alone")
    commit(work)
    assert "HEAD and `origin/HEAD` have no commit in common" in why(work)


def test_a_shallow_clone_says_what_to_fetch(work: Path, tmp_path: Path) -> None:
    change(work, "a: 2\n")
    git(work, "push", "-q", "origin", "HEAD:refs/heads/feature")
    url = f"file://{tmp_path / 'origin'}"
    git(tmp_path, "clone", "-q", "--depth=1", "--branch=feature", url, "shallow")
    shallow = tmp_path / "shallow"
    assert "fetch --unshallow" in why(shallow)
    assert "fetch --unshallow" in why(shallow, "HEAD^")
    git(shallow, "fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main")
    assert "no commit in common" in why(shallow)
    assert "fetch --unshallow" in why(shallow)


def test_without_git_there_is_no_revision(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(work / "nothing"))
    assert why(work) == "git is not installed, or not in PATH"


def test_commits_are_counted_up_to_what_origin_has(work: Path) -> None:
    first = git(work, "rev-parse", "HEAD")
    change(work, "a: 2\n")
    second = change(work, "a: 3\n")
    ahead = {first: 0, second: 0}
    assert commits_behind(work, [first, second]) == ahead
    git(work, "update-ref", "refs/remotes/origin/main", "HEAD")
    assert commits_behind(work, [first, second]) == {first: 2, second: 0}


def test_commits_that_a_clone_does_not_know_are_not_counted(work: Path) -> None:
    known = git(work, "rev-parse", "HEAD")
    nonsense = ["f" * 40, "", "main", "--all", f"{known}^", known.upper()]
    assert commits_behind(work, [known, *nonsense]) == {known: 0}


def test_commits_are_counted_up_to_a_branch_of_origin_or_of_ones_own(work: Path) -> None:
    first = git(work, "rev-parse", "HEAD")
    git(work, "switch", "-q", "-c", "feature")
    change(work, "a: 2\n")
    assert commits_behind(work, [first], "feature") == {first: 1}
    git(work, "push", "-q", "origin", "feature")
    change(work, "a: 3\n")
    assert commits_behind(work, [first], "feature") == {first: 1}
    for name in ("nothing", "--all", "^main", "a\nb"):
        with pytest.raises(RevisionError):
            commits_behind(work, [first], name)


def fake_git(directory: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    directory.mkdir()
    program = directory / "git"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{directory}:{os.environ['PATH']}")


def test_a_repository_of_somebody_else_says_how_to_trust_it(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_git(
        tmp_path / "bin",
        "echo \"fatal: detected dubious ownership in repository at '/x'\" >&2; exit 128",
        monkeypatch,
    )
    for chosen in ("", "HEAD"):
        assert "safe.directory" in why(work, chosen)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'warning: x' >&2; echo 'fatal: on fire' >&2; exit 1", "git failed: fatal: on fire"),
        ("exit 3", "git failed: without a word"),
    ],
)
def test_what_git_complains_about_is_one_line(
    script: str, said: str, work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_git(tmp_path / "bin", script, monkeypatch)
    assert why(work) == said
    nothing = Revision("0" * 40, "0" * 9, "")
    failed = pytest.raises(RevisionError, match="git failed")
    with closing(RevisionTree(work, nothing)) as tree, failed:
        tree.scan("")


def test_a_hook_of_another_repository_does_not_lead_astray(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "other"
    write(other, {"z": ""})
    commit(other)
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other / ".git/index"))
    found = find_base(work)
    monkeypatch.undo()
    assert found.commit == git(work, "rev-parse", "HEAD")


def test_git_is_never_asked_to_write_to_page_or_to_fetch(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[tuple[list[str], dict[str, str]]] = []
    real = subprocess.Popen

    def popen(command: list[str], **rest: object) -> object:
        environment = rest["env"]
        assert isinstance(environment, dict)
        started.append((command, environment))
        return real(command, **rest)  # type: ignore[call-overload]  # passed on as it came

    monkeypatch.setattr(subprocess, "Popen", popen)
    monkeypatch.setenv("GIT_TRACE", "1")
    with closing(RevisionTree(work, find_base(work))) as tree:
        assert tree.read("a.yaml") == b"a: 1\n"
    options = len(OPTIONS) + 1
    assert {command[options + 2] for command, _ in started} == {
        "rev-parse",
        "for-each-ref",
        "merge-base",
        "cat-file",
    }
    for command, environment in started:
        assert command[:options] == ["git", *OPTIONS]
        assert environment["GIT_ALLOW_PROTOCOL"] == "nothing"
        assert environment["GIT_TERMINAL_PROMPT"] == "0"
        assert "GIT_TRACE" not in environment


def test_what_the_work_tree_has_is_not_asked_for(work: Path) -> None:
    base = find_base(work)
    with closing(RevisionTree(work, base, [b"a: 1\n"])) as tree:
        tree.scan("")
        asked: list[str] = []
        read = tree._objects.read  # noqa: SLF001  # the one way to git's objects

        def count(oid: str) -> bytes:
            asked.append(oid)
            return read(oid)

        tree._objects.read = count  # type: ignore[method-assign]  # noqa: SLF001  # as above
        assert tree.read("a.yaml") == b"a: 1\n"
        assert asked == []


def test_line_ends_that_git_changes_are_no_change(work: Path) -> None:
    with closing(RevisionTree(work, find_base(work), [b"a: 1\r\n"])) as tree:
        assert tree.read("a.yaml") == b"a: 1\r\n"


def test_an_id_is_the_one_that_git_gives(work: Path) -> None:
    head = git(work, "rev-parse", "HEAD")
    assert object_id(b"blob", b"a: 1\n", head) == git(work, "rev-parse", "HEAD:a.yaml")


def test_a_repository_may_have_long_ids(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "-b", "main", "--object-format=sha256")
    write(tmp_path, {"a/b.yaml": "b: 1\n"})
    commit(tmp_path)
    base = find_base(tmp_path)
    assert len(base.commit) == 64
    with closing(RevisionTree(tmp_path, base)) as tree:
        assert tree.read("a/b.yaml") == b"b: 1\n"
    assert object_id(b"blob", b"b: 1\n", base.commit) == git(tmp_path, "rev-parse", "HEAD:a/b.yaml")


def test_submodules_are_not_looked_into(work: Path, tmp_path: Path) -> None:
    git(work, "submodule", "add", "-q", str(tmp_path / "origin"), "parts")
    commit(work)
    with closing(RevisionTree(work, find_base(work, "HEAD"))) as tree:
        assert "parts" in {entry.name for entry in tree.scan("")}
        assert tree.is_directory("parts")
        assert list(tree.scan("parts")) == []
        assert tree.sealed == {"parts": "a submodule"}


POINTER = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:ae6d8e9d23af3cce7b8b1ac3a3ad9d0aa20a1d2a0a4a35ab2f0ee0c3a5b4b4d3\nsize 5\n"
)


def test_content_that_git_lfs_keeps_is_not_in_the_repository(work: Path) -> None:
    write(work, {"big.yaml": POINTER})
    commit(work)
    with closing(RevisionTree(work, find_base(work, "HEAD"))) as tree:
        with pytest.raises(OSError):  # noqa: PT011  # as for any file that is not there
            tree.read("big.yaml")
        assert tree.sealed == {"big.yaml": "Git LFS"}


def test_content_that_git_lfs_keeps_and_the_work_tree_has_is_known(work: Path) -> None:
    content = b"b: 1\n"
    digest = sha256(content).hexdigest().encode()
    write(work, {"big.yaml": re.sub(rb"[0-9a-f]{64}", digest, POINTER)})
    commit(work)
    with closing(RevisionTree(work, find_base(work, "HEAD"), [content])) as tree:
        assert tree.read("big.yaml") == content
        assert tree.sealed == {}


def test_an_object_that_is_not_in_the_clone_is_told(work: Path) -> None:
    base = find_base(work)
    blob = git(work, "rev-parse", "HEAD:a.yaml")
    (work / ".git/objects" / blob[:2] / blob[2:]).unlink()
    lost = pytest.raises(RevisionError, match="is not in this clone")
    with closing(RevisionTree(work, base)) as tree, lost:
        tree.read("a.yaml")


@pytest.mark.parametrize("below", ["", "fleets", "fleets/one"])
def test_a_directory_that_is_not_in_the_clone_is_told(below: str, work: Path) -> None:
    base = find_base(work / "fleets/one")
    directory = git(work, "rev-parse", f"HEAD:{below}")
    (work / ".git/objects" / directory[:2] / directory[2:]).unlink()
    lost = pytest.raises(RevisionError, match="is not in this clone")
    with closing(RevisionTree(work, base)) as tree, lost:
        tree.scan("")


@pytest.mark.parametrize("kind", ["link", "file", "nothing"])
def test_a_fleet_whose_place_was_no_directory_was_not_there(kind: str, work: Path) -> None:
    place = work / "fleets/two"
    if kind == "link":
        place.symlink_to("one")
    elif kind == "file":
        write(work, {"fleets/two": "x"})
    commit(work)
    place.unlink(missing_ok=True)
    write(work, {"fleets/two/fleet.yaml": "x: 1\n"})
    with closing(RevisionTree(place, find_base(place, "HEAD"))) as tree:
        assert not tree.is_link("fleet.yaml")
        for ask in (tree.scan, tree.read):
            with pytest.raises(OSError):  # noqa: PT011  # as for any path that is not there
                ask("fleet.yaml")


def test_a_fleet_whose_place_was_a_submodule_is_not_looked_into(work: Path, tmp_path: Path) -> None:
    git(work, "submodule", "add", "-q", str(tmp_path / "origin"), "parts")
    commit(work)
    git(work, "rm", "-q", "-f", "parts")
    place = work / "parts/fleets/one"
    write(place, {"fleet.yaml": "x: 1\n"})
    with closing(RevisionTree(place, find_base(place, "HEAD"))) as tree:
        assert list(tree.scan("")) == []
        assert tree.sealed == {"": "a submodule"}


def test_steps_of_a_path_are_no_links(work: Path) -> None:
    deep = "/".join("d" * 60)
    write(work, {f"{deep}/x.yaml": "x: 1\n"})
    (work / "link.yaml").symlink_to(f"{deep}/x.yaml")
    (work / "link40").symlink_to("link.yaml")
    for number in range(40):
        (work / f"link{number}").symlink_to(f"link{number + 1}")
    commit(work)
    with closing(RevisionTree(work, find_base(work, "HEAD"))) as tree:
        assert tree.real("link.yaml") == f"{deep}/x.yaml"
        assert tree.real("link2") == f"{deep}/x.yaml"
        assert tree.real("link1") == "link1"  # the system follows as many
        with pytest.raises(OSError):  # noqa: PT011  # as the system
            tree.read("link1")


def test_a_program_that_the_repository_names_is_not_run(work: Path, tmp_path: Path) -> None:
    program = tmp_path / "monitor"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    git(work, "config", "core.fsmonitor", str(program))
    assert revision.left_out(work, ["a.yaml"]) == set()
    with closing(RevisionTree(work, find_base(work))) as tree:
        tree.read("a.yaml")
    assert not (tmp_path / "ran").exists()


CHATTY = """
case "$*" in *cat-file*) timeout 5 head -c 300000 /dev/zero >&2 || exit 1 ;; esac
exec {git} "$@"
"""


def test_whatever_git_complains_about_it_does_not_wait_for_a_reader(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_git(tmp_path / "bin", CHATTY.format(git=shutil.which("git")), monkeypatch)
    with closing(RevisionTree(work, find_base(work))) as tree:
        assert tree.read("a.yaml") == b"a: 1\n"


def test_without_a_place_for_temporary_files_objects_are_read(
    work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise FileNotFoundError

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with closing(RevisionTree(work, find_base(work))) as tree:
        assert tree.read("a.yaml") == b"a: 1\n"
    failed = pytest.raises(RevisionError, match="git failed: without a word")
    fake_git(work / "bin", "exit 1", monkeypatch)
    with closing(RevisionTree(work, Revision("0" * 40, "0" * 9, ""))) as tree, failed:
        tree.scan("")
