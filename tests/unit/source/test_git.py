"""Objects of a repository, many at a time."""

from contextlib import closing
from pathlib import Path

import pytest
from tests.git import commit, git

from hcpc.source.git import Git, Objects, complaint, entries, object_id


class GitFaultError(Exception):
    """Of this test."""


def door(root: Path) -> Git:
    return Git(("-C", str(root)), GitFaultError, complaint, "is away")


def test_more_objects_than_fit_into_a_pipe_are_read_in_order(tmp_path: Path) -> None:
    for number in range(3000):
        (tmp_path / f"{number:04}").write_text(f"{number}\n" * 40, encoding="utf-8")
    head = commit(tmp_path)
    tree = git(tmp_path, "rev-parse", "HEAD^{tree}")
    with closing(Objects(door(tmp_path))) as objects:
        content = objects.read(tree)
        assert object_id(b"tree", content, tree) == tree
        assert object_id(b"commit", objects.read(head), head) == head
        found = entries(tree, content)
        assert list(found) == [f"{number:04}" for number in range(3000)]
        oids = [oid for _, oid in found.values()]
        contents = list(objects.read_all(oids))
    assert contents == [b"%d\n" % number * 40 for number in range(3000)]
    assert [object_id(b"blob", each, tree) for each in contents] == oids


def test_an_object_that_is_not_there_is_told(tmp_path: Path) -> None:
    commit(tmp_path)
    with closing(Objects(door(tmp_path))) as objects, pytest.raises(GitFaultError) as failure:
        objects.read("f" * 40)
    assert str(failure.value) == f"object {'f' * 40} is away"


def test_ids_of_a_repository_with_long_ones_are_long(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "--object-format=sha256")
    (tmp_path / "a").write_text("a\n", encoding="utf-8")
    head = commit(tmp_path)
    assert object_id(b"blob", b"a\n", head) == git(tmp_path, "rev-parse", "HEAD:a")


def test_the_line_that_says_most_is_the_complaint() -> None:
    assert complaint(b"warning: a\nfatal: b\nerror: c\n") == "fatal: b"
    assert complaint(b"one\n\n two\n") == "one two"
    assert complaint(b"") == ""
